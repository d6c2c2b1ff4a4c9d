"""A real browser for the journeys of people, and what looks at their pages for barriers."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import CHROMIUM
from tests.report.report_market import open_market

ARTEFACTS = Path(__file__).parents[3] / "artefacts"
DESK, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 800}
SERIOUS = {"serious", "critical"}
Look = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; its loop lives in this thread, which Django must be told is meant so."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about: refused styles and scripts, broken code, foreign requests."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh browser of somebody in Berlin who looks at the market of these tests."""
    open_market()
    context = chromium.new_context(base_url=live_server.url, viewport=DESK, timezone_id="Europe/Berlin")
    context.set_default_timeout(30_000)
    # A password is hashed slowly, on a busy machine more so.
    expect.set_options(timeout=30_000)
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    context.on(
        "console",
        lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None,
    )
    context.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((live_server.url, "data:")) else complaints.append(asked.url)
        ),
    )
    yield context
    context.close()


@pytest.fixture
def look() -> Look:
    """Keep a picture of a page; see that nothing is wider than the screen and that axe finds no barrier."""
    axe = Axe()

    def look_at(page: Page, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"people-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == [], name

    return look_at
