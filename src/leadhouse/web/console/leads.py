"""The list of leads: searched, filtered, paged, kept fresh."""

from dataclasses import replace
from hashlib import sha256
from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.amend.types import Action
from leadhouse.report import queries as report
from leadhouse.report.types import Cursor, LeadRow, Page
from leadhouse.report.veil import veiled_row
from leadhouse.web import queries
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.columns import COLUMNS
from leadhouse.web.console.filters import Asked, read_asked

PAGE_SIZE = 50
_MOST_OFFERS = 20
_NOTHING: Page[LeadRow] = Page(())


@require_safe
@staff_only
def leads(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show a page of leads, newest first."""
    asked = read_asked(request.GET, desk.market, desk.zone, sees_people=desk.is_operator)
    shown = _shown(desk, asked, _found(asked, asked.after, desk))
    saved = queries.saved_lists(desk.person_id)
    return render(
        request,
        "web/leads.html",
        shown | {"saved": saved, "all_columns": COLUMNS, "actions": list(Action)},
        status=200 if asked.filters else 422,
    )


@require_safe
@staff_only
def newest_leads(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give the newest rows again if they have changed since the page last saw them."""
    asked = read_asked(request.GET, desk.market, desk.zone, sees_people=desk.is_operator)
    if asked.filters is None or not asked.is_top:
        return HttpResponse(status=204)
    found = _found(asked, None, desk)
    if request.GET.get("seen") == _mark(found):
        return HttpResponse(status=204)
    return render(request, "web/parts/lead_rows.html", _shown(desk, asked, found))


@require_safe
@staff_only
def filter_offers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the first companies, or campaigns, whose key or name holds what is being typed into a filter."""
    market = desk.market
    if "campaign" in request.GET:
        keys = ((one.key, market.companies[one.company_id].name) for one in market.campaigns.values())
    else:
        keys = ((one.key, one.name) for one in market.companies.values())
    typed = request.GET.get("campaign", request.GET.get("buyer", "")).strip().casefold()
    offers = (one for one in keys if typed in one[0].casefold() or typed in one[1].casefold())
    return render(request, "web/parts/offers.html", {"offers": list(islice(offers, _MOST_OFFERS))})


def _found(asked: Asked, after: Cursor | None, desk: Desk) -> Page[LeadRow]:
    if asked.filters is None:
        return _NOTHING
    page = report.find_leads(asked.filters, after, PAGE_SIZE, asked.sort)
    return page if desk.is_operator else replace(page, rows=tuple(map(veiled_row, page.rows)))


def _shown(desk: Desk, asked: Asked, found: Page[LeadRow]) -> dict[str, object]:
    return {"desk": desk, "asked": asked, "page": found, "seen": _mark(found)}


def _mark(page: Page[LeadRow]) -> str:
    """Return what changes when anything shown on the page does."""
    return sha256(repr(page.rows).encode("utf-8", "surrogatepass")).hexdigest()[:16]
