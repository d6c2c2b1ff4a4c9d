"""How much of an assignment's rejections has come by its age: the age curve, learned from all buyers.

An assignment inside its rejection window counts as G(age) / G(window) of a trial, where G is the distribution
of the delays of rejections (the simplest form of Chapelle's delayed feedback, KDD 2014): what has not been
rejected yet may still be. G is counted hour by hour: of the assignments that have come into an hour of their
windows, the share that came back in it. So neither young assignments nor short windows, which cannot have
shown late rejections, make late ones look rare.

Ages and delays are told in clock hours that have begun. An hour counts in full when it begins: for as long as
it lasts rejections of that hour are undercounted a little, and a rejection within seconds overturns nothing.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.prices.experience import Experience, Figures, hour_of, weight

# Before any rejection has come, they are taken to come alike in all hours that sales have lived through, and
# never later than anybody has seen. That counts like one rejection.
UNKNOWN_REJECTIONS = 1.0

Whole = NDArray[np.int64]


class AgeCurve:
    """The share of a window's rejections that have come by an age."""

    def __init__(self, experience: Experience, now: datetime) -> None:
        windows, hours, _, rejected = experience.delays.columns
        came = sums_by(hours.astype(int), rejected, 1 + int(windows.max(initial=0)))
        seen = _seen(experience, now, len(came))
        self._lived = np.cumsum(seen)
        self._learned = np.cumsum(part(came, np.maximum(came, seen)))
        self._counts = np.cumsum(came) / weight(now)

    def shares(self, ages: Whole, windows: Whole) -> Figures:
        """Return the shares (0..1) that have come when so many hours have begun; 1 in the window's last."""
        last = np.minimum(windows, len(self._counts) - 1)
        seen, counts = np.minimum(ages, last), self._counts[last]
        unknown = part(self._lived[seen], self._lived[last], otherwise=1)
        learned = part(self._learned[seen], self._learned[last], otherwise=1)
        shares = (UNKNOWN_REJECTIONS * unknown + counts * learned) / (UNKNOWN_REJECTIONS + counts)
        return np.where(ages >= windows, 1.0, shares)


def ages_of(experience: Experience, now: datetime) -> tuple[Whole, Whole]:
    """Return how many hours have begun since those of the cohorts, and how long their windows are."""
    _, since, windows, _, _ = experience.cohorts.columns.astype(int)
    return np.maximum(0, hour_of(now) - since), windows


def _seen(experience: Experience, now: datetime, length: int) -> Figures:
    """Return how many assignments have come into each hour of their windows, in faded counts."""

    def from_hour(hours: Whole, counts: Figures) -> Figures:
        return sums_by(np.minimum(hours, length), counts, length + 1)

    told, _, accepted, _ = experience.delays.columns
    ages, windows = ages_of(experience, now)
    *_, trials = np.where(ages < windows, experience.cohorts.columns, 0.0)
    steps = from_hour(0 * told.astype(int), accepted) - from_hour(told.astype(int) + 1, accepted)
    steps += from_hour(windows + 1, trials) - from_hour(ages + 1, trials)
    # What is left of sums that cancel out may be a little below nothing.
    return np.maximum(0.0, np.cumsum(steps)[:length])


def part(one: Figures, whole: Figures, *, otherwise: float = 0.0) -> Figures:
    """Return one divided by the whole, `otherwise` where there is nothing to divide by."""
    return np.divide(one, whole, out=np.full_like(whole, otherwise), where=whole > 0)


def sums_by(places: Whole, amounts: Figures, length: int = 0) -> Figures:
    """Return the sum of the amounts at each place, of `length` places at least."""
    return np.bincount(places, amounts, minlength=length).astype(float)
