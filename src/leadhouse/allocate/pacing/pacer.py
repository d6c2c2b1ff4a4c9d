"""The shadow prices of a product's campaigns, and how they follow what is spent.

Dual mirror descent that tracks a spend plan (Balseiro, Lu and Mirrokni, OR 2023, and their ICML 2023 paper):
spending ahead of the plan makes a campaign dearer, lagging behind makes it cheaper. Every few hours the
prices are worked out anew on leads of the last days (Jasin and Kumar, MOR 2012, on why re-solving suffices).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.pacing.days import Day, Spent
from leadhouse.allocate.pacing.sample import Sample
from leadhouse.allocate.pacing.traffic import Floats
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.types import Campaign, Market

MOST = 0.98
# How often prices follow what is spent, and how often they are worked out anew: a minute less than three
# hours, for a turn may come some seconds earlier in its quarter than the last one did.
UPDATE, RESOLVE = timedelta(minutes=15), timedelta(hours=3) - timedelta(minutes=1)
# How far a whole day's budget spent ahead of the plan moves a price; 0.3 to 1.0 do equally well, 3.0 hurts.
ETA = 0.5
STEPS, GAIN, SLOWING, MEAN_OF = 12, 0.10, 6, 4
# A budget that is all but spent still counts as this share of itself, or every excess would be endless.
LEAST_LEFT = 0.02
# A price at which nobody buys.
OUT = 1e9
COLD_SHARE = 0.5
NOTHING = Spent()


@dataclass(frozen=True, slots=True)
class Pace:
    """A campaign's shadow price (0..MOST), its day, and what it had spent at the last update."""

    campaign_id: int
    shadow_price: float
    day: Day
    money: int
    count: int
    at: datetime


class _Course:
    """A campaign's day as updates ask for it, over and over: its budget does not change within it."""

    def __init__(self, campaign: Campaign, day: Day, spent: Spent) -> None:
        self.day, self.before = day, spent.before
        self._budget = day.budget(campaign.caps, spent)
        self.is_paced = day.is_active and not self._budget.is_gone
        self._planned = (day.span.start, day.planned(day.span.start))

    def ahead(self, money: int, count: int, at: datetime) -> float:
        """Return by what share of the day's budget spending is ahead of its plan at an instant."""
        if self._planned[0] is not at:
            self._planned = (at, self.day.planned(at))
        return self._budget.used(money, count) - self._planned[1]


class Days(Protocol):
    """Makes the days of campaigns, as a Calendar does."""

    def day(self, campaign: Campaign, now: datetime) -> Day: ...


