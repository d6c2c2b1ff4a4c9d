"""On a phone: one folded menu, nothing wider than the screen, an editor not hidden by its own bar."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from leadhouse.billing.queries import deposit
from leadhouse.kit.ids import new_id
from leadhouse.parties.types import Role
from leadhouse.web.console.navigation import places_of
from tests.report.statement.test_queries import company
from tests.web.console_desk import PASSWORD, employ
from tests.web.looking import PHONE, shoot, some_leads

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPERATORS = {
    "today": "/",
    "month": "/?period=month",
    "leads": "/leads",
    "many": "/leads/many",
    "companies": "/companies",
    "company": "/companies/acme",
    "payment": "/companies/acme/payments/new",
    "campaign": "/campaigns/acme-west",
    "sources": "/sources",
    "source": "/sources/calculator",
    "products": "/products",
    "product": "/products/roofing",
    "market": "/market",
    "people": "/people",
    "invite": "/people/invite",
    "changes": "/audit",
    "account": "/account",
    "second-factor": "/account/second-factor",
    "edit-company": "/companies/acme/edit",
    "edit-campaign": "/campaigns/acme-west/edit",
    "edit-source": "/sources/calculator/edit",
    "edit-product": "/products/roofing/edit",
    "edit-market": "/market/edit",
}
BUYERS = {
    "bought": "/buyer/leads",
    "feedback": "/buyer/feedback",
    "campaigns": "/buyer/campaigns",
    "own-campaign": "/buyer/campaigns/acme-west",
    "wallet": "/buyer/wallet",
    "invoice": "/buyer/invoice",
    "keys": "/buyer/keys",
    "colleagues": "/buyer/people",
}
SOURCES = {"posts": "/source/posts", "payouts": "/source/payouts", "source-keys": "/source/keys"}


def sign_in(context: BrowserContext, email: str) -> Page:
    page = context.new_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).not_to_have_url(re.compile("sign-in"))
    return page


def look_at(page: Page, pages: dict[str, str], look: str) -> None:
    page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    for name, address in pages.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        shoot(page, f"phone-{name}-{look}")


def test_no_page_is_wider_than_a_phone(context: BrowserContext, complaints: list[str]) -> None:
    lead_id = some_leads()
    deposit(company("acme"), 12_345, new_id(), "Wire 7")
    employ("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    employ("calc@source.example", Role.SOURCE_USER, source="calculator")
    page = sign_in(context, "operator@demo.example")
    look_at(page, OPERATORS | {"lead": f"/leads/{lead_id}"}, "light")
    for email, pages in (("boss@acme.example", BUYERS), ("calc@source.example", SOURCES)):
        context.clear_cookies()
        look_at(sign_in(context, email), pages, "dark")
    assert complaints == []


def test_the_menu_is_folded_and_opens_by_keyboard_and_by_tap(
    context: BrowserContext, complaints: list[str]
) -> None:
    page = sign_in(context, "operator@demo.example")
    page.wait_for_load_state("load")
    button, menu = page.get_by_role("button", name="Menu", exact=True), page.locator("#places-menu")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    for place in places_of(Role.OPERATOR):
        expect(menu.get_by_role("link", name=place.label, exact=True)).to_be_in_viewport(ratio=1)
    shoot(page, "phone-menu")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Today")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    menu.get_by_role("link", name="Sources").click()
    expect(page).to_have_url(re.compile(r"/sources$"))
    expect(menu).to_be_hidden()
    assert complaints == []


def test_what_saving_changes_leaves_the_phone_to_the_form(context: BrowserContext) -> None:
    page = sign_in(context, "operator@demo.example")
    page.goto("/campaigns/acme-west/edit")
    page.wait_for_load_state("load")
    box = page.locator("#plan").bounding_box()
    assert box
    assert box["height"] <= PHONE["height"] / 5
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_in_viewport(ratio=1)
