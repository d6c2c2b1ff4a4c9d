"""Writes the mails to consumers and the notices to sources that follow a lead's end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.types import AssignmentStatus
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.deliver import queries
from leadhouse.deliver.channels import confirmation, notice
from leadhouse.deliver.types import Kind, NewParcel, Parcel, Sending
from leadhouse.deliver.writing import drop_closed, endpoint_of, left_out, sender_of, summary_of
from leadhouse.kit.ids import new_id
from leadhouse.kit.money import to_text
from leadhouse.kit.text import masked_email
from leadhouse.outbound.types import Mail
from leadhouse.parties.types import Market, Source
from leadhouse.timeline.queries import append, enqueue, finish, passports
from leadhouse.timeline.types import Claim, Event, NewWork, Outcome, Passport, Stage, Status, Step

NO_EMAIL = "no_email"
SOLD, RESOLD, UNSOLD = "sold", "resold", "unsold"


def prepare_confirmations(claims: Sequence[Claim], market: Market, now: datetime) -> list[Sending]:
    """Write the mails to consumers, naming the companies that accepted; inside the opening transaction."""
    fresh = [claim for claim in claims if claim.ref is None]
    if fresh:
        _open_confirmations(fresh)
    known = [claim for claim in claims if claim.ref]
    found = queries.parcels(claim.ref for claim in known if claim.ref)
    facts = facts_of({claim.lead_id for claim in known})
    return [
        _confirmation(claim, found[claim.ref], facts[claim.lead_id], market)
        for claim in drop_closed(known, found)
        if claim.ref
    ]


def _open_confirmations(claims: Sequence[Claim]) -> None:
    """Turn wishes for a mail into parcels, one for companies that were not named before.

    A lead without an address is skipped; a wish that another worker fulfils in this moment comes again.
    """
    lead_ids = {claim.lead_id for claim in finish(claims)}
    facts = facts_of(lead_ids)
    fresh = [one for one in _unnamed(lead_ids) if facts[one.lead_id].good("email")]
    written = queries.write_parcels(fresh)
    enqueue([NewWork(Stage.CONFIRM, one.lead_id, one.id if one.id in written else None) for one in fresh])
    append(
        [
            Event(lead_id, Step.CONFIRM, "skipped", Outcome.SKIP, reason=NO_EMAIL)
            for lead_id, one in sorted(facts.items())
            if not one.good("email")
        ]
    )


def _unnamed(lead_ids: Iterable[UUID]) -> list[NewParcel]:
    """Return a confirmation for each lead some of whose companies have not been named to its consumer yet."""
    named = queries.told_before(Kind.CONFIRMATION, lead_ids)
    parcels = []
    for lead_id, given in assignments.assignments_of(lead_ids).items():
        known = {company_id for one in named[lead_id] for company_id in one.companies}
        fresh = {one.company_id for one in given if one.status is AssignmentStatus.ACCEPTED} - known
        if fresh:
            number, content = len(named[lead_id]), {"companies": sorted(fresh)}
            parcels.append(NewParcel(new_id(), Kind.CONFIRMATION, lead_id, method=number, content=content))
    return parcels


def _confirmation(claim: Claim, parcel: Parcel, facts: LeadFacts, market: Market) -> Sending:
    known = [market.companies[one] for one in parcel.companies if one in market.companies]
    names, product = sorted(one.name for one in known), market.products.get(facts.product or "")
    if product is None or len(known) < len(parcel.companies):
        return Sending(claim, parcel, left_out("who has the lead"), "", "nothing", about={"companies": names})
    item = confirmation.build(
        parcel_id=parcel.id,
        email=facts.good("email"),
        product=product.name,
        market=market.name,
        companies=names,
        sender=sender_of(market),
    )
    return Sending(claim, parcel, item, endpoint_of(item), _masked(item), about={"companies": names})


def _masked(mail: Mail) -> str:
    return f"mail to {', '.join(map(masked_email, mail.to))}"


def prepare_notices(claims: Sequence[Claim], market: Market, now: datetime) -> list[Sending]:
    """Write the notices to sources; inside the opening transaction.

    Work without a `ref` asks for the notice of how the lead ended, which is written here first.
    """
    fresh = [claim for claim in claims if claim.ref is None]
    if fresh:
        _open_notices(finish(fresh), market)
    known = [claim for claim in claims if claim.ref]
    found = queries.parcels(claim.ref for claim in known if claim.ref)
    sources = _sources({parcel.lead_id for parcel in found.values()}, market)
    sendings = []
    for claim in drop_closed(known, found):
        source = sources.get(claim.lead_id)
        if claim.ref and source and source.notify:
            sendings.append(_notice(claim, found[claim.ref], source, now))
        else:
            finish([claim])
    return sendings


def _notice(claim: Claim, parcel: Parcel, source: Source, now: datetime) -> Sending:
    if source.notify is None:
        raise LookupError(f"source {source.key} has no address for notices")
    item = notice.build(
        source.notify,
        parcel_id=parcel.id,
        topic=parcel.topic,
        at=parcel.created_at,
        data=parcel.content,
        now=now,
    )
    about = {"topic": parcel.topic, "notice": str(parcel.id)}
    return Sending(claim, parcel, item, endpoint_of(item), summary_of(item), about=about)


def _open_notices(claims: Sequence[Claim], market: Market) -> None:
    """Write how leads have ended; one that was sold and is refused in a later run is no news."""
    lead_ids = {claim.lead_id for claim in claims}
    sources = _sources(lead_ids, market)
    facts = facts_of(lead_ids)
    given = assignments.assignments_of(lead_ids)
    told = queries.told_before(Kind.NOTICE, lead_ids)
    for passport in passports(lead_ids).values():
        source = sources.get(passport.lead_id)
        is_sold = any(one.status is AssignmentStatus.ACCEPTED for one in given[passport.lead_id])
        is_news = not (is_sold and passport.status is Status.DISQUALIFIED)
        if source and source.notify and is_news:
            was_sold = any(one.topic == SOLD for one in told[passport.lead_id])
            topic = (RESOLD if was_sold else SOLD) if is_sold else UNSOLD
            content = about_lead(passport.lead_id, facts[passport.lead_id]) | {"outcome": topic}
            content |= _outcome(topic, passport, market.currency)
            queries.open_notice(passport.lead_id, topic, content)


def _outcome(topic: str, passport: Passport, currency: str) -> dict[str, object]:
    """Return what a sale earns the source, once, and why there is none."""
    if topic == SOLD:
        return {"price": to_text(passport.payout_minor or 0, currency)}
    return {"reason": passport.reason} if topic == UNSOLD else {}


def about_lead(lead_id: UUID, facts: LeadFacts) -> dict[str, object]:
    """Return how a source knows its lead again: our id, and its own reference when it gave one."""
    reference: Mapping[str, object] = (
        {"reference": facts.fields["reference"]} if facts.fields.get("reference") else {}
    )
    return {"lead": {"id": str(lead_id), **reference}}


def _sources(lead_ids: Iterable[UUID], market: Market) -> dict[UUID, Source]:
    by_id = {one.id: one for one in market.sources.values()}
    return {
        one.lead_id: by_id[one.source_id] for one in passports(lead_ids).values() if one.source_id in by_id
    }
