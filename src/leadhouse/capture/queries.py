"""Capture's statements, one typed function each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from leadhouse.capture.decide import ANSWERS_KEPT, BYTES_LIFETIME
from leadhouse.capture.judging import Judged
from leadhouse.capture.types import LeadFacts, Refusal, Submission, Token
from leadhouse.store.adapt import dump_json
from leadhouse.store.run import execute, row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


class Receipt(Struct, frozen=True):
    """What a source was told of a post; without an answer while it waits, `waits_until` at most."""

    place: int
    digest: bytes
    body_digest: bytes
    lead_id: UUID
    waits_until: datetime | None
    status: int
    content_type: str
    location: str | None
    answer: bytes | None


class NewReceipt(Struct, frozen=True):
    """A receipt to be written; `answer` None when it waits until `waits_until`."""

    source_id: int
    token: Token
    body_digest: bytes
    lead_id: UUID
    created_at: datetime
    lifetime: timedelta
    status: int
    content_type: str
    location: str | None = None
    answer: bytes | None = None
    waits_until: datetime | None = None


class Window(Struct, frozen=True):
    """A cap's day, week or month of one source."""

    source_id: int
    period: str
    starts_at: datetime
    ends_at: datetime
    limit: int


def seen(submissions: Sequence[Submission]) -> dict[int, Receipt]:
    """Return the receipts of submissions that came before, by their place in the sequence."""
    found = rows(
        SQL["seen"],
        {
            "places": list(range(len(submissions))),
            "source_ids": [one.source_id for one in submissions],
            "digests": [one.token.digest for one in submissions],
            "body_digests": [one.body_digest for one in submissions],
            "is_keys": [one.token.is_key for one in submissions],
            "bytes_seconds": BYTES_LIFETIME.total_seconds(),
        },
        Receipt,
        prepare=True,
    )
    return {one.place: one for one in found}


def write_receipts(receipts: Sequence[NewReceipt]) -> int:
    """Write receipts; fewer than given means that somebody else has just answered one of these posts.

    Waits for those who write the same receipts at this moment.
    """
    written = _json([_receipt_row(one) for one in receipts])
    return execute(SQL["write_receipts"], {"receipts": written}, prepare=True)


def _receipt_row(receipt: NewReceipt) -> dict[str, object]:
    return {
        "source_id": receipt.source_id,
        "digest": receipt.token.digest.hex(),
        "is_key": receipt.token.is_key,
        "body_digest": receipt.body_digest.hex(),
        "lead_id": receipt.lead_id,
        "created_at": receipt.created_at,
        "expires_at": receipt.created_at + receipt.lifetime,
        "waits_until": receipt.waits_until,
        "status": receipt.status,
        "content_type": receipt.content_type,
        "location": receipt.location,
        "answer": None if receipt.answer is None else receipt.answer.hex(),
    }


def _json(records: Sequence[Mapping[str, object]]) -> str:
    # One text for a whole batch: the driver would escape arrays of texts one by one, in Python.
    return dump_json(records).decode()


Place = tuple[int, bytes]


class _Given(NamedTuple):
    source_id: int
    digest: bytes
    answer: bytes


def settle_receipts(answers: Mapping[Place, bytes]) -> None:
    """Give waiting receipts, by source id and digest, their answers; those already answered keep theirs."""
    execute(SQL["settle_receipts"], {**_places(answers), "answers": list(answers.values())})


def answers_given(places: Iterable[Place]) -> dict[Place, bytes]:
    """Return the answers that receipts hold by now, by source id and digest."""
    found = rows(SQL["answers_given"], _places(list(places)), _Given)
    return {(one.source_id, bytes(one.digest)): one.answer for one in found}


def _places(places: Iterable[Place]) -> dict[str, object]:
    listed = list(places)
    return {"source_ids": [one[0] for one in listed], "digests": [one[1] for one in listed]}


def forget_receipts(limit: int = 10_000) -> int:
    """Remove up to `limit` receipts that are no longer shown either; return how many."""
    return execute(SQL["forget_receipts"], {"limit": limit, "kept_seconds": ANSWERS_KEPT.total_seconds()})


class NewRefused(Struct, frozen=True):
    """A post that was no lead at all; `source_id` 0 where it is no source's."""

    source_id: int
    refusal: Refusal
    content_type: str
    size: int | None
    answer: bytes


def note_refused(posts: Sequence[NewRefused]) -> None:
    """Write down posts that were no leads."""
    execute(SQL["note_refused"], {"posts": _json([_refused_row(one) for one in posts])})


def _refused_row(post: NewRefused) -> dict[str, object]:
    return {
        "source_id": post.source_id,
        "status": post.refusal.status,
        "code": post.refusal.code.value,
        "reason": post.refusal.reason,
        "content_type": post.content_type,
        "size": post.size,
        "answer": post.answer.hex(),
    }


