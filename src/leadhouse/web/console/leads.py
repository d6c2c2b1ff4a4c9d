"""The list of leads: searched, filtered, paged, kept fresh."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.report import queries as report
from leadhouse.report.types import LeadRow, Page
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.filters import read_asked

PAGE_SIZE = 50
_NOTHING: Page[LeadRow] = Page(())


@require_safe
@staff_only
def leads(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show a page of leads, newest first."""
    asked = read_asked(request.GET, desk.market, desk.zone)
    found = _NOTHING if asked.filters is None else report.find_leads(asked.filters, asked.after, PAGE_SIZE)
    shown = {"desk": desk, "asked": asked, "page": found, "seen": _mark(found)}
    return render(request, "web/leads.html", shown, status=200 if asked.filters else 422)


@require_safe
@staff_only
def newest_leads(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give the newest rows again if they have changed since the page last saw them."""
    asked = read_asked(request.GET, desk.market, desk.zone)
    if asked.filters is None or not asked.is_top:
        return HttpResponse(status=204)
    found = report.find_leads(asked.filters, None, PAGE_SIZE)
    if request.GET.get("seen") == _mark(found):
        return HttpResponse(status=204)
    return render(
        request,
        "web/parts/lead_rows.html",
        {"desk": desk, "asked": asked, "page": found, "seen": _mark(found)},
    )


def _mark(page: Page[LeadRow]) -> str:
    """Return what changes when anything shown on the page does."""
    return sha256(repr(page.rows).encode("utf-8", "surrogatepass")).hexdigest()[:16]
