"""Shadow prices follow what is spent, stay within their bounds, and start again where they were."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.pacing.days import Calendar, Spent
from leadhouse.allocate.pacing.pacer import ETA, MOST, Pacer, counted_at, held_at, weight_of
from leadhouse.allocate.pacing.sample import Sample, Sampled, flat
from leadhouse.allocate.pacing.traffic import QUARTERS_OF_WEEK, Traffic
from leadhouse.allocate.types import LEAST_PACE, MOST_TOLL, WHOLE, Held
from leadhouse.kit.hours import parse_hours
from leadhouse.parties.types import Area, Campaign, Cap, CapPeriod, CapUnit
from tests.allocate.allocate_markets import NEW_YORK, NOW, campaign, market
from tests.allocate.choosing.contests import offer

EVEN = Traffic(NEW_YORK, np.ones(QUARTERS_OF_WEEK))
MIDNIGHT = NOW - timedelta(hours=10)
A_DAY = (Cap(CapPeriod.DAY, CapUnit.MONEY, 96_000),)
QUARTER = timedelta(minutes=15)


def _pacer(*campaigns: Campaign, known: Pacer | None = None) -> tuple[Pacer, Calendar]:
    whole = market(campaigns)
    return Pacer(whole, "roofing", known.paces if known else ()), Calendar(whole, EVEN)


def _price(pacer: Pacer, campaign_id: int = 1) -> float:
    return {one.campaign_id: one.shadow_price for one in pacer.paces}[campaign_id]


def test_who_has_no_budget_is_not_paced() -> None:
    pacer, calendar = _pacer(campaign(1), campaign(2, caps=A_DAY, is_active=False))
    pacer.update({1: Spent(1_000_000, 50)}, calendar, NOW)
    assert pacer.paces == []
    assert pacer.held() == {}


def test_spending_ahead_of_the_plan_makes_dearer_and_lagging_behind_cheaper() -> None:
    pacer, calendar = _pacer(campaign(1, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    assert _price(pacer) == 0
    # A ninety-sixth of the day's budget is 1,000 minor units; 25,000 are spent.
    pacer.update({1: Spent(25_000, 1)}, calendar, MIDNIGHT + QUARTER)
    assert _price(pacer) == pytest.approx(ETA * 24 / 96)
    assert pacer.held() == {1: Held(weight_of(ETA * 24 / 96))}
    pacer.update({1: Spent(25_000, 1)}, calendar, MIDNIGHT + 5 * QUARTER)
    assert _price(pacer) == pytest.approx(ETA * 20 / 96)
    pacer.update({1: Spent(25_000, 1)}, calendar, MIDNIGHT + 90 * QUARTER)
    assert _price(pacer) == 0


def test_a_turn_that_comes_late_sees_the_same_spending() -> None:
    often, calendar = _pacer(campaign(1, caps=A_DAY))
    seldom, _ = _pacer(campaign(1, caps=A_DAY))
    for pacer in (often, seldom):
        pacer.update({}, calendar, MIDNIGHT)
        pacer.update({1: Spent(60_000, 3)}, calendar, MIDNIGHT + QUARTER)
    often.update({1: Spent(61_000, 4)}, calendar, MIDNIGHT + 2 * QUARTER)
    often.update({1: Spent(63_000, 5)}, calendar, MIDNIGHT + 4 * QUARTER)
    seldom.update({1: Spent(63_000, 5)}, calendar, MIDNIGHT + 4 * QUARTER)
    assert _price(often) == pytest.approx(_price(seldom))


def test_money_given_back_is_seen_by_the_next_update() -> None:
    pacer, calendar = _pacer(campaign(1, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    pacer.update({1: Spent(48_000, 2)}, calendar, MIDNIGHT + QUARTER)
    dear = _price(pacer)
    pacer.update({1: Spent(24_000, 1)}, calendar, MIDNIGHT + QUARTER)
    assert _price(pacer) == pytest.approx(dear - ETA / 4)


def test_the_next_day_begins_with_the_price_of_the_evening_and_a_fresh_budget() -> None:
    pacer, calendar = _pacer(campaign(1, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    pacer.update({1: Spent(96_000, 4)}, calendar, MIDNIGHT + 95 * QUARTER)
    evening = _price(pacer)
    pacer.update({}, calendar, MIDNIGHT + 96 * QUARTER)
    assert _price(pacer) == pytest.approx(evening) == pytest.approx(ETA / 96)


def test_a_budget_changed_by_day_moves_no_price_by_itself() -> None:
    before, calendar = _pacer(campaign(1, caps=A_DAY))
    before.update({}, calendar, MIDNIGHT)
    before.update({1: Spent(48_000, 2)}, calendar, MIDNIGHT + QUARTER)
    halved = campaign(1, caps=(Cap(CapPeriod.DAY, CapUnit.MONEY, 48_000),))
    after, calendar = _pacer(halved, known=before)
    after.update({1: Spent(48_000, 2)}, calendar, MIDNIGHT + QUARTER)
    assert _price(after) == _price(before)


def test_a_budget_that_is_gone_leaves_the_price_alone() -> None:
    month = Cap(CapPeriod.MONTH, CapUnit.MONEY, 90_000)
    pacer, calendar = _pacer(campaign(1, caps=(month,)), campaign(2, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    pacer.update({1: Spent(9_000, 1)}, calendar, MIDNIGHT + QUARTER)
    price = _price(pacer)
    gone = {1: Spent(0, 0, {month: 90_000})}
    tomorrow = MIDNIGHT + timedelta(days=1)
    pacer.update(gone, calendar, tomorrow + timedelta(hours=6))
    dear, other = offer(1, {1: 3_000}), offer(2, {1: 2_500})
    pacer.resolve(Sample([Sampled(flat([dear, other]), 200.0)]), gone)
    assert _price(pacer) == price > 0
    # All two hundred leads are the other's, as far as its budget goes.
    assert _price(pacer, 2) > 0.5


def test_a_closed_day_leaves_the_price_alone() -> None:
    mondays = parse_hours({"mon": ["08:00-18:00"]})
    pacer, calendar = _pacer(campaign(1, caps=A_DAY, schedule=mondays))
    monday = MIDNIGHT - timedelta(days=2)
    pacer.update({}, calendar, monday)
    pacer.update({1: Spent(48_000, 2)}, calendar, monday + timedelta(hours=8))
    price = _price(pacer)
    for day in range(1, 6):
        pacer.update({}, calendar, monday + timedelta(days=day, hours=12))
        assert _price(pacer) == price


def test_a_new_campaign_begins_at_half_the_price_of_its_neighbours() -> None:
    def within(number: int, *states: str) -> Campaign:
        return campaign(number, caps=A_DAY, where=Area(states=frozenset(states)))

    old, calendar = _pacer(within(1, "WY"), within(2, "CO"), within(3, "UT"))
    old.update({}, calendar, MIDNIGHT)
    old.update({1: Spent(60_000, 1), 2: Spent(20_000, 1)}, calendar, MIDNIGHT + QUARTER)
    grown, calendar = _pacer(
        *(within(one, state) for one, state in ((1, "WY"), (2, "CO"), (3, "UT"))),
        within(4, "WY", "CO"),
        within(5, "TX"),
        campaign(6, caps=A_DAY),
        known=old,
    )
    grown.update({1: Spent(60_000, 1), 2: Spent(20_000, 1), 4: Spent(5_000, 1)}, calendar, MIDNIGHT + QUARTER)
    assert _price(grown, 4) == pytest.approx((_price(old, 1) + _price(old, 2)) / 4)
    assert _price(grown, 5) == 0
    assert 0 < _price(grown, 6) <= _price(old, 2) / 2


def test_leads_of_the_last_days_show_which_budget_is_worth_keeping() -> None:
    """One hundred leads ahead; 1 bids more for all of them, but half can only go to it."""
    dear, cheap = offer(1, {1: 3_000}), offer(2, {1: 2_500})
    sample = Sample([Sampled(flat([dear, cheap]), 50.0), Sampled(flat([dear]), 50.0)])
    caps = (Cap(CapPeriod.DAY, CapUnit.MONEY, 150_000),)
    pacer, calendar = _pacer(campaign(1, caps=caps), campaign(2, caps=caps))
    pacer.update({}, calendar, MIDNIGHT)
    for _ in range(6):
        pacer.resolve(sample, {})
    # From 1/6 on the others' 2,500 are worth more than what is kept of 3,000.
    assert 0.15 < _price(pacer) < 0.35
    assert _price(pacer, 2) < 0.1


def test_leads_by_count_are_a_budget_too() -> None:
    dear, cheap = offer(1, {1: 3_000}), offer(2, {1: 2_500})
    sample = Sample([Sampled(flat([dear, cheap]), 50.0), Sampled(flat([dear]), 50.0)])
    counted = (Cap(CapPeriod.DAY, CapUnit.COUNT, 50),)
    pacer, calendar = _pacer(campaign(1, caps=counted, bids={1: 3_000}), campaign(2))
    pacer.update({}, calendar, MIDNIGHT)
    for _ in range(6):
        pacer.resolve(sample, {})
    assert 0.15 < _price(pacer) < 0.35
    # A toll on every lead: a share of the dearest bid, whatever a lead brings.
    assert pacer.held() == {1: held_at(_price(pacer), 3_000)}
    assert pacer.held()[1] == Held(WHOLE, round(3_000 * _price(pacer)))
    assert [one.campaign_id for one in pacer.paces] == [1]


def test_a_campaign_with_room_for_everything_costs_nothing() -> None:
    sample = Sample([Sampled(flat([offer(1, {1: 3_000})]), 10.0)])
    pacer, calendar = _pacer(campaign(1, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    pacer.update({1: Spent(9_000, 3)}, calendar, MIDNIGHT + QUARTER)
    pacer.resolve(sample, {1: Spent(9_000, 3)})
    assert _price(pacer) == 0


def test_a_sample_of_nothing_changes_nothing() -> None:
    pacer, calendar = _pacer(campaign(1, caps=A_DAY))
    pacer.update({}, calendar, MIDNIGHT)
    pacer.update({1: Spent(40_000, 3)}, calendar, MIDNIGHT + QUARTER)
    before = pacer.paces
    pacer.resolve(Sample([]), {})
    assert pacer.paces == before


Walk = list[tuple[int, int, int]]
WALKS = st.lists(
    st.tuples(st.integers(1, 3_000), st.integers(0, 60_000), st.integers(0, 5)), min_size=1, max_size=12
)


def _spendings(walk: Walk) -> Iterator[tuple[datetime, Mapping[int, Spent]]]:
    now = MIDNIGHT
    for minutes, money, count in walk:
        now += timedelta(minutes=minutes)
        yield now, {1: Spent(money, count), 2: Spent(money // 2, count, {MONTH: money * 3})}


MONTH = Cap(CapPeriod.MONTH, CapUnit.MONEY, 100_000)
TIGHT = (Cap(CapPeriod.DAY, CapUnit.MONEY, 10_000), Cap(CapPeriod.DAY, CapUnit.COUNT, 2))


@given(WALKS)
@settings(max_examples=30, deadline=None)
def test_whatever_is_spent_prices_stay_within_their_bounds(walk: Walk) -> None:
    pacer, calendar = _pacer(campaign(1, caps=TIGHT), campaign(2, caps=(MONTH,)))
    sample = Sample([Sampled(flat([offer(1, {1: 6_000, 2: 4_000}), offer(2, {1: 5_000, 2: 4_500})]), 40.0)])
    for now, spent in _spendings(walk):
        pacer.update(spent, calendar, now)
        pacer.resolve(sample, spent)
        assert all(0 <= one.shadow_price <= MOST for one in pacer.paces)
        assert all(weight_of(MOST) <= one.pace <= WHOLE and not one.toll for one in pacer.held().values())


@given(WALKS)
@settings(max_examples=30, deadline=None)
def test_one_that_starts_again_from_its_state_goes_on_the_same(walk: Walk) -> None:
    campaigns = (campaign(1, caps=TIGHT), campaign(2, caps=(MONTH,)))
    lasting, calendar = _pacer(*campaigns)
    ending, _ = _pacer(*campaigns)
    for now, spent in _spendings(walk):
        lasting.update(spent, calendar, now)
        ending, calendar = _pacer(*campaigns, known=ending)
        ending.update(spent, calendar, now)
        assert ending.paces == lasting.paces


def test_the_highest_price_leaves_a_weight() -> None:
    assert weight_of(0) == WHOLE
    assert weight_of(MOST) == WHOLE - round(WHOLE * 0.98) == LEAST_PACE > 0


def test_a_toll_is_asked_of_those_whose_budgets_count_leads_only() -> None:
    count, money = Cap(CapPeriod.DAY, CapUnit.COUNT, 5), Cap(CapPeriod.MONTH, CapUnit.MONEY, 5_000)
    assert counted_at(campaign(1, caps=(count,))) == 6_000
    assert counted_at(campaign(1, caps=(count, money))) == counted_at(campaign(1, caps=(money,))) == 0
    assert held_at(0.25, 0) == Held(weight_of(0.25))
    assert held_at(0.25, 6_000) == Held(WHOLE, 1_500)
    assert held_at(0.5, 1 << 60) == Held(WHOLE, MOST_TOLL)
