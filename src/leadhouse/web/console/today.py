"""How business goes: a period's figures beside the one before, kept fresh, and what needs somebody now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.report.today import queries
from leadhouse.report.today.business import business
from leadhouse.report.today.spans import Choice, spans
from leadhouse.store.run import database_now
from leadhouse.web.console import today_shapes as shapes
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.months import Month, read_month

# Work older than this on a healthy system means that no worker takes it.
_LATE_SECONDS = 60
_MOST_FAILING = 6
_FRESH_SECONDS = {Choice.TODAY: 5, Choice.YESTERDAY: 60, Choice.WEEK: 15, Choice.MONTH: 30}


@require_safe
@staff_only
def today(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how business goes in the period asked for, days of the market's own zone."""
    return render(request, "web/today.html", _shown(request, desk))


@require_safe
@staff_only
def live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the page's figures again."""
    return render(request, "web/parts/today_live.html", _shown(request, desk) | {"is_part": True})


def _shown(request: HttpRequest, desk: Desk) -> dict[str, object]:
    zone = desk.market.zone
    now = timezone.localtime(database_now(), zone)
    choice = _choice(request)
    month = read_month(request.GET.get("month", ""), now.date())
    found = business(spans(choice, zone, now, month.first), desk.market)
    stalled = [one for one in queries.stalled() if one.seconds > _LATE_SECONDS]
    return {
        "desk": desk,
        "now": now,
        "choice": choice,
        "choices": list(Choice),
        "month": month,
        "is_this_month": month == Month(now.year, now.month),
        "business": found,
        "tiles": shapes.tiles(found),
        "trend": shapes.trend(found, zone),
        "funnel": shapes.funnel(found.campaigns),
        "nothing": shapes.reasons(found.nothing),
        "sources": shapes.sources(found.sources),
        "buyers": shapes.buyers(found.buyers),
        "stalled": stalled,
        "failing": queries.failing(_MOST_FAILING),
        "fresh_seconds": _FRESH_SECONDS[choice],
        "asked": f"period={choice}" + (f"&month={month}" if choice is Choice.MONTH else ""),
    }


def _choice(request: HttpRequest) -> Choice:
    asked = request.GET.get("period", "")
    if not asked and request.GET.get("month"):
        return Choice.MONTH
    return Choice(asked) if asked in list(Choice) else Choice.TODAY
