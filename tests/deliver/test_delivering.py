"""Parcels on their way: what each answer of a real buyer does to the assignment, the money and the lead."""

from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from leadhouse.deliver.courier import PLACES, QUEUE, Courier
from leadhouse.deliver.queries import parcels_of
from leadhouse.deliver.types import ParcelStatus
from leadhouse.deliver.writing import prepare
from leadhouse.timeline.queries import enqueue, passports
from leadhouse.timeline.types import NewWork, Stage, Status, Step
from tests.delivery_world import (
    Buyer,
    Sale,
    assignments_of,
    give_again,
    http,
    hurry,
    open_market,
    run,
    sell,
    wallet,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]


@pytest.mark.req("R000-57")
@pytest.mark.req("R000-58")
@pytest.mark.req("R000-66")
@pytest.mark.req("R002-15")
def test_an_accepted_lead_is_charged_and_ends_delivered(buyer: Buyer) -> None:
    open_market([http(buyer.url("accept/happy"))])
    sale = sell(0)
    assert wallet(0) == (2_500, 0, 0)
    run()
    (assignment,) = assignments_of([sale.lead_id])[sale.lead_id]
    assert assignment.status == "accepted"
    assert assignment.delivered_at
    assert assignment.rejection_until == assignment.delivered_at + timedelta(hours=48)
    assert wallet(0) == (0, 2_500, 0)
    assert sale.types() == ["started", "accepted"]
    told = sale.events()[1]
    assert (told.outcome, told.reason) == ("success", None)
    assert told.data == {
        "delivery": str(assignment.id),
        "company": "c0",
        "campaign": "c0-west",
        "method": "http",
        "attempt": 1,
        "status": 200,
        "reference": "ref-1",
    }
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.revenue_minor, passport.reason) == (Status.DELIVERED, 2_500, None)
    assert passport.settled_at
    assert work() == {"confirm": 1, "fold": 1}
    (request,) = buyer.seen("accept/happy")
    assert request["headers"]["x-leadhouse-delivery"] == str(assignment.id)
    body = orjson.loads(request["body"])
    assert (body["lead_id"], body["email"], body["price"]) == (str(sale.lead_id), "ann@example.com", "25.00")


@pytest.mark.req("R000-65")
def test_a_refused_lead_costs_nothing_and_is_searched_again(buyer: Buyer) -> None:
    open_market([http(buyer.url("refuse/a"))])
    sale = sell(0)
    run()
    assert sale.statuses() == ["refused"]
    assert wallet(0) == (0, 0, 0)
    assert sale.types() == ["started", "refused", "search"]
    assert sale.events()[1].data["detail"] == "we have this person"
    assert sale.status is Status.ALLOCATING
    assert work() == {"allocate": 1, "fold": 1}


ROWS = [
    ("status/408", "retry", "busy", "delivering"),
    ("status/425", "retry", "busy", "delivering"),
    ("status/429", "retry", "busy", "delivering"),
    ("status/500", "unknown", "server_error", "delivering"),
    ("status/503", "unknown", "server_error", "delivering"),
    ("garbage", "unknown", "unreadable", "delivering"),
    ("reset", "unknown", "reset", "delivering"),
    ("status/404", "refused", "refusing_status", "refused"),
    ("status/422", "refused", "refusing_status", "refused"),
    ("status/302", "refused", "redirected", "refused"),
    ("status/201", "refused", "not_accepted", "refused"),
]


@pytest.mark.parametrize(("path", "verdict", "reason", "status"), ROWS)
def test_each_row_of_the_verdict_table_over_a_real_socket(
    buyer: Buyer, path: str, verdict: str, reason: str, status: str
) -> None:
    open_market([http(buyer.url(f"{path}/row"))])
    sale = sell(0)
    run()
    told = sale.events()[1]
    assert (told.type, told.reason) == (verdict, reason)
    assert sale.statuses() == [status]
    is_open = status == "delivering"
    assert wallet(0) == ((2_500, 0, 0) if is_open else (0, 0, 0))
    assert work() == ({"deliver": 1} if is_open else {"allocate": 1, "fold": 1})
    assert ("next_at" in told.data) == is_open


