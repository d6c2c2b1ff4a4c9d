"""An operator's work in a real browser: watching the day, picking leads, trying bids, taking files home."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from leadhouse.amend.step import step
from leadhouse.report import queries as report
from leadhouse.report.types import LeadFilters
from tests.report.report_market import person, post
from tests.web.console_desk import sold_lead
from tests.web.looking import PHONE, shoot, some_leads
from tests.web.mapping import press_place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_day_keeps_itself_fresh_and_draws_its_map(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/")
    leads = page.locator(".tile-value").first
    expect(leads).to_have_text("9")
    expect(page.locator(".state-map canvas")).to_be_visible()
    page.get_by_role("link", name="Roofing Calculator").focus()
    post("calculator", person(50, state="CO", postal_code="80202"))
    expect(leads).to_have_text("10")
    # The reader's place stays where it was, and so does the map.
    expect(page.get_by_role("link", name="Roofing Calculator")).to_be_focused()
    expect(page.locator(".state-map canvas")).to_be_visible()
    expect(page.locator('[data-place="CO"]')).to_have_attribute("data-leads", "1")
    page.get_by_role("link", name="Month").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\w+ \d{4}$"))
    assert complaints == []


def test_a_state_opens_its_counties_by_press_by_choice_and_by_keyboard(
    page: Page, complaints: list[str]
) -> None:
    some_leads()
    page.goto("/")
    frame, table = page.locator(".state-map"), page.locator("#place-rows")
    expect(frame).to_have_attribute("data-drawn", re.compile("us-states"))
    press_place(frame, 43.0, -107.5)
    expect(table.get_by_role("row", name="Carbon")).to_be_visible(timeout=20_000)
    expect(frame).to_have_attribute("data-drawn", re.compile("WY"))
    post("calculator", person(50, state="WY", postal_code="82001"))
    # The figures come again by themselves, of the state that is looked at.
    expect(table.get_by_role("row", name="Laramie")).to_be_visible(timeout=30_000)
    shoot(page, "today-counties")
    page.get_by_label("State", exact=True).select_option("Texas")
    expect(table).to_contain_text("Dallas")
    expect(page.locator("#map-note")).to_be_empty()
    post("calculator", person(51, state="WY", postal_code=""))
    page.get_by_role("button", name="All", exact=True).focus()
    page.keyboard.press("Enter")
    link = table.get_by_role("link", name="Wyoming")
    expect(link).to_be_visible(timeout=20_000)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("State", exact=True)).to_be_focused()
    expect(table.get_by_role("row", name="Carbon")).to_be_visible(timeout=20_000)
    expect(page.locator("#map-note")).to_have_text("1 not on the map: of a place unknown, or not drawn on it")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/?period=week&state=WY")
    expect(frame).to_have_attribute("data-drawn", re.compile("WY"))
    shoot(page, "today-counties-phone-dark")
    assert complaints == []


def test_picked_leads_are_marked_followed_and_taken_back(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/leads")
    mark = page.get_by_role("button", name="Mark as test")
    expect(mark).to_be_disabled()
    page.get_by_label("Pick Ann2 Vandenberghe").check()
    page.get_by_label("Pick Ann3 Vandenberghe").check()
    expect(page.locator(".many-told")).to_have_text("2 picked")
    shoot(page, "picked")
    mark.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mark as test for 2 leads?")
    page.get_by_role("button", name="Yes, 2 leads").click()
    expect(page.get_by_text("Running")).to_be_visible()
    step(100)
    expect(page.get_by_text("Finished")).to_be_visible()
    shoot(page, "finished")
    page.get_by_role("button", name="Undo for 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mark as real: 2 leads")
    step(100)
    expect(page.get_by_text("Finished")).to_be_visible()
    assert [one.is_test for one in report.find_leads(LeadFilters(search="vandenberghe")).rows].count(
        True
    ) == 0
    assert complaints == []


def test_another_bid_is_tried_without_leaving_the_page(page: Page, complaints: list[str]) -> None:
    lead_id = sold_lead(1)
    page.goto(f"/leads/{lead_id}")
    page.get_by_label("Campaign", exact=True).fill("best-west")
    page.get_by_label("Bid in USD").fill("75")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#what-if-answer")).to_contain_text("best-west would have won")
    shoot(page, "what-if")
    page.get_by_label("Bid in USD").fill("lots")
    page.keyboard.press("Enter")
    expect(page.locator("#what-if-answer")).to_contain_text("Give a price as an amount")
    assert complaints == []


def test_a_list_is_saved_and_its_file_says_how_far_it_is(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/leads?cols=person,email&source=calculator")
    page.get_by_role("button", name="Saved").click()
    page.get_by_label("Save this list as").fill("The calculator's")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/leads")
    page.get_by_role("button", name="Saved").click()
    page.get_by_role("link", name="The calculator's").click()
    expect(page.get_by_role("columnheader", name="Email")).to_be_visible()
    export = page.get_by_role("button", name="Export", exact=True)
    export.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="The columns shown").click()
    expect(page.get_by_role("link", name="The columns shown")).to_be_hidden()
    expect(export).to_be_focused()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert (lines[0], len(lines)) == ("Person,Email", 9)
    expect(page.get_by_role("status")).to_contain_text("8 leads written to leads-")
    shoot(page, "exported")
    assert complaints == []


def test_picked_leads_are_taken_home_in_the_columns_shown(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/leads?cols=person,email,state&source=calculator")
    export = page.get_by_role("button", name="Export them")
    expect(export).to_be_disabled()
    page.get_by_label("Pick Ann2 Vandenberghe").check()
    page.get_by_label("Pick Ann5 Vandenberghe").check()
    shoot(page, "picked-to-export")
    with page.expect_download() as download:
        export.click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert lines == [
        "Person,Email",
        "Ann5 Vandenberghe,person5@example.com",
        "Ann2 Vandenberghe,person2@example.com",
    ]
    expect(page.locator(".many-told")).to_have_text("2 picked")
    assert complaints == []


def test_leads_of_a_buyer_are_found_by_what_is_offered(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/leads")
    page.get_by_role("button", name="Filters").click()
    buyer = page.get_by_label("Buyer", exact=True)
    buyer.focus()
    page.keyboard.type("acm")
    expect(page.locator("#id_buyer-offers option")).to_have_count(1)
    assert page.locator("#id_buyer-offers option").get_attribute("value") == "acme"
    page.keyboard.type("e")
    page.get_by_label("State", exact=True).select_option("Wyoming")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#lead-rows tr")).to_have_count(7)
    shoot(page, "filters")
    page.goto("/leads?q=555-0000&buyer=acme")
    expect(page.get_by_text("No lead is like that")).to_be_visible()
    shoot(page, "nobody-found")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/leads?buyer=nobody")
    expect(page.get_by_text("No company has this key or name.")).to_be_visible()
    shoot(page, "filters-phone")
    # A field that cannot be understood is marked for a reason, which the page answers with 422.
    assert [one for one in complaints if "422" not in one] == []


def test_a_person_is_erased_after_typing_its_number(page: Page, complaints: list[str]) -> None:
    lead_id = sold_lead(1, first_name="<script>x()</script>")
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("button", name="Do something").click()
    shoot(page, "acts")
    page.get_by_role("link", name="Erase the person").click()
    number = re.search(r"consumer (\d+)", page.locator("main").inner_text())
    assert number is not None
    page.get_by_role("textbox", name="Type the consumer's number").fill(number[1])
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("status").first).to_contain_text("The person was erased")
    shoot(page, "erased")
    assert complaints == []
