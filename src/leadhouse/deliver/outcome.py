"""Applies what came of one attempt, in one transaction: parcel, assignment, money, events, what follows."""

import random
from collections.abc import Sequence
from uuid import UUID

from leadhouse.allocate import queries as assignments
from leadhouse.deliver import queries, syncing
from leadhouse.deliver.decide import Next, next_for
from leadhouse.deliver.settling import settle
from leadhouse.deliver.types import Kind, NewParcel, Parcel, ParcelStatus, Reason, Receipt, Sending, Verdict
from leadhouse.deliver.writing import methods_of
from leadhouse.kit.clock import iso
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market as current_market
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline.queries import append, enqueue, finish, postpone
from leadhouse.timeline.types import Claim, Event, NewWork, Outcome, Stage, Step
from leadhouse.timeline.work import PARKED

_STEPS = {Kind.DELIVERY: Step.DELIVER, Kind.CONFIRMATION: Step.CONFIRM, Kind.NOTICE: Step.NOTICE}
_OUTCOMES = {Verdict.ACCEPTED: Outcome.SUCCESS, Verdict.REFUSED: Outcome.FAILURE}


def conclude(sending: Sending, number: int, receipt: Receipt, ms: int) -> None:
    """Apply what came of attempt `number`; a worker whose lease was taken over changes nothing."""
    receipt = syncing.patient(receipt) if sending.parcel.kind is Kind.SYNC else receipt
    with transaction():
        jitter = random.random()  # noqa: S311 - it spreads attempts, it keeps no secret
        following = next_for(receipt, attempts=number, now=database_now(), jitter=jitter)
        if not _let_go(sending.claim, following):
            return
        queries.close_attempt(sending.parcel.id, number, receipt, ms)
        _close(sending, following, receipt, _event(sending, number, receipt, following, ms))


def give_up(claim: Claim) -> None:
    """End a parcel that crashed its worker again and again; it may have arrived, so it is not sold anew."""
    if claim.ref is None:
        if claim.stage is Stage.DELIVER:
            enqueue([NewWork(Stage.DELIVER, claim.lead_id, due_at=database_now() + PARKED)])
        return
    queries.lose_attempts([claim.ref])
    parcel = queries.parcels([claim.ref]).get(claim.ref)
    if parcel is None:
        return
    receipt = Receipt(Verdict.FAILED, Reason.INTERNAL_ERROR)
    about = {"delivery": str(parcel.assignment_id)} if parcel.assignment_id else {}
    sending = Sending(claim, parcel, receipt, "", "", about=about)
    following = Next(ParcelStatus.FAILED, None, Reason.INTERNAL_ERROR)
    _close(sending, following, receipt, _event(sending, parcel.attempts, receipt, following, 0))


def tell_lost(sendings: Sequence[Sending]) -> None:
    """Mark attempts unknown whose worker never came back; they go out again under the same id."""
    lost = queries.lose_attempts(one.parcel.id for one in sendings)
    append(
        [
            Event(
                one.parcel.lead_id,
                _STEPS[one.parcel.kind],
                Verdict.UNKNOWN.value,
                Outcome.ERROR,
                reason=Reason.WORKER_LOST.value,
                data={**one.about, "attempt": lost[one.parcel.id]},
            )
            for one in sendings
            if one.parcel.id in lost and one.parcel.kind in _STEPS
        ]
    )


def _let_go(claim: Claim, following: Next) -> bool:
    """Finish the work, or keep it for the next attempt; return whether it was still ours."""
    return bool(postpone([claim], [following.due_at]) if following.due_at else finish([claim]))


def _close(sending: Sending, following: Next, receipt: Receipt, event: Event) -> None:
    parcel = sending.parcel
    may_have_arrived = receipt.verdict is Verdict.UNKNOWN or receipt.reason is Reason.INTERNAL_ERROR
    is_uncertain = queries.mark_parcel(parcel.id, following.status, is_uncertain=may_have_arrived)
    if is_uncertain is None:
        return
    if parcel.kind is Kind.SYNC:
        # No event: it would be a change of the lead, to be told in its turn.
        syncing.note(sending, following.status)
        return
    may_decide = (
        parcel.kind is Kind.DELIVERY and parcel.method == 0 and following.status is not ParcelStatus.OPEN
    )
    decides = may_decide and _decide(parcel, following.status, is_uncertain=is_uncertain)
    # After the assignment, its wallet and its caps: everywhere in the house the passport is locked last.
    append([event])
    if parcel.kind is Kind.DELIVERY and following.status is not ParcelStatus.OPEN:
        settle(parcel.lead_id, may_search=decides)


def _decide(parcel: Parcel, status: ParcelStatus, *, is_uncertain: bool) -> bool:
    """Accept, refuse or fail the assignment, money included, and let the rates learn from it.

    Return whether it was open until now: what is sent again to a buyer who has accepted decides nothing.
    """
    assignment_id = parcel.assignment_id
    if assignment_id is None:
        return False
    if status is ParcelStatus.ACCEPTED:
        decided = assignments.accept([assignment_id], database_now())
    elif status is ParcelStatus.REFUSED:
        decided = assignments.refuse([assignment_id])
    else:
        decided = assignments.fail([assignment_id], uncertain=[assignment_id] if is_uncertain else [])
    if not decided:
        return False
    if status is ParcelStatus.ACCEPTED:
        _open_further_methods(parcel, assignment_id)
    enqueue([NewWork(Stage.FOLD, parcel.lead_id, assignment_id)])
    return True


def _open_further_methods(parcel: Parcel, assignment_id: UUID) -> None:
    assignment = next(
        one for one in assignments.assignments_of([parcel.lead_id])[parcel.lead_id] if one.id == assignment_id
    )
    # Of a campaign that can no longer be read, the buyer's yes still counts; nobody else is told.
    campaign = current_market().campaigns.get(assignment.campaign_id)
    further = range(1, len(methods_of(campaign))) if campaign else range(0)
    fresh = [NewParcel(new_id(), Kind.DELIVERY, parcel.lead_id, assignment_id, method) for method in further]
    queries.write_parcels(fresh)
    enqueue([NewWork(Stage.DELIVER, parcel.lead_id, one.id) for one in fresh])


def _event(sending: Sending, number: int, receipt: Receipt, following: Next, ms: int) -> Event:
    told = {
        "attempt": number,
        "status": receipt.status,
        "reference": receipt.reference,
        "detail": receipt.detail,
        "next_at": iso(following.due_at) if following.due_at else None,
    }
    is_given_up = following.reason is Reason.GIVEN_UP
    return Event(
        sending.parcel.lead_id,
        _STEPS.get(sending.parcel.kind, Step.NOTICE),
        Verdict.FAILED.value if is_given_up else receipt.verdict.value,
        _OUTCOMES.get(receipt.verdict, Outcome.ERROR),
        reason=following.reason and following.reason.value,
        data={**sending.about, **{name: value for name, value in told.items() if value not in (None, "")}},
        ms=ms,
    )
