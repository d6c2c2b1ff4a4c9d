"""From a lead good to sell to assignments, holds, events and work, in a real database."""

from datetime import timedelta
from uuid import UUID

import pytest

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.explain import Margin, question_of, verdicts
from leadhouse.allocate.types import Refusal
from leadhouse.billing import queries as billing
from leadhouse.parties.current import market
from leadhouse.store.run import database_now, execute, rows
from leadhouse.timeline.types import Status, Step
from tests.allocate.allocate_world import (
    BIDS,
    WEDNESDAY,
    be_at,
    buyers,
    campaign,
    campaign_id,
    company,
    company_id,
    decide,
    events,
    give_lead,
    give_leads,
    given,
    install,
    passport,
    sell,
    set_limit,
    statuses,
    used,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.mark.req("R000-21", "R000-50", "R000-53", "R000-54", "R000-55", "R000-56", "R000-66")
def test_a_lead_goes_to_the_best_buyers_who_pay_their_own_bids() -> None:
    install(
        company("acme"),
        company("best", campaign("best", bids={"exclusive": "50.00", "duo": "36.00"})),
        company("cheap", campaign("cheap", bids={"duo": "10.00"})),
    )
    lead_id = sell()
    assert buyers(lead_id) == [("acme", 2, 3_500, "held"), ("best", 2, 3_600, "held")]
    assert passport(lead_id).status is Status.SOLD
    assert (passport(lead_id).sale_size, passport(lead_id).sales_potential_minor) == (2, 7_100)
    assert {one.company_id: one.held_minor for one in billing.balances()} == {
        company_id("acme"): 3_500,
        company_id("best"): 3_600,
        company_id("cheap"): 0,
    }
    assert work() == {"deliver": 2}


@pytest.mark.req("R000-43", "R000-52", "R000-74")
def test_the_timeline_tells_the_funnel_and_the_sale() -> None:
    install(
        company("acme"),
        company("away", campaign("away", where={"states": ["CO"]})),
        company("broke", wallet={"mode": "prepaid", "balance": "0.00"}),
        company("low", campaign("low", bids={"exclusive": "1.00"})),
        product={"floor": "5.00"},
    )
    lead_id = sell()
    prevalidated, allocated, assigned = events(lead_id, Step.PREVALIDATE, Step.ALLOCATE, Step.ASSIGN)
    assert (prevalidated.step, prevalidated.outcome, prevalidated.data) == (
        "prevalidate",
        "success",
        {"eligible": 3, "funded": 1},
    )
    assert (allocated.type, allocated.outcome, allocated.reason) == ("sold", "success", None)
    assert allocated.data == {
        "funnel": {"net": 3, "priced": 2, "budget": 1, "winners": 1},
        "sale_size": 1,
        "value": "60.00",
        "refusals": {"out_of_area": 1, "below_floor": 1, "wallet": 1},
    }
    assert assigned.data == {
        "sale_size": 1,
        "assignments": [
            {
                "delivery": str(given(lead_id)[0].id),
                "company": "acme",
                "campaign": "acme",
                "price": "60.00",
            }
        ],
    }


@pytest.mark.req("R000-52", "R000-45")
def test_the_decision_is_kept_with_its_inputs_and_explains_every_campaign() -> None:
    install(
        company("acme"),
        company("away", campaign("away", where={"states": ["CO"]})),
        company("less", campaign("less", bids={"exclusive": "40.00"})),
    )
    lead_id = sell()
    (stored,) = queries.decisions_of(lead_id)
    assert (stored.run, stored.round, stored.outcome, stored.sale_size, stored.value_minor) == (
        1,
        1,
        "sold",
        1,
        6_000,
    )
    assert stored.market_revision == market().revision
    assert stored.funnel == {"net": 2, "priced": 2, "budget": 2, "winners": 1}
    told = list(verdicts(question_of(stored, market()), dict(stored.winners), stored.refused()))
    acme, away, less = (campaign_id(key) for key in ("acme", "away", "less"))
    assert {one.campaign_id: one.price_minor or one.refusal or one.margin for one in told} == {
        acme: 6_000,
        less: Margin(1, 6_001, 2_001),
        away: Refusal.OUT_OF_AREA,
    }


@pytest.mark.req("R000-51")
def test_never_more_buyers_than_the_consumer_asked_for() -> None:
    install(*(company(f"c{number}") for number in range(6)))
    assert len(given(sell())) == 4
    assert len(given(sell(contact_requests=2))) == 2
    assert len(given(sell(contact_requests=1))) == 1


def test_a_test_lead_goes_the_whole_way_and_is_sold_to_nobody() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
    trial, real = give_lead(is_test=True), give_lead()
    decide()
    assert (passport(trial).status, passport(trial).reason) == (Status.UNSOLD, "test")
    assert [(one.type, one.outcome, one.reason) for one in events(trial)] == [("unsold", "failure", "test")]
    assert events(trial)[0].data["funnel"] == {"net": 1, "priced": 1, "budget": 1, "winners": 1}
    assert given(trial) == []
    # Nothing was used up by it: the only place went to the real lead after it.
    assert buyers(real) == [("acme", 1, 6_000, "held")]
    assert used() == [("acme", "day", "count", 1)]


def test_a_lead_that_nobody_may_have_ends_unsold_with_the_reason() -> None:
    install(company("away", campaign("away", where={"states": ["CO"]})), product={"floor": "5.00"})
    nobody = sell()
    install(company("low", campaign("low", bids={"exclusive": "4.99"})), product={"floor": "5.00"})
    no_bid = sell()
    install(company("trio", campaign("trio", bids={"trio": "20.00"})))
    alone = sell()
    install(company("full", campaign("full", caps={"day": {"count": 0}})))
    full = sell()
    ends = [(passport(one).status, passport(one).reason) for one in (nobody, no_bid, alone, full)]
    assert ends == [
        (Status.UNSOLD, "no_campaign"),
        (Status.UNSOLD, "no_bid"),
        (Status.UNSOLD, "no_scenario"),
        (Status.UNSOLD, "no_room"),
    ]
    assert events(full, Step.PREVALIDATE)[0].reason == "no_funded_buyer"
    assert work() == {}


@pytest.mark.req("R004-09", "R004-10", "R000-48")
def test_caps_by_count_and_by_money_hold_in_every_period() -> None:
    caps = {
        "day": {"count": 3, "money": "150.00"},
        "week": {"count": 100},
        "month": {"count": 300, "money": "5000.00"},
    }
    install(company("acme", campaign("acme", caps=caps, bids={"exclusive": "60.00"})))
    leads = give_leads(4)
    decide()
    assert statuses(leads) == {"sold": 2, "unsold": 2}
    assert sorted(used()) == [
        ("acme", "day", "count", 2),
        ("acme", "day", "money", 12_000),
        ("acme", "month", "count", 2),
        ("acme", "month", "money", 12_000),
        ("acme", "week", "count", 2),
    ]
    refused = {one.reason for lead_id in leads for one in events(lead_id, Step.SETTLE)}
    assert refused == {"no_room"}


@pytest.mark.req("R000-68")
def test_a_wallet_without_room_for_one_size_still_buys_another() -> None:
    install(company("acme"), company("other"))
    set_limit("acme", 4_000)
    set_limit("other", 3_600)
    assert buyers(sell()) == [("acme", 2, 3_500, "held"), ("other", 2, 3_500, "held")]
    lead_id = sell()
    assert passport(lead_id).reason == "no_room"
    assert events(lead_id)[0].data["refusals"] == {"wallet": 2}


def test_a_company_never_gets_the_same_consumer_twice_inside_the_window() -> None:
    install(company("acme", campaign("one"), campaign("two")), product={"duplicates": {"window_days": 30}})
    be_at(WEDNESDAY)
    first, again, stranger = give_lead(consumer=7), give_lead(consumer=7), give_lead(consumer=8)
    decide()
    assert [len(given(one)) for one in (first, again, stranger)] == [1, 0, 1]
    assert events(again)[0].data["refusals"] == {"already_given": 2}
    be_at(WEDNESDAY + timedelta(days=29, hours=23))
    assert given(sell(consumer=7)) == []
    be_at(WEDNESDAY + timedelta(days=30, minutes=1))
    assert len(given(sell(consumer=7))) == 1


@pytest.mark.req("R004-17")
def test_two_of_one_carrier_never_share_a_lead_when_the_product_says_so() -> None:
    sellers = [
        company(key, campaign(key, bids={"duo": bid}), carriers=carriers)
        for key, bid, carriers in (("a", "30.00", ["x"]), ("b", "29.00", ["x", "y"]), ("c", "10.00", []))
    ]
    install(*sellers, product={"carrier_exclusive": True})
    assert [key for key, *_ in buyers(sell())] == ["a", "c"]
    install(*sellers)
    assert [key for key, *_ in buyers(sell())] == ["a", "b"]


def test_a_grouped_duplicate_follows_its_opportunity_for_nothing() -> None:
    product = {"duplicates": {"on_duplicate": "group"}}
    caps = {"day": {"count": 1}}
    install(
        company("acme", campaign("acme", caps=caps)),
        company("other", campaign("other", bids={"exclusive": "1.00"})),
        product=product,
    )
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    again = sell(consumer=7, unique_lead_id=70)
    stranger = sell(consumer=8, unique_lead_id=80)
    assert buyers(first) == [("acme", 1, 6_000, "held")]
    assert buyers(again) == [("acme", 1, 0, "held")]
    assert events(again)[0].reason == "duplicate"
    assert buyers(stranger) == [("other", 1, 100, "held")]
    queries.accept([given(again)[0].id], database_now())
    assert [one.charged_minor for one in billing.balances()] == [0, 0]


def test_two_leads_of_one_opportunity_in_one_batch_go_together() -> None:
    install(company("acme"), company("other"), product={"duplicates": {"on_duplicate": "group"}})
    options = {"consumer": 7, "unique_lead_id": 70, "contact_requests": 1}
    first, again = give_lead(**options), give_lead(**options)
    decide()
    assert [buyers(one) for one in (first, again)] == [
        [("acme", 1, 6_000, "held")],
        [("acme", 1, 0, "held")],
    ]
    # The follower is explained as if it had come later: its companies had the consumer by then.
    (told,) = queries.decisions_of(again)
    assert told.refused() == {Refusal.ALREADY_GIVEN: [campaign_id("acme")]}


def test_decisions_are_written_in_the_order_in_which_they_were_made() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 2}})))
    leads = [give_lead(is_test=one == 1) for one in range(4)]
    decide()
    written = rows("SELECT lead_id FROM allocate_decision ORDER BY id", {}, UUID)
    assert written == leads
    assert [passport(one).status.value for one in leads] == ["sold", "unsold", "sold", "unsold"]


def test_a_lead_that_cannot_be_decided_ends_alone_and_stops_nobody() -> None:
    install(company("acme"))
    poisoned, good = give_lead(), give_lead()
    execute("UPDATE capture_lead SET product_id = NULL WHERE id = %(id)s", {"id": poisoned})
    for _ in range(4):
        decide()
        execute("UPDATE timeline_work SET due_at = leadhouse_now() WHERE stage = 'allocate'", {})
    assert len(given(good)) == 1
    assert (passport(poisoned).status, passport(poisoned).reason) == (Status.UNSOLD, "internal_error")


def test_bids_without_room_for_the_dearest_still_sell_the_rest() -> None:
    install(company("acme", campaign("acme", caps={"day": {"money": "50.00"}}, bids=BIDS)), company("other"))
    assert buyers(sell()) == [("acme", 2, 3_500, "held"), ("other", 2, 3_500, "held")]
