"""Delivery's statements, one typed function each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson

from leadhouse.deliver.sent import Sent
from leadhouse.deliver.types import (
    Attempt,
    Kind,
    NewParcel,
    Parcel,
    ParcelHistory,
    ParcelStatus,
    Receipt,
)
from leadhouse.kit.ids import new_id
from leadhouse.store.run import execute, row, rows, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage

SQL = Statements(__file__)


def write_parcels(parcels: Sequence[NewParcel]) -> set[UUID]:
    """Store parcels; return the ids of those that did not exist yet."""
    if not parcels:
        return set()
    params = {
        "id": [one.id for one in parcels],
        "kind": [one.kind.value for one in parcels],
        "lead_id": [one.lead_id for one in parcels],
        "assignment_id": [one.assignment_id for one in parcels],
        "method": [one.method for one in parcels],
        "topic": [one.topic for one in parcels],
        "content": [orjson.dumps(one.content, default=str).decode() for one in parcels],
    }
    return set(rows(SQL["write_parcels"], params, UUID))


def open_notice(lead_id: UUID, topic: str, content: dict[str, object]) -> UUID:
    """Write a notice to the lead's source (`lead.<topic>` with this data) and queue it; return its id."""
    parcel = NewParcel(new_id(), Kind.NOTICE, lead_id, topic=topic, content=content)
    write_parcels([parcel])
    enqueue([NewWork(Stage.NOTICE, lead_id, parcel.id)])
    return parcel.id


def parcels(ids: Iterable[UUID]) -> dict[UUID, Parcel]:
    """Return the parcels with these ids; unknown ids are left out."""
    return {one.id: one for one in rows(SQL["parcels"], {"ids": list(ids)}, Parcel)}


def behind(limit: int) -> list[UUID]:
    """Return leads of which the operator's own system does not know everything, the oldest first."""
    return rows(SQL["behind"], {"limit": limit}, UUID)


class _LastSeq(NamedTuple):
    lead_id: UUID
    seq: int


def last_seqs(lead_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the number of each lead's last event."""
    return {one.lead_id: one.seq for one in rows(SQL["last_seqs"], {"lead_ids": list(lead_ids)}, _LastSeq)}


def note_synced(lead_id: UUID, seq: int) -> None:
    """Note that the operator's own system knows a lead up to this event."""
    execute(SQL["note_synced"], {"lead_id": lead_id, "seq": seq})


def told_before(kind: Kind, lead_ids: Iterable[UUID]) -> Mapping[UUID, list[Parcel]]:
    """Return these leads' confirmations, or notices, oldest first; leads without any have none."""
    found: defaultdict[UUID, list[Parcel]] = defaultdict(list)
    for one in rows(SQL["told_before"], {"kind": kind.value, "lead_ids": list(lead_ids)}, Parcel):
        found[one.lead_id].append(one)
    return found


def lose_attempts(parcel_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Close the attempts that an earlier worker left open as unknown; return their numbers by parcel."""
    lost = rows(SQL["lose_attempts"], {"parcel_ids": list(parcel_ids)}, _Opened)
    return {one.parcel_id: one.number for one in lost}


class Opening(NamedTuple):
    """An attempt to be begun: `summary` is what its row says, `sent` what leaves, None when not kept."""

    parcel_id: UUID
    summary: str
    sent: Sent | None


def open_attempts(openings: Sequence[Opening]) -> dict[UUID, int]:
    """Begin an attempt at each parcel; return its number by parcel, open parcels only."""
    params = {
        "parcel_ids": [one.parcel_id for one in openings],
        "requests": [one.summary for one in openings],
        "heads": [one.sent and one.sent.head for one in openings],
        "bodies": [one.sent and one.sent.body for one in openings],
    }
    return {one.parcel_id: one.number for one in rows(SQL["open_attempts"], params, _Opened)}


class _Opened(NamedTuple):
    parcel_id: UUID
    number: int


def close_attempt(parcel_id: UUID, number: int, receipt: Receipt, ms: int) -> None:
    """Record what came of an attempt."""
    execute(
        SQL["close_attempt"],
        {
            "parcel_id": parcel_id,
            "number": number,
            "verdict": receipt.verdict.value,
            "reason": receipt.reason and receipt.reason.value,
            "detail": receipt.detail,
            "reference": receipt.reference,
            "status": receipt.status,
            "excerpt": receipt.excerpt,
            "ms": ms,
        },
    )


def mark_parcel(parcel_id: UUID, status: ParcelStatus, *, is_uncertain: bool) -> bool | None:
    """Set an open parcel's status; return whether any attempt may have arrived, None if it was closed."""
    params = {"parcel_id": parcel_id, "status": status.value, "is_uncertain": is_uncertain}
    return row(SQL["mark_parcel"], params, bool)


class OpenedAgain(NamedTuple):
    id: UUID
    lead_id: UUID


def open_again(lead_ids: Iterable[UUID]) -> list[OpenedAgain]:
    """Open the closed parcels of buyers who have accepted these leads; return them."""
    return rows(SQL["open_again"], {"lead_ids": list(lead_ids)}, OpenedAgain)


def leads_being_sent(lead_ids: Iterable[UUID]) -> int:
    """Return how many of these leads are on their way to a buyer, for the first time or once more."""
    return value(SQL["leads_being_sent"], {"lead_ids": list(lead_ids)}, int)


def forget_person(lead_ids: Iterable[UUID]) -> list[str]:
    """Leave of what was sent about these leads only that it was; return the references of the attempts."""
    params = {"lead_ids": list(lead_ids)}
    execute(SQL["forget_contents"], params)
    return rows(SQL["forget_attempts"], params, str)


def has_open_delivery(lead_id: UUID) -> bool:
    """Return whether any parcel of the lead to any buyer is still open."""
    return value(SQL["has_open_delivery"], {"lead_id": lead_id}, bool)


def parcels_of(lead_id: UUID) -> list[ParcelHistory]:
    """Return every parcel of a lead with its attempts, oldest first."""
    attempts: dict[UUID, list[Attempt]] = defaultdict(list)
    for attempt in rows(SQL["attempts_of"], {"lead_id": lead_id}, Attempt):
        attempts[attempt.parcel_id].append(attempt)
    found = rows(SQL["parcels_of"], {"lead_id": lead_id}, Parcel)
    return [ParcelHistory(parcel, tuple(attempts[parcel.id])) for parcel in found]
