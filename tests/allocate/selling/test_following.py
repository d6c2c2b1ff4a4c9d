"""Grouped duplicates: further leads of an opportunity that follow its first, for nothing."""

import threading

import pytest

from leadhouse.allocate import fold, queries
from leadhouse.allocate.step import step
from leadhouse.allocate.types import Feedback
from leadhouse.store.run import database_now, rows, transaction, value
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage, Status
from tests.allocate.allocate_world import (
    buyers,
    campaign,
    company,
    decide,
    events,
    give_lead,
    give_leads,
    given,
    install,
    passport,
    search_again,
    sell,
    sell_all,
    set_limit,
    statuses,
    together,
    wait_for_a_lock,
)

pytestmark = pytest.mark.django_db
GROUPED = {"duplicates": {"on_duplicate": "group"}}


def install_two() -> None:
    install(
        company("acme"),
        company("other", campaign("other", bids={"exclusive": "1.00"})),
        product=GROUPED,
    )


def test_a_follower_that_is_refused_is_sold_to_nobody_else() -> None:
    install_two()
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    queries.accept([given(first)[0].id], database_now())
    again = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    queries.refuse([given(again)[0].id])
    search_again(again)
    assert buyers(again) == [("acme", 1, 0, "refused")]
    assert (passport(again).status, passport(again).reason) == (Status.UNSOLD, "nobody_accepted")
    assert [one.reason for one in events(again)] == ["duplicate", "duplicate"]
    assert buyers(first) == [("acme", 1, 6_000, "accepted")]


def test_the_first_lead_is_still_sold_to_another_when_its_buyer_refuses() -> None:
    install_two()
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    sell(consumer=7, unique_lead_id=70)
    queries.refuse([given(first)[0].id])
    search_again(first)
    assert buyers(first) == [("acme", 1, 6_000, "refused"), ("other", 1, 100, "held")]


def test_a_follower_reaches_a_company_whose_limit_was_lowered_below_its_use() -> None:
    install_two()
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    set_limit("acme", 1_000)
    again = sell(consumer=7, unique_lead_id=70)
    assert buyers(first) == [("acme", 1, 6_000, "held")]
    assert buyers(again) == [("acme", 1, 0, "held")]


def test_what_becomes_of_a_follower_says_nothing_about_its_buyers_sales() -> None:
    install_two()
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    queries.accept([given(first)[0].id], database_now())
    again = sell(consumer=7, unique_lead_id=70)
    queries.refuse([given(again)[0].id])
    enqueue([NewWork(Stage.FOLD, one, given(one)[0].id) for one in (first, again)])
    assert fold.step(10) == 2
    ((*_, trials, accepted, refused, decisions),) = queries.changes(0).records
    assert (refused, decisions) == (0, 1)
    assert accepted == trials > 0


def test_a_lead_whose_buyer_refused_follows_whoever_bought_its_opportunity_since() -> None:
    install_two()
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    queries.refuse([given(first)[0].id])
    second = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    assert buyers(second) == [("acme", 1, 6_000, "held")]
    search_again(first)
    assert buyers(first) == [("acme", 1, 6_000, "refused")]
    assert (passport(first).status, events(first)[-1].reason) == (Status.UNSOLD, "duplicate")


def test_a_lead_whose_buyers_refused_goes_to_another_that_bought_its_opportunity_since() -> None:
    near, far = ({"zips": [zip_code]} for zip_code in ("82301", "10001"))
    install(
        company("near", campaign("near", where=near)),
        company("far", campaign("far", where=far)),
        product=GROUPED,
    )
    first = sell(consumer=7, unique_lead_id=70)
    queries.refuse([given(first)[0].id])
    second = sell(consumer=7, unique_lead_id=70, postal_code="10001")
    search_again(first)
    assert buyers(first) == [("far", 1, 0, "held"), ("near", 1, 6_000, "refused")]
    assert buyers(second) == [("far", 1, 6_000, "held")]


@pytest.mark.parametrize(
    ("refills", "followed"), [(False, ("acme", 1, 0, "held")), (True, ("other", 1, 100, "held"))]
)
def test_a_duplicate_follows_a_company_that_rejected_unless_it_gave_the_lead_back(
    refills: bool, followed: tuple[str, int, int, str]
) -> None:
    install(
        company("acme"),
        company("other", campaign("other", bids={"exclusive": "1.00"})),
        product=GROUPED | {"refill_after_rejection": refills},
    )
    first = sell(consumer=7, unique_lead_id=70, contact_requests=1)
    queries.accept([given(first)[0].id], database_now())
    queries.mark_feedback(given(first)[0].id, Feedback.REJECTED)
    assert buyers(sell(consumer=7, unique_lead_id=70, contact_requests=1)) == [followed]


def opportunities(count: int) -> list[int]:
    """Begin unique leads; whoever sells one of them locks it."""
    consumer = value("INSERT INTO identity_consumer (created_at) VALUES (now()) RETURNING id", {}, int)
    begun = """
        INSERT INTO identity_unique_lead (consumer_id, product_id, first_lead_id, first_received_at)
        SELECT %(consumer)s, 1, gen_random_uuid(), now() FROM generate_series(1, %(count)s) RETURNING id
        """
    return rows(begun, {"count": count, "consumer": consumer}, int)


@pytest.mark.django_db(transaction=True)
def test_nothing_follows_a_sale_of_its_batch_that_lost_its_room() -> None:
    """Another worker takes the last room between decision and sale, while this one waits for it."""
    install(company("acme", campaign("acme", caps={"day": {"count": 2}})), product=GROUPED)
    sell()
    stranger = give_lead()
    (begun,) = opportunities(1)
    first, second = give_leads(2, consumer=begun, unique_lead_id=begun)
    waiting = threading.Thread(target=lambda: together(lambda: sell_all(10), 1))
    with transaction():
        assert step(1) == 1
        waiting.start()
        wait_for_a_lock()
    waiting.join(20)
    assert len(buyers(stranger)) == 1
    assert buyers(first) == buyers(second) == []
    assert statuses([first, second]) == {"unsold": 2}
    assert decide() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_with_leads_of_one_opportunity_only_one_sells_it() -> None:
    zips = ("82301", "10001")
    companies = [
        company(f"c{zip_code}", campaign(f"c{zip_code}", where={"zips": [zip_code]})) for zip_code in zips
    ]
    install(*companies, product=GROUPED)
    begun = opportunities(8)
    leads = {
        one: [give_lead(consumer=one, unique_lead_id=one, postal_code=code) for code in (*zips, *zips)]
        for one in begun
    }
    together(lambda: sell_all(1), 8)
    assert decide() == 0
    for group in leads.values():
        found = [one for lead_id in group for one in buyers(lead_id)]
        assert [price for _, _, price, _ in found].count(6_000) == 1
        assert len({key for key, *_ in found}) == 1
        assert len(found) == 4
