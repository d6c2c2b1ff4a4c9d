"""Local days, weeks and months as half-open spans of instants, right over every clock change."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

# One name for each clock that is kept in the United States.
US_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class Period(Struct, frozen=True):
    """The instants from `start` (in) to `end` (out), both aware UTC."""

    start: datetime
    end: datetime

    def contains(self, instant: datetime) -> bool:
        """Return whether the instant lies in start <= instant < end."""
        return self.start <= instant < self.end


def day(zone: ZoneInfo, instant: datetime) -> Period:
    """Return the zone's local day that holds the instant."""
    local = _local_date(zone, instant)
    return _span(zone, local, local + _DAY)


def week(zone: ZoneInfo, instant: datetime) -> Period:
    """Return the zone's local week, Monday to Monday, that holds the instant."""
    local = _local_date(zone, instant)
    monday = local - timedelta(days=local.weekday())
    return _span(zone, monday, monday + _WEEK)


def month(zone: ZoneInfo, instant: datetime) -> Period:
    """Return the zone's local calendar month that holds the instant."""
    first = _local_date(zone, instant).replace(day=1)
    return _span(zone, first, (first + 31 * _DAY).replace(day=1))


@lru_cache(maxsize=16_384)
def first_instant(zone: ZoneInfo, local: date) -> datetime:
    """Return the UTC instant at which the local date begins.

    Where midnight occurs twice it is the first one; where the clocks jump over it, the instant of the jump.
    """
    midnight = datetime.combine(local, time(), zone)
    first = midnight.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return first
    # PEP 495: in a gap fold=1 takes the later offset and so lies before the jump, fold=0 after it.
    return offset_change(zone, midnight.replace(fold=1).astimezone(UTC), first)


def offset_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the UTC second at which the offset becomes that of `after`; only one change lies between."""
    later = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        reached = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == later
        low, high = (low, middle) if reached else (middle, high)
    return before + timedelta(seconds=high)


def _span(zone: ZoneInfo, first: date, after: date) -> Period:
    return Period(first_instant(zone, first), first_instant(zone, after))


def _local_date(zone: ZoneInfo, instant: datetime) -> date:
    """Return the date whose span holds it; clocks put back over midnight show the day before twice."""
    shown = instant.astimezone(zone).date()
    if first_instant(zone, shown + _DAY) <= instant:
        return shown + _DAY
    return shown
