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
from leadhouse.parties.types import Cap, CapPeriod, CapUnit

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


def _counted(lead: Judged) -> list[Cap]:
    return [cap for cap in lead.source.caps if cap.unit is CapUnit.COUNT] if lead.is_for_sale else []


def _windows(leads: Sequence[Judged], now: datetime, zone: ZoneInfo) -> dict[tuple[int, str], Window]:
    windows = {}
    for lead in leads:
        for cap in _counted(lead):
            span = _PERIODS[cap.period](zone, now)
            place = (lead.source.id, cap.period.value)
            windows[place] = Window(*place, span.start, span.end, cap.limit)
    return windows


def _with_room(lead: Judged, used: dict[tuple[int, str], int], taken: Counter[tuple[int, str]]) -> Judged:
    places = {(lead.source.id, cap.period.value): cap for cap in _counted(lead)}
    for place, cap in places.items():
        if used[place] + taken[place] >= cap.limit:
            return lead.refused(over_cap(cap))
    taken.update(places.keys())
    return lead
