"""A product that refills: the place of a buyer that rejects inside its window is offered again."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import orjson
import pytest

from leadhouse.allocate.step import step as allocate
from leadhouse.billing.queries import payouts_of
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.parties.current import market
from leadhouse.report.decisions import decisions_of
from leadhouse.store.run import transaction
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Status, Step
from tests.allocate.allocate_world import together
from tests.delivery_world import (
    Buyer,
    Sale,
    assignments_of,
    http,
    hurry,
    open_market,
    qualified,
    run,
    run_telling,
    wallet,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
PORTAL = [{"method": "portal"}]
TRIO = {"trio": "25.00"}


def open_refilling(*methods: list[dict[str, object]], **options: object) -> None:
    open_market(*methods, refill_after_rejection=True, **options)  # type: ignore[arg-type]


def standing(sale: Sale) -> dict[str, str]:
    """Return how each company stands that was given the lead."""
    companies = market().companies
    return {
        companies[one.company_id].key: "rejected" if one.rejected_at else one.status.value
        for one in assignments_of([sale.lead_id])[sale.lead_id]
    }


def reject(sale: Sale, company: str) -> None:
    """Have a company reject the lead."""
    configured = market()
    found = assignments_of([sale.lead_id])[sale.lead_id]
    (one,) = [one for one in found if configured.companies[one.company_id].key == company]
    hear(Given(one.id, Kind.REJECTION, Reason.DISCONNECTED), one.company_id, configured)


def search() -> None:
    """Decide what is to be searched again, and deliver it."""
    assert allocate(10)
    run()


def test_the_place_is_offered_again_at_its_size_and_never_to_the_one_that_rejected() -> None:
    bids = {"exclusive": "25.00", "duo": "24.00"}
    open_refilling(PORTAL, PORTAL, PORTAL, bids=bids, best=0, sale_sizes=[1])
    sale = qualified()
    run()
    assert standing(sale) == {"c0": "accepted"}
    open_refilling(PORTAL, PORTAL, PORTAL, bids=bids, best=0, sale_sizes=[1, 2, 3])
    reject(sale, "c0")
    assert sale.status is Status.ALLOCATING
    search()
    assert standing(sale) == {"c0": "rejected", "c1": "accepted"}
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.sale_size, passport.revenue_minor) == (Status.DELIVERED, 1, 5_100)
    assert (wallet(0), wallet(1)) == ((0, 2_600, 2_600), (0, 2_500, 0))
    assert sale.types(Step.FEEDBACK) == ["rejection"]
    searched = next(one for one in sale.events() if one.type == "search")
    assert (searched.outcome, searched.reason) == ("failure", "rejected")
    assert sale.types(Step.SETTLE) == ["delivered", "delivered"]


def test_those_who_stay_keep_their_price_and_each_rejected_place_is_offered_once_more() -> None:
    open_refilling(*[PORTAL] * 5, bids=TRIO)
    sale = qualified()
    run()
    reject(sale, "c1")
    search()
    reject(sale, "c3")
    search()
    assert standing(sale) == {
        "c0": "accepted",
        "c1": "rejected",
        "c2": "accepted",
        "c3": "rejected",
        "c4": "accepted",
    }
    found = assignments_of([sale.lead_id])[sale.lead_id]
    assert {(one.sale_size, one.price_minor) for one in found} == {(3, 2_500)}


def test_without_anybody_else_the_lead_stays_delivered_and_nobody_is_told_anything(buyer: Buyer) -> None:
    open_refilling(PORTAL, PORTAL, bids={"duo": "25.00"}, notify=buyer.url("notify/alone"))
    sale = qualified()
    run()
    run_telling()
    reject(sale, "c0")
    search()
    run_telling()
    assert standing(sale) == {"c0": "rejected", "c1": "accepted"}
    assert (sale.status, sale.types(Step.SETTLE)) == (Status.DELIVERED, ["delivered", "delivered"])
    told = [orjson.loads(one["body"])["type"] for one in buyer.seen("notify/alone")]
    assert told == ["lead.sold", "lead.rejection"]
    assert sale.types(Step.CONFIRM) == ["accepted"]
    assert set(work()) == {"fold"}


def test_a_sale_that_all_rejected_is_filled_as_far_as_there_are_others() -> None:
    open_refilling(*[PORTAL] * 5, bids=TRIO)
    sale = qualified()
    run()
    for company in ("c0", "c1", "c2"):
        reject(sale, company)
    search()
    assert standing(sale) == dict.fromkeys(("c0", "c1", "c2"), "rejected") | {
        "c3": "accepted",
        "c4": "accepted",
    }
    assert passports([sale.lead_id])[sale.lead_id].sale_size == 3
    decided = decisions_of(sale.lead_id, market())[-1]
    assert (decided.chosen, decided.funnel["winners"]) == (3, 2)
    assert [one.campaigns for one in decided.scenarios] == [("c3-west",), ("c3-west", "c4-west")]
    assert {one.campaign for one in decided.campaigns if one.price_minor is not None} == {
        "c3-west",
        "c4-west",
    }


@pytest.mark.parametrize(
    ("refills", "is_a_place_empty", "after"),
    [
        (True, True, {"c3", "c4"}),
        (True, False, {"c3"}),
        (False, True, set()),
        (False, False, set()),
    ],
)
def test_a_rejection_offers_the_empty_places_again_only_where_the_product_refills(
    buyer: Buyer, refills: bool, is_a_place_empty: bool, after: set[str]
) -> None:
    third = [http(buyer.url("refuse/empty"))] if is_a_place_empty else PORTAL
    buyers = [PORTAL, PORTAL, third]
    open_market(*buyers, bids=TRIO, refill_after_rejection=refills)
    sale = qualified()
    run()
    while allocate(10):
        run()
    assert standing(sale)["c2"] == ("refused" if is_a_place_empty else "accepted")
    assert sale.status is Status.DELIVERED
    searches = sale.types().count("search")
    open_market(*buyers, PORTAL, PORTAL, bids=TRIO, refill_after_rejection=refills)
    reject(sale, "c0")
    while allocate(10):
        run()
    assert {one for one, how in standing(sale).items() if how == "accepted"} - {"c1", "c2"} == after
    assert sale.types().count("search") == searches + refills
    assert sale.status is Status.DELIVERED


def test_a_product_that_does_not_refill_leaves_the_place_empty() -> None:
    open_market(*[PORTAL] * 4, bids=TRIO)
    sale = qualified()
    run()
    reject(sale, "c0")
    assert (sale.status, set(work())) == (Status.DELIVERED, {"confirm", "fold"})
    assert "search" not in sale.types()


def test_a_rejection_outside_the_window_and_a_return_give_no_place_back() -> None:
    open_refilling(PORTAL, PORTAL, bids={"exclusive": "25.00"})
    sale = qualified()
    run()
    (one,) = assignments_of([sale.lead_id])[sale.lead_id]
    hear(Given(one.id, Kind.RETURN, Reason.OTHER), one.company_id, market())
    assert sale.status is Status.DELIVERED
    assert "search" not in sale.types()


def test_while_a_buyer_has_not_answered_the_place_waits(buyer: Buyer) -> None:
    open_refilling(PORTAL, [http(buyer.url("flaky/waits"))], PORTAL, bids={"duo": "25.00"})
    sale = qualified()
    run()
    reject(sale, "c0")
    assert standing(sale) == {"c0": "rejected", "c1": "delivering"}
    assert (sale.status, work().get("allocate")) == (Status.DELIVERING, None)
    hurry()
    run()
    assert sale.status is Status.ALLOCATING
    search()
    assert standing(sale) == {"c0": "rejected", "c1": "accepted", "c2": "accepted"}
    assert sale.types(Step.SETTLE) == ["delivered"]


def test_a_rejection_during_a_search_is_not_forgotten(buyer: Buyer) -> None:
    open_refilling(PORTAL, [http(buyer.url("refuse/during"))], PORTAL, PORTAL, bids={"duo": "25.00"})
    sale = qualified()
    run()
    assert (standing(sale), sale.status) == ({"c0": "accepted", "c1": "refused"}, Status.ALLOCATING)
    reject(sale, "c0")
    while allocate(10):
        run()
    assert standing(sale) == {"c0": "rejected", "c1": "refused", "c2": "accepted", "c3": "accepted"}
    assert sale.status is Status.DELIVERED


def test_an_open_parcel_of_the_one_that_rejected_holds_up_the_delivered_lead_only(buyer: Buyer) -> None:
    open_refilling(
        [{"method": "portal"}, http(buyer.url("status/503/rest"))],
        PORTAL,
        bids={"exclusive": "25.00"},
        best=0,
    )
    sale = qualified()
    run()
    assert sale.types(Step.SETTLE) == ["settled"]
    reject(sale, "c0")
    search()
    assert standing(sale) == {"c0": "rejected", "c1": "accepted"}
    assert sale.types(Step.SETTLE) == ["settled", "settled"]
    for _ in range(8):
        hurry()
        run()
    assert (sale.status, sale.types(Step.SETTLE)) == (
        Status.DELIVERED,
        ["settled", "settled", "delivered"],
    )


def test_consumer_and_source_hear_of_the_new_company_and_the_source_is_paid_once(
    buyer: Buyer, mail_folder: Path
) -> None:
    open_refilling(PORTAL, PORTAL, bids={"exclusive": "25.00"}, best=0, notify=buyer.url("notify/resold"))
    sale = qualified()
    run()
    run_telling()
    paid = payouts_of([sale.lead_id])
    reject(sale, "c0")
    search()
    run_telling()
    mails = [
        message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",)).get_content()
        for file in sorted(mail_folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    ]
    assert ["Company 0" in one for one in mails] == [True, False]
    assert ["Company 1" in one for one in mails] == [False, True]
    told = [orjson.loads(one["body"]) for one in buyer.seen("notify/resold")]
    assert [one["type"] for one in told] == ["lead.sold", "lead.rejection", "lead.resold"]
    about = {"lead": {"id": str(sale.lead_id), "reference": "their-7"}}
    assert told[-1]["data"] == about | {"outcome": "resold"}
    assert payouts_of([sale.lead_id]) == paid


@pytest.mark.django_db(transaction=True)
def test_buyers_that_reject_at_the_same_moment_give_back_a_place_each() -> None:
    open_refilling(*[PORTAL] * 9, bids=TRIO)
    sale = qualified()
    run()
    rejecting = iter(("c0", "c1", "c2"))
    together(lambda: reject(sale, next(rejecting)), 3)
    while allocate(10):
        run()
    found = standing(sale)
    assert sorted(found) == ["c0", "c1", "c2", "c3", "c4", "c5"]
    assert list(found.values()).count("accepted") == 3
    with transaction():
        assert passports([sale.lead_id])[sale.lead_id].status is Status.DELIVERED
