"""Which days are to be kept now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from leadhouse.kit.periods import Period, first_instant

_DAY = timedelta(days=1)
# Changes of what is younger than a day are not marked; no transaction stays open for the two hours between.
SETTLED = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Kept:
    """A day as it is kept; `is_stirred` when something in it has changed since."""

    starts_at: datetime
    ends_at: datetime
    is_stirred: bool

    @property
    def period(self) -> Period:
        return Period(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Due:
    """Days to be kept, and the beginnings of kept days that count no more as they are."""

    keep: Sequence[Period]
    forget: Sequence[datetime]


def settled_days(zone: ZoneInfo, oldest: datetime, now: datetime) -> list[Period]:
    """Return the zone's days from that of an instant on to the last that has been over for long enough."""
    found = []
    day = oldest.astimezone(zone).date()
    while (end := first_instant(zone, day + _DAY)) <= now - SETTLED:
        found.append(Period(first_instant(zone, day), end))
        day += _DAY
    return found


def due(days: Sequence[Period], kept: Iterable[Kept], limit: int) -> Due:
    """Return what is to be done for up to `limit` days: those not kept yet first, the newest of them first.

    Kept days of another zone overlap with this one's and are forgotten at once.
    """
    listed = {one.period: one for one in kept}
    wanted = set(days)
    fresh = [one for one in reversed(days) if one not in listed]
    stirred = [one for one in reversed(days) if one in listed and listed[one].is_stirred]
    keep = [*fresh, *stirred][:limit]
    gone = {one.start for one in listed if one not in wanted} | {one.start for one in keep if one in listed}
    return Due(keep, sorted(gone))
