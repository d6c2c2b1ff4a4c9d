"""Journeys of people in a real browser: invited, with a second factor, rejecting a lead; in every look."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from leadhouse.parties.people.changing import person_named
from leadhouse.parties.types import Role
from leadhouse.store.run import database_now
from tests.report.report_market import MARKET, open_market, person, post
from tests.web.console_desk import PASSWORD, employ, walk
from tests.web.looking import DESK, PHONE, search_by_keyboard, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def enter(page: Page, secret: str, later: int = 0) -> None:
    at = database_now() + timedelta(seconds=later)
    page.locator("#code").fill(pyotp.TOTP(secret).at(int(at.timestamp())))
    page.keyboard.press("Enter")


def test_somebody_is_invited_and_turns_the_second_factor_on(
    context: BrowserContext, complaints: list[str]
) -> None:
    employ("operator@demo.example", Role.OPERATOR)
    page = context.new_page()
    sign_in(page, "operator@demo.example")
    page.get_by_role("link", name="People").click()
    expect(page).to_have_url(re.compile(r"/people$"))
    shoot(page, "portal-people")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Email").fill("ann@demo.example")
    page.get_by_label("Role").select_option("company_owner")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("#id_company-fault")).to_contain_text("Choose the company")
    shoot(page, "portal-invite")
    page.get_by_label("Role").select_option("analyst")
    page.get_by_role("button", name="Send the invitation").click()
    address = page.get_by_label("The link").input_value()
    shoot(page, "portal-link")
    page.get_by_role("button", name="operator@demo.example").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile(r"/sign-in"))
    page.goto(re.sub(r"^http://[^/]+", "", address))
    shoot(page, "portal-welcome")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is set")
    sign_in(page, "ann@demo.example")
    expect(page.locator(".console-bar")).to_be_visible()
    page.goto("/account/second-factor")
    shoot(page, "portal-second-factor")
    secret = page.locator(".portal-secret").inner_text()
    enter(page, secret)
    expect(page.locator(".portal-codes li")).to_have_count(10)
    shoot(page, "portal-recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile(r"/account$"))
    shoot(page, "portal-account")
    page.get_by_role("button", name="ann@demo.example").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(re.compile(r"/sign-in"))
    sign_in(page, "ann@demo.example")
    expect(page).to_have_url(re.compile(r"/sign-in/code$"))
    shoot(page, "portal-code")
    enter(page, secret, later=30)
    expect(page).to_have_url(re.compile(r"/$"))
    # The browser tells of the invitation without a company, which was answered 422.
    assert [one for one in complaints if "422" not in one] == []


def test_a_buyer_finds_a_lead_and_rejects_it(context: BrowserContext, complaints: list[str]) -> None:
    for number in range(1, 4):
        post(
            "calculator",
            person(number, first_name="Louis", last_name=("Espinoza", "Garcia", "Smith")[number - 1]),
        )
    walk()
    employ("agent@acme.example", Role.COMPANY_AGENT, company="acme")
    page = context.new_page()
    sign_in(page, "agent@acme.example")
    expect(page.get_by_role("heading", name="Your leads")).to_be_visible()
    search_by_keyboard(page, "garcia")
    expect(page).to_have_url(re.compile(r"q=garcia"))
    shoot(page, "portal-bought-leads")
    page.get_by_role("link", name="Louis Garcia").click()
    page.get_by_label("New note").fill("Nobody picks up.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".portal-remark")).to_contain_text("Nobody picks up.")
    page.get_by_label("Reject: credits $35.00").select_option("wrong_number")
    shoot(page, "portal-bought-lead")
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.locator(".portal-said")).to_contain_text("Wrong number, $35.00 credited")
    expect(page.get_by_role("button", name="Reject", exact=True)).to_have_count(0)
    assert complaints == []


@pytest.mark.usefixtures("mail_folder")
@pytest.mark.parametrize(
    ("scheme", "size", "may"), [("dark", DESK, "bids, caps, schedule, status"), ("light", PHONE, "")]
)
def test_pages_of_people_are_sound_in_every_look(
    context: BrowserContext, complaints: list[str], scheme: str, size: dict[str, int], may: str
) -> None:
    by_mail = MARKET.replace("{method: portal}", '{method: email, to: ["desk@acme.example"]}', 1)
    open_market(by_mail.replace("name: Acme Roofing", f"name: Acme Roofing\n    buyer_may: [{may}]"))
    post("calculator", person(1))
    walk()
    employ("owner@acme.example", Role.COMPANY_OWNER, company="acme")
    employ("operator@demo.example", Role.OPERATOR)
    employ("user@calculator.example", Role.SOURCE_USER, source="calculator")
    owner = person_named("owner@acme.example").id
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    suffix = "phone" if size is PHONE else scheme
    for email, addresses in (
        (
            "owner@acme.example",
            (
                "/buyer/leads",
                "/buyer/campaigns",
                "/buyer/campaigns/acme-west",
                "/buyer/wallet",
                "/buyer/invoice",
                "/buyer/people",
                "/buyer/keys",
                "/account",
            ),
        ),
        ("user@calculator.example", ("/source/posts", "/source/payouts", "/source/keys")),
        ("operator@demo.example", ("/people", f"/people/{owner}", "/audit")),
    ):
        context.clear_cookies()
        sign_in(page, email)
        expect(page.locator(".console-bar")).to_be_visible()
        for address in addresses:
            page.goto(address)
            shoot(page, f"portal-{address.strip('/').replace('/', '-')}-{suffix}")
        if email.startswith("owner"):
            page.goto("/buyer/leads")
            page.locator(".lead-link").first.click()
            expect(page).to_have_url(re.compile(r"/buyer/leads/[0-9a-f-]+$"))
            page.get_by_text("What was sent").click()
            expect(page.get_by_label("What was sent")).to_contain_text("To: desk@acme.example")
            shoot(page, f"portal-buyer-lead-{suffix}")
    assert complaints == []
