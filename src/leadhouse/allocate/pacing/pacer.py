"""The shadow prices of a product's campaigns, and how they follow what is spent.

Dual mirror descent that tracks a spend plan (Balseiro, Lu and Mirrokni, OR 2023, and their ICML 2023 paper):
spending ahead of the plan makes a campaign dearer, lagging behind makes it cheaper. Every few hours the
prices are worked out anew on leads of the last days (Jasin and Kumar, MOR 2012, on why re-solving suffices).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Protocol

import numpy as np

from leadhouse.allocate.pacing.course import Courses, Standing
from leadhouse.allocate.pacing.days import Day, Spent
from leadhouse.allocate.pacing.resolving import Left, left_of, resolved
from leadhouse.allocate.pacing.sample import Sample
from leadhouse.allocate.types import MOST_TOLL, WHOLE, Held
from leadhouse.parties.types import Campaign, Cap, CapUnit, Market

MOST = 0.98
# How often prices follow what is spent, and how often they are worked out anew: a minute less than three
# hours, for a turn may come some seconds earlier in its quarter than the last one did.
UPDATE, RESOLVE = timedelta(minutes=15), timedelta(hours=3) - timedelta(minutes=1)
# How far a whole day's budget spent ahead of the plan moves a price; 0.3 to 1.0 do equally well, 3.0 hurts.
ETA = 0.5
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


class Days(Protocol):
    """Makes the days of campaigns, as a Calendar does."""

    def day(self, campaign: Campaign, now: datetime) -> Day: ...


class Pacer:
    """Paces a product's campaigns: `update` every quarter of an hour, `resolve` every few hours.

    Its state is kept in columns, a place for each campaign that has a budget, in id order.
    """

    def __init__(self, market: Market, product: str, known: Iterable[Pace] = ()) -> None:
        campaigns = [one for one in market.campaigns.values() if one.product == product and one.caps]
        self._campaigns = {one.id: one for one in sorted(campaigns, key=lambda one: one.id)}
        self._ids = list(self._campaigns)
        self._places = {number: place for place, number in enumerate(self._ids)}
        count = len(self._ids)
        self._prices, self._courses = np.zeros(count), Courses(count)
        self._dearest = np.array([counted_at(one) for one in self._campaigns.values()], float)
        self._days: list[Day | None] = [None] * count
        self._spent: list[Spent] = [NOTHING] * count
        self._money, self._leads, self._at = np.zeros(count), np.zeros(count), np.zeros(count)
        self._instants: list[datetime] = [datetime.min.replace(tzinfo=UTC)] * count
        # The budget each was allowed, to see when it changes.
        self._before: list[object] = [None] * count
        for one in known:
            if one.campaign_id in self._places:
                self._put(self._places[one.campaign_id], one)

    def _put(self, place: int, pace: Pace) -> None:
        self._prices[place] = pace.shadow_price
        self._begin(place, pace.day, pace.money, pace.count, pace.at)

    def _begin(self, place: int, day: Day, money: int, leads: int, at: datetime) -> None:
        """Note where a campaign stood in a day at an instant."""
        self._days[place], self._before[place] = day, None
        self._courses.begin(place, day)
        self._money[place], self._leads[place], self._at[place] = money, leads, at.timestamp()
        self._instants[place] = at

    @property
    def paces(self) -> list[Pace]:
        """Return the state of every campaign that has a budget, in id order."""
        columns = zip(
            self._ids,
            self._prices.tolist(),
            self._days,
            self._money,
            self._leads,
            self._instants,
            strict=True,
        )
        return [
            Pace(number, price, day, int(money), int(leads), at)
            for number, price, day, money, leads, at in columns
            if day is not None
        ]

    def days(self) -> dict[int, Day]:
        """Return the day of every campaign that has one, by id."""
        return {number: day for number, day in zip(self._ids, self._days, strict=True) if day is not None}

    def held(self) -> dict[int, Held]:
        """Return what holds campaigns back; who is not among them is not held back."""
        priced = np.flatnonzero(self._prices)
        prices, dearest = self._prices[priced], self._dearest[priced]
        tolls = np.minimum(MOST_TOLL, np.rint(prices * dearest)).astype(np.int64)
        paces = WHOLE - np.rint(np.where(dearest > 0, 0.0, prices) * WHOLE).astype(np.int64)
        numbers = map(self._ids.__getitem__, priced.tolist())
        return dict(zip(numbers, map(Held, paces.tolist(), tolls.tolist()), strict=True))

    @property
    def campaigns(self) -> Mapping[int, Campaign]:
        """Return the campaigns that have a budget by cap, by id."""
        return self._campaigns

    def update(self, spent: Mapping[int, Spent], calendar: Days, now: datetime) -> None:
        """Follow what was spent until now; a campaign that is not in `spent` has spent nothing.

        Paused campaigns keep their prices until they are resumed.
        """
        active = [place for place, one in enumerate(self._campaigns.values()) if one.is_active]
        self._start(active, spent, calendar, now)
        at = now.timestamp()
        over = set(self._courses.over(at))
        for place in active:
            if place in over:
                day = calendar.day(self._campaigns[self._ids[place]], now)
                self._begin(place, day, 0, 0, day.span.start)
            self._allow(place, spent.get(self._ids[place], NOTHING))
        self._follow(active, now)

    def _start(
        self, active: Sequence[int], spent: Mapping[int, Spent], calendar: Days, now: datetime
    ) -> None:
        """Give campaigns that have none a price and a day."""
        fresh = [place for place in active if self._days[place] is None]
        if not fresh:
            return
        paces = {one.campaign_id: one.shadow_price for one in self.paces}
        campaigns = [self._campaigns[self._ids[one]] for one in fresh]
        cold = _cold_starts(campaigns, self._campaigns, paces) if paces else {}
        for place, campaign in zip(fresh, campaigns, strict=True):
            own = spent.get(campaign.id, NOTHING)
            price, day = cold.get(campaign.id, 0.0), calendar.day(campaign, now)
            self._put(place, Pace(campaign.id, price, day, own.money, own.count, now))

    def _allow(self, place: int, spent: Spent) -> None:
        """Take in what a campaign spent, and what it may."""
        self._spent[place] = spent
        if self._before[place] is not spent.before:
            self._before[place] = spent.before
            self._courses.allow(place, self._day(place).budget(self._caps(place), spent))

    def _follow(self, active: Sequence[int], now: datetime) -> None:
        own = [self._spent[one] for one in active]
        money, leads, at = self._money.copy(), self._leads.copy(), self._at.copy()
        money[active], leads[active] = [one.money for one in own], [one.count for one in own]
        at[active] = now.timestamp()
        was = self._courses.ahead(Standing(self._money, self._leads, self._at))
        ahead = self._courses.ahead(Standing(money, leads, at))
        moved = np.clip(self._prices + ETA * (ahead - was), 0.0, MOST)
        self._prices = np.where(self._courses.is_paced, moved, self._prices)
        self._money, self._leads, self._at = money, leads, at
        for place in active:
            self._instants[place] = now

    def resolve(self, sample: Sample, spent: Mapping[int, Spent]) -> None:
        """Work the prices out anew: as if the sample's leads came again in what is left of the day."""
        if not sample.campaigns:
            return
        places = [self._places.get(one, -1) for one in sample.campaigns]
        left = Left.of(
            [
                self._left(place, spent.get(one, NOTHING))
                for one, place in zip(sample.campaigns, places, strict=True)
            ]
        )
        prices, dearest = (np.append(one, 0.0)[places] for one in (self._prices, self._dearest))
        found = resolved(prices, dearest, sample, left, MOST)
        for place, price, is_gone in zip(places, found, left.is_gone, strict=True):
            if place >= 0 and self._days[place] is not None and not is_gone:
                self._prices[place] = price

    def _left(self, place: int, spent: Spent) -> tuple[float, float]:
        """Return what is left of the day's budgets, money and leads; inf where nothing limits."""
        if place < 0 or self._days[place] is None:
            return np.inf, np.inf
        budget = self._day(place).budget(self._caps(place), spent)
        return left_of(budget.money, spent.money), left_of(budget.leads, spent.count)

    def _day(self, place: int) -> Day:
        day = self._days[place]
        if day is None:
            raise RuntimeError(f"campaign {self._ids[place]} has no day yet")
        return day

    def _caps(self, place: int) -> Sequence[Cap]:
        return self._campaigns[self._ids[place]].caps


