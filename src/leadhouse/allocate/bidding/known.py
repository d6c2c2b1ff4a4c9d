"""Leads with the bids that are known for them, and those for which campaigns have still to be asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from leadhouse.allocate.bidding import queries
from leadhouse.allocate.choosing.scenario import Priced, to_ask
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.selling.cases import Case
from leadhouse.allocate.selling.room import Room
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, NewWork, Stage

# A bid holds as long as a promise of ours; the campaign is asked again for a later decision.
LIFETIME = timedelta(seconds=120)


def with_bids(cases: Sequence[Case], index: Index, now: datetime, just_asked: Collection[UUID]) -> list[Case]:
    """Return the cases with the bids that hold: what was `just_asked` is answered, however long ago."""
    if not index.pinging:
        return list(cases)
    found = queries.bids_of([case.lead.id for case in cases])
    return [_with_bids(case, found.get(case.lead.id, ()), now, just_asked) for case in cases]


def _with_bids(
    case: Case, kept: Sequence[queries.KeptBid], now: datetime, just_asked: Collection[UUID]
) -> Case:
    holding = {
        one.campaign_id: one.live()
        for one in kept
        if case.lead.id in just_asked or now - one.asked_at <= LIFETIME
    }
    return replace(case, lead=replace(case.lead, bids=holding)) if holding else case


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be decided now."""

    claims: list[Claim]
    cases: list[Case]
    priced: list[Priced]


def pass_on(
    claims: Sequence[Claim], cases: Sequence[Case], priced: Sequence[Priced], book: OfferBook, room: Room
) -> Ready:
    """Have campaigns asked about the leads whose decision needs it; return the rest.

    What was asked for in this very work is not asked for again: who did not answer is left out.
    """
    asked = {claim.lead_id for claim in claims if claim.ref}
    waiting = {
        case.lead.id
        for case, one in zip(cases, priced, strict=True)
        if case.lead.id not in asked and needs_asking(case) and to_ask(book, one, room)[0]
    }
    if waiting:
        passed = [claim for claim in claims if claim.lead_id in waiting]
        with transaction():
            leads = dict.fromkeys(held.lead_id for held in timeline.finish(passed))
            timeline.enqueue([NewWork(Stage.BID, one) for one in leads])
    pairs = [(case, one) for case, one in zip(cases, priced, strict=True) if case.lead.id not in waiting]
    return Ready(
        [claim for claim in claims if claim.lead_id not in waiting],
        [case for case, _ in pairs],
        [one for _, one in pairs],
    )


def needs_asking(case: Case) -> bool:
    """Return whether the lead is one to be sold: test leads and duplicates that follow are not."""
    return not case.passport.is_test and not case.has_followed and not case.holders
