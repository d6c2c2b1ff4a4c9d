"""The page on which the API can be tried, in a real browser: drawn, usable, and nothing from elsewhere."""

import json
import os

import pytest
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import CHROMIUM
from tests.report.report_market import LOUIS, open_market, post
from tests.web.test_api_description import SNAPSHOT


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_lead_is_read_by_trying_it_out(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright's loop lives in this thread, which Django must be told is meant so.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    open_market()
    lead_id = post("calculator", LOUIS)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on(
            "request",
            lambda asked: complaints.append(asked.url) if _is_foreign(asked.url, live_server) else None,
        )
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{live_server.url}/v1/docs")
        doors = json.loads(SNAPSHOT.read_text("utf-8"))["paths"].values()
        expect(page.locator(".opblock")).to_have_count(sum(map(len, doors)))
        page.get_by_role("button", name="Authorize").click()
        page.get_by_label("bearer-value").fill("calculator-key")
        page.get_by_label("Apply credentials").first.click()
        page.get_by_role("button", name="Close").first.click()
        door = page.locator("#operations-leads-read_lead")
        door.locator(".opblock-summary-control").click()
        door.get_by_role("button", name="Try it out").click()
        door.get_by_placeholder("lead_id").fill(str(lead_id))
        door.get_by_role("button", name="Execute").click()
        expect(door.locator(".live-responses-table td.response-col_status:not(.col_header)")).to_contain_text(
            "200"
        )
        expect(door.locator(".live-responses-table")).to_contain_text(str(lead_id))
        browser.close()
    assert complaints == []


def _is_foreign(address: str, live_server: LiveServer) -> bool:
    return not address.startswith((live_server.url, "data:", "blob:"))
