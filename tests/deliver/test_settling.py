"""When a lead is settled and when it is delivered: one waits for the answers, the other for every parcel."""

import orjson
import pytest

from leadhouse.allocate.step import step as allocate
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Status, Step
from tests.delivery_world import (
    Buyer,
    Sale,
    http,
    hurry,
    open_market,
    qualified,
    run,
    run_telling,
    sell,
    wallet,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
PORTAL = [{"method": "portal"}]


def is_settled(sale: Sale) -> bool:
    return passports([sale.lead_id])[sale.lead_id].settled_at is not None


def test_a_lead_is_settled_with_the_answer_and_delivered_with_the_last_parcel(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/lead")), http(buyer.url("status/503/copy"))],
        notify=buyer.url("notify/settled"),
    )
    sale = sell(0)
    run()
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.revenue_minor) == (Status.DELIVERING, 2_500)
    assert passport.settled_at
    assert wallet(0) == (0, 2_500, 0)
    assert [(one.type, one.data) for one in sale.events(Step.SETTLE)] == [
        ("settled", {"accepted": 1, "revenue_minor": 2_500})
    ]
    assert work() == {"confirm": 1, "deliver": 1, "fold": 1, "notice": 1}
    run_telling()
    (told,) = buyer.seen("notify/settled")
    assert orjson.loads(told["body"])["data"]["price"] == "10.00"
    for _ in range(8):
        hurry()
        run()
    assert sale.types() == ["started", "accepted", *["unknown"] * 7, "failed"]
    assert sale.types(Step.SETTLE) == ["settled", "delivered"]
    assert sale.statuses() == ["accepted"]
    ended = passports([sale.lead_id])[sale.lead_id]
    assert (ended.status, ended.settled_at) == (Status.DELIVERED, passport.settled_at)
    assert wallet(0) == (0, 2_500, 0)
    assert work() == {"fold": 1}


def test_while_a_buyer_has_not_answered_nothing_is_settled(buyer: Buyer) -> None:
    open_market(PORTAL, [http(buyer.url("status/503/late"))])
    sale = sell(0, 1)
    run()
    assert sale.statuses() == ["accepted", "delivering"]
    assert not is_settled(sale)
    assert work() == {"deliver": 1, "fold": 1}


def test_a_search_that_finds_nobody_waits_for_an_accepted_buyers_open_parcel(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/open")), http(buyer.url("status/503/open"))], [http(buyer.url("refuse/open"))]
    )
    sale = qualified()
    run()
    assert sale.status is Status.ALLOCATING
    allocate(10)
    run()
    assert (sale.status, is_settled(sale)) == (Status.DELIVERING, True)
    assert work() == {"confirm": 1, "deliver": 1, "fold": 2}
    for _ in range(8):
        hurry()
        run()
    assert sale.status is Status.DELIVERED
    assert sale.types(Step.SETTLE) == ["settled", "delivered"]
    assert work() == {"confirm": 1, "fold": 2}


def test_a_parcel_that_closes_during_the_search_leaves_the_end_to_the_search(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/first")), http(buyer.url("flaky/copy"))], [http(buyer.url("refuse/first"))]
    )
    sale = qualified()
    run()
    hurry()
    run()
    assert sale.status is Status.ALLOCATING
    assert not is_settled(sale)
    allocate(10)
    run()
    assert sale.types(Step.SETTLE) == ["delivered"]
    assert work() == {"confirm": 1, "fold": 2}


def test_a_place_found_again_is_delivered_beside_the_open_parcel(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/early")), http(buyer.url("status/503/early"))],
        [http(buyer.url("refuse/early"))],
        PORTAL,
        bids={"duo": "25.00"},
    )
    sale = qualified()
    run()
    allocate(10)
    run()
    assert (sale.status, is_settled(sale)) == (Status.DELIVERING, True)
    assert passports([sale.lead_id])[sale.lead_id].revenue_minor == 5_000
    for _ in range(8):
        hurry()
        run()
    assert sale.types(Step.SETTLE) == ["settled", "delivered"]
