"""Buyers of one sale answer in every order: nothing is sold meanwhile, the same have the lead in the end."""

from itertools import permutations
from uuid import UUID

import pytest

from leadhouse.allocate import queries
from leadhouse.deliver.settling import settle
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason, Response
from leadhouse.parties.current import market
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline.queries import append
from leadhouse.timeline.types import Event, Outcome, Status, Step
from tests.allocate.allocate_world import (
    buyers,
    campaign,
    campaign_id,
    company,
    decide,
    given,
    install,
    passport,
    sell,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("R000-50")]
RICH = {"mode": "credit", "limit": "100000.00"}


def open_market(bids: dict[str, dict[str, str]]) -> None:
    install(*(company(key, campaign(key, bids=own), wallet=RICH) for key, own in bids.items()))


def answer(lead_id: UUID, key: str, *, accepts: bool) -> None:
    """Have a buyer answer as delivery does: outcome, event, and what is left to do, in one transaction."""
    (assignment,) = [one for one in given(lead_id) if one.campaign_id == campaign_id(key)]
    with transaction():
        if accepts:
            assert queries.accept([assignment.id], database_now()) == {assignment.id}
        else:
            assert queries.refuse([assignment.id]) == {assignment.id}
        append([Event(lead_id, Step.DELIVER, "answered", Outcome.SUCCESS)])
        settle(lead_id, may_search=True)


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_whoever_answers_first_the_same_have_the_lead_in_the_end(order: tuple[str, ...]) -> None:
    shared = {key: {"trio": f"{bid}.00"} for key, bid in zip("abcde", (30, 29, 28, 20, 10), strict=True)}
    open_market({**shared, "alone": {"exclusive": "80.00"}})
    lead_id = sell()
    for place, key in enumerate(order):
        assert decide() == 0
        assert len(buyers(lead_id)) == 3
        assert place == 0 or passport(lead_id).status is Status.SOLD
        answer(lead_id, key, accepts=key == "b")
    assert decide() == 1
    assert buyers(lead_id) == [
        ("a", 3, 3_000, "refused"),
        ("b", 3, 2_900, "accepted"),
        ("c", 3, 2_800, "refused"),
        ("d", 3, 2_000, "held"),
        ("e", 3, 1_000, "held"),
    ]


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_when_all_of_a_shared_sale_refuse_the_one_who_wants_it_alone_gets_it(order: tuple[str, ...]) -> None:
    shared = {key: {"trio": f"{bid}.00"} for key, bid in zip("abc", (30, 29, 28), strict=True)}
    open_market({**shared, "alone": {"exclusive": "80.00"}, "two": {"duo": "50.00"}})
    lead_id = sell()
    for key in order:
        assert len(buyers(lead_id)) == 3
        answer(lead_id, key, accepts=False)
    decide()
    assert buyers(lead_id)[1] == ("alone", 1, 8_000, "held")
    answer(lead_id, "alone", accepts=False)
    decide()
    assert (passport(lead_id).status, passport(lead_id).reason) == (Status.UNSOLD, "nobody_accepted")


def test_a_rejection_after_the_end_has_nothing_searched_again_unless_the_product_refills() -> None:
    """One place of two stayed empty, and stays so: only a product that refills would look for another."""
    open_market({key: {"duo": "30.00"} for key in "ab"})
    lead_id = sell()
    answer(lead_id, "a", accepts=True)
    answer(lead_id, "b", accepts=False)
    assert decide() == 1
    (taken,) = [one for one in given(lead_id) if one.status == "accepted"]
    before = len(queries.decisions_of(lead_id))
    said = hear(Given(taken.id, Kind.REJECTION, Reason.BOGUS), taken.company_id, market())
    assert isinstance(said, Response)
    assert decide() == 0
    assert len(queries.decisions_of(lead_id)) == before
