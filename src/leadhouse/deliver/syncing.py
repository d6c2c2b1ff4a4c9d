"""Keeps the operator's own system (a CRM) up to date: it is told the whole lead, and again after each change.

What it knows is compared with what there is, so that whatever was missed is told later, however long it was
away or wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.types import Assignment
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.deliver import queries
from leadhouse.deliver.channels import notice
from leadhouse.deliver.types import Kind, NewParcel, ParcelStatus, Receipt, Sending, Verdict
from leadhouse.deliver.writing import drop_closed, endpoint_of, summary_of
from leadhouse.kit.clock import iso
from leadhouse.kit.ids import new_id
from leadhouse.kit.money import to_text
from leadhouse.parties.types import Market, Notify
from leadhouse.qualify.queries import appended
from leadhouse.store.run import transaction
from leadhouse.timeline.queries import enqueue, finish, passports
from leadhouse.timeline.types import Claim, NewWork, Passport, Stage

CHANGED = "changed"


def catch_up(limit: int) -> int:
    """Queue up to `limit` leads of which that system does not know everything; return how many."""
    if not settings.LEADHOUSE.crm_url:
        return 0
    with transaction():
        fresh = [NewParcel(new_id(), Kind.SYNC, one, topic=CHANGED) for one in queries.behind(limit)]
        written = queries.write_parcels(fresh)
        enqueue([NewWork(Stage.SYNC, one.lead_id, one.id) for one in fresh if one.id in written])
    return len(fresh)


def prepare_syncs(claims: Sequence[Claim], market: Market, now: datetime) -> list[Sending]:
    """Write leads as they are now, inside the opening transaction; without such a system none."""
    found = queries.parcels(claim.ref for claim in claims if claim.ref)
    known = drop_closed(claims, found)
    url = settings.LEADHOUSE.crm_url
    if not url:
        for claim in finish(known):
            if claim.ref:
                queries.mark_parcel(claim.ref, ParcelStatus.FAILED, is_uncertain=False)
        return []
    crm = Notify(url, settings.LEADHOUSE.crm_secret or "")
    records = _records({claim.lead_id for claim in known}, market)
    sendings = []
    for claim in known:
        if claim.ref:
            parcel, record = found[claim.ref], records[claim.lead_id]
            item = notice.build(crm, parcel_id=parcel.id, topic=CHANGED, at=now, data=record, now=now)
            about = {"seq": str(record["seq"])}
            sendings.append(Sending(claim, parcel, item, endpoint_of(item), summary_of(item), about=about))
    return sendings


def patient(receipt: Receipt) -> Receipt:
    """Return the receipt, a refusal being no end: what is wrong with the system or its key will be mended."""
    if receipt.verdict is Verdict.ACCEPTED:
        return receipt
    return replace(receipt, verdict=Verdict.RETRY)


def note(sending: Sending, status: ParcelStatus) -> None:
    """Note what the system knows now; a parcel that was given up is followed by another."""
    if status is ParcelStatus.ACCEPTED:
        queries.note_synced(sending.parcel.lead_id, int(str(sending.about["seq"])))


def _records(lead_ids: Iterable[UUID], market: Market) -> dict[UUID, dict[str, object]]:
    """Return whole leads by id.

    The numbers of their last events are read first: what comes meanwhile is told again.
    """
    seqs = queries.last_seqs(lead_ids)
    facts, found = facts_of(seqs), appended(seqs)
    given = assignments.assignments_of(seqs)
    return {
        lead_id: {"seq": seqs[lead_id]}
        | _lead(passport, facts[lead_id], found.get(lead_id, {}), market)
        | {"assignments": [_assignment(one, market) for one in given[lead_id]]}
        for lead_id, passport in passports(seqs).items()
    }


def _lead(
    passport: Passport, facts: LeadFacts, found: Mapping[str, object], market: Market
) -> dict[str, object]:
    payout = passport.payout_minor
    return {
        "id": str(passport.lead_id),
        "consumer": passport.consumer_id,
        "source": facts.source,
        "channel": passport.channel,
        "product": facts.product,
        "received_at": iso(passport.received_at),
        "is_test": passport.is_test,
        "status": passport.status.value,
        "reason": passport.reason,
        "good_to_sell": passport.good_to_sell,
        "classification": passport.classification,
        "fields": dict(facts.fields),
        "extra": dict(facts.extra),
        "marks": dict(facts.marks),
        "found": dict(found),
        "sale_size": passport.sale_size,
        "revenue": to_text(passport.revenue_minor, market.currency),
        "payout": None if payout is None else to_text(payout, market.currency),
    }


def _assignment(one: Assignment, market: Market) -> dict[str, object]:
    instants = (one.delivered_at, one.rejected_at, one.returned_at, one.converted_at)
    names = ("delivered_at", "rejected_at", "returned_at", "converted_at")
    told: dict[str, object] = {
        "delivery": str(one.id),
        # Null for one that cannot be read and is left out of the market.
        "company": company.key if (company := market.companies.get(one.company_id)) else None,
        "campaign": campaign.key if (campaign := market.campaigns.get(one.campaign_id)) else None,
        "price": to_text(one.price_minor, market.currency),
        "status": one.status.value,
        "decided_at": iso(one.decided_at),
    }
    return told | {name: iso(at) if at else None for name, at in zip(names, instants, strict=True)}
