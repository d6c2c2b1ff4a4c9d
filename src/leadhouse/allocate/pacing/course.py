"""Where all of a product's campaigns stand in their days, as columns: asked for every quarter of an hour."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.pacing.days import Budget, Day
from leadhouse.allocate.pacing.traffic import QUARTER, QUARTERS_OF_DAY, Floats

Flags = NDArray[np.bool_]
_QUARTER = QUARTER.total_seconds()


class Standing(NamedTuple):
    """What each campaign had spent of its day, minor units and leads, at an instant (epoch)."""

    money: Floats
    leads: Floats
    at: Floats


class Courses:
    """The days and budgets of so many campaigns; a campaign is a place in the columns."""

    def __init__(self, count: int) -> None:
        self._start, self._end = np.zeros(count), np.zeros(count)
        self._plan = np.zeros((count, QUARTERS_OF_DAY + 1))
        self._quarters = np.full(count, QUARTERS_OF_DAY)
        self._money, self._leads = np.full(count, np.inf), np.full(count, np.inf)
        self._is_active, self._is_gone = np.zeros(count, bool), np.zeros(count, bool)

    def begin(self, place: int, day: Day) -> None:
        """Note the day that a campaign is in."""
        self._start[place], self._end[place] = day.span.start.timestamp(), day.span.end.timestamp()
        missing = len(day.plan) - self._plan.shape[1]
        if missing > 0:
            self._plan = np.pad(self._plan, ((0, 0), (0, missing)))
        self._plan[place, : len(day.plan)] = day.plan
        self._quarters[place] = len(day.plan) - 1
        self._is_active[place] = day.is_active

    def allow(self, place: int, budget: Budget) -> None:
        """Note what a campaign may spend in its day."""
        self._money[place] = budget.money or np.inf
        self._leads[place] = budget.leads or np.inf
        self._is_gone[place] = budget.is_gone

    def over(self, at: float) -> Iterable[int]:
        """Return the campaigns whose days do not hold this instant (seconds of the epoch)."""
        found: list[int] = np.flatnonzero((at < self._start) | (at >= self._end)).tolist()
        return found

    @property
    def is_paced(self) -> Flags:
        """Return which campaigns have a day and a budget to follow."""
        return self._is_active & ~self._is_gone

    def ahead(self, standing: Standing) -> Floats:
        """Return by what share of the day's budget spending is ahead of its plan."""
        used: Floats = np.maximum(standing.money / self._money, standing.leads / self._leads)
        return used - self._planned(standing.at)

    def _planned(self, at: Floats) -> Floats:
        """Return the share of the day's budget that should be spent by then; see Day.planned."""
        quarters = np.clip((at - self._start) / _QUARTER, 0.0, self._quarters)
        whole = np.minimum(quarters.astype(np.int64), self._quarters - 1)
        rows = np.arange(len(whole))
        before, after = self._plan[rows, whole], self._plan[rows, whole + 1]
        planned: Floats = before + (quarters - whole) * (after - before)
        return planned
