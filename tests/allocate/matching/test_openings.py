"""Who is closed at an instant, whatever was asked before: in many zones, over both changes of the clock."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from leadhouse.allocate.matching.openings import Group, Openings
from leadhouse.kit.hours import ALWAYS, WeekHours, is_open, parse_hours

ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "America/Phoenix",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Europe/London",
    )
]
HOURS = [
    parse_hours({"sun": ["01:00-03:00", "22:00-02:30"]}),
    parse_hours({day: ["09:00-17:30"] for day in ("mon", "tue", "fri")}),
    parse_hours({"sat": ["00:00-24:00"], "sun": ["00:00-24:00"]}),
    parse_hours({"sun": ["01:45-02:15"], "mon": ["00:00-00:01"]}),
    WeekHours(()),
    ALWAYS,
]
CHANGES = [
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
]


def groups() -> dict[int, Group | None]:
    """Campaigns of every zone and hours, some narrowed by a second schedule, and one that is always open."""
    found: dict[int, Group | None] = {1: None}
    for zone in ZONES:
        for one in HOURS:
            found[len(found) + 1] = (zone, (one,))
            found[len(found) + 1] = (zone, (one, HOURS[0]))
    return found


def closed_ones(known: dict[int, Group | None], now: datetime) -> list[int]:
    return [
        number
        for number, group in known.items()
        if group and not all(is_open(each, group[0], now) for each in group[1])
    ]


@pytest.mark.req("R000-42")
@pytest.mark.parametrize("change", CHANGES)
def test_minute_by_minute_over_a_change_of_the_clock(change: datetime) -> None:
    known = groups()
    openings = Openings(known.items())
    for minute in range(-200, 200):
        now = change + timedelta(minutes=minute, seconds=minute % 60)
        assert list(openings.closed_at(now)) == closed_ones(known, now)


def test_in_any_order_of_asking() -> None:
    known, chance = groups(), Random(3)
    openings = Openings(known.items())
    for _ in range(600):
        now = chance.choice(CHANGES) + timedelta(minutes=chance.uniform(-20_000, 20_000))
        assert list(openings.closed_at(now)) == closed_ones(known, now)


def test_edited_windows_are_those_made_anew() -> None:
    known = groups()
    gone = {number: known[number] for number in (1, 4, 9)}
    come: dict[int, Group | None] = {4: None, 9: (ZONES[0], (HOURS[3],)), 99: (ZONES[2], (HOURS[1],))}
    edited = Openings(known.items()).edited(gone.items(), come.items())
    now_known = {number: group for number, group in known.items() if number not in gone} | come
    for minute in range(0, 10_080, 97):
        now = CHANGES[0] + timedelta(minutes=minute)
        assert list(edited.closed_at(now)) == sorted(closed_ones(now_known, now))
