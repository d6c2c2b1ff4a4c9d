"""Applies what came of one attempt, in one transaction: parcel, assignment, money, events, the lead's end."""

import random
from collections.abc import Sequence
from uuid import UUID

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.settlement import Course, course, ending
from leadhouse.deliver import queries
from leadhouse.deliver.decide import Next, next_for
from leadhouse.deliver.types import Kind, NewParcel, Parcel, ParcelStatus, Reason, Receipt, Sending, Verdict
from leadhouse.deliver.writing import methods_of
from leadhouse.kit.clock import iso
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Source
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline.queries import append, enqueue, finish, passports, postpone
from leadhouse.timeline.types import Change, Claim, Event, NewWork, Outcome, Stage, Status, Step

_STEPS = {Kind.DELIVERY: Step.DELIVER, Kind.CONFIRMATION: Step.CONFIRM, Kind.NOTICE: Step.NOTICE}
_OUTCOMES = {Verdict.ACCEPTED: Outcome.SUCCESS, Verdict.REFUSED: Outcome.FAILURE}
_ON_THE_WAY = frozenset({Status.SOLD, Status.DELIVERING})


def conclude(sending: Sending, number: int, receipt: Receipt, ms: int) -> None:
    """Apply what came of attempt `number`; a worker whose lease was taken over changes nothing."""
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
            if one.parcel.id in lost
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
    decides = (
        parcel.kind is Kind.DELIVERY and parcel.method == 0 and following.status is not ParcelStatus.OPEN
    )
    if decides and parcel.assignment_id:
        _decide(parcel, parcel.assignment_id, following.status, is_uncertain=is_uncertain)
    # After the assignment, its wallet and its caps: everywhere in the house the passport is locked last.
    append([event])
    if parcel.kind is Kind.DELIVERY and following.status is not ParcelStatus.OPEN:
        settle(parcel.lead_id, may_search=decides)


def _decide(parcel: Parcel, assignment_id: UUID, status: ParcelStatus, *, is_uncertain: bool) -> None:
    """Accept, refuse or fail the assignment, money included, and let the rates learn from it."""
    if status is ParcelStatus.ACCEPTED:
        assignments.accept([assignment_id], database_now())
        _open_further_methods(parcel, assignment_id)
    elif status is ParcelStatus.REFUSED:
        assignments.refuse([assignment_id])
    else:
        assignments.fail([assignment_id], uncertain=[assignment_id] if is_uncertain else [])
    enqueue([NewWork(Stage.FOLD, parcel.lead_id, assignment_id)])


def _open_further_methods(parcel: Parcel, assignment_id: UUID) -> None:
    assignment = next(
        one for one in assignments.assignments_of([parcel.lead_id])[parcel.lead_id] if one.id == assignment_id
    )
    further = range(1, len(methods_of(current_market().campaigns[assignment.campaign_id])))
    fresh = [NewParcel(new_id(), Kind.DELIVERY, parcel.lead_id, assignment_id, method) for method in further]
    queries.write_parcels(fresh)
    enqueue([NewWork(Stage.DELIVER, parcel.lead_id, one.id) for one in fresh])


def settle(lead_id: UUID, *, may_search: bool) -> None:
    """End the lead, or have it searched again, when its last buyer has answered.

    The passport must be locked (an event appended) in this transaction: then of two buyers who answer at the
    same time exactly the later one sees that nobody is left.
    """
    passport = passports([lead_id])[lead_id]
    if passport.status not in _ON_THE_WAY:
        return
    given = assignments.assignments_of([lead_id])[lead_id]
    way = course(given, passport.run)
    if way is Course.SEARCH and may_search:
        change = Change(status=Status.ALLOCATING)
        append([Event(lead_id, Step.DELIVER, "search", Outcome.FAILURE, change=change)])
        enqueue([NewWork(Stage.ALLOCATE, lead_id)])
    elif way is Course.END and not queries.has_open_delivery(lead_id):
        end = ending(lead_id, given, _source(passport.source_id), at=database_now())
        append([end.event])
        enqueue(end.work)


def _source(source_id: int) -> Source | None:
    return next((one for one in current_market().sources.values() if one.id == source_id), None)


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
        _STEPS[sending.parcel.kind],
        Verdict.FAILED.value if is_given_up else receipt.verdict.value,
        _OUTCOMES.get(receipt.verdict, Outcome.ERROR),
        reason=following.reason and following.reason.value,
        data={**sending.about, **{name: value for name, value in told.items() if value not in (None, "")}},
        ms=ms,
    )
