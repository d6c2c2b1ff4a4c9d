"""Sells leads: claims work ALLOCATE, decides the leads of the batch in order, applies all in one go."""

from leadhouse.allocate import queries
from leadhouse.allocate.bidding.known import pass_on, with_bids
from leadhouse.allocate.selling.applying import MarketChangedError, apply
from leadhouse.allocate.selling.cases import Moment, campaigns_in_question
from leadhouse.allocate.selling.gathering import (
    Sitting,
    gather,
    knowledge,
    read_room,
    read_shadow,
    read_turns,
)
from leadhouse.allocate.settlement import unsold
from leadhouse.allocate.types import AssignmentStatus, Reason
from leadhouse.parties.current import market as current_market
from leadhouse.store.run import database_now
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, Claimed, NewWork, Stage
from leadhouse.timeline.work import walk

_MOST_TRIES = 10


def step(limit: int) -> int:
    """Decide up to `limit` leads; return how many were taken."""
    return walk(Stage.ALLOCATE, limit, _handle, _give_up)


def _handle(claimed: Claimed) -> int:
    """Decide and apply, anew when the market was edited meanwhile."""
    for _ in range(_MOST_TRIES - 1):
        try:
            return _decide(claimed)
        except MarketChangedError:
            continue
    return _decide(claimed)


def _decide(claimed: Claimed) -> int:
    now = claimed.now
    known = knowledge(now)
    # A lead that is queued twice is decided once.
    lead_ids = list(dict.fromkeys(claim.lead_id for claim in claimed.claims))
    asked = {claim.lead_id for claim in claimed.claims if claim.ref}
    cases = with_bids(gather(lead_ids, known.index, now), known.index, now, asked)
    moment = Moment(known.view, known.over_threshold, now)
    priced = [moment.priced(case.lead, case.fixed) for case in cases]
    in_question = campaigns_in_question(priced)
    found = read_room(known, in_question, now)
    ready = pass_on(claimed.claims, cases, priced, known.book, found.room())
    shadow = read_shadow(known, ready.priced, found, in_question, now)
    turns = read_turns(known, ready.priced)
    apply(ready.claims, Sitting(moment, ready.cases, ready.priced, found, turns, shadow), known)
    return len(claimed.claims)


def _give_up(claim: Claim) -> None:
    """End a lead that cannot be decided, unless a buyer has it or its answer is still to come."""
    given = queries.assignments_of([claim.lead_id])[claim.lead_id]
    passport = timeline.passports([claim.lead_id]).get(claim.lead_id)
    if passport is None or any(one.is_open for one in given):
        return
    if any(one.status is AssignmentStatus.ACCEPTED for one in given):
        timeline.enqueue([NewWork(Stage.DELIVER, claim.lead_id)])
        return
    source = next((one for one in current_market().sources.values() if one.id == passport.source_id), None)
    end = unsold(claim.lead_id, source, at=database_now(), reason=Reason.INTERNAL_ERROR.value)
    timeline.append([end.event])
    timeline.enqueue(end.work)
