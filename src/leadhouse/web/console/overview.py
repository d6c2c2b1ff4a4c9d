"""The overview: a month's sources, where its leads stand, and whether work piles up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.report import queries as report
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import oldest_work_seconds
from leadhouse.web import queries
from leadhouse.web.console import overview_shapes as shapes
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.months import Month, read_month

# Work older than this on a healthy system means that no worker takes it.
_LATE_SECONDS = 60


@require_safe
@staff_only
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a month of the market's own zone."""
    zone = desk.market.zone
    now = timezone.localtime(database_now(), zone)
    month = read_month(request.GET.get("month", ""), now.date())
    period = month.period(zone)
    sources = report.sources_overview(month.year, month.month, zone)
    standings = queries.standings_of_period(period.start, period.end)
    oldest = oldest_work_seconds()
    shown = {
        "desk": desk,
        "month": month,
        "is_this_month": month == Month(now.year, now.month),
        "sources": sources,
        "total": shapes.total(sources),
        "most_leads": max((one.leads for one in sources), default=0) or 1,
        "steps": shapes.steps(standings),
        "statuses": shapes.statuses(standings),
        "last_day": month.last,
        "oldest_work": oldest,
        "is_late": oldest > _LATE_SECONDS,
    }
    return render(request, "web/overview.html", shown)
