"""Decisions as they are kept: written with all their inputs, read back to be explained."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from pyroaring import BitMap

from leadhouse.allocate.packing import packed, unpacked
from leadhouse.allocate.types import Decision, Funnel, Line, Refusal, Scenario, rounded
from leadhouse.kit.ids import new_id
from leadhouse.parties.types import Distribution, Product


class KeptSale(Struct, frozen=True):
    """A sale as it is kept beside the one that was made; `winners` are [campaign, price]."""

    size: int
    value_minor: int
    price_minor: int
    winners: list[tuple[int, int]]


class NewDecision(Struct, frozen=True):
    """A row to be written; see StoredDecision for what its parts hold."""

    id: UUID
    lead_id: UUID
    run: int
    outcome: str
    reason: str | None
    waiting_until: datetime | None
    sale_size: int | None
    value_minor: int
    funnel: Funnel
    refusals: Mapping[str, str]
    offers: bytes
    winners: list[tuple[int, int]]
    method: str
    lines: list[tuple[str, str, int, tuple[tuple[int, ...], ...]]]
    sizes: list[int]
    taken: int
    is_begun: bool
    floor_minor: int
    adjusted_minor: int
    pacing: str
    paces: Mapping[int, tuple[int, int]]
    otherwise: KeptSale | None
    least_minor: int


class StoredDecision(Struct, frozen=True):
    """A decision as it was kept.

    `refusals` are base64 of roaring bitmaps by reason, `offers` are packed: everybody who took part in
    the search for winners; `winners` are [campaign, price], `lines` what a Line holds, in its order.
    `pacing` is how budgets were paced, `paces` {campaign: [pace, toll]} (see Held) of those held back, and
    `adjusted_minor` and `otherwise` as in Decision. A sale had to bring `least_minor`.
    """

    id: UUID
    lead_id: UUID
    run: int
    round: int
    at: datetime
    market_revision: int
    outcome: str
    reason: str | None
    waiting_until: datetime | None
    sale_size: int | None
    value_minor: int
    funnel: Mapping[str, int]
    refusals: Mapping[str, str]
    offers: bytes
    winners: list[tuple[int, int]]
    method: Distribution
    lines: list[tuple[str, str, int, list[list[int]]]]
    sizes: list[int]
    taken: int
    is_begun: bool
    floor_minor: int
    adjusted_minor: int
    pacing: str
    paces: Mapping[str, tuple[int, int]]
    otherwise: Mapping[str, Any] | None
    least_minor: int

    def other_sale(self) -> KeptSale | None:
        """Return what the other way of pacing would have sold, None where it is the same."""
        return KeptSale(**self.otherwise) if self.otherwise else None

    def offered(self) -> Iterator[tuple[int, int, Mapping[int, int]]]:
        """Yield who offered, with its keep and its prices by sale size."""
        return unpacked(self.offers)

    def stood(self) -> list[Line]:
        """Return the lines that were asked whose turn it was."""
        return [
            Line(group, Distribution(method), turns, tuple(map(tuple, standings)))
            for group, method, turns, standings in self.lines
        ]

    def refused(self) -> dict[Refusal, list[int]]:
        """Return the ids of the refused campaigns by reason."""
        return {Refusal(reason): list(_read(text)) for reason, text in self.refusals.items()}


def new_decision(
    lead_id: UUID, run: int, decision: Decision, *, shared: Mapping[Refusal, str], product: Product
) -> NewDecision:
    """Write a decision down; `shared` are refusals that are written already, the same for many leads."""
    chosen, other = decision.chosen, decision.otherwise
    return NewDecision(
        id=new_id(),
        lead_id=lead_id,
        run=run,
        outcome=decision.outcome,
        reason=decision.reason,
        waiting_until=decision.waiting_until,
        sale_size=chosen.size if chosen else None,
        value_minor=decision.potential_minor,
        funnel=decision.funnel,
        refusals={
            reason.value: shared.get(reason) or written(found) for reason, found in decision.refused.items()
        },
        offers=packed(decision.offers),
        winners=_winners(chosen) if chosen else [],
        method=decision.method,
        lines=[(one.group, one.method, one.turns, one.standings) for one in decision.lines],
        sizes=list(decision.sizes),
        taken=len(decision.fixed),
        is_begun=decision.is_begun,
        floor_minor=product.floor,
        adjusted_minor=decision.adjusted_minor,
        pacing=product.pacing,
        paces={number: (held.pace, held.toll) for number, held in decision.paces.items()},
        otherwise=KeptSale(other.size, rounded(other.value), other.price_minor, _winners(other))
        if other
        else None,
        least_minor=decision.least_minor,
    )


def _winners(sale: Scenario) -> list[tuple[int, int]]:
    return list(zip(sale.winners, sale.prices, strict=True))


def written(campaigns: BitMap) -> str:
    """Return a set of campaigns as text."""
    return b64encode(campaigns.serialize()).decode()


def _read(text: str) -> BitMap:
    found: BitMap = BitMap.deserialize(b64decode(text))
    return found
