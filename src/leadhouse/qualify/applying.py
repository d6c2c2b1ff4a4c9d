"""Decides cases and writes down what was decided, in one transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from leadhouse.identity import queries as identity
from leadhouse.identity.types import Joining, UniqueLead
from leadhouse.parties.types import Market
from leadhouse.qualify import decide, queries
from leadhouse.qualify.cases import Case, asked_of, known, suppressed_of, walk_of
from leadhouse.qualify.duplicates import Ledger, accepted_of
from leadhouse.qualify.types import Accepted, Verdict, Verified, Walk
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import AnswerStage, Event, NewWork, Passport, Stage


class Decided(Struct, frozen=True):
    """A case and its walk; `accepted` is what makes it count as an earlier lead."""

    case: Case
    walk: Walk
    accepted: Sequence[Accepted]


def apply(cases: Sequence[Case], market: Market) -> int:
    """Decide and write down, while nobody else decides about the same contacts; return how many."""
    with transaction():
        held = {claim.id for claim in timeline.finish([case.claim for case in cases])}
        ours = [case for case in cases if case.claim.id in held]
        asked = asked_of(ours)
        queries.lock_contacts(asked)
        queries.forget_contacts([case.lead.lead_id for case in ours if case.passport.run > 1])
        decided = _decided(ours, Ledger(queries.accepted_contacts(asked)))
        # What was a duplicate when the questions were asked and is none now has questions left.
        timeline.enqueue([NewWork(Stage.VERIFY, one.case.lead.lead_id) for one in decided if one.walk.need])
        ended = [one for one in decided if not one.walk.need]
        _write(ended, market)
    return len(ended)


def _decided(cases: Sequence[Case], ledger: Ledger) -> list[Decided]:
    """Decide one after the other: an accepted lead counts as an earlier one for those behind it."""
    suppressed = suppressed_of(cases)
    decided = []
    for bare in cases:
        case = known(bare, ledger, suppressed)
        walk = walk_of(case)
        accepted = accepted_of(case.subject) if case.subject and not (walk.refusal or walk.need) else ()
        for one in accepted:
            ledger.add(one)
        decided.append(Decided(case, walk, accepted))
    return decided


def _write(decided: Sequence[Decided], market: Market) -> None:
    unique = identity.join_unique_lead([joining for one in decided if (joining := _joining(one.case))])
    queries.keep_contacts([accepted for one in decided for accepted in one.accepted])
    queries.keep_appended({one.case.lead.lead_id: one.walk.appended for one in decided})
    queries.keep_verifications([kept for one in decided for kept in _verified(one.case)])
    timeline.append([event for one in decided for event in _events(one, unique)])
    timeline.enqueue([item for one in decided for item in _next(one, market)])


def _joining(case: Case) -> Joining | None:
    """Return what a lead's unique lead is found by: refused leads have one as well, test leads none."""
    if case.subject is None or case.lead.is_test:
        return None
    product = case.subject.product
    return Joining(
        case.lead.lead_id,
        case.passport.consumer_id,
        product.id,
        case.lead.received_at,
        product.duplicates.window,
    )


def _verified(case: Case) -> list[Verified]:
    return [
        Verified(case.lead.lead_id, need, answer)
        for need, answer in case.answers
        if need.service and answer.verdict is not Verdict.UNAVAILABLE
    ]


def _events(one: Decided, unique: Mapping[UUID, UniqueLead]) -> list[Event]:
    lead = one.case.lead
    begun = [] if one.case.is_started else [decide.started(lead)]
    found = unique.get(lead.lead_id)
    return [*begun, *decide.events_of(lead, one.walk, found.id if found else None)]


def _next(one: Decided, market: Market) -> list[NewWork]:
    """Return what a good lead has before it, and the payout that is due when it has come so far.

    A refusal here may come after the source was answered: it hears of it as of every other end.
    """
    lead_id = one.case.lead.lead_id
    if one.walk.refusal:
        source = market.sources.get(one.case.lead.source)
        return [NewWork(Stage.NOTICE, lead_id)] if source and source.notify else []
    payout = [NewWork(Stage.PAYOUT, lead_id)] if _is_paid_now(one.case.passport) else []
    return [NewWork(Stage.ALLOCATE, lead_id), *payout]


def _is_paid_now(passport: Passport) -> bool:
    """Return whether a payout is due now that the lead is good.

    Also one that was due when the lead came: of a lead that was refused then and is processed again.
    """
    due = passport.terms.paid_at
    is_due = due is AnswerStage.QUALIFIED or (due is AnswerStage.RECEIVED and passport.run > 1)
    return is_due and bool(passport.payout_minor)
