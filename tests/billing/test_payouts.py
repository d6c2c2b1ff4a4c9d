"""What sources earn: what their lead's passport says, booked once when a stage has queued it."""

from decimal import Decimal
from uuid import UUID

import pytest

from leadhouse.billing import queries
from leadhouse.billing.step import step
from leadhouse.capture.decide import early_price, terms_of
from leadhouse.store.run import transaction
from leadhouse.timeline.queries import append, enqueue, work_left
from leadhouse.timeline.types import AnswerStage, Change, Event, NewWork, Outcome, Stage, Step, Terms
from tests.allocate.allocate_world import company, events, give_lead, install, market

pytestmark = pytest.mark.django_db
SHARE = {"payout": {"kind": "share", "percent": 60}}


def _pay(lead_id: UUID, times: int = 1) -> int | None:
    """Have the payout booked, and return what was booked for the lead."""
    enqueue([NewWork(Stage.PAYOUT, lead_id)] * times)
    assert step(10) == times
    assert queries.prove() == []
    return queries.payouts_of([lead_id]).get(lead_id)


@pytest.mark.req("R002-16")
def test_a_fixed_payout_is_booked_once() -> None:
    install(company("acme"))
    lead_id, stranger = give_lead(), give_lead()
    assert _pay(lead_id, times=2) == 1_000
    assert _pay(lead_id) == 1_000
    assert [one.data for one in events(lead_id, Step.SETTLE)] == [{"payout": "10.00"}]
    assert queries.payouts_of([stranger]) == {}
    assert "payout" not in work_left()


def test_a_share_is_booked_as_it_was_settled() -> None:
    install(company("acme"), source=SHARE)
    lead_id = give_lead()
    with transaction():
        change = Change(payout_minor=740)
        append([Event(lead_id, Step.SETTLE, "test", Outcome.SUCCESS, change=change)])
    assert _pay(lead_id) == 740


def test_a_test_lead_earns_nothing() -> None:
    install(company("acme"))
    assert _pay(give_lead(is_test=True)) is None


def test_what_was_promised_is_earned_whatever_its_source_is_paid_else() -> None:
    install(company("acme"), source={"answer": "received"})
    assert _pay(give_lead(promised_minor=1_550)) == 1_550


@pytest.mark.parametrize(
    ("written", "promised", "terms", "due", "early"),
    [
        ({"answer": "received"}, None, Terms(AnswerStage.RECEIVED, 1_000), "received", 1_000),
        ({"answer": "qualified"}, None, Terms(AnswerStage.QUALIFIED, 1_000), "qualified", 1_000),
        ({"answer": "sold"}, None, Terms(AnswerStage.SOLD, 1_000), "sold", 0),
        (SHARE, None, Terms(AnswerStage.QUALIFIED, None, Decimal(60)), "sold", 0),
        (SHARE, 1_550, Terms(AnswerStage.SOLD, 1_550, Decimal(60)), "sold", 1_550),
        ({"answer": "received"}, 1_550, Terms(AnswerStage.SOLD, 1_550), "sold", 1_550),
        ({"answer": "received", "test": True}, None, Terms(AnswerStage.RECEIVED, 0), "received", 0),
        ({"test": True}, 1_550, Terms(AnswerStage.SOLD, 0), "sold", 0),
    ],
)  # fmt: skip
def test_what_is_agreed_for_a_lead_is_its_sources_entry_or_the_promised_price(
    written: dict[str, object], promised: int | None, terms: Terms, due: str, early: int
) -> None:
    install(company("acme"), source=written)
    found = terms_of(market().sources["form"], promised)
    assert (found, found.paid_at.value, early_price(found, promised)) == (terms, due, early)
