"""A company's leads: searched, filtered, paged, and as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.text import defuse_cell
from leadhouse.parties.fields import CANONICAL
from leadhouse.parties.types import Campaign
from leadhouse.report.csv_text import csv_pieces
from leadhouse.report.types import Cursor, Page
from leadhouse.store.run import database_now
from leadhouse.web.console.access import Desk
from leadhouse.web.console.export import streamed_csv
from leadhouse.web.portal import queries
from leadhouse.web.portal.access import buyers_only
from leadhouse.web.portal.asking import read_asked
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.types import BoughtFilters, BoughtLead, LeadText

PAGE_SIZE = 50
_POSTED = tuple(CANONICAL)
_ASSIGNED = ("delivery", "lead", "consumer", "assigned_at", "delivered_at", "campaign", "standing", "price")
HEADER = (*_ASSIGNED, *_POSTED, "details")


@dataclass(frozen=True, slots=True)
class Line:
    """A lead of the list with its campaign's key, and the seconds for which it can still be rejected."""

    lead: BoughtLead
    campaign: str
    left: float


def campaigns_of(desk: Desk) -> Mapping[int, Campaign]:
    """Return the company's own campaigns, by row."""
    own = desk.market.campaigns
    return {number: one for number, one in own.items() if one.company_id == desk.company_id}


@require_safe
@buyers_only
def bought(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponseBase:
    """Show a page of the company's leads, newest first."""
    campaigns = campaigns_of(desk)
    asked = read_asked(request.GET, campaigns, desk.zone)
    page: Page[BoughtLead] = Page(())
    if asked.filters is not None:
        page = queries.bought_leads(fence, asked.filters, asked.after, PAGE_SIZE)
    now = database_now()
    lines = [Line(one, _campaign_key(campaigns, one), one.seconds_left(now)) for one in page.rows]
    shown = {"desk": desk, "asked": asked, "page": page, "lines": lines}
    return render(request, "web/portal/leads.html", shown, status=200 if asked.filters else 422)


@require_safe
@buyers_only
def bought_csv(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponseBase:
    """Send the leads asked for as a file, newest first like the list."""
    asked = read_asked(request.GET, campaigns_of(desk), desk.zone)
    chunks = csv_pieces(HEADER, _batches(desk, fence, asked.filters or BoughtFilters()))
    return streamed_csv(request, chunks, f"leads-{timezone.localdate()}.csv")


def _batches(desk: Desk, fence: Fence, filters: BoughtFilters) -> Iterator[list[list[str]]]:
    campaigns = campaigns_of(desk)
    after: Cursor | None = None
    while True:
        page = queries.bought_leads(fence, filters, after, queries.MOST_ROWS)
        texts = queries.bought_texts(fence, [one.lead_id for one in page.rows])
        yield [_row(one, texts.get(one.lead_id), campaigns, desk.currency) for one in page.rows]
        if page.next is None:
            return
        after = page.next


def _row(
    one: BoughtLead, text: LeadText | None, campaigns: Mapping[int, Campaign], currency: str
) -> list[str]:
    fields, extra = (text.fields, text.extra) if text else ({}, {})
    details = {**{key: value for key, value in fields.items() if key not in CANONICAL}, **extra}
    cells = [
        str(one.id),
        str(one.lead_id),
        str(one.consumer),
        iso(one.decided_at),
        iso(one.delivered_at) if one.delivered_at else "",
        _campaign_key(campaigns, one),
        one.standing,
        to_text(one.price_minor, currency),
        *(_text(fields.get(key)) for key in _POSTED),
        orjson.dumps(details, default=str).decode() if details else "",
    ]
    return [defuse_cell(cell) for cell in cells]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _campaign_key(campaigns: Mapping[int, Campaign], one: BoughtLead) -> str:
    campaign = campaigns.get(one.campaign_id)
    return campaign.key if campaign else "former campaign"
