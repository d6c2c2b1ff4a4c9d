"""A buyer's refusal and the search that follows it, with the real allocation between."""

import pytest

from leadhouse.allocate.step import step as allocate
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Status, Step
from tests.delivery_world import (
    Buyer,
    Sale,
    assignments_of,
    http,
    hurry,
    open_market,
    qualified,
    run,
    wallet,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
PORTAL = [{"method": "portal"}]


def given(sale: Sale) -> dict[int, str]:
    """Return how each company's assignment stands, by company id in the order in which they were applied."""
    return {one.company_id: one.status.value for one in assignments_of([sale.lead_id])[sale.lead_id]}


def test_an_exclusive_buyer_that_refuses_is_followed_by_the_next_best(buyer: Buyer) -> None:
    open_market([http(buyer.url("refuse/next"))], PORTAL, bids={"exclusive": "25.00"}, best=0)
    sale = qualified()
    assert list(given(sale).values()) == ["held"]
    run()
    assert sale.status is Status.ALLOCATING
    allocate(10)
    run()
    assert list(given(sale).values()) == ["refused", "accepted"]
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.revenue_minor) == (Status.DELIVERED, 2_500)
    assert (wallet(0), wallet(1)) == ((0, 0, 0), (0, 2_500, 0))
    assert work() == {"confirm": 1, "fold": 2}


def test_when_everybody_has_refused_the_lead_ends_unsold(buyer: Buyer) -> None:
    open_market([http(buyer.url("refuse/all0"))], [http(buyer.url("refuse/all1"))])
    sale = qualified()
    run()
    assert sale.status is Status.ALLOCATING
    allocate(10)
    run()
    assert set(given(sale).values()) == {"refused"}
    assert (sale.status, sale.types(Step.SETTLE)) == (Status.UNSOLD, ["unsold"])
    assert (wallet(0), wallet(1)) == ((0, 0, 0), (0, 0, 0))
    assert work() == {"fold": 2}


def test_those_who_accepted_keep_their_price_when_no_replacement_is_found(buyer: Buyer) -> None:
    open_market(PORTAL, [http(buyer.url("refuse/keep"))])
    sale = qualified()
    assert list(given(sale).values()) == ["held", "held"]
    run()
    assert sale.status is Status.ALLOCATING
    allocate(10)
    run()
    assert sorted(given(sale).values()) == ["accepted", "refused"]
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.revenue_minor, passport.sale_size) == (Status.DELIVERED, 2_500, 2)
    assert work() == {"confirm": 1, "fold": 2}


def test_a_place_whose_outcome_stays_uncertain_is_given_to_nobody(buyer: Buyer) -> None:
    open_market([http(buyer.url("status/500/uncertain"))], PORTAL, bids={"exclusive": "25.00"}, best=0)
    sale = qualified()
    run()
    for _ in range(7):
        assert list(given(sale).values()) == ["delivering"]
        hurry()
        run()
    assert list(given(sale).values()) == ["failed"]
    assert sale.status is Status.UNSOLD
    assert work() == {"fold": 1}


def test_a_refusal_under_the_same_id_ends_what_an_earlier_attempt_left_unknown(buyer: Buyer) -> None:
    """Nobody else gets the lead before; then the buyer has said that it does not have it."""
    open_market([http(buyer.url("wavering/id"))], PORTAL, bids={"exclusive": "25.00"}, best=0)
    sale = qualified()
    run()
    assert list(given(sale).values()) == ["delivering"]
    assert work() == {"deliver": 1}
    hurry()
    run()
    assert sale.types() == ["started", "unknown", "refused", "search"]
    allocate(10)
    run()
    assert list(given(sale).values()) == ["refused", "accepted"]
    refused = assignments_of([sale.lead_id])[sale.lead_id][0]
    assert not refused.is_uncertain
    assert (wallet(0), wallet(1)) == ((0, 0, 0), (0, 2_500, 0))
    first, second = buyer.seen("wavering/id")
    assert first["headers"]["x-leadhouse-delivery"] == second["headers"]["x-leadhouse-delivery"]
    assert first["body"] == second["body"]
    assert sale.status is Status.DELIVERED


def test_what_can_no_longer_be_asked_leaves_the_unknown_attempt_unknown(buyer: Buyer) -> None:
    """The method is gone before the buyer has said anything definite: nobody else gets the lead."""
    open_market([http(buyer.url("wavering/gone"))], PORTAL, bids={"exclusive": "25.00"}, best=0)
    sale = qualified()
    run()
    open_market([http("http://10.0.0.1:8080/x")], PORTAL, bids={"exclusive": "25.00"}, best=0)
    hurry()
    run()
    assert sale.types() == ["started", "unknown", "failed"]
    (failed,) = assignments_of([sale.lead_id])[sale.lead_id]
    assert (failed.status, failed.is_uncertain, sale.status) == ("failed", True, Status.UNSOLD)
