"""What explains a field or figure is there for pointer, keyboard, finger and screen reader alike."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.report.report_market import LOUIS, post
from tests.web.looking import PHONE, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACCEPTED = "#tile-accepted-tip"


def at_today(page: Page) -> None:
    page.goto("/?period=yesterday")
    page.wait_for_load_state("load")


def test_a_figure_is_explained_to_pointer_and_keyboard(page: Page, complaints: list[str]) -> None:
    at_today(page)
    mark, bubble = page.get_by_role("button", name="About Accepted"), page.locator(ACCEPTED)
    expect(mark).to_have_accessible_description(
        "Leads that are good to sell: complete, nobody's duplicate, within their source's criteria."
    )
    expect(bubble).to_be_hidden()
    mark.hover()
    expect(bubble).to_be_in_viewport(ratio=1)
    bubble.hover()
    expect(bubble).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    expect(bubble).to_be_hidden()
    mark.focus()
    expect(bubble).to_be_visible()
    shoot(page, "tip")
    page.keyboard.press("Escape")
    expect(bubble).to_be_hidden()
    expect(mark).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#tile-sold-tip")).to_be_visible()
    expect(bubble).to_be_hidden()
    assert complaints == []


def test_a_finger_opens_an_explanation_and_puts_it_away(
    chromium: Browser, context: BrowserContext, page: Page, live_server: LiveServer
) -> None:
    phone = chromium.new_context(
        base_url=live_server.url,
        viewport=PHONE,
        has_touch=True,
        storage_state=context.storage_state(),  # type: ignore[arg-type]
    )
    touched = phone.new_page()
    at_today(touched)
    touched.get_by_role("button", name="About Margin").first.tap()
    expect(touched.locator("#tile-margin-tip")).to_be_in_viewport(ratio=1)
    shoot(touched, "tip-phone")
    touched.get_by_role("heading", level=1).tap()
    expect(touched.locator("#tile-margin-tip")).to_be_hidden()
    phone.close()


def test_a_rules_field_and_an_exact_time_explain_themselves(page: Page, complaints: list[str]) -> None:
    lead_id = post("calculator", LOUIS)
    page.goto("/sources/calculator/edit")
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Condition").first.click()
    field = page.get_by_label("Field", exact=True).first
    field.select_option("estimate_low")
    mark = page.get_by_role("button", name="About this field").first
    mark.focus()
    told = page.locator(f"#{mark.get_attribute('aria-describedby')}")
    expect(told).to_be_in_viewport(ratio=1)
    expect(field).to_have_accessible_description(told.text_content() or "nothing")
    page.goto(f"/leads/{lead_id}")
    page.wait_for_load_state("load")
    number = page.locator(".fact-number").first
    number.focus()
    expect(page.locator("#shared-tip")).to_have_text("The status as a number: what files and the API call it")
    expect(number).to_have_accessible_description("The status as a number: what files and the API call it")
    page.locator("main time[data-tip]").first.hover()
    expect(page.locator("#shared-tip")).to_contain_text(":")
    assert complaints == []


def test_nothing_is_explained_to_the_mouse_alone(page: Page) -> None:
    lead_id = post("calculator", LOUIS)
    for address in ("/", "/leads", f"/leads/{lead_id}", "/sources/calculator/edit", "/audit", "/people"):
        page.goto(address)
        assert page.locator("main [title]").count() == 0, address
