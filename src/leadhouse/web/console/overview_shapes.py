"""Puts a month's figures into bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadhouse.report.types import PeriodFunnel, SourceFigures
from leadhouse.timeline.types import Status


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


def steps(funnel: PeriodFunnel) -> list[Bar]:
    """Return how many leads came how far, beside all that were captured."""
    counts = {
        "Captured": funnel.captured,
        "Accepted at the door": funnel.accepted,
        "Good to sell": funnel.qualified,
        "Sold": funnel.sold,
        "Delivered": funnel.delivered,
    }
    most = max(funnel.captured, 1)
    return [Bar(name, count, 100 * count / most) for name, count in counts.items()]


def statuses(counts: Mapping[Status, int]) -> list[Bar]:
    """Return how many leads stand where, in the order of a lead's life."""
    together = max(sum(counts.values()), 1)
    return [Bar(one.value, counts[one], 100 * counts[one] / together) for one in Status if counts.get(one)]
