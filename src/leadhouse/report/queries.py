"""The reports' statements over everybody's tables, one typed function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from leadhouse.kit import periods
from leadhouse.report.export_types import ExportedEvent, ExportedLead
from leadhouse.report.figure_types import (
    PeriodFunnel,
    RefusalFigures,
    SourceFigures,
    SourceMoney,
    StepTimes,
    WalletRow,
)
from leadhouse.report.finding.queries import find
from leadhouse.report.pacing_types import PacingFigures
from leadhouse.report.search import id_span, understand
from leadhouse.report.story_types import AssignmentTold, FeedbackTold, Submission
from leadhouse.report.types import SOLD, Cursor, LeadFilters, LeadRow, Page, Sort
from leadhouse.store.run import row, rows, value
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
MOST_ROWS = 200
_SOLD = sorted(SOLD)


def find_leads(
    filters: LeadFilters, after: Cursor | None = None, limit: int = 50, sort: Sort = Sort.NEWEST
) -> Page[LeadRow]:
    """Return up to `limit` (1..200) leads from right after the cursor on; a search is always newest first."""
    limit = max(1, min(limit, MOST_ROWS))
    # One more than asked for tells whether there is a next page.
    found = find(filters, after, limit + 1, sort)
    shown = found[:limit]
    listed = leads_listed([one.lead_id for one in shown])
    return Page(tuple(listed), next=shown[-1] if len(found) > limit else None)


def leads_listed(lead_ids: Sequence[UUID]) -> list[LeadRow]:
    """Return what a list shows of these leads, in their order; ids of no lead are left out."""
    return rows(SQL["lead_rows"], {"lead_ids": list(lead_ids)}, LeadRow)


def matching(filters: LeadFilters, limit: int) -> list[UUID]:
    """Return up to `limit` leads in the filters, newest first."""
    return [one.lead_id for one in find(filters, None, limit, Sort.NEWEST)]


def leads_named(text: str, limit: int = 20) -> list[UUID]:
    """Return the leads named by an id, an id's beginning or a consumer's number (then newest first)."""
    search = understand(text)
    if search.consumer is not None:
        found = rows(SQL["leads_of_consumer"], {"consumer": search.consumer, "limit": limit}, UUID)
        if found:
            return found
    span = id_span(text)
    if span is None:
        return []
    return rows(SQL["leads_beginning"], {"lowest": span[0], "highest": span[1], "limit": limit}, UUID)


def submission(lead_id: UUID) -> Submission | None:
    """Return what was posted for a lead, byte for byte."""
    return row(SQL["submission"], {"lead_id": lead_id}, Submission)


def assignments_of(lead_id: UUID) -> list[AssignmentTold]:
    """Return everybody who was given a lead, in the order of the decisions."""
    return rows(SQL["assignments_of"], {"lead_id": lead_id}, AssignmentTold)


def feedback_of(lead_id: UUID) -> list[FeedbackTold]:
    """Return what buyers said about a lead, oldest first."""
    return rows(SQL["feedback_of"], {"lead_id": lead_id}, FeedbackTold)


def next_leads(
    after: Cursor | None, since: datetime | None, until: datetime | None, limit: int
) -> list[Cursor]:
    """Return the next leads of an export, oldest first."""
    params = {
        "after_at": after and after.received_at,
        "after_id": after and after.lead_id,
        "since": since,
        "until": until,
        "limit": limit,
    }
    return rows(SQL["next_leads"], params, Cursor)


def count_leads(since: datetime | None, until: datetime | None) -> int:
    """Return how many leads came in from `since` (in) to `until` (out)."""
    return value(SQL["count_leads"], {"since": since, "until": until}, int)


def export_leads(lead_ids: Sequence[UUID]) -> list[ExportedLead]:
    """Return what the export tells of these leads, oldest first."""
    return rows(SQL["export_leads"], {"lead_ids": list(lead_ids)}, ExportedLead)


def export_events(lead_ids: Sequence[UUID]) -> list[ExportedEvent]:
    """Return these leads' events, oldest lead first, each lead's in order."""
    return rows(SQL["export_events"], {"lead_ids": list(lead_ids)}, ExportedEvent)


def sources_overview(year: int, month: int, zone: ZoneInfo) -> list[SourceFigures]:
    """Return each source's leads and sales in a calendar month of the zone, most leads first."""
    span = periods.month(zone, datetime(year, month, 15, tzinfo=zone))
    params = {"since": span.start, "until": span.end, "sold": _SOLD}
    return rows(SQL["sources_overview"], params, SourceFigures)


def sources_money(year: int, month: int, zone: ZoneInfo) -> list[SourceMoney]:
    """Return what sources with leads in a calendar month of the zone cost and brought, most revenue first."""
    span = periods.month(zone, datetime(year, month, 15, tzinfo=zone))
    return rows(SQL["sources_money"], {"since": span.start, "until": span.end}, SourceMoney)


def step_times(since: datetime | None = None, until: datetime | None = None) -> list[StepTimes]:
    """Return what the steps of a period's leads took, the one that took most in all first."""
    return rows(SQL["step_times"], {"since": since, "until": until}, StepTimes)


def refusals_by_reason(
    source: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> list[RefusalFigures]:
    """Return why leads of a source (a key; None for all) came to nothing, most frequent first."""
    params = {"source": source, "since": since, "until": until}
    return rows(SQL["refusals_by_reason"], params, RefusalFigures)


class _Campaigns(NamedTuple):
    decisions: int
    net: int
    priced: int
    budget: int
    winners: int


class _Leads(NamedTuple):
    captured: int
    accepted: int
    qualified: int
    sold: int
    delivered: int


def funnel_of_period(
    since: datetime | None = None, until: datetime | None = None, source: str | None = None
) -> PeriodFunnel:
    """Return how many leads and campaigns were left after each step; `source` is a key, None for all."""
    params = {"source": source, "since": since, "until": until}
    (leads,) = rows(SQL["funnel_of_leads"], {**params, "sold": _SOLD}, _Leads)
    (campaigns,) = rows(SQL["funnel_of_campaigns"], params, _Campaigns)
    return PeriodFunnel(*leads, *campaigns)


def wallets() -> list[WalletRow]:
    """Return every company's wallet, by company key."""
    return rows(SQL["wallets"], {}, WalletRow)


def pacing_figures(since: datetime) -> list[PacingFigures]:
    """Return what each product's leads brought by their first sales since an instant, by how it was paced."""
    return rows(SQL["pacing_figures"], {"since": since}, PacingFigures)