def weight_of(shadow_price: float) -> int:
    """Return 1 − λ in parts of WHOLE."""
    return WHOLE - round(shadow_price * WHOLE)


def held_at(shadow_price: float, dearest: float) -> Held:
    """Return what a shadow price takes off a campaign's ranks; `dearest` as `counted_at` says."""
    if dearest:
        return Held(toll=min(MOST_TOLL, round(shadow_price * dearest)))
    return Held(weight_of(shadow_price))


def counted_at(campaign: Campaign) -> int:
    """Return a campaign's dearest bid, minor units, where its budgets count leads only; else 0."""
    if any(one.unit is not CapUnit.COUNT for one in campaign.caps):
        return 0
    ruled = (bid for rule in campaign.bid_rules for bid in rule.bids.values())
    return max((*campaign.bids.values(), *ruled), default=0)


def _cold_starts(
    fresh: Iterable[Campaign], campaigns: Mapping[int, Campaign], prices: Mapping[int, float]
) -> dict[int, float]:
    """Return for new campaigns half the middle price of those that sell in one of their states."""
    by_state: defaultdict[str | None, set[int]] = defaultdict(set)
    for campaign_id in prices:
        for state in states_of(campaigns[campaign_id]):
            by_state[state].add(campaign_id)
    found = {}
    for one in fresh:
        states = states_of(one)
        near = set(prices) if None in states else set().union(*(by_state[name] for name in (None, *states)))
        if near:
            found[one.id] = COLD_SHARE * median(prices[number] for number in near)
    return found


def states_of(campaign: Campaign) -> frozenset[str | None]:
    """Return the states that a campaign names; None for one that names none, and may sell in all."""
    area = campaign.where
    if area is None or not (area.states or area.counties):
        return frozenset([None])
    return area.states | {state for state, _ in area.counties}
