"""The calendar months that the overview goes through."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from leadhouse.kit import periods

_FIRST_YEAR, _LAST_YEAR = 1971, 2199


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month as addresses write it: `2026-11`."""

    year: int
    month: int

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def previous(self) -> "Month":
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @property
    def next(self) -> "Month":
        return Month(self.year + (self.month == 12), self.month % 12 + 1)

    def period(self, zone: ZoneInfo) -> periods.Period:
        """Return the month's instants in a zone."""
        return periods.month(zone, datetime(self.year, self.month, 15, tzinfo=zone))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def read_month(text: str, today: date) -> Month:
    """Read `2026-11`; anything else is the month of today."""
    year, _, month = text.partition("-")
    if not (len(text) == 7 and text.isascii() and year.isdecimal() and month.isdecimal()):
        return Month(today.year, today.month)
    is_known = _FIRST_YEAR <= int(year) <= _LAST_YEAR and 1 <= int(month) <= 12
    return Month(int(year), int(month)) if is_known else Month(today.year, today.month)


@dataclass(frozen=True, slots=True)
class Months:
    """The month that is shown, among those in which something may have happened."""

    shown: Month
    earliest: Month
    latest: Month

    @property
    def previous(self) -> Month | None:
        """Return the month before, None where there is nothing any more."""
        return self.shown.previous if self.shown > self.earliest else None

    @property
    def next(self) -> Month | None:
        """Return the month after, None for the present one."""
        return self.shown.next if self.shown < self.latest else None


def read_months(text: str, zone: ZoneInfo, now: datetime, first: datetime | None) -> Months:
    """Read the month asked for, up to that of `now` in a zone; `first` is when something happened at all."""
    today = now.astimezone(zone).date()
    begun = first.astimezone(zone).date() if first else today
    latest = Month(today.year, today.month)
    shown = min(read_month(text, today), latest)
    return Months(shown, min(Month(begun.year, begun.month), latest), latest)
