"""A day at the console in a real browser: signing in, finding, reading, following, in every look."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from leadhouse.amend.queries import propose
from leadhouse.amend.types import Action
from leadhouse.store.run import execute
from tests.report.report_market import LOUIS, person, post
from tests.web.console_desk import PASSWORD, sold_lead
from tests.web.looking import DESK, PHONE, shoot, some_leads

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operator_finds_a_lead_and_reads_its_story(page: Page, complaints: list[str]) -> None:
    lead_id = some_leads()
    page.goto("/")
    page.keyboard.press("/")
    expect(page.get_by_label("Find a lead")).to_be_focused()
    page.keyboard.type("(302) 321-0001")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Louis Espinoza").click()
    expect(page).to_have_url(re.compile(f"/leads/{lead_id}$"))
    expect(page).to_have_title(re.compile("Louis Espinoza, consumer [0-9]+ · Test · leadhouse"))
    allocated = page.locator(".event", has_text="Allocate:")
    expect(allocated.locator("pre")).to_be_hidden()
    allocated.locator("summary").click()
    expect(allocated.locator("pre")).to_contain_text('"net": 2')
    page.get_by_role("link", name="Outside its area 1").click()
    expect(page.locator(".campaign-table tbody tr")).to_have_count(1)
    expect(page.locator(".campaign-table")).to_contain_text("best-utah")
    page.get_by_role("link", name="All 3").click()
    expect(page.locator(".campaign-table tbody tr")).to_have_count(3)
    page.get_by_label("Find a campaign or company").press_sequentially("acme")
    expect(page.locator(".campaign-table tbody tr")).to_have_count(1)
    expect(page.get_by_label("Find a campaign or company")).to_be_focused()
    assert complaints == []


def test_the_list_keeps_itself_fresh_without_moving_the_reader(page: Page, complaints: list[str]) -> None:
    first = sold_lead(1)
    page.goto("/leads")
    link = page.locator(f"#lead-{first} a")
    link.focus()
    newer = post("calculator", person(2, first_name="Newer"))
    expect(page.locator("#lead-rows tr").first).to_have_attribute("id", f"lead-{newer}")
    expect(link).to_be_focused()
    assert complaints == []


def test_filters_open_narrow_and_clear(page: Page, complaints: list[str]) -> None:
    some_leads()
    page.goto("/leads")
    expect(page.locator("#id_status")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.locator("#id_status").select_option("disqualified")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#lead-rows tr")).to_have_count(1)
    expect(page.locator("#id_status")).to_have_value("disqualified")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
        page.get_by_role("link", name="Every field").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert len(text.splitlines()) == 2
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#lead-rows tr")).to_have_count(10)
    assert complaints == []


def test_the_look_and_the_zone_are_remembered_and_dates_are_the_devices_before(
    page: Page, complaints: list[str]
) -> None:
    post("calculator", LOUIS)
    page.goto("/leads")
    page.get_by_role("button", name="operator@demo.example").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator(".page-sub")).to_contain_text("dates in Europe/Berlin")
    expect(page.get_by_role("button", name="Europe/Berlin this device")).to_have_attribute(
        "aria-pressed", "true"
    )
    shoot(page, "zones")
    page.get_by_role("button", name="UTC").click()
    expect(page.locator(".page-sub")).to_contain_text("dates in UTC")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="operator@demo.example").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    page.get_by_role("button", name="operator@demo.example").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the console")).to_be_visible()
    page.get_by_label("Email").fill("operator@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".console-foot")).to_contain_text("Dates in UTC")
    assert complaints == []


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    post("calculator", LOUIS)
    page.goto("/leads")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    assert page.get_by_role("link", name="Skip to the content").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Saved")).to_be_focused()
    page.get_by_role("link", name="Louis Espinoza").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Louis Espinoza")).to_be_visible()


def test_a_wrong_password_is_told_beside_the_form(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/sign-in")
    expect(page.get_by_label("Email")).to_be_focused()
    page.get_by_label("Email").fill("operator@demo.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Email")).to_have_value("operator@demo.example")
    expect(page.get_by_label("Password")).to_be_focused()
    shoot(page, "sign-in")


@pytest.mark.parametrize(("look", "size"), [("light", DESK), ("dark", DESK), ("light", PHONE)])
def test_every_page_is_sound_in_every_look(
    page: Page, complaints: list[str], look: str, size: dict[str, int]
) -> None:
    lead_id = some_leads()
    execute("DELETE FROM timeline_work", {})
    page.emulate_media(color_scheme=look)  # type: ignore[arg-type]
    page.set_viewport_size(size)  # type: ignore[arg-type]
    suffix = look if size is DESK else "phone"
    batch_id = propose(Action.MARK_TEST, [UUID(lead_id)], by="operator@demo.example", asked="source fixr")
    addresses = {
        "today": "/",
        "leads": "/leads",
        "columns": "/leads?cols=person,email,phone,margin,channel,reason&sort=oldest",
        "filters": "/leads?status=sold&q=nobody",
        "lead": f"/leads/{lead_id}",
        "correct": f"/leads/{lead_id}/correct",
        "erase": f"/leads/{lead_id}/erase",
        "many": "/leads/many",
        "batch": f"/leads/many/{batch_id}",
        "month": "/?month=2020-01",
    }
    for name, address in addresses.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        shoot(page, f"{name}-{suffix}")
    assert complaints == []
    page.goto("/nowhere")
    expect(page.get_by_role("heading", name="Nothing is here")).to_be_visible()
    shoot(page, f"nowhere-{suffix}")
