"""The export: leads, or their events, as rows of text, batch by batch, so that memory stays small."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.text import defuse_cell
from leadhouse.parties.fields import CANONICAL, DERIVED, Category
from leadhouse.qualify.queries import appended
from leadhouse.report import queries
from leadhouse.report.export_types import ExportedEvent, ExportedLead
from leadhouse.report.types import Cursor, final_outcome
from leadhouse.store.adapt import dump_json

BATCH = 1_000

# What checks found out, the places they looked up included.
VERIFIED = tuple(
    key for key, known in DERIVED.items() if known.category in (Category.VERIFICATION, Category.LOCATION)
)
# The product stands among the first columns, as the one that was recognised.
POSTED = tuple(key for key in CANONICAL if key != "product")
_PASSPORT = ("id", "consumer", "received_at", "source", "channel", "product", "status", "good_to_sell")
_SALE = ("outcome", "reason", "sale_size", "revenue", "payout", "companies")
_HEARD = ("rejections", "returns", "conversions", "conversion_value")
LEAD_HEADER = (
    *_PASSPORT,
    "classification",
    *VERIFIED,
    *POSTED,
    "extra",
    *_SALE,
    *_HEARD,
    "credited",
    "is_test",
)
_RECORD = ("seq", "run", "at", "step", "type", "outcome", "reason", "ms", "data")
EVENT_HEADER = ("lead_id", "consumer", "source", *_RECORD)

Row = Sequence[str]
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Span:
    """The leads received from `since` (in) to `until` (out); None is open."""

    since: datetime | None = None
    until: datetime | None = None


def lead_batches(span: Span, currency: str) -> Iterator[list[Row]]:
    """Yield batches of rows under LEAD_HEADER, one row a lead, oldest first."""
    return (lead_rows(lead_ids, currency) for lead_ids in _batches(span))


def lead_rows(lead_ids: Sequence[UUID], currency: str) -> list[Row]:
    """Return these leads as rows under LEAD_HEADER, oldest first."""
    found = appended(lead_ids)
    return [_lead_row(one, found.get(one.id, {}), currency) for one in queries.export_leads(lead_ids)]


def event_batches(span: Span) -> Iterator[list[Row]]:
    """Yield a batch of rows under EVENT_HEADER for each batch of leads, one row an event."""
    for lead_ids in _batches(span):
        yield [_event_row(one) for one in queries.export_events(lead_ids)]


def _batches(span: Span) -> Iterator[list[UUID]]:
    after: Cursor | None = None
    while batch := queries.next_leads(after, span.since, span.until, BATCH):
        yield [one.lead_id for one in batch]
        after = batch[-1]


def _lead_row(lead: ExportedLead, found: Values, currency: str) -> Row:
    known = {**lead.fields, **found}
    own = {key: value for key, value in known.items() if key not in CANONICAL and key not in DERIVED}
    outcome = final_outcome(lead.status)
    before = (lead.id, lead.consumer, lead.received_at, lead.source, lead.channel, lead.product)
    passport = (lead.status, lead.good_to_sell, lead.classification)
    earned = (to_text(lead.revenue_minor, currency), to_text(lead.payout_minor, currency))
    after = (outcome, lead.reason, lead.sale_size, *earned, "; ".join(lead.companies))
    heard = (lead.rejections, lead.returns, lead.conversions, to_text(lead.conversion_value_minor, currency))
    last = (to_text(lead.credited_minor, currency), lead.is_test)
    fields = (known.get(key) for key in (*VERIFIED, *POSTED))
    extra = {**own, **lead.extra} or None
    return [_cell(one) for one in chain(before, passport, fields, (extra,), after, heard, last)]


def _event_row(event: ExportedEvent) -> Row:
    subject = (event.lead_id, event.consumer, event.source, event.seq, event.run, event.at)
    record = (event.step, event.type, event.outcome, event.reason, event.ms, event.data)
    return [_cell(one) for one in (*subject, *record)]


def _cell(value: object) -> str:
    """Return a value as a cell: instants in UTC, lists and objects as JSON; all of it harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping | list | tuple):
        return defuse_cell(dump_json(value).decode())
    return defuse_cell(str(value))
