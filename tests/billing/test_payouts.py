"""What sources earn: a fixed amount when their answer stage is reached, a share when the lead is settled."""

from uuid import UUID

import pytest

from leadhouse.billing import queries
from leadhouse.billing.step import step
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline.queries import append, enqueue, work_left
from leadhouse.timeline.types import Change, Event, NewWork, Outcome, Stage, Status, Step
from tests.allocate.allocate_world import company, events, give_lead, install

pytestmark = pytest.mark.django_db
SHARE = {"payout": {"kind": "share", "percent": 60}}


def _pay(lead_id: UUID, times: int = 1) -> int | None:
    """Have the payout looked at, and return what was booked for the lead."""
    enqueue([NewWork(Stage.PAYOUT, lead_id)] * times)
    assert step(10) == times
    assert queries.prove() == []
    return queries.payouts_of([lead_id]).get(lead_id)


def _change(lead_id: UUID, change: Change) -> None:
    with transaction():
        append([Event(lead_id, Step.SETTLE, "test", Outcome.SUCCESS, change=change)])


@pytest.mark.req("R002-16")
def test_a_fixed_payout_is_booked_once_when_its_stage_is_reached() -> None:
    install(company("acme"))
    lead_id, stranger = give_lead(), give_lead()
    assert _pay(lead_id, times=2) == 1_000
    assert _pay(lead_id) == 1_000
    assert [one.data for one in events(lead_id, Step.SETTLE)] == [{"payout": "10.00"}]
    assert queries.payouts_of([stranger]) == {}
    assert "payout" not in work_left()


def test_a_source_that_is_answered_when_sold_earns_nothing_before() -> None:
    install(company("acme"), source={"answer": "sold"})
    lead_id = give_lead()
    assert _pay(lead_id) is None
    _change(lead_id, Change(status=Status.SOLD, sale_size=1))
    assert _pay(lead_id) == 1_000


def test_a_share_is_of_the_revenue_of_the_settled_lead_rounded_once() -> None:
    install(company("acme"), source=SHARE)
    lead_id = give_lead()
    assert _pay(lead_id) is None
    _change(lead_id, Change(status=Status.DELIVERED, revenue_minor=1_234, settled_at=database_now()))
    assert _pay(lead_id) == 740


def test_an_unsold_lead_earns_no_share_and_a_test_lead_nothing_at_all() -> None:
    install(company("acme"), source=SHARE)
    unsold = give_lead()
    _change(unsold, Change(status=Status.UNSOLD, settled_at=database_now()))
    assert _pay(unsold) is None
    install(company("acme"))
    assert _pay(give_lead(is_test=True)) is None


def test_what_was_promised_is_earned_when_the_lead_is_delivered_whatever_its_source_is_paid_else() -> None:
    install(company("acme"), source={"answer": "received"})
    lead_id = give_lead(promised_minor=1_550)
    assert _pay(lead_id) is None
    _change(lead_id, Change(status=Status.SOLD, sale_size=1))
    assert _pay(lead_id) is None
    _change(lead_id, Change(status=Status.DELIVERED, revenue_minor=900, settled_at=database_now()))
    assert _pay(lead_id) == 1_550
    unsold = give_lead(promised_minor=1_550)
    _change(unsold, Change(status=Status.UNSOLD, settled_at=database_now()))
    assert _pay(unsold) is None
