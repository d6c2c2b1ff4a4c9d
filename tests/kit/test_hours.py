"""Opening hours mean what the wall clock shows, minute by minute, over every clock change."""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.hours import ALWAYS, WEEKDAYS, WeekHours, is_open, next_opening, parse_hours

MINUTE = timedelta(minutes=1)
Config = dict[str, list[str]]

clock_texts = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
range_texts = st.tuples(clock_texts, clock_texts).filter(lambda pair: pair[0] != pair[1]).map("-".join)
configs = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(range_texts, max_size=3))


def is_open_by_the_wall(config: Config, wall: datetime) -> bool:
    """The oracle: read the texts afresh and compare what the wall clock shows with them."""
    shown = wall.strftime("%H:%M")
    today, yesterday = WEEKDAYS[wall.weekday()], WEEKDAYS[wall.weekday() - 1]
    for start, end in (text.split("-") for text in config.get(today, [])):
        if start <= shown and (shown < end or end < start):
            return True
    return any(
        end < start and shown < end for start, end in (t.split("-") for t in config.get(yesterday, []))
    )


def clock_change(zone: ZoneInfo, since: datetime) -> datetime:
    """Return the hour after `since` in which the zone's offset changes next."""
    offset = since.astimezone(zone).utcoffset()
    while since.astimezone(zone).utcoffset() == offset:
        since += timedelta(hours=1)
    return since


@pytest.mark.parametrize(
    "name",
    [
        "America/New_York",
        "America/Havana",
        "America/Santiago",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "Atlantic/Azores",
        "Australia/Lord_Howe",
        "Europe/London",
        "Pacific/Chatham",
    ],
)
def test_openings_equal_a_minute_by_minute_oracle_over_both_clock_changes(name: str) -> None:
    zone = ZoneInfo(name)
    chance = random.Random(name)
    first = clock_change(zone, datetime(2026, 1, 1, tzinfo=UTC))
    for change in (first, clock_change(zone, first)):
        for _ in range(3):
            configs = [random_config(chance), random_config(chance)]
            compare_with_oracle(configs, zone, change - timedelta(days=4), chance)


def random_config(chance: random.Random) -> Config:
    """Hours that often begin or end inside the hours which clock changes skip or repeat."""
    times = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 17, 30)]
    early = [text for text in times if text < "03:30"]
    config: Config = {}
    for name in WEEKDAYS:
        pairs = [(chance.choice(early), chance.choice(times)), (chance.choice(times), chance.choice(early))]
        config[name] = ["-".join(pair) for pair in pairs if pair[0] != pair[1] and chance.random() < 0.6]
    return config


def compare_with_oracle(
    configs: Sequence[Config], zone: ZoneInfo, start: datetime, chance: random.Random
) -> None:
    hours = [parse_hours(config) for config in configs]
    minutes = [start + number * MINUTE for number in range(8 * 1440)]
    walls = [minute.astimezone(zone) for minute in minutes]
    opened = [[is_open_by_the_wall(config, wall) for wall in walls] for config in configs]
    for each, expected in zip(hours, opened, strict=True):
        assert [is_open(each, zone, minute) for minute in minutes] == expected
    until = minutes[-1] + MINUTE
    following: datetime | None = None
    expected_next: list[datetime | None] = []
    for number in reversed(range(len(minutes))):
        following = minutes[number] if all(each[number] for each in opened) else following
        expected_next.append(following)
    expected_next.reverse()
    for number in chance.sample(range(len(minutes)), 400):
        assert next_opening(hours, zone, minutes[number], until) == expected_next[number]


