"""Leads decided in memory: never beyond caps and wallets, no consumer twice, waiting as long as it takes."""

import gc
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.types import Outcome, Refusal
from leadhouse.kit import periods
from leadhouse.parties.types import CapPeriod, CapUnit, DuplicateScope, Market, OnDuplicate
from leadhouse.project.garbage import uncollected
from leadhouse.simulate.log import kept_of
from leadhouse.simulate.month.arrivals import arrivals
from leadhouse.simulate.types import Refused, Step, Turned
from tests.allocate.allocate_markets import (
    NEW_YORK,
    NOW,
    PRODUCT,
    SOURCE,
    campaign,
    company,
    count,
    market,
    money,
    rule,
    weekdays,
)
from tests.simulate.simulated import arrival, busy_market, every, judged, steps, winners

SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


def sales(found: list[Step]) -> list[tuple[datetime, int, int]]:
    """Return every sale: when, to which campaign, for how much."""
    return [
        (one.at, number, price)
        for one in judged(found)
        if one.decided.sale
        for number, price in zip(one.decided.sale.winners, one.decided.sale.prices, strict=True)
    ]


def used(market_: Market, found: list[Step]) -> dict[tuple[object, ...], tuple[int, int]]:
    """Count anew what every cap's every period bears: use and limit."""
    amounts: Counter[tuple[object, ...]] = Counter()
    limits = {}
    for at, number, price in sales(found):
        one = market_.campaigns[number]
        zone = market_.companies[one.company_id].zone
        for cap in one.caps:
            place = (number, cap.period, cap.unit, SPANS[cap.period](zone, at).start)
            amounts[place] += 1 if cap.unit is CapUnit.COUNT else price
            limits[place] = cap.limit
    return {place: (amount, limits[place]) for place, amount in amounts.items()}


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 10**6))
def test_nothing_is_ever_sold_beyond_caps_wallets_and_wishes(seed: int) -> None:
    configured = busy_market(seed)
    found = steps(configured, arrivals(configured, seed=seed, leads=400))
    room = used(configured, found)
    assert room
    assert all(amount <= limit for amount, limit in room.values())
    spent: Counter[int] = Counter()
    for _, number, price in sales(found):
        spent[configured.campaigns[number].company_id] += price
    assert all(amount <= configured.companies[one].wallet_limit for one, amount in spent.items())
    for one in judged(found):
        if one.decided.sale:
            buyers = [configured.campaigns[number].company_id for number in one.decided.sale.winners]
            assert len(set(buyers)) == len(buyers) <= (one.arrival.lead.contact_requests or 4)


def test_caps_are_used_up_where_demand_allows_and_open_again_with_the_next_day() -> None:
    caps = (count(2),)
    configured = market([campaign(1, caps=caps)])
    found = winners(steps(configured, [arrival(one, at) for one, at in enumerate(every(60, 24))]))
    # 14 hours are left of the first day in New York, 10 of the next are in it.
    assert [sum(map(len, day)) for day in (found[:14], found[14:])] == [2, 2]


def test_a_budget_is_spent_to_the_last_bid_that_fits() -> None:
    configured = market([campaign(1, bids={1: 4_000}, caps=(money(10_000),))])
    found = steps(configured, [arrival(one, at) for one, at in enumerate(every(1, 4))])
    assert winners(found) == [[1], [1], [], []]
    assert judged(found)[2].decided.decision.refused.keys() == {Refusal.BUDGET}


def test_a_wallet_that_is_empty_buys_nothing() -> None:
    configured = market([campaign(1)], [company(1, wallet_limit=6_000)])
    found = steps(configured, [arrival(one, at) for one, at in enumerate(every(1, 2))])
    assert winners(found) == [[1], []]
    assert judged(found)[1].decided.decision.refused.keys() == {Refusal.WALLET}


