"""`POST /v1/feedback`: who may say what about which delivery, and what it is worth."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from leadhouse.deliver.queries import parcels_of
from leadhouse.feedback.hear import grant_return
from leadhouse.feedback.http import feedback
from leadhouse.feedback.queries import responses_of
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.store.run import execute, value
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Step
from tests.delivery_world import Sale, assignments_of, open_market, run, sell, take_fold, wallet, work

PORTAL = [{"method": "portal"}]


def post(body: object, key: str | None = "key-c0", **options: str) -> tuple[int, dict[str, str]]:
    """Post feedback with a key; return the status and the answer."""
    answer = answered(orjson.dumps(body), key, **options)
    return answer.status_code, orjson.loads(answer.content)


def answered(body: bytes, key: str | None = "key-c0", kind: str = "application/json") -> HttpResponse:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return feedback(RequestFactory().post("/v1/feedback", body, content_type=kind, headers=headers))


def rejection(sale: Sale, **changes: object) -> dict[str, object]:
    return {"delivery": str(sale.assignments[0]), "type": "rejection", "reason": "disconnected"} | changes


def delivered(*places: int, notify: str | None = None) -> Sale:
    """A lead that the companies at these places have in their portals; the rates have heard of it."""
    open_market(PORTAL, PORTAL, notify=notify)
    sale = sell(*places)
    run()
    take_fold()
    return sale


def window_of(sale: Sale, ends_in: timedelta) -> None:
    """Move the end of the rejection window; to the microsecond when the clock stands."""
    execute(
        "UPDATE allocate_assignment SET rejection_until = leadhouse_now() + %(ends_in)s"
        " WHERE id = ANY(%(ids)s)",
        {"ends_in": ends_in, "ids": list(sale.assignments)},
    )


@pytest.mark.django_db
@pytest.mark.req("R000-67")
@pytest.mark.req("R000-69")
@pytest.mark.req("R000-70")
@pytest.mark.req("R002-21")
def test_a_rejection_inside_the_window_is_credited_in_full() -> None:
    sale = delivered(0)
    before = passports([sale.lead_id])
    history = sale.events(Step.DELIVER)
    assert post(rejection(sale)) == (201, {"outcome": "success", "credit": "25.00"})
    assert wallet(0) == (0, 2_500, 2_500)
    (told,) = sale.events(Step.FEEDBACK)
    assert (told.type, told.outcome, told.reason) == ("rejection", "success", "disconnected")
    assert told.data == {
        "delivery": str(sale.assignments[0]),
        "company": "c0",
        "campaign": "c0-west",
        "reason": "disconnected",
        "credit": "25.00",
    }
    (assignment,) = assignments_of([sale.lead_id])[sale.lead_id]
    assert assignment.status == "accepted"
    assert assignment.rejected_at
    assert passports([sale.lead_id]) == before
    assert sale.events(Step.DELIVER) == history
    assert work() == {"confirm": 1, "fold": 1}


@pytest.mark.django_db
def test_the_same_feedback_twice_answers_the_same_and_credits_once() -> None:
    sale = delivered(0)
    first = post(rejection(sale))
    assert post(rejection(sale, reason="bogus", value="9.00")) == first
    window_of(sale, timedelta(hours=-1))
    assert post(rejection(sale)) == first
    assert wallet(0) == (0, 2_500, 2_500)
    assert sale.types(Step.FEEDBACK) == ["rejection"]
    assert work() == {"confirm": 1, "fold": 1}


@pytest.mark.django_db
def test_a_conversion_told_again_with_another_value_is_not_answered_as_if_that_were_kept() -> None:
    sale = delivered(0)
    said = {"delivery": str(sale.assignments[0]), "type": "conversion"}
    first = post(said | {"value": "1234.00"})
    assert post(said | {"value": "1234"}) == first == (201, {"outcome": "success", "credit": "0.00"})
    assert post(said) == first
    status, answer = post(said | {"value": "99.00"})
    assert (status, answer["outcome"], answer["code"]) == (201, "failure", "already_heard")
    assert answer["reason"] == "This delivery's conversion was heard before, at 1234.00, and that stands"
    assert [one.data["value"] for one in sale.events(Step.FEEDBACK)] == ["1234.00"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends_in", "status"),
    [
        (timedelta(microseconds=1), "success"),
        (timedelta(0), "failure"),
        (timedelta(microseconds=-1), "failure"),
    ],
)
def test_the_window_is_half_open_to_the_microsecond(ends_in: timedelta, status: str) -> None:
    sale = delivered(0)
    # The test's own transaction, which is never committed, takes the standing clock back with it.
    now = value("SELECT leadhouse_now()::text", {}, str)
    stopped = "CREATE OR REPLACE FUNCTION leadhouse_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
    with connection.cursor() as cursor:
        cursor.execute(stopped + "$$ SELECT '" + now + "'::timestamptz $$")
    window_of(sale, ends_in)
    assert post(rejection(sale))[1]["outcome"] == status


@pytest.mark.django_db
@pytest.mark.req("R000-69")
def test_a_rejection_after_the_window_is_refused_credits_nothing_and_is_an_event() -> None:
    sale = delivered(0)
    window_of(sale, timedelta(seconds=-1))
    refused = (
        201,
        {
            "outcome": "failure",
            "code": "window_closed",
            "reason": "The rejection window of this delivery is over",
        },
    )
    assert post(rejection(sale)) == refused
    assert post(rejection(sale)) == refused
    assert wallet(0) == (0, 2_500, 0)
    (told,) = sale.events(Step.FEEDBACK)
    assert (told.type, told.outcome, told.reason) == ("rejection", "failure", "window_closed")
    (assignment,) = assignments_of([sale.lead_id])[sale.lead_id]
    assert assignment.rejected_at is None
    assert work() == {"confirm": 1}


@pytest.mark.django_db
@pytest.mark.req("R002-19")
def test_a_return_credits_nothing_until_an_operator_grants_it_once() -> None:
    sale = delivered(0)
    window_of(sale, timedelta(seconds=-1))
    said = rejection(sale, type="return", reason="wrong_service")
    assert post(said) == (201, {"outcome": "success", "credit": "0.00"})
    assert wallet(0) == (0, 2_500, 0)
    given = {"granted_by": "ops@market.example", "market": market()}
    assert grant_return(sale.assignments[0], 2_000, **given) is True
    assert grant_return(sale.assignments[0], 2_500, **given) is False
    assert wallet(0) == (0, 2_500, 2_000)
    assert post(said) == (201, {"outcome": "success", "credit": "0.00"})
    assert sale.types(Step.FEEDBACK) == ["return", "return_granted"]
    (kept,) = responses_of(sale.lead_id)
    assert (kept.credit_minor, kept.granted_minor) == (0, 2_000)


@pytest.mark.django_db
def test_nothing_is_granted_without_a_return_nor_after_a_credited_rejection() -> None:
    sale = delivered(0)
    given = {"granted_by": "ops@market.example", "market": market()}
    assert grant_return(sale.assignments[0], 2_500, **given) is False
    post(rejection(sale))
    post(rejection(sale, type="return"))
    assert grant_return(sale.assignments[0], 2_500, **given) is False
    assert wallet(0) == (0, 2_500, 2_500)


@pytest.mark.django_db
def test_a_rejection_after_a_granted_return_is_heard_and_credits_nothing_more() -> None:
    sale = delivered(0)
    post(rejection(sale, type="return"))
    assert grant_return(sale.assignments[0], 2_500, granted_by="ops@market.example", market=market())
    assert post(rejection(sale)) == (201, {"outcome": "success", "credit": "0.00"})
    assert wallet(0) == (0, 2_500, 2_500)


@pytest.mark.django_db
@pytest.mark.req("R002-17")
@pytest.mark.req("R002-18")
@pytest.mark.req("R002-20")
def test_several_companies_say_several_things_over_time_each_its_own_event() -> None:
    sale = delivered(0, 1)
    said = {"delivery": str(sale.assignments[1]), "type": "conversion", "value": "1234.00"}
    assert post(said, "key-c1") == (201, {"outcome": "success", "credit": "0.00"})
    assert post(rejection(sale, type="return"))[1]["outcome"] == "success"
    assert post(rejection(sale))[1]["credit"] == "25.00"
    assert [(one.type, one.data["company"]) for one in sale.events(Step.FEEDBACK)] == [
        ("conversion", "c1"),
        ("return", "c0"),
        ("rejection", "c0"),
    ]
    assert sale.events(Step.FEEDBACK)[0].data["value"] == "1234.00"
    assert wallet(1) == (0, 2_500, 0)
    (converted,) = [one for one in assignments_of([sale.lead_id])[sale.lead_id] if one.converted_at]
    assert converted.id == sale.assignments[1]


@pytest.mark.django_db
@pytest.mark.req("R002-22")
def test_feedback_is_passed_on_to_the_source_without_the_company() -> None:
    sale = delivered(0, notify="http://127.0.0.1:1025/outcomes")
    post({"delivery": str(sale.assignments[0]), "type": "conversion", "value": "1234.00"})
    topics = {str(topic): content for topic, content in noticed(sale) if topic == "conversion"}
    assert topics == {
        "conversion": {
            "lead": {"id": str(sale.lead_id), "reference": "their-7"},
            "outcome": "conversion",
            "delivery": str(sale.assignments[0]),
            "value": "1234.00",
        }
    }


def noticed(sale: Sale) -> list[tuple[str, object]]:
    return [(one.parcel.topic, one.parcel.content) for one in parcels_of(sale.lead_id)]


@pytest.mark.django_db
def test_foreign_missing_and_malformed_deliveries_answer_alike() -> None:
    sale = delivered(0)
    unknown = post(rejection(sale, delivery=str(new_id())))
    assert unknown == (
        404,
        {
            "outcome": "error",
            "code": "unknown_delivery",
            "reason": "There is no delivery with this id among yours",
        },
    )
    assert post(rejection(sale), "key-c1") == unknown
    assert post(rejection(sale, delivery="none")) == unknown
    assert wallet(0) == (0, 2_500, 0)
    assert sale.types(Step.FEEDBACK) == []


@pytest.mark.django_db
def test_a_delivery_that_is_not_accepted_takes_no_feedback() -> None:
    open_market(PORTAL)
    sale = sell(0)
    assert post(rejection(sale))[0] == 409
    assert post(rejection(sale))[1]["code"] == "not_delivered_yet"
    execute("UPDATE allocate_assignment SET status = 'refused'", {})
    assert post(rejection(sale)) == (
        201,
        {
            "outcome": "failure",
            "code": "not_delivered",
            "reason": "This delivery was never accepted, so nothing was charged for it",
        },
    )
    assert responses_of(sale.lead_id) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (None, 401, "no_key"),
        ("wrong", 401, "unknown_key"),
        ("key-form", 403, "key_not_for_this"),
        ("operator-key", 403, "key_not_for_this"),
    ],
)
def test_only_a_companys_key_opens_the_door(
    key: str | None, status: int, code: str, settings: LazySettings
) -> None:
    settings.LEADHOUSE = replace(settings.LEADHOUSE, operator_key="operator-key")
    sale = delivered(0)
    answer = post(rejection(sale), key)
    assert (answer[0], answer[1]["outcome"], answer[1]["code"]) == (status, "error", code)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b"[]", "application/json", 400, "malformed_body"),
        (b"\xff", "application/json", 400, "malformed_body"),
        (b"[" * 100_000, "application/json", 400, "malformed_body"),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400, "malformed_body"),
        (b"&a=b" * 200, "application/x-www-form-urlencoded", 400, "malformed_body"),
        (b"<feedback/>", "application/xml", 415, "unsupported_media_type"),
        (b"{}", "application/json", 400, "missing_field"),
        (b" " * 262_145, "application/json", 413, "too_large"),
        (
            b'{"delivery":"x\\u0000","type":"rejection","reason":"bogus"}',
            "application/json",
            404,
            "unknown_delivery",
        ),
    ],
)
def test_what_is_no_feedback_is_told_why(body: bytes, kind: str, status: int, code: str) -> None:
    delivered(0)
    answer = answered(body, kind=kind)
    assert answer.status_code == status
    told = orjson.loads(answer.content)
    assert (told["outcome"], told["code"]) == ("error", code)
    assert told["reason"]


@pytest.mark.django_db
def test_a_form_and_the_other_key_header_are_taken_too() -> None:
    sale = delivered(0)
    request = RequestFactory().post(
        "/v1/feedback",
        f"delivery={sale.assignments[0]}&type=conversion&value=12.50".encode(),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Api-Key": "key-c0"},
    )
    answer = feedback(request)
    assert (answer.status_code, orjson.loads(answer.content)) == (
        201,
        {"outcome": "success", "credit": "0.00"},
    )


@pytest.mark.django_db
def test_feedback_is_posted() -> None:
    answer = feedback(RequestFactory().get("/v1/feedback"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_and_the_same_post_succeeds_afterwards() -> None:
    sale = delivered(0)
    with pytest.raises(OperationalError):
        execute("SELECT pg_terminate_backend(pg_backend_pid())", {})
    status, told = post(rejection(sale))
    assert (status, told["outcome"], told["code"]) == (503, "error", "not_stored")
    assert post(rejection(sale)) == (201, {"outcome": "success", "credit": "25.00"})


def side_by_side(act: Callable[[], object], times: int) -> list[object]:
    """Do the same in several threads at once."""
    barrier = threading.Barrier(times)
    results: list[object] = []

    def one() -> None:
        barrier.wait()
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_the_same_feedback_from_many_at_once_is_heard_once_and_answered_alike() -> None:
    sale = delivered(0)
    answers = side_by_side(lambda: post(rejection(sale)), 8)
    assert answers == [(201, {"outcome": "success", "credit": "25.00"})] * 8
    assert wallet(0) == (0, 2_500, 2_500)
    assert sale.types(Step.FEEDBACK) == ["rejection"]
    assert work() == {"confirm": 1, "fold": 1}
