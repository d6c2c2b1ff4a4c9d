"""Writes the parcels of claimed work: what goes to whom, from the lead and the market as they are now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import formataddr
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.types import Assignment
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.deliver import queries
from leadhouse.deliver.channels import email, http, portal
from leadhouse.deliver.channels.lead import flat_lead
from leadhouse.deliver.sent import without_query
from leadhouse.deliver.types import (
    Content,
    Kind,
    NewParcel,
    Parcel,
    ParcelStatus,
    Reason,
    Receipt,
    Sending,
    Verdict,
)
from leadhouse.kit.money import to_text
from leadhouse.outbound.types import Mail, Request
from leadhouse.outbound.wire.templates import TemplateError
from leadhouse.parties.types import Campaign, Market, Method, MethodKind
from leadhouse.timeline.queries import append, finish, lock_standing
from leadhouse.timeline.types import Change, Claim, Event, Outcome, Status, Step

MAIL_ENDPOINT = "mail"
_LONGEST_SUMMARY = 300


def prepare(claims: Sequence[Claim], market: Market, now: datetime) -> list[Sending]:
    """Write the parcels of DELIVER work, creating those of fresh assignments; inside the opening transaction.

    The work's `ref` is the parcel: the deciding method's has its assignment's id.
    """
    lead_ids = {claim.lead_id for claim in claims}
    known = {one.id: one for group in assignments.assignments_of(lead_ids).values() for one in group}
    found = _parcels(claims, known)
    open_claims = drop_closed(claims, found)
    _start(open_claims, known)
    facts = facts_of({claim.lead_id for claim in open_claims})
    return [
        _sending(claim, parcel, known[parcel.assignment_id], facts[claim.lead_id], market, now)
        for claim in open_claims
        if claim.ref and (parcel := found[claim.ref]).assignment_id
    ]


def drop_closed(claims: Sequence[Claim], found: Mapping[UUID, Parcel]) -> list[Claim]:
    """Finish work whose parcel is closed or never was; return the rest."""
    is_open = {parcel.id for parcel in found.values() if parcel.status is ParcelStatus.OPEN}
    finish([claim for claim in claims if claim.ref not in is_open])
    return [claim for claim in claims if claim.ref in is_open]


def _parcels(claims: Sequence[Claim], known: Mapping[UUID, Assignment]) -> dict[UUID, Parcel]:
    refs = [claim.ref for claim in claims if claim.ref]
    found = queries.parcels(refs)
    fresh = [known[ref] for ref in refs if ref not in found and ref in known and known[ref].is_open]
    queries.write_parcels([NewParcel(one.id, Kind.DELIVERY, one.lead_id, one.id) for one in fresh])
    return found | queries.parcels(one.id for one in fresh) if fresh else found


def _start(claims: Sequence[Claim], known: Mapping[UUID, Assignment]) -> None:
    """Say that these leads and assignments are on their way, the first time."""
    assignments.deliver([claim.ref for claim in claims if claim.ref and claim.ref in known])
    sold = lock_standing({claim.lead_id for claim in claims}, Status.SOLD)
    change = Change(status=Status.DELIVERING)
    append(
        [Event(lead_id, Step.DELIVER, "started", Outcome.SUCCESS, change=change) for lead_id in sorted(sold)]
    )


def _sending(
    claim: Claim, parcel: Parcel, assignment: Assignment, facts: LeadFacts, market: Market, now: datetime
) -> Sending:
    campaign = market.campaigns.get(assignment.campaign_id)
    company = market.companies.get(assignment.company_id)
    method = next(iter(methods_of(campaign)[parcel.method :]), None) if campaign else None
    about = {
        "delivery": str(assignment.id),
        "company": company.key if company else "",
        "campaign": campaign.key if campaign else "",
        "method": method.kind.value if method else "none",
    }
    if campaign is None or company is None or campaign.product not in market.products:
        return Sending(claim, parcel, left_out("the campaign"), "", "nothing", about=about)
    if method is None:
        gone = Receipt(
            Verdict.FAILED, Reason.METHOD_GONE, "the campaign has no such delivery method any more"
        )
        return Sending(claim, parcel, gone, "", "nothing", about=about)
    try:
        item = _item(_content(assignment, facts, market), method, market, now)
    except TemplateError as error:
        item = Receipt(Verdict.FAILED, Reason.BAD_TEMPLATE, str(error))
    return Sending(claim, parcel, item, endpoint_of(item), summary_of(item), method.accept, about)


def left_out(what: str) -> Receipt:
    """Return why nothing is sent about an entry that the market was loaded without: it cannot be read."""
    told = f"{what}, its company or its product cannot be read and is left out of the market (see the log)"
    return Receipt(Verdict.FAILED, Reason.LEFT_OUT, told)


def methods_of(campaign: Campaign) -> tuple[Method, ...]:
    """Return a campaign's methods, the deciding one first; without any it is the portal."""
    return campaign.methods or (Method(MethodKind.PORTAL),)


def _content(assignment: Assignment, facts: LeadFacts, market: Market) -> Content:
    campaign = market.campaigns[assignment.campaign_id]
    product = market.products[campaign.product]
    price = to_text(assignment.price_minor, market.currency)
    lead = flat_lead(facts.fields, facts.extra, lead_id=facts.lead_id, product=product.key, price=price)
    company = market.companies[assignment.company_id].name
    return Content(
        assignment.id,
        lead,
        company=company,
        campaign=campaign.key,
        product=product.name,
        price=price,
        bid=assignment.bid_reference,
    )


def _item(content: Content, method: Method, market: Market, now: datetime) -> Request | Mail | Receipt:
    if method.kind is MethodKind.PORTAL:
        return portal.receipt()
    if method.kind is MethodKind.EMAIL:
        return email.build(content, method, sender_of(market))
    return http.build(content, method, now)


def sender_of(market: Market) -> str:
    """Return who mails come from: the market's name, and the mail server's user where that is an address."""
    user = urlsplit(settings.LEADHOUSE.smtp_url or "").username or ""
    return formataddr((market.name, user if "@" in user else "leadhouse@localhost"))


def endpoint_of(item: Request | Mail | Receipt) -> str:
    """Return what keeps slow receivers apart: the address without its query, or the mail server."""
    if isinstance(item, Mail):
        return MAIL_ENDPOINT
    return without_query(item.url) if isinstance(item, Request) else ""


def summary_of(item: Request | Mail | Receipt) -> str:
    """Say what is sent, without its body, the query (which may hold keys) and anything secret."""
    if isinstance(item, Mail):
        return f"mail to {', '.join(item.to)}"[:_LONGEST_SUMMARY]
    if isinstance(item, Request):
        kind = item.headers.get("Content-Type", "")
        return f"{item.method} {without_query(item.url)} ({kind}, {len(item.body)} bytes)"[:_LONGEST_SUMMARY]
    return "into the portal" if item.verdict is Verdict.ACCEPTED else "nothing"
