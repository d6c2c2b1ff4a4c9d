"""Puts a month's figures into bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from leadhouse.report.types import SOLD, SourceFigures
from leadhouse.timeline.types import Status
from leadhouse.web.queries import Standing


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure beside others: `part` of 100 is how long it is drawn."""

    name: str
    count: int
    part: float


def total(sources: Sequence[SourceFigures]) -> SourceFigures:
    """Return all sources' figures as one."""
    return SourceFigures(
        "", "All sources", sum(one.leads for one in sources), sum(one.sold for one in sources)
    )


def steps(standings: Sequence[Standing]) -> list[Bar]:
    """Return how many leads came how far, beside all that were captured."""
    captured = sum(one.leads for one in standings)
    counts = {
        "Captured": captured,
        "Good to sell": sum(one.good for one in standings),
        "Sold": sum(one.leads for one in standings if one.status in SOLD),
        "Delivered": sum(one.leads for one in standings if one.status is Status.DELIVERED),
    }
    return [Bar(name, count, 100 * count / max(captured, 1)) for name, count in counts.items()]


def statuses(standings: Sequence[Standing]) -> list[Bar]:
    """Return how many leads stand where, in the order of a lead's life."""
    captured = max(sum(one.leads for one in standings), 1)
    ordered = sorted(standings, key=lambda one: one.status.number)
    return [Bar(one.status.value, one.leads, 100 * one.leads / captured) for one in ordered]
