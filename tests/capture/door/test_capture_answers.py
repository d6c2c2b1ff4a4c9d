"""How long the answer waits, what it then says, and that everybody who posted the same is told the same."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.store.run import rows, transaction, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Change, Event, Outcome, Stage, Status, Step
from tests.capture.door_process import is_error, post, told

pytestmark = pytest.mark.usefixtures("committed_market")

LEAD = b'{"email":"joe@example.com","product":"solar"}'


def leads() -> int:
    return value("SELECT count(*) FROM capture_lead", {}, int)


def settle(lead_id: UUID, status: Status, reason: str | None = None, payout: int | None = None) -> None:
    """Bring a stored lead further, as later rooms do."""
    change = Change(status=status, reason=reason, payout_minor=payout)
    with transaction():
        timeline.append([Event(lead_id, Step.QUALIFY, "told", Outcome.SUCCESS, change=change)])


def settle_soon(status: Status, reason: str | None = None, payout: int | None = None) -> threading.Thread:
    """Wait in a thread for the only open lead and bring it further."""

    thread = threading.Thread(target=alone(lambda: settle(waiting_lead(), status, reason, payout)))
    thread.start()
    return thread


def waiting_lead() -> UUID:
    """Wait for the only open lead."""
    until = time.monotonic() + 10
    while not (found := rows("SELECT lead_id FROM timeline_passport WHERE status = 'initial'", {}, UUID)):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found[0]


def alone(work: Callable[[], None]) -> Callable[[], None]:
    """Have a thread end its own connection."""

    def done() -> None:
        try:
            work()
        finally:
            connection.close()

    return done


def failure(code: str) -> dict[str, object]:
    return {"outcome": "failure", "code": code, "price": "0.00"}


@pytest.mark.req("R002-04")
@pytest.mark.parametrize(
    ("key", "status", "reason", "expected"),
    [
        ("asking-key", Status.QUALIFIED, None, {"outcome": "success", "price": "4.00"}),
        ("asking-key", Status.DELIVERED, None, {"outcome": "success", "price": "4.00"}),
        ("asking-key", Status.DISQUALIFIED, "duplicate", failure("duplicate")),
        ("selling-key", Status.DELIVERED, None, {"outcome": "success", "price": "33.00"}),
        ("selling-key", Status.UNSOLD, "no_campaign", failure("no_campaign")),
        ("selling-key", Status.WAITING, None, {"outcome": "success", "price": "0.00", "pending": True}),
        ("patient-key", Status.DELIVERED, None, {"outcome": "success", "price": "7.00"}),
    ],
)  # fmt: skip
def test_the_answer_waits_as_far_as_the_source_asks(
    port: int, key: str, status: Status, reason: str | None, expected: dict[str, object]
) -> None:
    thread = settle_soon(status, reason, 3_300 if key == "selling-key" else None)
    reply = post(port, LEAD, key=key)
    thread.join()
    body = told(reply)
    assert UUID(body.pop("lead")["id"])  # type: ignore[index]
    if body["outcome"] == "failure":
        assert len(str(body.pop("reason"))) > 5
        assert body.pop("errors") == []
    assert body == expected
    assert post(port, LEAD, key=key).body == reply.body


def test_whom_a_filter_refused_is_told_in_the_filters_own_words(port: int) -> None:
    def filter_out() -> None:
        lead_id = waiting_lead()
        change = Change(status=Status.DISQUALIFIED, reason="filtered")
        told = {"reason": "Only Wyoming"}
        event = Event(lead_id, Step.QUALIFY, "disqualified", Outcome.FAILURE, "filtered", told, change=change)
        with transaction():
            timeline.append([event])

    thread = threading.Thread(target=alone(filter_out))
    thread.start()
    reply = post(port, LEAD, key="asking-key")
    thread.join()
    assert (told(reply)["code"], told(reply)["reason"]) == ("filtered", "Only Wyoming")
    assert post(port, LEAD, key="asking-key").body == reply.body


@pytest.mark.parametrize(("key", "price"), [("hasty-key", "4.00"), ("hasty-selling-key", "0.00")])
def test_when_time_is_up_the_answer_is_pending_and_stays_so(port: int, key: str, price: str) -> None:
    started = time.monotonic()
    reply = post(port, LEAD, key=key)
    assert 0.35 <= time.monotonic() - started < 3
    body = told(reply)
    assert (body["outcome"], body["pending"], body["price"]) == ("success", True, price)
    settle(UUID(body["lead"]["id"]), Status.DELIVERED, payout=6_000)  # type: ignore[index]
    assert post(port, LEAD, key=key).body == reply.body
    assert timeline.work_left() == {Stage.QUALIFY: 1}


def test_a_twin_waits_for_the_first_answer_and_then_says_409(port: int) -> None:
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(post, port, LEAD, key="patient-key", idempotency_key="p")
        time.sleep(0.5)
        early = pool.submit(post, port, LEAD, key="patient-key", idempotency_key="p")
        twin = early.result(20)
        assert is_error(twin, 409, "in_progress")
        assert twin.headers["retry-after"] == "1"
        late = pool.submit(post, port, LEAD, key="patient-key", idempotency_key="p")
        time.sleep(0.3)
        settle(rows("SELECT id FROM capture_lead", {}, UUID)[0], Status.DELIVERED)
        assert first.result(20).body == late.result(20).body
    assert leads() == 1
