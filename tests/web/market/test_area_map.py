"""A campaign's targeting on the map, in a real browser: looked at, pressed, picked from the list, typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.market_file import read_market_text
from tests.report.report_market import person, post
from tests.web.looking import PHONE, shoot
from tests.web.mapping import press_place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def where() -> object:
    return queries.load_stored().entries[EntryKind.CAMPAIGN, "acme-west"].config.get("where")


def open_map(page: Page) -> None:
    page.goto("/campaigns/acme-west/edit")
    expect(page.locator("#f-where-map [data-area-frame]")).to_have_attribute(
        "data-drawn", re.compile("us-states")
    )


def save(page: Page) -> None:
    page.locator("#plan").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert apply(read_market_text(to_yaml(exported_tree(queries.load_stored())))) == Applied(())


def test_states_and_counties_are_pressed_and_are_what_the_market_file_says(
    page: Page, complaints: list[str]
) -> None:
    post("calculator", person(1, state="WY", postal_code="82301"))
    post("calculator", person(2, state="TX", postal_code="75001"))
    open_map(page)
    frame, told = page.locator("#f-where-map [data-area-frame]"), page.locator("#f-where-told")
    expect(told).to_contain_text("Everywhere. 42,789 ZIPs. 2 of last month's 2 leads")
    press_place(frame, 39.0, -105.5)
    expect(page.get_by_label("States", exact=True)).to_have_value("CO")
    expect(told).to_contain_text("0 of last month's 2 leads")
    page.locator("#f-where-look").select_option("WY")
    expect(frame).to_have_attribute("data-drawn", re.compile("WY"))
    press_place(frame, 41.7, -106.9)
    expect(page.get_by_label("Counties", exact=True)).to_have_value("Carbon, WY")
    expect(told).to_contain_text("1 of last month's 2 leads (50.0 %)")
    expect(page.locator("#f-where-map").get_by_label("Carbon", exact=True)).to_be_checked()
    shoot(page, "market-map-counties")
    page.locator("#f-where-look").select_option("")
    expect(frame).to_have_attribute("data-drawn", re.compile("us-states"))
    press_place(frame, 31.5, -99.0)
    expect(page.get_by_label("States", exact=True)).to_have_value("CO, TX")
    press_place(frame, 31.5, -99.0)
    expect(page.get_by_label("States", exact=True)).to_have_value("CO")
    page.get_by_label("ZIPs", exact=True).fill("591*, 83001")
    expect(told).to_have_attribute("data-area", re.compile(r'"points":\[\['))
    shoot(page, "market-map")
    save(page)
    assert where() == {"states": ["CO"], "counties": ["Carbon, WY"], "zips": ["591*", "83001"]}
    expect(page.locator("#where-map [data-area-frame]")).to_have_attribute(
        "data-drawn", re.compile("us-states")
    )
    expect(page.locator("#where-told")).to_contain_text("1 of last month's 2 leads")
    shoot(page, "market-map-looked-at")
    assert complaints == []


def test_the_list_beside_the_map_picks_the_same_by_keyboard_alone(page: Page, complaints: list[str]) -> None:
    open_map(page)
    tool, keys = page.locator("#f-where-map"), page.keyboard
    tool.get_by_label("Virginia", exact=True).focus()
    keys.press("Space")
    expect(page.get_by_label("States", exact=True)).to_have_value("VA")
    tool.locator("select").focus()
    # The same letter again goes on to the next, however long it takes.
    for state in ("VT", "VA"):
        keys.press("V")
        expect(tool.locator("select")).to_have_value(state)
    expect(tool.get_by_label("All of Virginia")).to_be_checked()
    tool.get_by_label("All of Virginia").focus()
    keys.press("Space")
    expect(page.get_by_label("States", exact=True)).to_have_value("")
    tool.get_by_label("Alexandria city", exact=True).focus()
    keys.press("Space")
    expect(page.get_by_label("Counties", exact=True)).to_have_value("Alexandria city, VA")
    expect(tool.get_by_label("Alexandria city", exact=True)).to_be_focused()
    page.get_by_label("Counties", exact=True).fill("Fairfax County, VA")
    expect(tool.get_by_label("Fairfax", exact=True)).to_be_checked()
    expect(tool.get_by_label("Alexandria city", exact=True)).not_to_be_checked()
    tool.get_by_label("Fairfax", exact=True).uncheck()
    tool.get_by_label("Arlington", exact=True).check()
    expect(page.locator("#plan")).to_contain_text("Arlington, VA")
    save(page)
    assert where() == {"counties": ["Arlington, VA"]}
    assert complaints == []


def test_a_circle_is_placed_on_the_map_on_a_phone_in_the_dark(page: Page, complaints: list[str]) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_map(page)
    tool = page.locator("#f-where-map")
    tool.get_by_role("button", name="Place the circle").click()
    press_place(tool.locator("[data-area-frame]"), 39.74, -104.99)
    miles = page.get_by_label("Within")
    expect(miles).to_be_focused()
    expect(miles).to_have_value("25")
    miles.fill("150")
    assert abs(float(page.get_by_label("Latitude").input_value()) - 39.74) < 0.5
    assert abs(float(page.get_by_label("Longitude").input_value()) + 104.99) < 0.5
    tool.get_by_label("Wyoming", exact=True).check()
    expect(page.locator("#f-where-told")).to_have_attribute("data-area", re.compile('"is_narrowed":true'))
    expect(page.locator("#f-where-told")).to_have_attribute("data-area", re.compile(",150.0"))
    shoot(page, "market-map-phone-dark")
    save(page)
    stored = where()
    assert isinstance(stored, dict)
    assert stored["states"] == ["WY"]
    assert stored["radius"]["miles"] == 150
    assert complaints == []


def test_a_bid_rules_area_has_its_map_when_it_is_asked_for(page: Page, complaints: list[str]) -> None:
    open_map(page)
    page.get_by_role("button", name="Add bid rule").click()
    tool = page.locator("#f-bid_rules-0-where-map")
    tool.get_by_text("On the map").click()
    expect(tool.locator("[data-area-frame]")).to_have_attribute("data-drawn", re.compile("us-states"))
    tool.get_by_label("Ohio", exact=True).check()
    expect(page.locator("#f-bid_rules-0-where-states")).to_have_value("OH")
    page.get_by_role("button", name="Add bid rule").click()
    expect(page.locator("#f-bid_rules-1")).to_be_visible()
    # Drawn anew with the form, the map stays open and keeps what it shows.
    expect(tool.get_by_label("Ohio", exact=True)).to_be_checked()
    expect(tool.locator("canvas")).to_be_visible()
    assert complaints == []
