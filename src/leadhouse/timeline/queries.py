"""The timeline's statements, one typed function each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
from msgspec import structs

from leadhouse.store.run import copy, database_now, execute, row, rows, transaction, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.types import (
    Change,
    Claim,
    Claimed,
    Event,
    NewPassport,
    News,
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
_EVENT_TYPES = ("uuid", "int4", "int2", "timestamptz", "text", "text", "text", "text", "jsonb", "int4")


def open_passports(passports: Sequence[NewPassport], events: Sequence[Event] = ()) -> None:
    """Create the passports of leads captured in this transaction, with their first events."""
    by_lead = _by_lead(events)
    opened = [_opened(one) | _changed(by_lead.get(one.lead_id, ())) for one in passports]
    at = value(SQL["open_passports"], {"passports": orjson.dumps(opened).decode()}, datetime, prepare=True)
    _keep(by_lead, [_Reserved(one.lead_id, 0, 1, at) for one in passports])


def _opened(one: NewPassport) -> dict[str, object]:
    told = structs.asdict(one)
    percent = told.pop("terms").share_percent
    return told | {
        "answer": one.terms.answer,
        "payout_minor": one.terms.payout_minor,
        "share_percent": None if percent is None else str(percent),
    }


def append(events: Sequence[Event]) -> None:
    """Append events in the given order and apply their changes, all of one lead's in one go.

    Locks the passports in id order until the transaction ends.
    """
    if not events:
        return
    by_lead = _by_lead(events)
    changes = [{"lead_id": lead_id} | _changed(theirs) for lead_id, theirs in by_lead.items()]
    reserved = rows(SQL["reserve_seqs"], {"changes": orjson.dumps(changes).decode()}, _Reserved)
    _keep(by_lead, reserved)


class _Reserved(NamedTuple):
    """What the new events of a passport are kept under: numbers after the last, its run, now."""

    lead_id: UUID
    last_seq: int
    run: int
    at: datetime


def _keep(by_lead: Mapping[UUID, Sequence[Event]], reserved: Sequence[_Reserved]) -> None:
    kept = [
        (lead_id, seq, run, at, one.step, one.type, one.outcome, one.reason, one.data, one.ms)
        for lead_id, last_seq, run, at in reserved
        for seq, one in enumerate(by_lead.get(lead_id, ()), start=last_seq + 1)
    ]
    if len(kept) < sum(map(len, by_lead.values())):
        raise LookupError("events of leads without a passport")
    if kept:
        copy(SQL["keep_events"], _EVENT_TYPES, kept)


def _by_lead(events: Iterable[Event]) -> dict[UUID, list[Event]]:
    by_lead: dict[UUID, list[Event]] = {}
    for event in events:
        by_lead.setdefault(event.lead_id, []).append(event)
    return by_lead


def _changed(events: Sequence[Event]) -> dict[str, object]:
    """Return what a lead's events change together, the last word counting, and how many they are."""
    merged: dict[str, object] = {"events": len(events)}
    for event in events:
        if event.change:
            merged |= _given(event.change)
    return merged


def _given(change: Change) -> dict[str, object]:
    given = {name: value for name in Change.__struct_fields__ if (value := getattr(change, name)) is not None}
    if change.status:
        given |= {"reason": change.reason, "waiting_until": change.waiting_until}
    return given


def passports(lead_ids: Iterable[UUID]) -> dict[UUID, Passport]:
    """Return the passports of these leads by lead id; unknown ids are left out."""
    found = rows(SQL["passports"], {"lead_ids": list(lead_ids)}, Passport)
    return {one.lead_id: one for one in found}


class QuarterHour(NamedTuple):
    """How many leads came in one quarter hour (0..95) of a day."""

    day: date
    quarter: int
    leads: int


def leads_by_quarter(product_id: int, zone: ZoneInfo, since: datetime, until: datetime) -> list[QuarterHour]:
    """Return when a product's leads that were good to sell came, by the zone's wall clock."""
    params = {"product_id": product_id, "zone": zone.key, "since": since, "until": until}
    return rows(SQL["leads_by_quarter"], params, QuarterHour)


class SampledLead(NamedTuple):
    """A lead among `of` in all."""

    lead_id: UUID
    received_at: datetime
    of: int


