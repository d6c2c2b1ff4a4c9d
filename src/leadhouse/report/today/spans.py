"""Which instants a period means, and with which earlier ones it is compared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from leadhouse.kit.periods import Period, first_instant

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)


class Choice(StrEnum):
    """The periods that can be asked for; a week is the last seven days, today among them."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Spans:
    """A period up to now at most, and the earlier one beside it up to the same time of its day.

    `edges` and `edges_before` begin equal parts of each (hours of a day, else days), as many in both as are
    shown side by side; `first` and `last` are the period's local days.
    """

    period: Period
    before: Period
    edges: tuple[datetime, ...]
    edges_before: tuple[datetime, ...]
    first: date
    last: date


def spans(choice: Choice, zone: ZoneInfo, now: datetime, month: date | None = None) -> Spans:
    """Return what a choice means at an instant; `month` is the first day of the month asked for.

    Days are compared with the same weekday of the week before, seven days with the seven before them, a
    month with the month before; what is not over yet only up to the same time of day.
    """
    today = now.astimezone(zone).date()
    if choice is Choice.MONTH:
        first = (month or today).replace(day=1)
        return _spans(zone, now, _Days(first, _next_month(first)), _Days(_month_before(first), first))
    count = _WEEK if choice is Choice.WEEK else _DAY
    after = today if choice is Choice.YESTERDAY else today + _DAY
    return _spans(zone, now, _Days(after - count, after), _Days(after - count - _WEEK, after - _WEEK))


@dataclass(frozen=True, slots=True)
class _Days:
    """Local days from `first` (in) to `after` (out)."""

    first: date
    after: date

    @property
    def each(self) -> list[date]:
        return [self.first + number * _DAY for number in range((self.after - self.first).days)]

    def period(self, zone: ZoneInfo) -> Period:
        return Period(first_instant(zone, self.first), first_instant(zone, self.after))

    def edges(self, zone: ZoneInfo) -> tuple[datetime, ...]:
        """Return where its days begin, its hours if it is only one."""
        if len(self.each) > 1:
            return tuple(first_instant(zone, one) for one in self.each)
        day = self.period(zone)
        return tuple(day.start + number * _HOUR for number in range((day.end - day.start) // _HOUR))


def _spans(zone: ZoneInfo, now: datetime, days: _Days, days_before: _Days) -> Spans:
    whole, before = days.period(zone), days_before.period(zone)
    if whole.contains(now):
        same = _same_time(zone, now, days.first, days_before.first)
        before = Period(before.start, min(before.end, same))
    return Spans(
        period=Period(whole.start, max(whole.start, min(whole.end, now))),
        before=before,
        edges=days.edges(zone),
        edges_before=days_before.edges(zone),
        first=days.first,
        last=days.after - _DAY,
    )


def _same_time(zone: ZoneInfo, now: datetime, first: date, first_before: date) -> datetime:
    """Return the instant that lies as many local days and as much of a day after `first_before`."""
    local = now.astimezone(zone)
    day = first_before + (local.date() - first)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def _next_month(first: date) -> date:
    return (first + 31 * _DAY).replace(day=1)


def _month_before(first: date) -> date:
    return (first - _DAY).replace(day=1)