@pytest.mark.parametrize(
    ("url", "verdict", "reason", "status"),
    [
        ("http://127.0.0.1:1/x", "failed", "unsendable", "failed"),
        ("http://127.0.0.1:1025/x", "retry", "not_connected", "delivering"),
        ("http://10.0.0.1:8080/x", "failed", "blocked_address", "failed"),
        ("http://169.254.169.254/latest", "failed", "blocked_address", "failed"),
    ],
)
def test_what_never_leaves_is_tried_again_or_fails_at_once(
    url: str, verdict: str, reason: str, status: str
) -> None:
    open_market([http(url)])
    sale = sell(0)
    run()
    assert (sale.events()[1].type, sale.events()[1].reason) == (verdict, reason)
    assert sale.events()[1].data["detail"]
    assert sale.statuses() == [status]
    assert work() == ({"deliver": 1} if status == "delivering" else {"allocate": 1, "fold": 1})


def test_a_time_out_is_unknown_and_goes_to_the_same_buyer_again_under_the_same_id(buyer: Buyer) -> None:
    open_market([http(buyer.url("hang/once"), timeout_ms=1_500)])
    sale = sell(0)
    run()
    assert [one.reason for one in sale.events()] == [None, "time_out"]
    hurry()
    run()
    assert sale.types() == ["started", "unknown", "unknown"]
    first, second = buyer.seen("hang/once")
    assert first["headers"]["x-leadhouse-delivery"] == second["headers"]["x-leadhouse-delivery"]
    assert first["body"] == second["body"]
    assert work() == {"deliver": 1}


def test_a_buyer_that_recovers_gets_the_lead_once_more_and_accepts(buyer: Buyer) -> None:
    open_market([http(buyer.url("flaky/a"))])
    sale = sell(0)
    run()
    assert sale.types() == ["started", "unknown"]
    hurry()
    run()
    assert sale.types() == ["started", "unknown", "accepted"]
    assert sale.status is Status.DELIVERED
    (parcel,) = parcels_of(sale.lead_id)
    assert (parcel.parcel.status, parcel.parcel.is_uncertain) == (ParcelStatus.ACCEPTED, True)
    assert [(one.number, one.verdict, one.status) for one in parcel.attempts] == [
        (1, "unknown", 503),
        (2, "accepted", 200),
    ]


@pytest.mark.req("R000-65")
def test_after_eight_attempts_that_never_left_the_lead_is_searched_again() -> None:
    open_market([http("http://127.0.0.1:1025/x")])
    sale = sell(0)
    run()
    hurry()
    for _ in range(7):
        run()
        hurry()
    assert sale.types() == ["started", *["retry"] * 7, "failed", "search"]
    assert sale.events()[-2].reason == "given_up"
    assert sale.statuses() == ["failed"]
    assert wallet(0) == (0, 0, 0)
    assert sale.status is Status.ALLOCATING


def test_after_eight_attempts_of_which_one_may_have_arrived_it_is_sold_to_nobody_else(buyer: Buyer) -> None:
    open_market([http(buyer.url("status/500/always"))])
    sale = sell(0)
    run()
    for _ in range(7):
        assert sale.statuses() == ["delivering"]
        hurry()
        run()
    assert sale.types() == ["started", *["unknown"] * 7, "failed"]
    (assignment,) = assignments_of([sale.lead_id])[sale.lead_id]
    assert (assignment.status, assignment.is_uncertain) == ("failed", True)
    assert wallet(0) == (0, 0, 0)
    passport = passports([sale.lead_id])[sale.lead_id]
    assert (passport.status, passport.reason) == (Status.UNSOLD, "nobody_accepted")
    assert work() == {"fold": 1}
    assert len({one["headers"]["x-leadhouse-delivery"] for one in buyer.seen("status/500/always")}) == 1


