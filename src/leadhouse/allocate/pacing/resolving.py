"""Shadow prices worked out anew: at these a sample of leads spends what is left of the day's budgets."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.pacing.sample import Sample
from leadhouse.allocate.pacing.traffic import Floats

STEPS, GAIN, SLOWING, MEAN_OF = 8, 0.10, 6, 4
# A budget that is all but spent still counts as this share of itself, or every excess would be endless.
LEAST_LEFT = 0.02


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the day's budgets of a sample's campaigns: inf where nothing limits, 0 without any."""

    money: Floats
    leads: Floats

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> "Left":
        """Return what is left by campaign, from pairs of money and leads."""
        return cls(*np.array(list(pairs), float).T)

    @property
    def is_gone(self) -> NDArray[np.bool_]:
        """Return which campaigns have no budget today and so buy nothing, whatever their price."""
        gone: NDArray[np.bool_] = (self.money == 0) | (self.leads == 0)
        return gone


def left_of(budget: float | None, spent: float) -> float:
    """Return what is left of a budget of the day, inf where nothing limits."""
    return np.inf if budget is None else max(budget - spent, LEAST_LEFT * budget)


def resolved(prices: Floats, dearest: Floats, sample: Sample, left: Left, most: float) -> Floats:
    """Return better shadow prices (0..most) of the sample's campaigns: the mean of the last projected steps.

    `dearest` are the dearest bids of campaigns whose budgets count leads, 0 of the others; see pacer.held_at.
    """
    steps = []
    for step in range(STEPS):
        shares = np.where(dearest > 0, 0.0, prices)
        money, leads = sample.spending(shares, prices * dearest, left.is_gone)
        excess = np.maximum(_excess(money, left.money), _excess(leads, left.leads))
        prices = np.clip(prices + GAIN / (1 + step / SLOWING) * excess, 0.0, most)
        steps.append(prices)
    mean: Floats = np.mean(steps[-MEAN_OF:], axis=0)
    return mean


def _excess(spending: Floats, left: Floats) -> Floats:
    """Return by what share spending exceeds what is left, between -1 and 2; -1 where nothing counts."""
    limited = np.isfinite(left) & (left > 0)
    room = np.where(limited, left, 1.0)
    excess: Floats = np.where(limited, np.clip((spending - room) / room, -1.0, 2.0), -1.0)
    return excess
