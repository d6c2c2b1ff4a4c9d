"""Settles leads at a buyer's answer or a search's end, and has places that became free offered again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.settlement import NOBODY_ACCEPTED, PRICE_GONE, Course, course, sold, unsold
from leadhouse.allocate.types import Assignment, AssignmentStatus
from leadhouse.capture.queries import facts_of
from leadhouse.deliver import queries
from leadhouse.deliver.types import Sending
from leadhouse.deliver.writing import prepare
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Market, Source
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import append, enqueue, finish, lock, passports
from leadhouse.timeline.types import (
    FINAL,
    Change,
    Claim,
    Event,
    NewWork,
    Outcome,
    Passport,
    Stage,
    Status,
    Step,
)

REJECTED = "rejected"
_ON_THE_WAY = frozenset({Status.SOLD, Status.DELIVERING})
_MAY_BE_OFFERED = frozenset({Status.ALLOCATING, Status.DELIVERING, Status.DELIVERED})


def settle(lead_id: UUID, *, may_search: bool) -> None:
    """End the lead, or have it searched again, when its last buyer has answered.

    The passport must be locked (an event appended) in this transaction: then of two buyers who answer at the
    same time exactly the later one sees that nobody is left.
    """
    passport = passports([lead_id])[lead_id]
    if passport.status not in _ON_THE_WAY:
        return
    given = assignments.assignments_of([lead_id])[lead_id]
    way = _course(passport, given)
    if way is Course.SEARCH and may_search:
        _search(lead_id)
    elif way is not Course.WAIT:
        _end(passport, given)


def offer_again(lead_id: UUID) -> None:
    """Have the place of a buyer that rejected a lead offered again, where its product wants that.

    The passport must be locked in this transaction. While a buyer has not answered, its answer starts the
    search; a search that is under way may not know of the rejection yet, so that another follows it.
    """
    passport = passports([lead_id])[lead_id]
    if passport.status not in _MAY_BE_OFFERED or not _refills(passport) or assignments.followers([lead_id]):
        return
    is_erased = not facts_of([lead_id])[lead_id].fields
    if not is_erased and _course(passport, assignments.assignments_of([lead_id])[lead_id]) is Course.SEARCH:
        _search(lead_id, reason=REJECTED)


def _course(passport: Passport, given: Sequence[Assignment]) -> Course:
    return course(given, passport.run, refills=_refills(passport))


def _refills(passport: Passport) -> bool:
    products = current_market().products.values()
    return any(one.refills for one in products if one.id == passport.product_id)


def _search(lead_id: UUID, reason: str | None = None) -> None:
    change = Change(status=Status.ALLOCATING)
    append([Event(lead_id, Step.DELIVER, "search", Outcome.FAILURE, reason=reason, change=change)])
    enqueue([NewWork(Stage.ALLOCATE, lead_id)])


def prepare_deliveries(claims: Sequence[Claim], market: Market, now: datetime) -> list[Sending]:
    """Write the parcels to buyers; inside the opening transaction.

    Work without a `ref` asks for the end of a lead that somebody has taken and nobody else wants.
    """
    sendings = prepare([claim for claim in claims if claim.ref], market, now)
    _end_searches([claim.lead_id for claim in finish([claim for claim in claims if not claim.ref])])
    return sendings


def _end_searches(lead_ids: Sequence[UUID]) -> None:
    lock(lead_ids)
    given = assignments.assignments_of(lead_ids)
    for passport in passports(lead_ids).values():
        mine = given[passport.lead_id]
        if passport.status not in FINAL and _course(passport, mine) is not Course.WAIT:
            _end(passport, mine)


def _end(passport: Passport, given: Sequence[Assignment]) -> None:
    source, at = _source(passport.source_id), database_now()
    if any(one.status is AssignmentStatus.ACCEPTED for one in given):
        is_open = queries.has_open_delivery(passport.lead_id)
        end = sold(passport, given, source, at=at, is_open=is_open)
    else:
        reason = PRICE_GONE if passport.is_promised else NOBODY_ACCEPTED
        end = unsold(passport.lead_id, source, at=at, reason=reason)
    if end:
        append([end.event])
        enqueue(end.work)


def _source(source_id: int) -> Source | None:
    return next((one for one in current_market().sources.values() if one.id == source_id), None)
