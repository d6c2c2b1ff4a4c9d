"""Grouped duplicates: further leads of an opportunity that follow its first, for nothing."""

import pytest

from leadhouse.allocate import fold, queries
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage, Status
from tests.allocate.allocate_world import (
    buyers,
    campaign,
    company,
    events,
    given,
    install,
    passport,
    search_again,
    sell,
    set_limit,
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
    (record,) = queries.records()
    assert (record.decisions, record.refused) == (1, 0)
    assert record.accepted == record.trials > 0
