"""Opening hours of a week on the wall clock: reading them, and when they are open."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadhouse.kit.periods import offset_change

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_DAY = 1_440
# Minutes of a week.
WEEK = 7 * _DAY
_RANGE = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*")
# No zone changes its offset twice within half a day, so probing this often finds every change.
_PROBE = timedelta(hours=12)

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeekHours:
    """When something is open in a week: sorted, disjoint [from, to) ranges in minutes since Monday 00:00."""

    ranges: tuple[Range, ...]


ALWAYS = WeekHours(((0, WEEK),))


def parse_hours(days: Mapping[str, Sequence[str]]) -> WeekHours:
    """Read {"mon": ["08:00-18:00"], …}; a missing day is closed, 22:00-06:00 runs into the next day.

    Raises ValueError naming the day and the text that cannot be read.
    """
    ranges: list[Range] = []
    for name, texts in days.items():
        if name not in WEEKDAYS:
            raise ValueError(f"{name!r} is not a day: use {', '.join(WEEKDAYS)}")
        if not _is_list(texts):
            raise ValueError(f'{name}: {texts!r} is not a list of ranges: write ["08:00-18:00"]')
        for text in texts:
            ranges.extend(_parse_range(name, text))
    return WeekHours(_merged(ranges))


def is_open(hours: WeekHours, zone: ZoneInfo, instant: datetime) -> bool:
    """Return whether the zone's wall clock at the instant stands inside the hours."""
    minute = minute_of_week(instant.astimezone(zone))
    return any(start <= minute < end for start, end in hours.ranges)


def next_opening(
    hours: Sequence[WeekHours], zone: ZoneInfo, after: datetime, until: datetime
) -> datetime | None:
    """Return the first UTC instant in after <= instant < until at which all the hours are open, or None."""
    ranges = joint(tuple(hours))
    if not ranges:
        return None
    for start, end in _steady_spans(zone, after.astimezone(UTC), until.astimezone(UTC)):
        opening = start + _wait(ranges, start.astimezone(zone))
        if opening < end:
            return opening
    return None


def steady_until(boundaries: Sequence[int], zone: ZoneInfo, minute: datetime) -> datetime:
    """Return a UTC instant before which the zone's wall clock, from this whole minute on, passes no boundary.

    `boundaries` are minutes of the week in order. It is half a day away at most, and a minute only
    where the clock is changed before.
    """
    wall = minute.astimezone(zone)
    shown = minute_of_week(wall)
    place = bisect_right(boundaries, shown)
    following = boundaries[place] if place < len(boundaries) else boundaries[0] + WEEK if boundaries else WEEK
    until = minute.astimezone(UTC) + min(timedelta(minutes=following - shown), _PROBE)
    is_steady = until.astimezone(zone).utcoffset() == wall.utcoffset()
    return until if is_steady else minute.astimezone(UTC) + timedelta(minutes=1)


def _is_list(texts: object) -> bool:
    return isinstance(texts, Sequence) and not isinstance(texts, str)


def _parse_range(name: str, text: object) -> list[Range]:
    found = _RANGE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{name}: {text!r} is not a range of hours: write it like 08:00-18:00")
    start, end = (
        _minute(name, text, hour, minute) for hour, minute in (found.group(1, 2), found.group(3, 4))
    )
    if start in (end, _DAY):
        raise ValueError(f"{name}: {text!r} is empty: write 00:00-24:00 for the whole day")
    midnight = WEEKDAYS.index(name) * _DAY
    if start < end:
        return [(midnight + start, midnight + end)]
    morrow = (midnight + _DAY) % WEEK
    return [(midnight + start, midnight + _DAY), (morrow, morrow + end)]


def _minute(name: str, text: object, hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _DAY:
        raise ValueError(f"{name}: {text!r} has no such time of day as {hour}:{minute}")
    return total


def _merged(ranges: list[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


@lru_cache(maxsize=4_096)
def joint(hours: tuple[WeekHours, ...]) -> tuple[Range, ...]:
    """Return the ranges in which all the hours are open."""
    common = ALWAYS.ranges
    for each in hours:
        pairs = [(max(a, c), min(b, d)) for a, b in common for c, d in each.ranges]
        common = tuple(sorted(pair for pair in pairs if pair[0] < pair[1]))
    return common


def _steady_spans(zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Cut after..until where the zone's offset changes, so that within a span wall time runs evenly."""
    start = probe = after
    while probe < until:
        following = min(probe + _PROBE, until)
        if probe.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            change = _whole_second_change(zone, probe, following)
            yield start, change
            start = change
        probe = following
    if start < until:
        yield start, until


def _whole_second_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the change between two instants; changes fall on whole seconds, the instants need not."""
    whole = after.replace(microsecond=0) + timedelta(seconds=1)
    return offset_change(zone, before.replace(microsecond=0), whole)


def _wait(ranges: tuple[Range, ...], wall: datetime) -> timedelta:
    """Return how long from this wall time until the ranges are open, were no clock changed."""
    minute = minute_of_week(wall)
    into_minute = timedelta(seconds=wall.second, microseconds=wall.microsecond)
    for start, end in ranges:
        if minute < end:
            return max(timedelta(0), timedelta(minutes=start - minute) - into_minute)
    return timedelta(minutes=ranges[0][0] + WEEK - minute) - into_minute


def minute_of_week(wall: datetime) -> int:
    """Return the minutes since Monday 00:00 that a wall clock shows."""
    return wall.weekday() * _DAY + wall.hour * 60 + wall.minute
