"""A day's plan and budgets follow its hours, its traffic and its caps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from leadhouse.allocate.pacing.days import Budget, Calendar, Day, Spent
from leadhouse.allocate.pacing.traffic import QUARTERS_OF_DAY, QUARTERS_OF_WEEK, Traffic
from leadhouse.kit.hours import WEEKDAYS, parse_hours
from leadhouse.parties.types import Cap, CapPeriod, CapUnit
from tests.allocate.allocate_markets import NEW_YORK, NOW, campaign, company, market

EVEN = Traffic(NEW_YORK, np.ones(QUARTERS_OF_WEEK))
OFFICE = parse_hours({day: ["08:00-18:00"] for day in WEEKDAYS[:5]})
MONEY_A_DAY = Cap(CapPeriod.DAY, CapUnit.MONEY, 50_000)
MONEY_A_MONTH = Cap(CapPeriod.MONTH, CapUnit.MONEY, 300_000)
LEADS_A_WEEK = Cap(CapPeriod.WEEK, CapUnit.COUNT, 100)


def _day(now: datetime = NOW, traffic: Traffic = EVEN, **changes: object) -> Day:
    one = campaign(1, **changes)
    return Calendar(market([one]), traffic).day(one, now)


def test_a_day_always_open_is_spent_evenly_where_leads_come_evenly() -> None:
    day = _day()
    assert day.span.start == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert len(day.plan) == QUARTERS_OF_DAY + 1
    assert day.planned(day.span.start) == 0
    assert day.planned(NOW) == pytest.approx(10 / 24)
    assert day.planned(NOW + timedelta(minutes=5)) == pytest.approx((10 + 1 / 12) / 24)
    assert day.planned(day.span.end) == pytest.approx(1)
    assert day.planned(day.span.end + timedelta(days=1)) == pytest.approx(1)


def test_nothing_is_planned_while_it_is_closed() -> None:
    day = _day(schedule=OFFICE)
    at_eight = day.span.start + timedelta(hours=8)
    assert day.planned(at_eight) == 0
    assert day.planned(at_eight + timedelta(hours=5)) == pytest.approx(0.5)
    assert day.planned(at_eight + timedelta(hours=10)) == pytest.approx(1)
    saturday = _day(NOW + timedelta(days=3), schedule=OFFICE)
    assert set(saturday.plan) == {0.0}
    assert not saturday.is_active


def test_the_share_of_a_longer_period_counts_its_active_days_only() -> None:
    # From Wednesday 25 November on: Wednesday to Friday of the week, and Monday of the next within the month.
    day = _day(schedule=OFFICE)
    assert day.week == pytest.approx(1 / 3)
    assert day.month == pytest.approx(1 / 4)
    assert _day(NOW + timedelta(days=5), schedule=OFFICE).month == pytest.approx(1)


def test_busier_days_get_more_of_the_month() -> None:
    weekly = np.ones((7, QUARTERS_OF_DAY))
    weekly[5:] = 0.5
    day = _day(traffic=Traffic(NEW_YORK, weekly.reshape(-1)))
    assert day.month == pytest.approx(1 / 5)


def test_a_day_on_which_clocks_change_has_all_its_quarter_hours() -> None:
    short, long = (
        _day(datetime(2026, month, number, 15, 0, tzinfo=UTC)) for month, number in ((3, 8), (11, 1))
    )
    assert (len(short.plan), len(long.plan)) == (93, 101)
    assert short.plan[-1] == long.plan[-1] == pytest.approx(1)


def test_days_are_those_of_the_companys_zone() -> None:
    denver = company(1, zone=ZoneInfo("America/Denver"))
    one = campaign(1)
    day = Calendar(market([one], [denver]), EVEN).day(one, NOW)
    assert day.span.start == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_a_campaigns_own_leads_shape_its_plan_where_it_is_open() -> None:
    own = np.zeros(QUARTERS_OF_DAY)
    own[40:44] = 1_000
    own[4:8] = 1_000
    day = _day(traffic=Traffic(NEW_YORK, EVEN.weekly, {1: own}), schedule=OFFICE)
    morning = day.span.start
    assert day.planned(morning + timedelta(hours=8)) == 0
    gained = day.planned(morning + timedelta(hours=11)) - day.planned(morning + timedelta(hours=10))
    assert gained > 0.98
    stranger = _day(traffic=Traffic(NEW_YORK, EVEN.weekly, {2: own}), schedule=OFFICE)
    assert stranger == _day(schedule=OFFICE)


def test_the_tightest_cap_of_a_unit_is_the_days_budget() -> None:
    day = _day(schedule=OFFICE)
    caps = (MONEY_A_DAY, MONEY_A_MONTH, LEADS_A_WEEK)
    early = Spent(before={MONEY_A_MONTH: 40_000, LEADS_A_WEEK: 70})
    assert day.budget(caps, early) == (50_000, pytest.approx(10))
    late = Spent(before={MONEY_A_MONTH: 200_000, LEADS_A_WEEK: 101})
    assert day.budget(caps, late) == (pytest.approx(25_000), 0)
    assert day.budget((), early) == (None, None)


def test_the_budget_that_is_further_gone_counts() -> None:
    assert Budget(10_000, 8).used(3_000, 4) == 0.5
    assert Budget(4_000, 8).used(3_000, 4) == 0.75
    assert Budget(None, 8).used(3_000, 4) == 0.5
    assert Budget(None, None).used(3_000, 4) == 0
    assert Budget(2_000, None).used(3_000, 4) == 1.5