def test_an_opening_is_exact_from_the_middle_of_a_minute() -> None:
    hours = parse_hours({"mon": ["08:00-18:00"]})
    denver = ZoneInfo("America/Denver")
    before = datetime(2026, 11, 23, 14, 59, 59, 999_999, UTC)
    inside = datetime(2026, 11, 23, 16, 0, 12, 345, UTC)
    monday = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert next_opening([hours], denver, before, before + timedelta(days=1)) == monday
    assert next_opening([hours], denver, inside, inside + timedelta(days=1)) == inside
    assert not is_open(hours, denver, before)
    assert is_open(hours, denver, monday)
    assert not is_open(hours, denver, datetime(2026, 11, 24, 1, tzinfo=UTC))


def test_an_opening_at_the_limit_is_too_late() -> None:
    hours = parse_hours({"mon": ["08:00-18:00"]})
    zone = ZoneInfo("UTC")
    sunday, monday = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert next_opening([hours], zone, sunday, monday) is None
    assert next_opening([hours], zone, sunday, monday + timedelta(microseconds=1)) == monday
    assert next_opening([hours], zone, monday, monday) is None


def test_hours_that_never_meet_never_open() -> None:
    morning, evening = parse_hours({"mon": ["06:00-12:00"]}), parse_hours({"mon": ["12:00-18:00"]})
    start = datetime(2026, 11, 22, tzinfo=UTC)
    assert next_opening([morning, evening], ZoneInfo("UTC"), start, start + timedelta(days=30)) is None
    assert next_opening([parse_hours({})], ZoneInfo("UTC"), start, start + timedelta(days=30)) is None


def test_always_and_no_hours_at_all_are_open_at_once() -> None:
    start = datetime(2026, 11, 22, 3, 4, 5, 6, UTC)
    zone = ZoneInfo("Asia/Kathmandu")
    assert is_open(ALWAYS, zone, start)
    assert next_opening([ALWAYS], zone, start, start + MINUTE) == start
    assert next_opening([], zone, start, start + MINUTE) == start


def test_ranges_that_touch_or_overlap_are_one() -> None:
    joined = parse_hours({"tue": ["12:00-18:00", "08:00-12:30", "18:00-19:00"]})
    assert joined == parse_hours({"tue": ["8:00-19:00"]}) == WeekHours(((1440 + 480, 1440 + 1140),))
    assert parse_hours({day: ["00:00-24:00"] for day in WEEKDAYS}) == ALWAYS


def test_a_night_runs_into_the_next_day_and_from_sunday_into_monday() -> None:
    whole = {"mon": ["00:00-06:00"], "sun": ["22:00-24:00"]}
    assert parse_hours({"sun": ["22:00-06:00"]}) == parse_hours(whole)
    assert parse_hours({"fri": ["22:00-00:00"]}) == parse_hours({"fri": ["22:00-24:00"]})


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"monday": ["08:00-18:00"]}, "'monday' is not a day: use mon, tue"),
        ({"mon": ["8-18"]}, "mon: '8-18' is not a range of hours"),
        ({"tue": ["08:00-25:00"]}, "tue: '08:00-25:00' has no such time of day as 25:00"),
        ({"wed": ["08:60-10:00"]}, "wed: '08:60-10:00' has no such time of day as 08:60"),
        ({"thu": ["08:00-08:00"]}, "thu: '08:00-08:00' is empty"),
        ({"fri": ["24:00-08:00"]}, "fri: '24:00-08:00' is empty"),
        ({"sat": "08:00-18:00"}, "sat: '08:00-18:00' is not a list of ranges"),
        ({"sun": None}, "sun: None is not a list of ranges"),
        ({"mon": [480]}, "mon: 480 is not a range of hours"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_day(config: Config, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_hours(config)


@given(configs)
def test_equal_hours_have_equal_hashes(config: Config) -> None:
    hours = parse_hours(config)
    again = parse_hours(dict(reversed(config.items())))
    assert again == hours
    assert hash(again) == hash(hours)


@given(st.text(), st.text())
def test_any_text_is_hours_or_a_value_error(name: str, text: str) -> None:
    for day in (name, "mon"):
        with suppress(ValueError):
            assert isinstance(parse_hours({day: [text]}), WeekHours)