def test_the_last_answer_of_several_ends_the_lead(buyer: Buyer) -> None:
    open_market(*[[http(buyer.url(f"accept/several{place}"))] for place in range(3)])
    sale = sell(0, 1, 2)
    run()
    assert sale.statuses() == ["accepted"] * 3
    assert passports([sale.lead_id])[sale.lead_id].revenue_minor == 7_500
    assert sale.types(Step.SETTLE) == ["delivered"]
    assert work() == {"confirm": 1, "fold": 3}


def test_a_refused_place_is_searched_again_only_when_nobody_is_left_to_answer(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/duo"))], [http(buyer.url("refuse/duo"))], [http(buyer.url("status/503/duo"))]
    )
    sale = sell(0, 1, 2)
    run()
    assert sale.statuses() == ["accepted", "refused", "delivering"]
    assert sale.status is Status.DELIVERING
    assert work() == {"deliver": 1, "fold": 2}


def test_a_replacement_fills_the_place_and_the_accepted_one_stays(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/fix"))], [http(buyer.url("refuse/fix"))], [http(buyer.url("accept/fix2"))]
    )
    sale = sell(0, 1)
    run()
    assert sale.status is Status.ALLOCATING
    replacement = give_again(sale, 2, size=2)
    run()
    assert Sale(sale.lead_id, (*sale.assignments, replacement)).statuses() == [
        "accepted",
        "refused",
        "accepted",
    ]
    assert sale.status is Status.DELIVERED
    assert passports([sale.lead_id])[sale.lead_id].revenue_minor == 5_000
    assert sale.types(Step.SETTLE) == ["delivered"]
    assert len(buyer.seen("accept/fix")) == 2


def test_a_hanging_buyer_delays_nobody_else(buyer: Buyer) -> None:
    open_market([http(buyer.url("hang/all"), timeout_ms=25_000)], [http(buyer.url("accept/quick"))])
    hanging = [sell(0) for _ in range(6)]
    quick = [sell(1) for _ in range(6)]
    courier = Courier(Stage.DELIVER, prepare)
    while any(one.status is not Status.DELIVERED for one in quick):
        courier.round(100)
    assert {tuple(one.types()) for one in hanging} == {("started",)}
    # The buyer's process writes down what it was asked in its own time.
    while len(buyer.seen("hang/all")) < 4:
        pass
    assert len(buyer.seen("hang/all")) == 4


def test_a_slow_buyer_gets_four_at_a_time_and_the_others_as_places_become_free(buyer: Buyer) -> None:
    open_market([http(buyer.url("hang/queue"), timeout_ms=1_500)])
    sales = [sell(0) for _ in range(6)]
    courier = Courier(Stage.DELIVER, prepare)
    courier.round(100, 0.0)
    assert len(buyer.seen("hang/queue")) <= 4
    while any(len(one.types()) < 2 for one in sales):
        courier.round(100, 0.1)
    assert {one.events()[1].reason for one in sales} == {"time_out"}
    assert len({one["headers"]["x-leadhouse-delivery"] for one in buyer.seen("hang/queue")}) == 6


def test_what_a_full_queue_cannot_hold_comes_again_later(buyer: Buyer) -> None:
    open_market([http(buyer.url("hang/full"), timeout_ms=25_000)], [http(buyer.url("accept/beside"))])
    sales = [sell(0) for _ in range(PLACES + QUEUE + 3)]
    courier = Courier(Stage.DELIVER, prepare)
    courier.round(100, 0.0)
    beside = sell(1)
    while beside.status is not Status.DELIVERED:
        courier.round(100)
    assert [len(parcels_of(one.lead_id)[0].attempts) for one in sales] == [1] * PLACES + [0] * (QUEUE + 3)
    assert work()["deliver"] == len(sales)
    courier.drain(0.0)
    hurry()
    assert {one.status for one in sales} == {Status.DELIVERING}


