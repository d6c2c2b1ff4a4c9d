"""A week's hours painted in a real browser: by mouse, by keyboard, by touch, by operators and by buyers."""

import random

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from leadhouse.kit.hours import WEEKDAYS, WeekHours, parse_hours
from leadhouse.parties import queries
from leadhouse.parties.apply import Applied, apply
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import Role
from tests.report.report_market import MARKET, open_market
from tests.web.console_desk import PASSWORD, employ
from tests.web.looking import PHONE, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR, DAY = 60, 24 * 60


def schedule(key: str = "acme-west") -> object:
    return queries.load_stored().entries[EntryKind.CAMPAIGN, key].config.get("schedule")


def hour(page: Page, day: int, at: int) -> str:
    return f"#f-schedule-grid tbody tr:nth-child({at + 1}) td:nth-child({day + 2})"


def open_week(page: Page) -> None:
    page.goto("/campaigns/acme-west/edit")
    page.wait_for_load_state("load")
    page.get_by_label("Only at these hours").check()
    expect(page.locator("#f-schedule-grid")).to_be_visible()


def some_text(random_one: random.Random) -> str:
    """Return hours of a day as somebody may have typed them, unreadable ones among them."""
    texts = []
    for _ in range(random_one.randrange(4)):
        start, end = random_one.randrange(DAY), random_one.randrange(DAY + 1)
        texts.append(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}")
    return random_one.choice((", ", ",", ";")).join(texts)


def read(texts: list[str]) -> set[int]:
    """Return the open minutes of a week as the house reads it, text by text: a wrong one opens nothing."""
    found: set[int] = set()
    for day, typed in zip(WEEKDAYS, texts, strict=True):
        for one in typed.replace(";", ",").split(","):
            try:
                hours = parse_hours({day: [one]}) if one.strip() else WeekHours(())
            except ValueError:
                continue
            for start, end in hours.ranges:
                found.update(range(start, end))
    return found


def test_painting_writes_exactly_what_was_painted_and_keeps_the_words_of_other_days(page: Page) -> None:
    open_week(page)
    chance = random.Random(7)
    for _ in range(60):
        texts = [some_text(chance) for _ in WEEKDAYS]
        days = sorted(chance.sample(range(7), chance.randrange(1, 8)))
        hours = list(range(*sorted(chance.sample(range(25), 2))))
        opens = chance.random() < 0.5
        painted = page.evaluate(
            "([texts, block]) => leadhouseWeek.painted(texts, block)",
            [texts, {"days": days, "hours": hours, "open": opens}],
        )
        block = {day * DAY + at * HOUR + minute for day in days for at in hours for minute in range(HOUR)}
        wanted = read(texts) | block if opens else read(texts) - block
        assert read(painted) == wanted, (texts, days, hours, opens, painted)
        again = page.evaluate(
            "([texts, block]) => leadhouseWeek.painted(texts, block)",
            [painted, {"days": days, "hours": hours, "open": opens}],
        )
        assert again == painted
        shown = page.evaluate("(texts) => leadhouseWeek.shares(texts)", painted)
        assert shown == [
            [sum(day * DAY + at * HOUR + minute in wanted for minute in range(HOUR)) for at in range(24)]
            for day in range(7)
        ]


def test_a_night_keeps_its_words_when_another_day_is_painted(page: Page) -> None:
    open_week(page)
    texts = ["8:00-12:00,13:00-17:00", "22:00-06:00", "", "", "", "22:00-24:00", "nine to five"]
    painted = page.evaluate(
        "(texts) => leadhouseWeek.painted(texts, { days: [3], hours: [9, 10], open: true })", texts
    )
    assert painted == [*texts[:3], "09:00-11:00", *texts[4:]]


def test_hours_are_painted_by_mouse_and_are_what_the_market_file_says(
    page: Page, complaints: list[str]
) -> None:
    open_week(page)
    expect(page.locator("#s-schedule")).to_contain_text("times of America/Denver")
    page.locator(hour(page, 0, 9)).hover()
    page.mouse.down()
    page.locator(hour(page, 4, 16)).hover()
    page.mouse.up()
    for label in ("Monday", "Wednesday", "Friday"):
        expect(page.get_by_label(label, exact=True)).to_have_value("09:00-17:00")
    expect(page.locator("#plan")).to_contain_text("schedule")
    page.get_by_label("Saturday", exact=True).fill("10:30-12:00")
    expect(page.locator(hour(page, 5, 10))).to_have_attribute(
        "aria-label", "Saturday 10:00 to 11:00, partly open"
    )
    page.get_by_role("button", name="12:00, every day").click()
    page.get_by_role("button", name="12:00, every day").click()
    page.get_by_role("button", name="Friday, the whole day").click()
    shoot(page, "market-week")
    page.locator("#plan").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    broken = ["09:00-12:00", "13:00-17:00"]
    assert schedule() == {
        **dict.fromkeys(("mon", "tue", "wed", "thu"), broken),
        "fri": ["00:00-24:00"],
        "sat": ["10:30-12:00"],
    }
    assert apply(read_market_text(to_yaml(exported_tree(queries.load_stored())))) == Applied(())
    assert complaints == []


def test_hours_are_painted_by_keyboard_alone(page: Page, complaints: list[str]) -> None:
    open_week(page)
    page.get_by_role("button", name="The whole week").focus()
    keys = page.keyboard
    for key in ("ArrowRight", "PageDown", "ArrowDown", "ArrowDown", "ArrowDown"):
        keys.press(key)
    expect(page.locator(hour(page, 0, 8))).to_be_focused()
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "Space"):
        keys.press(key)
    expect(page.get_by_label("Monday", exact=True)).to_have_value("08:00-11:00")
    expect(page.get_by_label("Tuesday", exact=True)).to_have_value("08:00-11:00")
    expect(page.locator("#f-schedule-said")).to_have_text("6 hours opened")
    keys.press("Space")
    expect(page.get_by_label("Tuesday", exact=True)).to_have_value("08:00-10:00")
    keys.press("Control+Home")
    keys.press("End")
    keys.press("Enter")
    expect(page.get_by_label("Sunday", exact=True)).to_have_value("00:00-24:00")
    expect(page.locator("#plan")).to_contain_text("schedule")
    assert complaints == []


def test_a_buyer_paints_its_hours_by_touch_where_it_may(
    chromium: Browser, live_server: LiveServer, complaints: list[str]
) -> None:
    open_market(MARKET.replace("name: Acme Roofing", "name: Acme Roofing\n    buyer_may: [schedule]"))
    employ("owner@acme.example", Role.COMPANY_OWNER, company="acme")
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE, has_touch=True, locale="en-US")  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Email").fill("owner@acme.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your leads")).to_be_visible()
    page.goto("/buyer/campaigns/acme-west")
    page.wait_for_load_state("load")
    for at in (9, 10):
        page.locator(f"#schedule-grid tbody tr:nth-child({at + 1}) td:nth-child(4)").tap()
    expect(page.get_by_label("Wednesday", exact=True)).to_have_value("09:00-11:00")
    shoot(page, "portal-week-phone")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert schedule() == {"wed": ["09:00-11:00"]}
    context.close()
    assert complaints == []
