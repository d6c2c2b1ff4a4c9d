"""What buyers answer, what is sold anew after it, and what the rates learn."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from leadhouse.allocate import fold, queries
from leadhouse.allocate.types import AssignmentStatus, Feedback, Refusal
from leadhouse.billing import queries as billing
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage, Status, Step
from tests.allocate.allocate_world import (
    buyers,
    campaign,
    campaign_id,
    company,
    decide,
    events,
    give_leads,
    given,
    install,
    passport,
    search_again,
    sell,
    used,
    work,
)

pytestmark = pytest.mark.django_db


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


def test_a_sale_begun_that_finds_nobody_else_is_left_to_delivery_to_end() -> None:
    install(*(company(key, campaign(key, bids={"duo": "30.00"})) for key in "ab"))
    lead_id = sell()
    first, other = given(lead_id)
    queries.accept([first.id], database_now())
    queries.refuse([other.id])
    before = work()["deliver"]
    search_again(lead_id)
    assert work() == {"deliver": before + 1}
    assert passport(lead_id).status is Status.ALLOCATING
    assert [one.type for one in events(lead_id)] == ["sold", "unsold"]
    assert events(lead_id, Step.SETTLE) == []
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
    assert {one[-1] for one in queries.changes(0).records} == {40}
    flipped = sell()
    assert buyers(flipped) == [(key, 3, 2_200, "held") for key in "abc"]
    (decision,) = queries.decisions_of(flipped)
    assert 6_000 < decision.value_minor < 6_600


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


@pytest.mark.req("A000-6", "R000-46")
def test_one_buyers_rejections_alone_turn_a_sale_from_exclusive_to_trio_at_the_bids_themselves() -> None:
    trio = [company(key, campaign(key, bids={"trio": "19.00"})) for key in ("ann", "ben", "cat")]
    single = company("big", campaign("big", bids={"exclusive": "60.00"}))
    install(*trio)
    _take([sell() for _ in range(10)])
    install(*trio, single)
    leads = [sell() for _ in range(10)]
    assert {tuple(buyers(lead_id)) for lead_id in leads} == {(("big", 1, 6_000, "held"),)}
    _take(leads, Feedback.REJECTED)
    assert [(key, size, price) for key, size, price, _ in buyers(sell())] == [
        ("ann", 3, 1_900),
        ("ben", 3, 1_900),
        ("cat", 3, 1_900),
    ]


def _take(leads: list[UUID], feedback: Feedback | None = None) -> None:
    """Have the buyers accept these leads, and reject them afterwards if that is what they say."""
    taken = [one.id for lead_id in leads for one in given(lead_id)]
    queries.accept(taken, database_now())
    for one in taken if feedback else ():
        queries.mark_feedback(one, feedback or Feedback.REJECTED)
    queries.fold(taken)
