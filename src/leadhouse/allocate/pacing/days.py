"""A campaign's day: how much of its budgets may go today, and by when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from leadhouse.allocate.pacing.traffic import QUARTER, QUARTERS_OF_DAY, Floats, Traffic, shrunk
from leadhouse.kit import periods
from leadhouse.kit.hours import WeekHours, is_open
from leadhouse.kit.periods import Period
from leadhouse.parties.types import Campaign, Cap, CapPeriod, CapUnit, Market

_LONGER = (periods.week, periods.month)
_Hours = tuple[ZoneInfo, tuple[WeekHours, ...]]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a campaign used up: money (minor units) and leads of its day so far, and `before` the day, in the
    periods that hold it, of its weekly and monthly caps."""

    money: int = 0
    count: int = 0
    before: Mapping[Cap, int] = field(default_factory=dict)


class Budget(NamedTuple):
    """What a campaign may spend in a day: minor units and leads; None where nothing limits it."""

    money: float | None
    leads: float | None

    @property
    def is_gone(self) -> bool:
        """Return whether there is nothing to spend today."""
        return self.money == 0 or self.leads == 0

    def used(self, money: int, leads: int) -> float:
        """Return which share of it this is, by the unit of which more is gone; more than 1 when over."""
        of_money = money / self.money if self.money else 0.0
        of_leads = leads / self.leads if self.leads else 0.0
        return of_money if of_money > of_leads else of_leads


@dataclass(frozen=True, slots=True)
class Day:
    """A campaign's local day.

    `plan[n]` is the share of the day's budget to be spent before its n-th quarter hour begins, up to 1 at its
    end; all 0 when it is closed all day. `week` and `month` are what share of what is then left of them falls
    on this day: 1 on the last active one.
    """

    span: Period
    plan: tuple[float, ...]
    week: float
    month: float

    @property
    def is_active(self) -> bool:
        return self.plan[-1] > 0

    def planned(self, now: datetime) -> float:
        """Return the share of the day's budget that should be spent by now."""
        quarters = min(max(0.0, (now - self.span.start) / QUARTER), len(self.plan) - 1)
        whole = min(int(quarters), len(self.plan) - 2)
        return self.plan[whole] + (quarters - whole) * (self.plan[whole + 1] - self.plan[whole])

    def budget(self, caps: Sequence[Cap], spent: Spent) -> Budget:
        """Return what may be spent today, by the tightest cap of each unit."""
        money = count = None
        for cap in caps:
            room = float(max(0, cap.limit - spent.before.get(cap, 0)))
            if cap.period is not CapPeriod.DAY:
                room *= self.week if cap.period is CapPeriod.WEEK else self.month
            if cap.unit is CapUnit.MONEY:
                money = room if money is None else min(money, room)
            else:
                count = room if count is None else min(count, room)
        return Budget(money, count)


class LateCalendar:
    """A calendar that learns what came only when a day begins; `traffic` is asked for once at most."""

    def __init__(self, market: Market, traffic: Callable[[], Traffic]) -> None:
        self._market, self._ask = market, traffic

    @cached_property
    def _calendar(self) -> "Calendar":
        return Calendar(self._market, self._ask())

    def day(self, campaign: Campaign, now: datetime) -> Day:
        """Return the campaign's local day that holds this instant."""
        return self._calendar.day(campaign, now)


class Calendar:
    """Makes the days of a product's campaigns; those that open and close together share their hours."""

    def __init__(self, market: Market, traffic: Traffic) -> None:
        self._market, self._traffic = market, traffic
        self._made: dict[tuple[_Hours, datetime], Day] = {}
        self._leads: dict[tuple[_Hours, datetime], Floats] = {}

    def day(self, campaign: Campaign, now: datetime) -> Day:
        """Return the campaign's local day that holds this instant."""
        company = self._market.companies[campaign.company_id]
        weeks = tuple(each for each in (company.hours, campaign.schedule) if each is not None)
        hours = (company.zone, weeks)
        span = periods.day(company.zone, now)
        if (hours, span.start) not in self._made:
            self._made[hours, span.start] = self._make(hours, span)
        day = self._made[hours, span.start]
        own = self._traffic.own.get(campaign.id)
        return day if own is None else replace(day, plan=_plan(self._leads_of(hours, span), own))

    def _make(self, hours: _Hours, span: Period) -> Day:
        leads = self._leads_of(hours, span)
        week, month = (self._share(hours, span, of(hours[0], span.start).end) for of in _LONGER)
        return Day(span, _plan(leads), week, month)

    def _share(self, hours: _Hours, span: Period, end: datetime) -> float:
        """Return what share of the leads until the end of a longer period comes on this day."""
        ahead: list[float] = []
        later = span
        while later.start < end:
            # Weeks are alike: a day further off is as busy as the same weekday of the coming seven.
            is_known = len(ahead) >= 7
            ahead.append(ahead[-7] if is_known else float(self._leads_of(hours, later).sum()))
            later = periods.day(hours[0], later.end)
        total = sum(ahead)
        return ahead[0] / total if total else 0.0

    def _leads_of(self, hours: _Hours, span: Period) -> Floats:
        """Return how many leads come in each quarter hour of a day, none while it is closed."""
        zone, weeks = hours
        if (hours, span.start) not in self._leads:
            quarters = round((span.end - span.start) / QUARTER)
            instants = [span.start + number * QUARTER for number in range(quarters)]
            is_in = [all(is_open(each, zone, one) for each in weeks) for one in instants]
            self._leads[hours, span.start] = self._traffic.at(instants) * np.array(is_in, float)
        return self._leads[hours, span.start]


def _plan(leads: Floats, own: Floats | None = None) -> tuple[float, ...]:
    """Return the cumulative shares of a day's leads, a campaign's own counts taken in where it is open."""
    total = leads.sum()
    if not total:
        return (0.0,) * (len(leads) + 1)
    shares = leads / total
    if own is not None and len(leads) == QUARTERS_OF_DAY:
        shares = shrunk(np.where(leads > 0, own, 0.0), shares)
    return (0.0, *(float(one) for one in np.minimum(1.0, np.cumsum(shares))))
