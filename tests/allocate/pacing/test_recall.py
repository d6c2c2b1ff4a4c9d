"""Leads of the last days stand for those still to come."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from leadhouse.allocate.pacing.days import Calendar
from leadhouse.allocate.pacing.recall import Past, coming, horizon, sample_of
from leadhouse.allocate.pacing.sample import flat
from leadhouse.allocate.pacing.traffic import QUARTERS_OF_DAY, QUARTERS_OF_WEEK, Traffic
from tests.allocate.allocate_markets import NEW_YORK, NOW, campaign, company, market
from tests.allocate.choosing.contests import offer

EVEN = Traffic(NEW_YORK, np.ones(QUARTERS_OF_WEEK))
EAST, WEST = campaign(1), campaign(2)
PLACES = market([EAST, WEST], [company(1), company(2, zone=ZoneInfo("America/Los_Angeles"))])
DAYS = {one.id: Calendar(PLACES, EVEN).day(one, NOW) for one in (EAST, WEST)}
OFFERS = (offer(1, {1: 3_000}), offer(2, {1: 3_000}))


def _spending(*past: datetime, share: float = 1.0, traffic: Traffic = EVEN) -> list[float]:
    """What each campaign spends when both get all leads, being in nobody's way."""
    leads = [Past(at, flat([one])) for at in past for one in OFFERS]
    sample = sample_of(leads, share, DAYS, traffic, NOW)
    nothing = np.zeros(len(sample.campaigns))
    spent = dict(zip(sample.campaigns, sample.spending(nothing, nothing)[1], strict=True))
    return [float(spent.get(one, 0)) for one in (1, 2)]


def test_a_past_lead_comes_again_at_its_hour() -> None:
    later = NOW + timedelta(hours=2)
    assert [coming(later - timedelta(days=day), NOW) for day in (1, 2, 7)] == [later] * 3
    assert coming(NOW - timedelta(days=1), NOW) == NOW
    assert coming(NOW - timedelta(minutes=1), NOW) == NOW + timedelta(days=1, minutes=-1)


def test_the_horizon_is_the_end_of_the_last_local_day() -> None:
    assert horizon(DAYS, NOW) == NOW + timedelta(hours=17)
    assert horizon({1: DAYS[1]}, NOW) == NOW + timedelta(hours=14)
    assert horizon({1: DAYS[1]}, NOW - timedelta(days=2)) == NOW - timedelta(days=1)
    assert horizon({}, NOW) == NOW


def test_days_are_averaged_and_a_sample_stands_for_all() -> None:
    evening = NOW + timedelta(hours=5)
    one, two = evening - timedelta(days=1), evening - timedelta(days=3)
    assert _spending(one, two) == pytest.approx([1, 1])
    assert _spending(one, one, one, two, share=0.5) == pytest.approx([4, 4])
    assert _spending(one, one) == pytest.approx([2, 2])


def test_a_campaign_gets_nothing_that_comes_after_its_own_day() -> None:
    assert _spending(NOW + timedelta(hours=15) - timedelta(days=1)) == pytest.approx([0, 1])
    assert _spending(NOW + timedelta(hours=18) - timedelta(days=1)) == [0, 0]


def test_a_busier_weekday_counts_for_less_on_a_quiet_one() -> None:
    weekly = np.ones((7, QUARTERS_OF_DAY))
    weekly[1] = 2
    traffic = Traffic(NEW_YORK, weekly.reshape(-1))
    tuesday = NOW + timedelta(hours=5) - timedelta(days=1)
    assert _spending(tuesday, traffic=traffic) == pytest.approx([0.5, 0.5])
