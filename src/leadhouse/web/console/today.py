"""How business goes: a period's figures beside the one before, kept fresh, and what needs somebody now."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.kit.places import STATE_NAMES
from leadhouse.report.today import figures, queries
from leadhouse.report.today.business import business
from leadhouse.report.today.places import counties, states
from leadhouse.report.today.spans import Choice, Spans, spans
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


@require_safe
@staff_only
def places(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give where leads come from again: by state, or by county of the state asked for."""
    asked, state = _asked(request, desk), _state(request)
    if state:
        found = counties(asked.spans.period, state)
    else:
        found = states(figures.by(queries.cells(asked.spans.period), lambda one: one.state))
    shown = {"desk": desk, "asked": asked.text, "fresh_seconds": asked.fresh_seconds}
    return render(request, "web/parts/today_places.html", shown | _places(state) | {"places": found})


@dataclass(frozen=True, slots=True)
class Asked:
    """The period that a request asks for, and the instant at which it does."""

    now: datetime
    choice: Choice
    month: Month
    spans: Spans

    @property
    def is_over(self) -> bool:
        """Return whether it is a past month, of which nothing is asked again."""
        return self.choice is Choice.MONTH and self.month < Month(self.now.year, self.now.month)

    @property
    def fresh_seconds(self) -> int | None:
        """Return after how many seconds its figures are asked for again, None for never."""
        return None if self.is_over else _FRESH_SECONDS[self.choice]

    @property
    def text(self) -> str:
        """Return the query that asks for the same again."""
        return f"period={self.choice}" + (f"&month={self.month}" if self.choice is Choice.MONTH else "")


def _asked(request: HttpRequest, desk: Desk) -> Asked:
    zone = desk.market.zone
    now = timezone.localtime(database_now(), zone)
    choice = _choice(request)
    month = read_month(request.GET.get("month", ""), now.date())
    return Asked(now, choice, month, spans(choice, zone, now, month.first))


def _shown(request: HttpRequest, desk: Desk) -> dict[str, object]:
    asked = _asked(request, desk)
    found = business(asked.spans, desk.market)
    stalled = [one for one in queries.stalled() if one.seconds > _LATE_SECONDS]
    return {
        "desk": desk,
        "now": asked.now,
        "choice": asked.choice,
        "choices": list(Choice),
        "month": asked.month,
        "is_this_month": asked.month == Month(asked.now.year, asked.now.month),
        "business": found,
        "tiles": shapes.tiles(found),
        "trend": shapes.trend(found, desk.market.zone),
        "funnel": shapes.funnel(found.campaigns),
        "nothing": shapes.reasons(found.nothing),
        "sources": shapes.sources(found.sources),
        "buyers": shapes.buyers(found.buyers),
        "stalled": stalled,
        "failing": queries.failing(_MOST_FAILING),
        "fresh_seconds": asked.fresh_seconds,
        "asked": asked.text,
        **_places(_state(request)),
        # A state's counties are asked for by their own part: they take a look at each of its leads.
        "places": states(found.states),
        "is_counting": True,
    }


def _places(state: str) -> dict[str, object]:
    return {"state": state, "state_name": STATE_NAMES.get(state, ""), "state_names": STATE_NAMES}


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "")[:2].upper()
    return asked if asked in STATE_NAMES else ""


def _choice(request: HttpRequest) -> Choice:
    asked = request.GET.get("period", "")
    if not asked and request.GET.get("month"):
        return Choice.MONTH
    return Choice(asked) if asked in list(Choice) else Choice.TODAY
