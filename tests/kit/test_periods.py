"""Local days, weeks and months cut the line of time without a gap or an overlap, in every zone."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from leadhouse.kit.periods import Period, day, first_instant, month, week

ONE_DAY = timedelta(days=1)
ZONES = sorted(available_timezones())
# Clocks that jump over midnight, go back over it, change by half an hour, or change four times a year.
HARD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Scoresbysund",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]


def noon(zone: ZoneInfo, local: date) -> datetime:
    return datetime.combine(local, time(12), zone).astimezone(UTC)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + number * ONE_DAY for number in range((date(year + 1, 1, 1) - first).days)]


def test_days_partition_a_year_in_every_zone() -> None:
    """Every zone name, one year each drawn from 2020..2035 (the hard zones get all of them below)."""
    years = random.Random(5)
    for name in ZONES:
        zone = ZoneInfo(name)
        days = days_of(years.randint(2020, 2035))
        previous = day(zone, noon(zone, days[0] - ONE_DAY))
        for local in days:
            today = day(zone, noon(zone, local))
            assert today.start == previous.end, (name, local)
            assert today.contains(noon(zone, local)), (name, local)
            assert today.start.astimezone(zone).date() == local, (name, local)
            assert timedelta(hours=22) <= today.end - today.start <= timedelta(hours=26), (name, local)
            previous = today


@pytest.mark.parametrize("name", HARD_ZONES)
def test_days_of_hard_zones_start_at_their_first_minute(name: str) -> None:
    zone = ZoneInfo(name)
    for year in range(2020, 2036):
        for local in days_of(year):
            start = first_instant(zone, local)
            assert start.astimezone(zone).date() == local
            if noon(zone, local) - noon(zone, local - ONE_DAY) != ONE_DAY or (
                noon(zone, local + ONE_DAY) - noon(zone, local) != ONE_DAY
            ):
                assert start == first_minute_by_search(zone, local), (name, local)


def first_minute_by_search(zone: ZoneInfo, local: date) -> datetime:
    """Find a date's first minute by looking at every minute since the noon before."""
    instant = noon(zone, local - ONE_DAY)
    while instant.astimezone(zone).date() < local:
        instant += timedelta(minutes=1)
    return instant


@pytest.mark.parametrize("kind", [day, week, month])
def test_any_instant_lies_in_its_period_and_both_edges_are_half_open(kind: object) -> None:
    assert callable(kind)
    chance = random.Random(7)
    for name in ZONES:
        zone = ZoneInfo(name)
        instant = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(16 * 365 * 86_400))
        period = kind(zone, instant)
        assert period.contains(instant)
        assert kind(zone, period.start) == period
        assert kind(zone, period.end - timedelta(microseconds=1)) == period
        assert kind(zone, period.end).start == period.end
        assert not period.contains(period.end)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    zone = ZoneInfo("America/Denver")
    instant = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)  # 23:00 on Saturday 31 October in Denver
    assert week(zone, instant) == Period(
        datetime(2026, 10, 26, 6, tzinfo=UTC), datetime(2026, 11, 2, 7, tzinfo=UTC)
    )
    assert month(zone, instant) == Period(
        datetime(2026, 10, 1, 6, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)
    )


def test_december_and_february_end_where_the_next_month_begins() -> None:
    zone = ZoneInfo("UTC")
    assert month(zone, datetime(2027, 12, 31, 23, tzinfo=UTC)).end == datetime(2028, 1, 1, tzinfo=UTC)
    assert month(zone, datetime(2028, 2, 29, 12, tzinfo=UTC)) == Period(
        datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)
    )


def test_new_york_days_have_23_and_25_hours() -> None:
    zone = ZoneInfo("America/New_York")
    spring = day(zone, datetime(2026, 3, 8, 12, tzinfo=UTC))
    autumn = day(zone, datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


def test_a_day_without_midnight_begins_with_the_jump() -> None:
    assert first_instant(ZoneInfo("Africa/Cairo"), date(2026, 4, 24)) == datetime(2026, 4, 23, 22, tzinfo=UTC)


def test_a_day_with_two_midnights_begins_at_the_first() -> None:
    assert first_instant(ZoneInfo("America/Havana"), date(2026, 11, 1)) == datetime(
        2026, 11, 1, 4, tzinfo=UTC
    )


def test_a_clock_put_back_over_midnight_stays_in_the_day_that_has_begun() -> None:
    """St. John's went from 00:01 back to 23:01 of the day before until 2011."""
    zone = ZoneInfo("America/St_Johns")
    second_2330 = datetime(2010, 11, 7, 3, 0, tzinfo=UTC)
    assert second_2330.astimezone(zone).isoformat() == "2010-11-06T23:30:00-03:30"
    sunday = day(zone, second_2330)
    assert sunday == Period(
        datetime(2010, 11, 7, 2, 30, tzinfo=UTC), datetime(2010, 11, 8, 3, 30, tzinfo=UTC)
    )
    assert day(zone, sunday.start - timedelta(seconds=1)).end == sunday.start