def sources_of_keys(digests: Sequence[bytes]) -> dict[bytes, int]:
    """Return by digest the id of the source whose key it is, or was before it was taken back."""
    return dict(rows(SQL["sources_of_keys"], {"digests": digests}, _key_source))


def _key_source(digest: bytes, source_id: int) -> tuple[bytes, int]:
    return bytes(digest), source_id


def forget_refused(limit: int = 10_000) -> int:
    """Remove up to `limit` refused posts that are no longer shown; return how many."""
    return execute(SQL["forget_refused"], {"limit": limit, "kept_seconds": ANSWERS_KEPT.total_seconds()})


def forget_windows(limit: int = 10_000) -> int:
    """Remove up to `limit` windows of sources' caps that are over; return how many."""
    return execute(SQL["forget_windows"], {"limit": limit})


def lock_windows(windows: Sequence[Window]) -> dict[tuple[int, str], int]:
    """Hold windows until the transaction ends; return by source id and period how much of each is used."""
    found = rows(
        SQL["lock_windows"],
        {
            "source_ids": [one.source_id for one in windows],
            "periods": [one.period for one in windows],
            "starts_ats": [one.starts_at for one in windows],
            "ends_ats": [one.ends_at for one in windows],
            "limits": [one.limit for one in windows],
        },
        _Used,
    )
    return {(one.source_id, one.period): one.used for one in found}


def windows_used(windows: Sequence[Window]) -> dict[tuple[int, str], int]:
    """Return by source id and period how much of each window is used; an unopened one is left out."""
    params = {
        "source_ids": [one.source_id for one in windows],
        "periods": [one.period for one in windows],
        "starts_ats": [one.starts_at for one in windows],
    }
    return {(one.source_id, one.period): one.used for one in rows(SQL["windows_used"], params, _Used)}


class _Used(NamedTuple):
    source_id: int
    period: str
    used: int


def use_windows(counts: Sequence[tuple[Window, int]]) -> None:
    """Take room for so many leads in windows held before."""
    execute(
        SQL["use_windows"],
        {
            "source_ids": [one.source_id for one, _ in counts],
            "periods": [one.period for one, _ in counts],
            "starts_ats": [one.starts_at for one, _ in counts],
            "counts": [count for _, count in counts],
        },
    )


def use_pings(leads: Sequence[Judged], now: datetime) -> set[UUID]:
    """Give leads the promises that they claim, each to one lead ever; return the leads that got theirs."""
    claims = [(one.ping, one.lead_id) for one in leads if one.ping]
    params = {
        "ping_ids": [ping.id for ping, _ in claims],
        "lead_ids": [lead_id for _, lead_id in claims],
        "source_ids": [ping.source_id for ping, _ in claims],
        "prices": [ping.price_minor for ping, _ in claims],
        "now": now,
    }
    return set(rows(SQL["use_pings"], params, UUID))


def give_pings_back(lead_ids: Sequence[UUID]) -> None:
    """Let the promises that these leads were given be used again."""
    execute(SQL["give_pings_back"], {"lead_ids": list(lead_ids)})


def keep_leads(leads: Sequence[Judged]) -> None:
    """Keep leads exactly as they came, with what was read in them."""
    execute(SQL["keep_leads"], {"leads": _json([_lead_row(one) for one in leads])}, prepare=True)


def _lead_row(lead: Judged) -> dict[str, object]:
    submission = lead.submission
    return {
        "id": lead.lead_id,
        "source_id": lead.source.id,
        "product_id": lead.product.id if lead.product else None,
        "received_at": lead.received_at,
        "raw": submission.raw.hex(),
        "content_type": submission.content_type,
        "headers": submission.headers,
        "fields": lead.cleaned.fields,
        "extra": lead.cleaned.extra,
        "marks": lead.cleaned.marks,
        "created_by": submission.created_by,
        "is_test": lead.source.is_test,
    }


def facts_of(lead_ids: Iterable[UUID]) -> dict[UUID, LeadFacts]:
    """Return leads as later stages read them, by id; unknown ids are left out."""
    found = rows(SQL["facts_of"], {"lead_ids": list(lead_ids)}, LeadFacts)
    return {one.lead_id: one for one in found}


def correct(lead_id: UUID, fields: Mapping[str, object], extra: Mapping[str, object]) -> None:
    """Have these values of a lead count instead of the posted ones."""
    params = {"fields": dump_json(fields).decode(), "extra": dump_json(extra).decode()}
    execute(SQL["correct"], {"lead_id": lead_id, **params})


def forget_person(lead_ids: Sequence[UUID]) -> None:
    """Leave of these leads that they came: their bytes, fields, corrections and answers go."""
    for name in ("forget_leads", "forget_corrections", "forget_answers"):
        execute(SQL[name], {"lead_ids": list(lead_ids)})


class Raw(NamedTuple):
    body: bytes
    content_type: str


def raw_of(lead_id: UUID) -> Raw | None:
    """Return a lead's bytes as they came and their content type, or None for no lead of ours."""
    return row(SQL["raw_of"], {"lead_id": lead_id}, Raw)