def sampled(
    product_id: int, spans: Sequence[tuple[datetime, datetime]], *, most: int, seed: str
) -> list[SampledLead]:
    """Return up to `most` of a product's leads good to sell of these spans; the same for the same seed."""
    params = {
        "product_id": product_id,
        "starts": [start for start, _ in spans],
        "ends": [end for _, end in spans],
        "most": most,
        "seed": seed,
    }
    return rows(SQL["sampled"], params, SampledLead)


def lock(lead_ids: Iterable[UUID]) -> None:
    """Lock these passports in id order until the commit."""
    rows(SQL["lock"], {"lead_ids": list(lead_ids)}, UUID)


def lock_standing(lead_ids: Iterable[UUID], status: Status) -> list[UUID]:
    """Lock those of these passports that stand at this status until the commit; return them in id order.

    Waits for whoever holds one: of two that want to move a lead on, only the first finds it there.
    """
    return rows(SQL["lock_standing"], {"lead_ids": list(lead_ids), "status": status.value}, UUID)


def drop_work(lead_ids: Iterable[UUID]) -> None:
    """Take these leads' work out of the queue, except what the books and the rates still need."""
    execute(SQL["drop_work"], {"lead_ids": list(lead_ids)})


def leads_of(consumer_id: int) -> list[UUID]:
    """Return a consumer's leads, oldest first."""
    return rows(SQL["leads_of"], {"consumer_id": consumer_id}, UUID)


# What an event of a lead that was erased may still say.
_KEPT = (
    *("source", "product", "consumer", "delivery", "company", "campaign", "method", "companies", "campaigns"),
    *("price", "prices", "payout", "credit", "value", "amount", "by", "reason", "funnel", "created_by"),
)


def forget_data(lead_ids: Iterable[UUID]) -> None:
    """Leave of these leads' events only figures and what names parties, sums and reasons."""
    execute(SQL["forget_data"], {"lead_ids": list(lead_ids), "kept": list(_KEPT)})


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
            "channel": WORK_CHANNEL,
        },
        prepare=True,
    )


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


def in_hand(lead_ids: Sequence[UUID]) -> int:
    """Return how many of these leads are being worked on at this moment."""
    return value(SQL["in_hand"], {"lead_ids": list(lead_ids)}, int)


def hasten(stage: Stage, lead_ids: Sequence[UUID]) -> None:
    """Have these leads' work of a stage done now that lies in the future; leased work is left alone."""
    if lead_ids:
        execute(SQL["hasten"], {"stage": stage.value, "lead_ids": list(lead_ids), "channel": WORK_CHANNEL})


def under_way_since(stage: Stage) -> datetime | None:
    """Return when the oldest work of a stage that somebody is at was claimed; None when nobody is."""
    return row(SQL["under_way_since"], {"stage": stage.value, "lease_seconds": LEASE_SECONDS}, datetime)


def announce(
    *,
    campaigns: Iterable[int] = (),
    companies: Iterable[int] = (),
    products: Iterable[int] = (),
    is_market: bool = False,
) -> None:
    """Tell, in this transaction, of parties that may come to want leads which wait."""
    ids = {"campaigns": sorted(campaigns), "companies": sorted(companies), "products": sorted(products)}
    if is_market or any(ids.values()):
        execute(SQL["announce"], {**ids, "is_market": is_market, "channel": WORK_CHANNEL})


def is_news() -> bool:
    """Return whether there is news that somebody has still to hear."""
    return value(SQL["is_news"], {}, bool, prepare=True)


def take_news(limit: int) -> list[News]:
    """Return the oldest news that nobody else is hearing, all heard as far; locked until the commit."""
    return rows(SQL["take_news"], {"limit": limit}, News, prepare=True)


def keep_news(news: Sequence[News], seen_at: datetime, *, after: UUID | None, is_late: bool) -> None:
    """Keep news to be heard on after this lead; late, when all have heard it and it is to be heard again."""
    params = {"ids": [one.id for one in news], "seen_at": seen_at, "after": after, "is_late": is_late}
    execute(SQL["keep_news"], params)


def forget_news(news: Sequence[News]) -> None:
    """Forget news that everybody concerned has heard."""
    execute(SQL["forget_news"], {"ids": [one.id for one in news]})


class _Words(NamedTuple):
    lead_id: UUID
    words: str


class _Left(NamedTuple):
    stage: str
    items: int
