"""The timeline's statements, one typed function each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import orjson

from leadhouse.store.run import database_now, execute, notify, row, rows, transaction, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.types import (
    Change,
    Claim,
    Claimed,
    Event,
    NewPassport,
    NewWork,
    Passport,
    Stage,
    Status,
    StoredEvent,
)

SQL = Statements(__file__)
# Of the 30 s in which a dead worker's items are taken over, ten are for starting another one and its turn.
LEASE_SECONDS = 20
WORK_CHANNEL = "leadhouse_work"


def open_passports(passports: Sequence[NewPassport]) -> None:
    """Create the passports of leads captured in this transaction."""
    execute(
        SQL["open_passports"],
        {name: [getattr(one, name) for one in passports] for name in NewPassport.__slots__},
    )


def append(events: Sequence[Event]) -> None:
    """Append events in the given order and apply their changes, all of one lead's in one go.

    Locks the passports in id order until the transaction ends.
    """
    if not events:
        return
    by_lead: dict[UUID, list[Event]] = {}
    for event in events:
        by_lead.setdefault(event.lead_id, []).append(event)
    reserved = rows(SQL["reserve_seqs"], {"changes": _changes(by_lead)}, _Reserved)
    if len(reserved) < len(by_lead):
        raise LookupError("events of leads without a passport")
    stored = [
        _stored(event, seq, held.run)
        for held in reserved
        for seq, event in enumerate(by_lead[held.lead_id], start=held.last_seq + 1)
    ]
    execute(SQL["insert_events"], {"events": orjson.dumps(stored, default=str).decode()})


def _stored(event: Event, seq: int, run: int) -> dict[str, object]:
    return {
        "lead_id": event.lead_id,
        "seq": seq,
        "run": run,
        "step": event.step,
        "type": event.type,
        "outcome": event.outcome,
        "reason": event.reason,
        "data": event.data,
        "ms": event.ms,
    }


class _Reserved(NamedTuple):
    lead_id: UUID
    last_seq: int
    run: int


def _changes(by_lead: Mapping[UUID, Sequence[Event]]) -> str:
    changes = []
    for lead_id, events in by_lead.items():
        merged: dict[str, object] = {"lead_id": lead_id, "events": len(events)}
        for event in events:
            if event.change:
                merged |= _given(event.change)
        changes.append(merged)
    return orjson.dumps(changes).decode()


def _given(change: Change) -> dict[str, object]:
    given = {name: value for name in Change.__slots__ if (value := getattr(change, name)) is not None}
    if change.status:
        given |= {"reason": change.reason, "waiting_until": change.waiting_until}
    return given


def passports(lead_ids: Iterable[UUID]) -> dict[UUID, Passport]:
    """Return the passports of these leads by lead id; unknown ids are left out."""
    found = rows(SQL["passports"], {"lead_ids": list(lead_ids)}, Passport)
    return {one.lead_id: one for one in found}


def lock(lead_ids: Iterable[UUID]) -> None:
    """Lock these passports in id order until the commit."""
    rows(SQL["lock"], {"lead_ids": list(lead_ids)}, UUID)


def lock_standing(lead_ids: Iterable[UUID], status: Status) -> list[UUID]:
    """Lock those of these passports that stand at this status until the commit; return them in id order.

    Waits for whoever holds one: of two that want to move a lead on, only the first finds it there.
    """
    return rows(SQL["lock_standing"], {"lead_ids": list(lead_ids), "status": status.value}, UUID)


def events_of(lead_id: UUID) -> list[StoredEvent]:
    """Return a lead's whole history, oldest first."""
    return rows(SQL["events_of"], {"lead_id": lead_id}, StoredEvent)


def reasons_in_words(lead_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return why leads were disqualified, where their event says it in words of its own."""
    found = rows(SQL["reasons_in_words"], {"lead_ids": list(lead_ids)}, _Words)
    return {one.lead_id: one.words for one in found}


def enqueue(items: Sequence[NewWork]) -> None:
    """Queue work in this transaction and wake the workers when it commits."""
    if not items:
        return
    execute(
        SQL["enqueue"],
        {
            "stage": [item.stage.value for item in items],
            "lead_id": [item.lead_id for item in items],
            "ref": [item.ref for item in items],
            "due_at": [item.due_at for item in items],
        },
    )
    notify(WORK_CHANNEL)


def claim(stage: Stage, limit: int, lease_seconds: int = LEASE_SECONDS) -> Claimed:
    """Lease up to `limit` due items of a stage, in a transaction of its own: a crash counts as an attempt."""
    with transaction():
        now = database_now()
        claims = rows(
            SQL["claim"],
            {"stage": stage.value, "limit": limit, "lease_seconds": lease_seconds, "token": uuid4()},
            Claim,
        )
    return Claimed(now=now, claims=sorted(claims, key=lambda one: one.id))


def finish(claims: Sequence[Claim]) -> list[Claim]:
    """Remove claimed items; return those whose fence still held. Call it first when applying."""
    return _still_held(claims, rows(SQL["finish"], _fences(claims), int))


def extend(claims: Sequence[Claim], lease_seconds: int = LEASE_SECONDS) -> list[Claim]:
    """Prolong leases for work that takes longer; return those whose fence still held."""
    return _still_held(claims, rows(SQL["extend"], _fences(claims) | {"lease_seconds": lease_seconds}, int))


def postpone(claims: Sequence[Claim], due_at: Sequence[datetime]) -> list[Claim]:
    """Keep each claimed item until its instant; return those whose fence still held."""
    return _still_held(claims, rows(SQL["postpone"], _fences(claims) | {"due_at": list(due_at)}, int))


def _fences(claims: Sequence[Claim]) -> dict[str, object]:
    return {"ids": [one.id for one in claims], "tokens": [one.token for one in claims]}


def _still_held(claims: Sequence[Claim], ids: Iterable[int]) -> list[Claim]:
    held = set(ids)
    return [one for one in claims if one.id in held]


def oldest_work_seconds() -> float:
    """Return for how many seconds the oldest due work item has been waiting; 0 when none is."""
    return value(SQL["oldest_work"], {}, float)


def next_due(stages: Iterable[Stage]) -> datetime | None:
    """Return when the next item of these stages is due, leased ones at their lease's end."""
    return row(SQL["next_due"], {"stages": [stage.value for stage in stages]}, datetime)


def work_left() -> dict[str, int]:
    """Return how many items each stage holds, leased and future ones included."""
    return {one.stage: one.items for one in rows(SQL["work_left"], {}, _Left)}


class _Words(NamedTuple):
    lead_id: UUID
    words: str


class _Left(NamedTuple):
    stage: str
    items: int
