"""Qualify's statements, one typed function each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

import orjson

from leadhouse.capture.queries import facts_of
from leadhouse.kit.text import masked_email, masked_phone
from leadhouse.qualify.types import Accepted, Contact, ContactKind, Verdict, Verified
from leadhouse.store.run import execute, rows, transaction
from leadhouse.store.statements import Statements
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import FINAL, Change, Event, NewWork, Outcome, Stage, Status, Step

SQL = Statements(__file__)
_DIGEST_BYTES = 32


class Asked(NamedTuple):
    """Which accepted leads are asked for: a product's, with a contact, within a window around an instant."""

    product_id: int
    contact: Contact
    received_at: datetime
    window: timedelta


def lock_contacts(asked: Iterable[Asked]) -> None:
    """Let nobody else decide about these products' contacts until the transaction ends.

    Always in the order of the keys, so that two batches never wait for each other. Two contacts may share
    a key; then one waits needlessly.
    """
    keys = sorted({_lock_key(one) for one in asked})
    if keys:
        rows(SQL["lock_contacts"], {"keys": keys}, bool)


def _lock_key(one: Asked) -> int:
    return _number(f"{one.product_id} {one.contact.kind} {one.contact.value}")


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def accepted_contacts(asked: Sequence[Asked]) -> list[Accepted]:
    """Return the accepted leads that were asked for."""
    if not asked:
        return []
    texts = [
        {
            "product_id": one.product_id,
            "kind": one.contact.kind,
            "value": one.contact.value,
            "since": one.received_at - one.window,
            "until": one.received_at + one.window,
        }
        for one in asked
    ]
    return rows(SQL["accepted_contacts"], {"asked": _json(texts)}, _accepted)


def _json(records: Sequence[Mapping[str, object]]) -> str:
    """Write records as one text: the driver and PostgreSQL take it four times as fast as arrays."""
    return orjson.dumps(records).decode()


def _accepted(
    product_id: int, source_id: int, kind: str, value: str, lead_id: UUID, received_at: datetime
) -> Accepted:
    return Accepted(product_id, source_id, Contact(ContactKind(kind), value), lead_id, received_at)


def keep_contacts(accepted: Sequence[Accepted]) -> None:
    """Count these leads as earlier ones from now on."""
    if not accepted:
        return
    contacts = [
        {
            "product_id": one.product_id,
            "source_id": one.source_id,
            "kind": one.contact.kind,
            "value": one.contact.value,
            "lead_id": one.lead_id,
            "received_at": one.received_at,
        }
        for one in accepted
    ]
    execute(SQL["keep_contacts"], {"contacts": _json(contacts)})


def forget_contacts(lead_ids: Sequence[UUID]) -> None:
    """Count these leads as earlier ones no more."""
    if lead_ids:
        execute(SQL["forget_contacts"], {"lead_ids": list(lead_ids)})


def digest_of(contact: Contact) -> bytes:
    """Return what is kept of a suppressed contact: a BLAKE2b digest, so that the list is no address book."""
    return blake2b(f"{contact.kind} {contact.value}".encode(), digest_size=_DIGEST_BYTES).digest()


class _Held(NamedTuple):
    kind: ContactKind
    digest: bytes


def suppressed(contacts: Iterable[Contact]) -> set[Contact]:
    """Return which of these contacts must not be sold."""
    by_digest = {digest_of(contact): contact for contact in contacts}
    if not by_digest:
        return set()
    asked = {"kinds": [one.kind.value for one in by_digest.values()], "digests": list(by_digest)}
    return {by_digest[bytes(one.digest)] for one in rows(SQL["suppressed"], asked, _Held)}


def suppress(contacts: Sequence[Contact], reason: str = "") -> int:
    """Add contacts that must not be sold; return how many were new."""
    return execute(
        SQL["suppress"], _digests(contacts) | {"hints": [_hint(one) for one in contacts], "reason": reason}
    )


def allow_again(contacts: Sequence[Contact]) -> int:
    """Take contacts off the list; return how many were on it."""
    return execute(SQL["allow_again"], _digests(contacts))


def _digests(contacts: Sequence[Contact]) -> dict[str, object]:
    return {
        "kinds": [one.kind.value for one in contacts],
        "digests": [digest_of(one) for one in contacts],
    }


def _hint(contact: Contact) -> str:
    return masked_email(contact.value) if contact.kind is ContactKind.EMAIL else masked_phone(contact.value)


def keep_appended(facts: Mapping[UUID, Mapping[str, object]]) -> None:
    """Keep the facts that each lead's last walk appended."""
    if facts:
        kept = [{"lead_id": lead_id, "facts": one} for lead_id, one in facts.items()]
        execute(SQL["keep_appended"], {"appended": _json(kept)})


class _Facts(NamedTuple):
    lead_id: UUID
    facts: dict[str, object]


def appended(lead_ids: Iterable[UUID]) -> dict[UUID, dict[str, object]]:
    """Return the facts that the checks appended, by lead; leads without any are left out."""
    return {one.lead_id: one.facts for one in rows(SQL["appended"], {"lead_ids": list(lead_ids)}, _Facts)}


def keep_verifications(verified: Sequence[Verified]) -> None:
    """Keep what services answered, until it expires."""
    if not verified:
        return
    kept = [
        {
            "lead_id": one.lead_id,
            "check_name": one.need.check,
            "service": one.need.service,
            "verdict": one.verification.verdict,
            "data": {
                **one.verification.facts,
                "reference": one.verification.reference,
                "detail": one.verification.detail,
            },
            "days": one.need.expires_days,
        }
        for one in verified
    ]
    execute(SQL["keep_verifications"], {"verified": _json(kept)})


class KeptVerification(NamedTuple):
    """A service's answer as it was kept."""

    check: str
    service: str
    verdict: Verdict
    data: dict[str, object]
    at: datetime
    expires_at: datetime


def verifications_of(lead_id: UUID) -> list[KeptVerification]:
    """Return what services answered about a lead, oldest first."""
    return rows(SQL["verifications_of"], {"lead_id": lead_id}, KeptVerification)


def reprocess(lead_id: UUID) -> bool:
    """Queue a lead that has come to an end for another walk; its earlier history stays.

    False when there is no such lead, it is still on its way, or nothing of it is left: its person was erased.
    """
    with transaction():
        timeline.lock([lead_id])
        passport = timeline.passports([lead_id]).get(lead_id)
        if passport is None or passport.status not in FINAL or not facts_of([lead_id])[lead_id].fields:
            return False
        change = Change(status=Status.INITIAL, good_to_sell=False, run=passport.run + 1)
        timeline.append([Event(lead_id, Step.QUALIFY, "again", Outcome.SUCCESS, change=change)])
        timeline.enqueue([NewWork(Stage.QUALIFY, lead_id)])
    return True


def forget_person(lead_ids: Sequence[UUID]) -> None:
    """Remove what was found out about these leads, and by which contacts their repetitions were known."""
    for name in ("forget_contacts", "forget_appended", "forget_verifications"):
        execute(SQL[name], {"lead_ids": list(lead_ids)})
