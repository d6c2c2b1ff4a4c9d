"""Puts a period's figures together: what leads came to, who bought, how far campaigns came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadhouse.parties.types import Market
from leadhouse.report.today import figures, queries
from leadhouse.report.today.figures import Nothing, Sums
from leadhouse.report.today.queries import Buyer, Campaigns
from leadhouse.report.today.spans import Spans
from leadhouse.timeline.types import Status

MOST_BUYERS = 12


@dataclass(frozen=True, slots=True)
class SourceSums:
    """What a source's leads came to; `source` is its key."""

    source: str
    name: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Business:
    """How business went in a period.

    `sums` and `before` are comparable: the earlier period counts up to the same time of day. `parts` and
    `parts_before` are the hours or days of both. Ranked lists are the greatest first; `states` are by their
    two letters, those of an unknown place under none.
    """

    spans: Spans
    sums: Sums
    before: Sums
    parts: Sequence[Sums]
    parts_before: Sequence[Sums]
    sources: Sequence[SourceSums]
    nothing: Sequence[Nothing]
    statuses: Mapping[Status, Sums]
    states: Mapping[str, Sums]
    buyers: Sequence[Buyer]
    campaigns: Campaigns

    @property
    def unsold(self) -> int:
        """Return how many leads came to nothing."""
        return sum(one.leads for one in self.nothing)


def business(spans: Spans, market: Market) -> Business:
    """Return how business went, by five statements however many leads there were."""
    cells = queries.cells(spans.period)
    parts, parts_before = queries.parts(spans)
    sources = {one.id: one for one in market.sources.values()}
    return Business(
        spans=spans,
        sums=figures.total(parts),
        before=figures.total(parts_before),
        parts=parts,
        parts_before=parts_before,
        sources=[
            SourceSums(sources[number].key, sources[number].name, sums)
            for number, sums in figures.by(cells, lambda one: one.source).items()
            if number in sources
        ],
        nothing=figures.came_to_nothing(cells),
        statuses=figures.by(cells, lambda one: one.status),
        states={state: sums for state, sums in figures.by(cells, lambda one: one.state).items() if state},
        buyers=[one for one in queries.buyers(spans.period, MOST_BUYERS) if one.leads or one.failed],
        campaigns=queries.funnel(spans.period),
    )
