"""The doors that Django answers: a lead, its events, refusals, the wallets."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from leadhouse.kit.periods import first_instant
from leadhouse.parties.current import market
from leadhouse.parties.types import KeyOwner
from leadhouse.report import queries as report
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Passport
from leadhouse.web.api.answers import NO_SUCH_LEAD, FaultError
from leadhouse.web.api.keys import BearerKey, HeaderKey, Viewer, require_operator, viewer
from leadhouse.web.api.schemas import ErrorAnswer, EventsAnswer, LeadAnswer, RefusalAnswer, WalletAnswer
from leadhouse.web.api.telling import Answer, event_answer, lead_answer, refusal_answer, wallet_answer


class KeyedRequest(HttpRequest):
    """A request whose key was recognised."""

    auth: KeyOwner


_FAULTS = {401: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer}
router = Router(auth=[BearerKey(), HeaderKey()])


@router.get(
    "/leads/{lead_id}",
    response={200: LeadAnswer, **_FAULTS},
    exclude_unset=True,
    summary="Where a lead is now",
    operation_id="read_lead",
    tags=["leads"],
)
def read_lead(request: KeyedRequest, lead_id: str) -> Answer:
    """An operator's key sees every lead; a source's its own, without companies or prices. Leads of others and
    leads that do not exist answer the same 404.
    """
    seen = viewer(request.auth)
    passport = _passport(lead_id, seen)
    told = report.assignments_of(passport.lead_id)
    return lead_answer(passport, told, market().currency, is_operator=seen.is_operator)


@router.get(
    "/leads/{lead_id}/events",
    response={200: EventsAnswer, **_FAULTS},
    summary="A lead's history",
    operation_id="read_events",
    tags=["leads"],
)
def read_events(request: KeyedRequest, lead_id: str) -> Answer:
    """Every step of the lead in order, runs one after the other."""
    seen = viewer(request.auth)
    passport = _passport(lead_id, seen)
    told = timeline.events_of(passport.lead_id)
    return {"events": [event_answer(event, is_operator=seen.is_operator) for event in told]}


@router.get(
    "/refusals",
    response={200: list[RefusalAnswer], 401: ErrorAnswer, 403: ErrorAnswer},
    summary="Why leads came to nothing",
    operation_id="read_refusals",
    tags=["leads"],
)
def read_refusals(
    request: KeyedRequest, since: date | None = None, until: date | None = None
) -> list[Answer]:
    """Refused and unsold leads by reason, the most frequent first: an operator's key sees all sources,
    a source's its own. Days of the market's zone: `since` counts, `until` does not. Test leads are left out.
    """
    seen = viewer(request.auth)
    configured = market()
    keys = {one.id: one.key for one in configured.sources.values()}
    source = None if seen.source_id is None else keys[seen.source_id]
    start, end = (first_instant(configured.zone, day) if day else None for day in (since, until))
    return [refusal_answer(one) for one in report.refusals_by_reason(source, start, end)]


@router.get(
    "/wallets",
    response={200: list[WalletAnswer], 401: ErrorAnswer, 403: ErrorAnswer},
    summary="Every company's wallet",
    operation_id="read_wallets",
    tags=["money"],
)
def read_wallets(request: KeyedRequest) -> list[Answer]:
    """An operator's key only."""
    require_operator(request.auth)
    currency = market().currency
    return [wallet_answer(wallet, currency) for wallet in report.wallets()]


def _passport(lead_id: str, seen: Viewer) -> Passport:
    """Return a lead's passport; one that may not be seen is answered as one that does not exist."""
    try:
        wanted = UUID(lead_id)
    except ValueError:
        raise FaultError(NO_SUCH_LEAD) from None
    passport = timeline.passports([wanted]).get(wanted)
    if passport is None or seen.source_id not in (None, passport.source_id):
        raise FaultError(NO_SUCH_LEAD)
    return passport
