"""The statements behind a period's figures, one typed function each."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from leadhouse.kit.periods import Period
from leadhouse.report.today.figures import Cell, Sums
from leadhouse.report.today.spans import Spans
from leadhouse.report.types import SOLD
from leadhouse.store.run import row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
_SOLD = sorted(SOLD)


class Buyer(NamedTuple):
    """What a company was given in a period, its prices in minor units, and what came back."""

    company: str
    name: str
    leads: int
    spent_minor: int
    rejected: int
    refused: int
    failed: int


class Campaigns(NamedTuple):
    """How many campaigns all decisions of a period started and ended with."""

    decisions: int
    net: int
    priced: int
    budget: int
    winners: int


class Stalled(NamedTuple):
    """Work of a stage that is due: how much, since how many seconds, whose the oldest is."""

    stage: str
    items: int
    seconds: float
    lead_id: UUID


class Failing(NamedTuple):
    """A company that parcels do not reach: still tried, given up within a day, since when, a lead of them."""

    company: str
    name: str
    trying: int
    given_up: int
    since: datetime
    reason: str
    lead_id: UUID


class _Zip(NamedTuple):
    zip_code: str
    leads: int
    accepted: int
    sold: int
    revenue_minor: int
    credited_minor: int
    payout_minor: int


class _Part(NamedTuple):
    number: int
    leads: int
    accepted: int
    sold: int
    revenue_minor: int
    credited_minor: int
    payout_minor: int


def cells(period: Period) -> list[Cell]:
    """Return a period's real leads by source, status, reason and state."""
    return rows(SQL["cells"], _params(period), Cell)


def zips(period: Period, state: str) -> dict[str, Sums]:
    """Return what a period's real leads of a state came to by their ZIPs, those without one under none."""
    found = rows(SQL["zips"], {**_params(period), "state": state, "sold": _SOLD}, _Zip)
    return {one.zip_code: Sums(*one[1:]) for one in found}


def parts(spans: Spans) -> tuple[list[Sums], list[Sums]]:
    """Return what leads came to in each part of the period, and of the one before."""
    edges = sorted((*spans.edges_before, *spans.edges))
    params = {
        **_params(spans.period),
        "since_before": spans.before.start,
        "until_before": spans.before.end,
        "edges": edges,
        "sold": _SOLD,
    }
    found = {edges[one.number - 1]: Sums(*one[1:]) for one in rows(SQL["parts"], params, _Part)}
    return (
        [found.get(edge, Sums()) for edge in spans.edges],
        [found.get(edge, Sums()) for edge in spans.edges_before],
    )


def buyers(period: Period, limit: int) -> list[Buyer]:
    """Return the companies that were given the most in a period, by the instant of the decision."""
    return rows(SQL["buyers"], {**_params(period), "limit": limit}, Buyer)


def funnel(period: Period) -> Campaigns:
    """Return how many campaigns were left after each step over all decisions of a period."""
    return row(SQL["funnel"], _params(period), Campaigns) or Campaigns(0, 0, 0, 0, 0)


def stalled() -> list[Stalled]:
    """Return the work that is due, the stage with the oldest item first."""
    return rows(SQL["stalled"], {}, Stalled)


def failing(limit: int) -> list[Failing]:
    """Return companies that parcels do not reach, the most parcels first."""
    return rows(SQL["failing"], {"limit": limit}, Failing)


def _params(period: Period) -> Mapping[str, object]:
    return {"since": period.start, "until": period.end}
