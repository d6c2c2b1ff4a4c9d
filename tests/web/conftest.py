"""What browser tests stand on: one Chromium, and a person who has signed in by hand."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from leadhouse.parties.types import Role
from tests.browser import CHROMIUM
from tests.deliver.conftest import mail_folder
from tests.report.report_market import open_market
from tests.web.console_desk import PASSWORD, employ
from tests.web.looking import DESK

__all__ = ["mail_folder"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; its loop lives in this thread, which Django must be told is meant so."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A busy machine's moments are long.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: refused styles and scripts, broken code, foreign requests."""
    return []


@pytest.fixture
def context(chromium: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[BrowserContext]:
    open_market()
    employ("operator@demo.example", Role.OPERATOR)
    context = chromium.new_context(
        base_url=live_server.url,
        viewport=DESK,
        timezone_id="Europe/Berlin",
        locale="en-US",  # type: ignore[arg-type]
    )
    context.set_default_timeout(30_000)
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    context.on("weberror", lambda fault: complaints.append(str(fault.error)))
    context.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((live_server.url, "data:")) else complaints.append(asked.url)
        ),
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The operator's browser after signing in by hand."""
    page = context.new_page()
    page.goto("/leads")
    page.get_by_label("Email").fill("operator@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/leads$"))
    return page
