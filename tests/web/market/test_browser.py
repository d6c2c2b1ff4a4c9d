"""The market edited in a real browser: with the mouse, by keyboard alone, on a phone, in the dark."""

import pytest
from playwright.sync_api import Page, expect

from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.market_file import read_market_text
from leadhouse.report.queries import find_leads
from leadhouse.report.types import LeadFilters
from tests.report.report_market import person, post, walk
from tests.web.looking import DESK, PHONE
from tests.web.looking import shoot as look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shoot(page: Page, name: str) -> None:
    """Look at a page of the market."""
    look(page, f"market-{name}")


def config(key: str) -> dict[str, object]:
    return queries.load_stored().entries[EntryKind.CAMPAIGN, key].config


def test_a_campaign_is_made_edited_planned_and_paused(page: Page, complaints: list[str]) -> None:
    page.goto("/companies")
    page.get_by_role("link", name="Acme Roofing").click()
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Key", exact=True).fill("acme-east")
    page.get_by_label("Product").select_option("roofing")
    page.get_by_label("Exclusive").fill("much")
    expect(page.locator("#f-bids-exclusive-fault")).to_contain_text("is not an amount of money")
    expect(page.locator("#plan").get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_label("Exclusive").fill("75.00")
    expect(page.locator("#f-bids-exclusive-fault")).to_be_empty()
    expect(page.locator("#plan")).to_contain_text("companies[acme].campaigns[acme-east]")
    page.get_by_label("States", exact=True).fill("WY")
    expect(page.locator("#f-where-told")).to_contain_text("ZIPs")
    page.get_by_role("button", name="Add method").click()
    expect(page.get_by_label("Method", exact=True)).to_be_focused()
    page.get_by_label("Method", exact=True).select_option("portal")
    page.get_by_label("Only at these hours").check()
    page.get_by_label("Monday", exact=True).fill("00:00-24:00")
    shoot(page, "new-campaign")
    page.get_by_label("Only at these hours").uncheck()
    page.locator("#plan").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="acme-east")).to_be_visible()
    assert config("acme-east")["bids"] == {"exclusive": "75.00"}
    shoot(page, "campaign")
    sold = post("calculator", person(1, state="WY", postal_code="82301"))
    walk()
    assert [one.revenue_minor for one in find_leads(LeadFilters(search=str(sold))).rows] == [7500]

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Exclusive").fill("70.00")
    expect(page.locator("#plan")).to_contain_text("bids.exclusive 75.00 → 70.00")
    page.get_by_label("Exclusive").press("Enter")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: it gets no leads until it is resumed.")).to_be_visible()
    other = post("calculator", person(2, state="WY", postal_code="82301"))
    walk()
    assert [one.revenue_minor for one in find_leads(LeadFilters(search=str(other))).rows] == [6900]
    assert apply(read_market_text(to_yaml(exported_tree(queries.load_stored())))) == Applied(())
    assert complaints == []


def test_a_nested_rule_is_built_by_keyboard_alone(page: Page, complaints: list[str]) -> None:
    post("calculator", person(1, state="WY", roof_type="metal"))
    post("calculator", person(2, state="CO", roof_type="shingle"))
    page.goto("/campaigns/acme-west/edit")
    # First letters only: a browser forgets them after a second, which a busy machine may take for each.
    keys = page.keyboard
    page.locator("#f-criteria-condition").focus()
    keys.press("Enter")
    expect(page.locator("#f-criteria-rules-0-field")).to_be_focused()
    keys.type("St")
    expect(page.locator("#f-criteria-rules-0-field")).to_have_value("state")
    keys.press("Tab")
    expect(page.locator("#f-criteria-rules-0-operator")).to_contain_text("In List")
    expect(page.locator("#f-criteria-rules-0-operator")).to_be_focused()
    keys.type("I")
    keys.press("Tab")
    expect(page.locator("textarea#f-criteria-rules-0-value")).to_be_focused()
    keys.type("WY, CO")
    page.locator("#f-criteria-group").focus()
    keys.press("Enter")
    expect(page.locator("#f-criteria-rules-1")).to_be_visible()
    page.locator("#f-criteria-rules-1-rules-0-field").focus()
    keys.type("R")
    expect(page.locator("#f-criteria-rules-1-rules-0-field")).to_have_value("roof_type")
    page.locator("select#f-criteria-rules-1-rules-0-value").focus()
    keys.type("m")
    page.locator("#f-criteria-rules-1-condition").focus()
    keys.press("Enter")
    page.locator("#f-criteria-rules-1-rules-1-field").focus()
    keys.type("Te")
    expect(page.locator("#f-criteria-rules-1-rules-1-field")).to_have_value("is_test")
    page.locator("select#f-criteria-rules-1-rules-1-value").focus()
    keys.type("y")
    told = page.locator("#f-criteria-told")
    expect(told).to_contain_text("State is one of WY or CO and (Roof type is metal or Test is yes).")
    expect(told).to_contain_text("1 of last month's 2 leads (50.0 %)")
    shoot(page, "rule")
    page.locator("#plan").get_by_role("button", name="Save").focus()
    keys.press("Enter")
    expect(page.get_by_text("Saved: 1 change.")).to_be_visible()
    assert config("acme-west")["criteria"] == {
        "combinator": "and",
        "rules": [
            {"field": "state", "operator": "in", "value": ["WY", "CO"]},
            {
                "combinator": "or",
                "rules": [
                    {"field": "roof_type", "operator": "=", "value": "metal"},
                    {"field": "is_test", "operator": "=", "value": True},
                ],
            },
        ],
    }
    assert complaints == []


def test_every_page_fits_a_phone_and_the_dark(page: Page, complaints: list[str]) -> None:
    shots = {
        "companies": "/companies",
        "company": "/companies/acme",
        "campaign-edit": "/campaigns/acme-west/edit",
        "source": "/sources/trial",
        "source-edit": "/sources/calculator/edit",
        "product-edit": "/products/roofing/edit",
        "text": "/market",
    }
    for name, address in shots.items():
        page.goto(address)
        shoot(page, name)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for name, address in shots.items():
        page.goto(address)
        shoot(page, f"{name}-phone-dark")
    page.goto("/sources/trial")
    page.goto(page.locator("#instructions-link").get_attribute("href") or "")
    shoot(page, "instructions-phone-dark")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    shoot(page, "instructions")
    assert complaints == []
