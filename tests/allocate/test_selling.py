"""From a lead good to sell to assignments, holds, events and work, in a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from leadhouse.allocate import fold, queries
from leadhouse.allocate.explain import Margin, question_of, verdicts
from leadhouse.allocate.types import AssignmentStatus, Feedback, Refusal
from leadhouse.billing import queries as billing
from leadhouse.parties.current import market
from leadhouse.store.run import database_now, execute
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage, Status, Step
from tests.allocate.allocate_world import (
    BIDS,
    WEDNESDAY,
    WEEKDAYS,
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
    search_again,
    sell,
    set_limit,
    statuses,
    used,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.mark.req("R000-50", "R000-53", "R000-54", "R000-55", "R000-56", "R000-66")
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


def test_a_refused_consumer_may_be_offered_again_but_the_same_lead_never() -> None:
    install(company("acme"))
    first = sell(consumer=7)
    queries.refuse([given(first)[0].id])
    search_again(first)
    assert (passport(first).status, passport(first).reason) == (Status.UNSOLD, "nobody_accepted")
    assert len(given(sell(consumer=7))) == 1


def test_a_delivery_that_may_have_arrived_leaves_the_consumer_with_the_company() -> None:
    install(company("acme"))
    arrived = given(sell(consumer=7))[0].id
    queries.fail([arrived], uncertain=[arrived])
    assert given(sell(consumer=7)) == []
    lost = given(sell(consumer=8))[0].id
    queries.fail([lost])
    assert len(given(sell(consumer=8))) == 1


@pytest.mark.req("R000-57", "R000-58")
def test_acceptance_charges_the_buyer_and_begins_the_rejection_window() -> None:
    install(company("acme", campaign("acme", rejection_window_hours=24)))
    lead_id = sell()
    (held,) = given(lead_id)
    queries.deliver([held.id])
    assert given(lead_id)[0].status is AssignmentStatus.DELIVERING
    at = database_now()
    assert queries.accept([held.id], at) == {held.id}
    assert queries.accept([held.id], at) == set()
    assert queries.refuse([held.id]) == set()
    assert queries.assignment(held.id) == replace(
        held,
        status=AssignmentStatus.ACCEPTED,
        delivered_at=at,
        rejection_until=at + timedelta(hours=24),
    )
    assert [(one.held_minor, one.charged_minor) for one in billing.balances()] == [(0, 6_000)]
    assert queries.assignment(uuid4()) is None


def test_a_refusal_gives_room_and_money_back_and_a_later_rejection_does_not() -> None:
    caps = {"day": {"count": 1, "money": "60.00"}}
    install(company("acme", campaign("acme", caps=caps)))
    refused = given(sell())[0].id
    assert queries.refuse([refused]) == {refused}
    assert used() == [("acme", "day", "count", 0), ("acme", "day", "money", 0)]
    assert billing.balances()[0].held_minor == 0
    accepted = given(sell())[0].id
    queries.accept([accepted], database_now())
    queries.mark_feedback(accepted, Feedback.REJECTED)
    billing.credit(accepted, 6_000)
    assert used() == [("acme", "day", "count", 1), ("acme", "day", "money", 6_000)]
    assert given(sell()) == []


def test_after_a_refusal_every_size_is_open_again_while_nobody_has_accepted() -> None:
    install(
        company("a", campaign("a", bids={"exclusive": "60.00"})),
        company("b", campaign("b", bids={"duo": "29.00"})),
        company("c", campaign("c", bids={"duo": "28.00"})),
    )
    lead_id = sell()
    assert buyers(lead_id) == [("a", 1, 6_000, "held")]
    queries.refuse([given(lead_id)[0].id])
    search_again(lead_id)
    assert buyers(lead_id) == [("a", 1, 6_000, "refused"), ("b", 2, 2_900, "held"), ("c", 2, 2_800, "held")]
    assert [one.round for one in queries.decisions_of(lead_id)] == [1, 2]


def test_after_an_acceptance_the_size_stands_and_the_places_left_are_filled_at_its_price() -> None:
    install(
        *(company(key, campaign(key, bids={"exclusive": "1.00", "trio": "25.00"})) for key in "abc"),
        company("d", campaign("d", bids={"exclusive": "24.00", "trio": "20.00"})),
    )
    lead_id = sell()
    first, *others = given(lead_id)
    queries.accept([first.id], database_now())
    queries.refuse([one.id for one in others])
    search_again(lead_id)
    assert buyers(lead_id) == [
        ("a", 3, 2_500, "accepted"),
        ("b", 3, 2_500, "refused"),
        ("c", 3, 2_500, "refused"),
        ("d", 3, 2_000, "held"),
    ]
    assert passport(lead_id).status is Status.SOLD


def test_a_sale_begun_that_finds_nobody_else_ends_delivered_with_what_was_accepted() -> None:
    install(*(company(key, campaign(key, bids={"duo": "30.00"})) for key in "ab"))
    lead_id = sell()
    first, other = given(lead_id)
    queries.accept([first.id], database_now())
    queries.refuse([other.id])
    search_again(lead_id)
    ended = passport(lead_id)
    assert (ended.status, ended.reason, ended.revenue_minor) == (Status.DELIVERED, None, 3_000)
    assert len(given(lead_id)) == 2


def test_a_lead_with_a_buyer_still_to_answer_is_left_alone() -> None:
    install(company("acme"), company("other"))
    lead_id = sell(contact_requests=1)
    before = (passport(lead_id), queries.decisions_of(lead_id))
    search_again(lead_id)
    assert (passport(lead_id), queries.decisions_of(lead_id)) == before
    assert len(given(lead_id)) == 1


def test_two_in_conflict_never_stand_beside_each_other_after_a_refusal_either() -> None:
    install(
        company("a", conflict_group="holding", campaigns=[campaign("a", bids={"duo": "30.00"})]),
        company("b", campaign("b", bids={"duo": "29.00"})),
        company("c", conflict_group="holding", campaigns=[campaign("c", bids={"duo": "28.00"})]),
    )
    lead_id = sell()
    first, other = given(lead_id)
    queries.accept([first.id], database_now())
    queries.refuse([other.id])
    search_again(lead_id)
    assert [key for key, *_ in buyers(lead_id)] == ["a", "b"]
    assert queries.decisions_of(lead_id)[-1].refused()[Refusal.CONFLICT] == [campaign_id("c")]


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


@pytest.mark.req("R000-42")
def test_a_lead_waits_for_business_hours_and_is_sold_in_their_first_minute() -> None:
    install(company("acme", hours=WEEKDAYS))
    be_at(WEDNESDAY.replace(hour=3))
    lead_id = sell()
    opening = WEDNESDAY.replace(hour=14)
    waiting = passport(lead_id)
    assert (waiting.status, waiting.reason, waiting.waiting_until) == (
        Status.WAITING,
        "out_of_hours",
        opening,
    )
    assert events(lead_id)[0].data["waiting_until"] == "2027-01-20T14:00:00.000Z"
    be_at(opening - timedelta(seconds=2))
    assert decide() == 0
    be_at(opening)
    assert decide() == 1
    assert buyers(lead_id) == [("acme", 1, 6_000, "held")]
    assert [one.type for one in events(lead_id)] == ["waiting", "sold"]
    assert passport(lead_id).waiting_until is None


def test_a_lead_waits_for_the_first_of_those_that_pass_all_else() -> None:
    sunday = {"sun": ["10:00-12:00"]}
    install(
        company("early", campaign("early", bids={}), hours=WEEKDAYS),
        company("capped", campaign("capped", caps={"day": {"count": 0}}), hours=WEEKDAYS),
        company("broke", wallet={"mode": "prepaid"}, hours=WEEKDAYS),
        company("late", campaign("late", schedule=sunday)),
        product={"patience_hours": 240},
    )
    be_at(WEDNESDAY.replace(hour=3))
    # Sunday the 24th, 10:00 in New York.
    assert passport(sell()).waiting_until == datetime(2027, 1, 24, 15, tzinfo=UTC)


def test_without_an_opening_within_its_patience_a_lead_ends_at_once() -> None:
    install(company("acme", campaign("acme", schedule={"sun": ["10:00-12:00"]})))
    be_at(WEDNESDAY)
    lead_id = sell()
    assert (passport(lead_id).status, passport(lead_id).reason) == (Status.UNSOLD, "no_opening")
    assert work() == {}


def test_nothing_waits_for_caps_budgets_and_wallets() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 0}}), hours=WEEKDAYS))
    be_at(WEDNESDAY.replace(hour=3))
    assert (passport(sell()).status, work()) == (Status.UNSOLD, {})


def test_a_lead_is_sold_now_rather_than_wait_for_a_better_buyer() -> None:
    install(company("acme", hours=WEEKDAYS), company("night", campaign("night", bids={"duo": "5.00"})))
    be_at(WEDNESDAY.replace(hour=3))
    # Alone it cannot be a duo: the lead waits; then both are open.
    lead_id = sell()
    assert passport(lead_id).status is Status.WAITING
    install(company("acme", hours=WEEKDAYS), company("night", campaign("night", bids={"exclusive": "5.00"})))
    assert buyers(sell()) == [("night", 1, 500, "held")]


def _answer(lead_ids: list[UUID], *, rejected_every: int = 0) -> None:
    """Have all buyers accept, and reject every so manyth later; queue each outcome twice."""
    for number, lead_id in enumerate(lead_ids):
        for one in given(lead_id):
            queries.accept([one.id], database_now())
            if rejected_every and number % rejected_every == 0:
                queries.mark_feedback(one.id, Feedback.REJECTED)
            enqueue([NewWork(Stage.FOLD, lead_id, one.id)] * 2)


@pytest.mark.req("R000-70", "R000-47")
def test_rejections_alone_turn_an_exclusive_sale_into_a_trio_at_unchanged_prices() -> None:
    shared = [company(key, campaign(key, bids={"exclusive": "1.00", "trio": "22.00"})) for key in "abc"]
    dear = company("dear", campaign("dear", bids={"exclusive": "70.00"}))
    rich = {"mode": "credit", "limit": "100000.00"}
    sellers = [{**one, "wallet": rich} for one in (*shared, dear)]
    install(*sellers[:3])
    clean = give_leads(40)
    decide()
    install(*sellers)
    spoilt = give_leads(40)
    decide()
    assert {tuple(price for _, _, price, _ in buyers(one)) for one in spoilt} == {(7_000,)}
    _answer(clean)
    _answer(spoilt, rejected_every=5)
    # Until the outcomes are folded in nothing has changed.
    assert len(given(sell())) == 1
    assert fold.step(1_000) == 40 * 3 * 2 + 40 * 2
    assert {one.decisions for one in queries.records()} == {40}
    flipped = sell()
    assert buyers(flipped) == [(key, 3, 2_200, "held") for key in "abc"]
    (decision,) = queries.decisions_of(flipped)
    assert 6_000 < decision.value_minor < 6_600


def test_outcomes_are_folded_once_and_each_as_what_it_is() -> None:
    install(company("acme", campaign("acme", bids={"exclusive": "10.00"})))
    accepted, refused, failed, rejected = (given(sell())[0].id for _ in range(4))
    queries.accept([accepted, rejected], database_now())
    queries.refuse([refused])
    queries.fail([failed])
    queries.mark_feedback(rejected, Feedback.REJECTED)
    everyone = [accepted, refused, failed, rejected]
    queries.fold(everyone)
    queries.mark_feedback(rejected, Feedback.RETURNED)
    queries.fold(everyone)
    (record,) = queries.records()
    assert record.decisions == 4
    weight = record.refused
    assert (record.sold / weight, record.rejected / weight) == pytest.approx((3_000, 2_000))
    assert (record.trials / weight, record.accepted / weight) == pytest.approx((3, 2))


@pytest.mark.req("R000-45")
def test_a_buyer_beyond_the_markets_thresholds_gets_nothing_more() -> None:
    settings = {"thresholds": {"min_acceptance_rate": 0.5, "from_decisions": 3}}
    install(company("acme"), settings=settings)
    for _ in range(3):
        assignment_id = given(sell())[0].id
        queries.refuse([assignment_id])
        queries.fold([assignment_id])
    lead_id = sell()
    assert (passport(lead_id).reason, events(lead_id)[0].data["refusals"]) == (
        "no_campaign",
        {"threshold": 1},
    )


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


def test_an_edit_of_a_cap_counts_from_the_next_lead_on() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 3}})))
    leads = give_leads(3)
    decide()
    assert statuses(leads) == {"sold": 3}
    install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
    assert given(sell()) == []
    queries.refuse([given(leads[0])[0].id])
    assert given(sell()) == []
    install(company("acme", campaign("acme", caps={"day": {"count": 4}})))
    more = give_leads(3)
    decide()
    assert statuses(more) == {"sold": 2, "unsold": 1}
    assert used() == [("acme", "day", "count", 4)]


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("America/New_York", datetime(2027, 1, 21, 5, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2027, 1, 20, 10, tzinfo=UTC)),
        # The day before the clocks go forward, and the 23-hour day itself.
        ("America/New_York", datetime(2027, 3, 14, 5, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 15, 4, tzinfo=UTC)),
        # The 25-hour day.
        ("America/New_York", datetime(2027, 11, 8, 5, tzinfo=UTC)),
    ],
)
def test_a_day_of_a_cap_ends_at_midnight_where_the_company_is(zone: str, midnight: datetime) -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 1}}), timezone=zone))
    be_at(midnight - timedelta(seconds=30))
    assert [len(given(sell())) for _ in range(2)] == [1, 0]
    be_at(midnight + timedelta(seconds=1))
    assert [len(given(sell())) for _ in range(2)] == [1, 0]
    assert used() == [("acme", "day", "count", 1)] * 2


def test_a_week_of_a_cap_begins_on_monday_and_a_month_on_its_first() -> None:
    caps = {"week": {"count": 1}, "month": {"money": "120.00"}}
    install(company("acme", campaign("acme", caps=caps)))
    instants = [
        datetime(2027, 1, 25, 4, tzinfo=UTC),  # Sunday night
        datetime(2027, 1, 25, 6, tzinfo=UTC),  # Monday
        datetime(2027, 1, 28, 6, tzinfo=UTC),  # the same week
        datetime(2027, 2, 1, 4, tzinfo=UTC),  # still that week and January
        datetime(2027, 2, 1, 6, tzinfo=UTC),  # Monday and February
    ]
    sold = []
    for instant in instants:
        be_at(instant)
        sold.append(len(given(sell())))
    assert sold == [1, 1, 0, 0, 1]


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