class Pacer:
    """Paces a product's campaigns: `update` every quarter of an hour, `resolve` every few hours."""

    def __init__(self, market: Market, product: str, known: Iterable[Pace] = ()) -> None:
        campaigns = [one for one in market.campaigns.values() if one.product == product and one.caps]
        self._campaigns = {one.id: one for one in campaigns}
        self._paces = {one.campaign_id: one for one in known if one.campaign_id in self._campaigns}
        self._courses: dict[int, _Course] = {}

    @property
    def paces(self) -> list[Pace]:
        """Return the state of every campaign that has a budget, in id order."""
        return [self._paces[one] for one in sorted(self._paces)]

    def weights(self) -> dict[int, int]:
        """Return 1 − λ of the campaigns in parts of WHOLE; who is not among them is not held back."""
        return {one.campaign_id: weight_of(one.shadow_price) for one in self.paces if one.shadow_price}

    @property
    def campaigns(self) -> Mapping[int, Campaign]:
        """Return the campaigns that have a budget by cap, by id."""
        return self._campaigns

    def update(self, spent: Mapping[int, Spent], calendar: Days, now: datetime) -> None:
        """Follow what was spent until now; a campaign that is not in `spent` has spent nothing.

        Paused campaigns keep their prices until they are resumed.
        """
        active = [one for one in self._campaigns.values() if one.is_active]
        fresh = [one for one in active if one.id not in self._paces]
        cold = _cold_starts(fresh, self._campaigns, self._paces) if fresh and self._paces else {}
        for campaign in fresh:
            day, own = calendar.day(campaign, now), spent.get(campaign.id, NOTHING)
            pace = Pace(campaign.id, cold.get(campaign.id, 0.0), day, own.money, own.count, now)
            self._paces[campaign.id] = pace
        for one in active:
            pace, own = self._paces[one.id], spent.get(one.id, NOTHING)
            self._paces[one.id] = self._updated(one, pace, own, calendar, now)

    def _updated(self, campaign: Campaign, pace: Pace, spent: Spent, calendar: Days, now: datetime) -> Pace:
        if not pace.day.span.contains(now):
            day = calendar.day(campaign, now)
            pace = replace(pace, day=day, money=0, count=0, at=day.span.start)
        course, price = self._course(campaign, pace.day, spent), pace.shadow_price
        if course.is_paced:
            # In this order: the instant of the last update is still known.
            was_ahead = course.ahead(pace.money, pace.count, pace.at)
            ahead = course.ahead(spent.money, spent.count, now)
            price = min(MOST, max(0.0, price + ETA * (ahead - was_ahead)))
        return Pace(campaign.id, price, pace.day, spent.money, spent.count, now)

    def _course(self, campaign: Campaign, day: Day, spent: Spent) -> "_Course":
        course = self._courses.get(campaign.id)
        if course is None or course.day is not day or course.before is not spent.before:
            course = self._courses[campaign.id] = _Course(campaign, day, spent)
        return course

    def resolve(self, sample: Sample, spent: Mapping[int, Spent]) -> None:
        """Work the prices out anew: as if the sample's leads came again in what is left of the day."""
        if not sample.campaigns:
            return
        left = Left.of([self._left(one, spent.get(one, NOTHING)) for one in sample.campaigns])
        prices = np.array([self._price(one) for one in sample.campaigns])
        found = resolved(prices, sample, left)
        for campaign_id, price, is_gone in zip(sample.campaigns, found, left.is_gone, strict=True):
            if campaign_id in self._paces and not is_gone:
                self._paces[campaign_id] = replace(self._paces[campaign_id], shadow_price=float(price))

    def _price(self, campaign_id: int) -> float:
        return self._paces[campaign_id].shadow_price if campaign_id in self._paces else 0.0

    def _left(self, campaign_id: int, spent: Spent) -> tuple[float, float]:
        """Return what is left of the day's budgets, money and leads; inf where nothing limits."""
        if campaign_id not in self._paces:
            return np.inf, np.inf
        budget = self._paces[campaign_id].day.budget(self._campaigns[campaign_id].caps, spent)
        return _left(budget.money, spent.money), _left(budget.leads, spent.count)


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


def weight_of(shadow_price: float) -> int:
    """Return 1 − λ in parts of WHOLE."""
    return WHOLE - round(shadow_price * WHOLE)


def _left(budget: float | None, spent: float) -> float:
    if budget is None:
        return np.inf
    return max(budget - spent, LEAST_LEFT * budget)


def resolved(prices: Floats, sample: Sample, left: Left) -> Floats:
    """Return better shadow prices of the sample's campaigns: the mean of the last projected steps."""
    steps = []
    for step in range(STEPS):
        money, leads = sample.spending(np.where(left.is_gone, OUT, prices))
        excess = np.maximum(_excess(money, left.money), _excess(leads, left.leads))
        prices = np.clip(prices + GAIN / (1 + step / SLOWING) * excess, 0.0, MOST)
        steps.append(prices)
    mean: Floats = np.mean(steps[-MEAN_OF:], axis=0)
    return mean


def _excess(spending: Floats, left: Floats) -> Floats:
    """Return by what share spending exceeds what is left, between -1 and 2; -1 where nothing counts."""
    limited = np.isfinite(left) & (left > 0)
    room = np.where(limited, left, 1.0)
    excess: Floats = np.where(limited, np.clip((spending - room) / room, -1.0, 2.0), -1.0)
    return excess


def _cold_starts(
    fresh: Iterable[Campaign], campaigns: Mapping[int, Campaign], paces: Mapping[int, Pace]
) -> dict[int, float]:
    """Return for new campaigns half the middle price of those that sell in one of their states."""
    by_state: defaultdict[str | None, set[int]] = defaultdict(set)
    for campaign_id in paces:
        for state in states_of(campaigns[campaign_id]):
            by_state[state].add(campaign_id)
    found = {}
    for one in fresh:
        states = states_of(one)
        near = set(paces) if None in states else set().union(*(by_state[name] for name in (None, *states)))
        if near:
            found[one.id] = COLD_SHARE * median(paces[number].shadow_price for number in near)
    return found


def states_of(campaign: Campaign) -> frozenset[str | None]:
    """Return the states that a campaign names; None for one that names none, and may sell in all."""
    area = campaign.where
    if area is None or not (area.states or area.counties):
        return frozenset([None])
    return area.states | {state for state, _ in area.counties}
