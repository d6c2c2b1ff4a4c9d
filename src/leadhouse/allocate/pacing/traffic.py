"""When leads come: by quarter hour of the week, and when those come that a campaign may have.

Counts are shrunk where they are few, as if PRIOR leads more had been seen that say what the next wider view
says: a campaign's day towards its product's, a weekday towards any day, any day towards an even one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

QUARTER = timedelta(minutes=15)
QUARTERS_OF_DAY = 96
QUARTERS_OF_WEEK = 7 * QUARTERS_OF_DAY
# Four weeks: each weekday four times.
TRAILING = timedelta(days=28)
PRIOR = 50.0


@dataclass(frozen=True)
class Traffic:
    """How many leads of a product come, and when.

    `weekly` are leads in each quarter hour of the week on the zone's wall clock, Monday first; `own` counts,
    by campaign and quarter hour of its company's day, leads that it might have had.
    """

    zone: ZoneInfo
    weekly: Floats
    own: Mapping[int, Floats] = field(default_factory=dict)

    def at(self, instants: Iterable[datetime]) -> Floats:
        """Return the leads expected in the quarter hours that these instants begin."""
        found: Floats = self.weekly[[quarter_of_week(one, self.zone) for one in instants]]
        return found

    def busy(self, instant: datetime) -> float:
        """Return how many leads come on the weekday of an instant."""
        return self._daily[instant.astimezone(self.zone).weekday()]

    @cached_property
    def _daily(self) -> list[float]:
        daily: list[float] = self.weekly.reshape(7, QUARTERS_OF_DAY).sum(axis=1).tolist()
        return daily


def quarter_of_week(instant: datetime, zone: ZoneInfo) -> int:
    """Return which quarter hour of the zone's week holds the instant: 0 begins Monday at 00:00."""
    wall = instant.astimezone(zone)
    return wall.weekday() * QUARTERS_OF_DAY + wall.hour * 4 + wall.minute // 15


def traffic_of(counts: Floats, days: Iterable[int], zone: ZoneInfo) -> Traffic:
    """Return what to expect after `counts` leads by quarter hour of the week.

    `days` are how many days of each weekday were counted, Monday first.
    """
    seen = counts.reshape(7, QUARTERS_OF_DAY)
    weekdays = np.array(list(days), float)
    usual = max(1.0, counts.sum() / max(1.0, weekdays.sum()))
    busy = (seen.sum(axis=1) + PRIOR) / (weekdays * usual + PRIOR)
    any_day = shrunk(seen.sum(axis=0), np.full(QUARTERS_OF_DAY, 1 / QUARTERS_OF_DAY))
    shapes = np.array([shrunk(one, any_day) for one in seen])
    return Traffic(zone, (usual * busy[:, None] * shapes).reshape(QUARTERS_OF_WEEK))


class Trail:
    """The leads of a product's last four weeks, counted day by day as they come."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[date, Floats] = {}

    def add(self, at: datetime) -> None:
        """Count a lead; they come in the order of their instants."""
        wall = at.astimezone(self._zone)
        self.count(wall.date(), wall.hour * 4 + wall.minute // 15, 1)

    def count(self, day: date, quarter: int, leads: int) -> None:
        """Count leads of one quarter hour (0..95) of a day of the zone."""
        counts = self._days.get(day)
        if counts is None:
            counts = self._days[day] = np.zeros(QUARTERS_OF_DAY)
        counts[quarter] += leads

    def traffic(self, now: datetime) -> Traffic:
        """Return what to expect from now on by the whole days before this one."""
        today = now.astimezone(self._zone).date()
        self._days = {day: one for day, one in self._days.items() if day >= today - TRAILING}
        counts, days = np.zeros((7, QUARTERS_OF_DAY)), [0] * 7
        for day, one in self._days.items():
            if day < today:
                counts[day.weekday()] += one
                days[day.weekday()] += 1
        return traffic_of(counts.reshape(-1), days, self._zone)


def shrunk(counts: Floats, towards: Floats) -> Floats:
    """Return the shares that these counts show, as if PRIOR more had come as `towards` (shares) says."""
    shares: Floats = (counts + PRIOR * towards) / (counts.sum() + PRIOR)
    return shares
