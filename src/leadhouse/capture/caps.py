"""Room in the sources' caps: counted in the market's zone, by rows that are held while counting."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from leadhouse.capture import queries
from leadhouse.capture.decide import over_cap
from leadhouse.capture.judging import Judged
from leadhouse.capture.queries import Window
from leadhouse.kit import periods
from leadhouse.parties.types import Cap, CapPeriod, CapUnit, Source

_PERIODS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


def within_caps(leads: Sequence[Judged], now: datetime, zone: ZoneInfo) -> list[Judged]:
    """Take room for the wanted leads, first come first served.

    Return all, refused where there is none left.
    """
    windows = _windows(leads, now, zone)
    if not windows:
        return list(leads)
    used = queries.lock_windows(list(windows.values()))
    taken: Counter[tuple[int, str]] = Counter()
    judged = [_with_room(one, used, taken) for one in leads]
    queries.use_windows([(windows[place], count) for place, count in sorted(taken.items())])
    return judged


def full_cap(source: Source, now: datetime, zone: ZoneInfo) -> Cap | None:
    """Return a cap of a source that has no room left; nothing is taken, nothing is held."""
    windows = [(cap, _window(source, cap, now, zone)) for cap in _counts(source)]
    used = queries.windows_used([window for _, window in windows]) if windows else {}
    full = (cap for cap, window in windows if used.get((source.id, window.period), 0) >= cap.limit)
    return next(full, None)


def _counts(source: Source) -> list[Cap]:
    return [cap for cap in source.caps if cap.unit is CapUnit.COUNT]


def _counted(lead: Judged) -> list[Cap]:
    return _counts(lead.source) if lead.is_for_sale else []


def _windows(leads: Sequence[Judged], now: datetime, zone: ZoneInfo) -> dict[tuple[int, str], Window]:
    windows = {}
    for lead in leads:
        for cap in _counted(lead):
            windows[lead.source.id, cap.period.value] = _window(lead.source, cap, now, zone)
    return windows


def _window(source: Source, cap: Cap, now: datetime, zone: ZoneInfo) -> Window:
    span = _PERIODS[cap.period](zone, now)
    return Window(source.id, cap.period.value, span.start, span.end, cap.limit)


def _with_room(lead: Judged, used: dict[tuple[int, str], int], taken: Counter[tuple[int, str]]) -> Judged:
    places = {(lead.source.id, cap.period.value): cap for cap in _counted(lead)}
    for place, cap in places.items():
        if used[place] + taken[place] >= cap.limit:
            return lead.refused(over_cap(cap))
    taken.update(places.keys())
    return lead