def test_a_lead_waits_for_the_opening_and_is_decided_then() -> None:
    configured = market([campaign(1)], [company(1, hours=weekdays())])
    evening = datetime(2026, 11, 26, 1, tzinfo=UTC)
    found = judged(steps(configured, [arrival(1, evening)]))
    assert [one.decided.decision.outcome for one in found] == [Outcome.WAITING, Outcome.SOLD]
    assert [one.at for one in found] == [evening, datetime(2026, 11, 26, 14, tzinfo=UTC)]


def test_who_waited_is_decided_in_its_turn_among_those_who_come_later() -> None:
    configured = market([campaign(1, caps=(count(1),))], [company(1, hours=weekdays())])
    night, opening = datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 14, tzinfo=UTC)
    later = opening + timedelta(minutes=1)
    found = judged(steps(configured, [arrival(1, night), arrival(2, later)]))
    assert [one.arrival.place for one in found if one.decided.sale] == [1]


def test_no_company_gets_a_consumer_twice_within_the_window() -> None:
    product = replace(PRODUCT, duplicates=replace(PRODUCT.duplicates, scope=DuplicateScope.SOURCE))
    other = replace(SOURCE, id=2, key="other")
    configured = market([campaign(1), campaign(2)], products=[product], sources=[SOURCE, other])
    again = arrival(2, NOW + timedelta(days=1), consumer=7, wish=1, source="other")
    found = winners(steps(configured, [arrival(1, consumer=7, wish=1), again]))
    assert sorted(found) == [[1], [2]]
    much_later = replace(again, at=NOW + timedelta(days=31))
    assert winners(steps(configured, [arrival(1, consumer=7, wish=1), much_later])) == [[1], [1]]


def test_a_repetition_is_refused_or_follows_as_its_product_says() -> None:
    two = [arrival(1, consumer=7), arrival(2, NOW + timedelta(hours=1), consumer=7)]
    refusing = steps(market([campaign(1)]), two)
    assert [one.reason for one in refusing if isinstance(one, Turned)] == [Refused.DUPLICATE]
    duplicates = replace(PRODUCT.duplicates, on_duplicate=OnDuplicate.GROUP)
    grouping = steps(market([campaign(1)], products=[replace(PRODUCT, duplicates=duplicates)]), two)
    assert [one.decided.sale and one.decided.sale.prices for one in judged(grouping)] == [(6_000,), (0,)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_closed": True}, Refused.SOURCE_CLOSED),
        ({"products": ("solar",)}, Refused.PRODUCT_CLOSED),
        ({"criteria": rule({"field": "state", "operator": "=", "value": "CO"})}, Refused.CRITERIA),
        ({"caps": (count(0),)}, Refused.CAP_REACHED),
    ],
)
def test_the_door_refuses_what_it_would_refuse_in_earnest(
    changes: dict[str, object], reason: Refused
) -> None:
    configured = market([campaign(1)], sources=[replace(SOURCE, **changes)])
    (one,) = steps(configured, [arrival(1)])
    assert isinstance(one, Turned)
    assert one.reason is reason


def test_a_sources_cap_counts_in_the_markets_day() -> None:
    configured = market([campaign(1)], sources=[replace(SOURCE, caps=(count(3),))])
    found = steps(configured, [arrival(one, at) for one, at in enumerate(every(60, 24))])
    assert sum(isinstance(one, Turned) for one in found) == 24 - 2 * 3
    first_refused = next(one for one in found if isinstance(one, Turned))
    assert first_refused.arrival.at.astimezone(NEW_YORK).hour == 13


def test_the_same_leads_are_decided_alike_every_time() -> None:
    configured = busy_market(3)
    month = arrivals(configured, leads=300)
    one, other = (
        [(step.at, kept_of(step.decided.decision)) for step in judged(steps(configured, month))]
        for _ in range(2)
    )
    assert one == other


def test_a_run_makes_nothing_that_only_the_collector_would_find() -> None:
    configured = busy_market(3)
    month = arrivals(configured, leads=300)
    steps(configured, month[:1])
    gc.collect()
    with uncollected():
        steps(configured, month)
        # What a market's index leaves behind does not grow with the leads.
        assert gc.collect() < 100