def test_an_attempts_row_tells_what_was_sent_and_hides_keys(buyer: Buyer) -> None:
    open_market(
        [
            http(
                buyer.url("accept/row?api_key=s3cret"),
                headers={"Authorization": "Bearer s3cret"},
                secret="s3cret",
            )
        ]
    )
    sale = sell(0)
    run()
    ((parcel, (attempt,)),) = [(one.parcel, one.attempts) for one in parcels_of(sale.lead_id)]
    assert parcel.id == sale.assignments[0]
    assert attempt.request.startswith(f"POST {buyer.url('accept/row')} (application/json, ")
    assert attempt.excerpt == '{"status": "ok", "id": "ref-1"}'
    assert "s3cret" not in repr((parcel, attempt, sale.events()))
    assert buyer.seen("accept/row")[0]["headers"]["authorization"] == "Bearer s3cret"


def test_a_template_that_cannot_be_rendered_fails_at_once_with_its_reason() -> None:
    open_market([http("http://127.0.0.1:1025/x", map={"a": "{{ lead.email | divided_by: 0 }}"})])
    sale = sell(0)
    run()
    assert (sale.events()[1].type, sale.events()[1].reason) == ("failed", "bad_template")
    assert sale.status is Status.ALLOCATING


def test_a_parcel_whose_work_comes_twice_is_sent_once(buyer: Buyer) -> None:
    open_market([http(buyer.url("accept/twice"))])
    sale = sell(0)
    run()
    enqueue([NewWork(Stage.DELIVER, sale.lead_id, sale.assignments[0])])
    run()
    assert len(buyer.seen("accept/twice")) == 1
    assert work() == {"confirm": 1, "fold": 1}


@pytest.mark.req("R004-24")
def test_further_methods_go_out_once_the_first_has_accepted(buyer: Buyer, mail_folder: Path) -> None:
    methods = [
        http(buyer.url("accept/first")),
        http(buyer.url("accept/second")),
        {"method": "email", "to": ["desk@acme.example"]},
        {"method": "portal"},
    ]
    open_market(methods)
    sale = sell(0)
    run()
    assert sale.types() == ["started", *["accepted"] * 4]
    assert {one.data["method"] for one in sale.events()[1:]} == {"http", "email", "portal"}
    assert {one["headers"]["x-leadhouse-delivery"] for one in buyer.seen("accept/second")} == {
        str(sale.assignments[0])
    }
    (mail,) = mail_folder.glob("*.eml")
    assert f"X-Leadhouse-Delivery: {sale.assignments[0]}" in mail.read_text()
    assert wallet(0) == (0, 2_500, 0)
    assert work() == {"confirm": 1, "fold": 1}


def test_no_further_method_hears_of_a_lead_that_the_first_refused(buyer: Buyer) -> None:
    open_market([http(buyer.url("refuse/first")), http(buyer.url("accept/never"))])
    run_sale = sell(0)
    run()
    assert run_sale.statuses() == ["refused"]
    assert buyer.seen("accept/never") == []


@pytest.mark.req("R004-31")
def test_a_portal_delivery_is_accepted_at_once_and_writes_its_event() -> None:
    open_market([{"method": "portal"}])
    sale = sell(0)
    run(seconds=0.0)
    assert sale.types() == ["started", "accepted"]
    assert sale.events()[1].data["method"] == "portal"
    assert sale.status is Status.DELIVERED


def test_a_method_that_is_gone_fails_and_says_so(buyer: Buyer) -> None:
    open_market([http(buyer.url("accept/gone")), http(buyer.url("status/503/gone"))])
    sale = sell(0)
    run()
    open_market([http(buyer.url("accept/gone"))])
    hurry()
    run()
    assert (sale.events()[-1].type, sale.events()[-1].reason) == ("failed", "method_gone")
    assert sale.statuses() == ["accepted"]
    assert sale.status is Status.DELIVERED


def test_a_busy_buyers_wish_moves_the_next_attempt(buyer: Buyer) -> None:
    open_market([http(buyer.url("busy/90"))])
    sale = sell(0)
    run()
    told = sale.events()[1]
    wait = (datetime.fromisoformat(str(told.data["next_at"])) - told.at).total_seconds()
    assert 89 < wait < 91
    assert told.type == "retry"
