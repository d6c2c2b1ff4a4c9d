"""The overview: a month's sources, where its leads stand, and whether work piles up."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.report import queries as report
from leadhouse.report.types import PeriodFunnel, SourceFigures
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import oldest_work_seconds
from leadhouse.timeline.types import Status
from leadhouse.web import queries
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.months import Month, read_month

# Work older than this on a healthy system means that no worker takes it.
_LATE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure beside others: `part` of 100 is how long it is drawn."""

    name: str
    count: int
    part: float
    status: Status | None = None


@require_safe
@staff_only
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a month of the market's own zone."""
    zone = desk.market.zone
    now = timezone.localtime(database_now(), zone)
    month = read_month(request.GET.get("month", ""), now.date())
    period = month.period(zone)
    sources = report.sources_overview(month.year, month.month, zone)
    oldest = oldest_work_seconds()
    shown = {
        "desk": desk,
        "month": month,
        "is_this_month": month == Month(now.year, now.month),
        "sources": sources,
        "total": _total(sources),
        "most_leads": max((one.leads for one in sources), default=0) or 1,
        "steps": _steps(report.funnel_of_period(period.start, period.end)),
        "statuses": _statuses(queries.statuses_of_period(period.start, period.end)),
        "last_day": timezone.localtime(period.end, zone).date().fromordinal(month.next.first.toordinal() - 1),
        "oldest_work": oldest,
        "is_late": oldest > _LATE_SECONDS,
    }
    return render(request, "web/overview.html", shown)


def _total(sources: list[SourceFigures]) -> SourceFigures:
    return SourceFigures("", "All sources", sum(one.leads for one in sources), sum(one.sold for one in sources))


def _steps(funnel: PeriodFunnel) -> list[Bar]:
    counts = {
        "Captured": funnel.captured,
        "Accepted at the door": funnel.accepted,
        "Good to sell": funnel.qualified,
        "Sold": funnel.sold,
        "Delivered": funnel.delivered,
    }
    most = max(funnel.captured, 1)
    return [Bar(name, count, 100 * count / most) for name, count in counts.items()]


def _statuses(counts: dict[Status, int]) -> list[Bar]:
    total = max(sum(counts.values()), 1)
    return [Bar(one.value, counts[one], 100 * counts[one] / total, one) for one in Status if counts.get(one)]
