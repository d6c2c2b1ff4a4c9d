"""What the database recorded, decision by decision: what was decided, and by which rates and thresholds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadhouse.allocate.packing import packed
from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import Decision, Refusal

_ORDER = list(Refusal)
_AFTER_THRESHOLD = _ORDER[_ORDER.index(Refusal.THRESHOLD) + 1 :]


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be compared of a decision; `refused` and `offers` are fingerprints of theirs."""

    outcome: str
    reason: str | None
    waiting_until: datetime | None
    sale_size: int | None
    winners: tuple[tuple[int, int], ...]
    funnel: tuple[int, ...]
    refused: int
    offers: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded decision, and how rates and thresholds had changed since the one before it.

    `keeps` are shares expected to stay sold, in parts of WHOLE; `risen` are the campaigns that had come
    beyond a threshold, `fallen` those that were within it again.
    """

    id: UUID
    lead_id: UUID
    run: int
    at: datetime
    market_revision: int
    kept: Kept
    keeps: Mapping[int, int]
    risen: frozenset[int]
    fallen: frozenset[int]


def kept_of(decision: Decision) -> Kept:
    """Return what can be compared of a decision just made."""
    chosen, funnel = decision.chosen, decision.funnel
    return Kept(
        outcome=decision.outcome.value,
        reason=decision.reason and decision.reason.value,
        waiting_until=decision.waiting_until,
        sale_size=chosen.size if chosen else None,
        winners=tuple(sorted(zip(chosen.winners, chosen.prices, strict=True))) if chosen else (),
        funnel=(funnel.net, funnel.priced, funnel.budget, funnel.winners),
        refused=_refused(decision.refused),
        offers=hash(packed(decision.offers)),
    )


def kept_of_stored(stored: StoredDecision) -> Kept:
    """Return the same of a decision as it was kept."""
    funnel = stored.funnel
    return Kept(
        outcome=stored.outcome,
        reason=stored.reason,
        waiting_until=stored.waiting_until,
        sale_size=stored.sale_size,
        winners=tuple(sorted((campaign_id, price) for campaign_id, price in stored.winners)),
        funnel=(funnel["net"], funnel["priced"], funnel["budget"], funnel["winners"]),
        refused=_refused(stored.refused()),
        offers=hash(stored.offers),
    )


def _refused(refused: Mapping[Refusal, Iterable[int]]) -> int:
    found = ((reason.value, tuple(sorted(refused[reason]))) for reason in _ORDER if reason in refused)
    return hash(tuple(one for one in found if one[1]))


class Reader:
    """Makes entries of stored decisions, each with what is new in it about rates and thresholds."""

    def __init__(self) -> None:
        self._keeps: dict[int, int] = {}
        self._over: set[int] = set()

    def entry(self, stored: StoredDecision) -> Entry:
        """Return the next decision of the log."""
        refused = stored.refused()
        offered = [(number, keep) for number, keep, _ in stored.offered()]
        keeps = {number: keep for number, keep in offered if self._keeps.get(number) != keep}
        beyond = set(refused.get(Refusal.THRESHOLD, ()))
        within = {number for number, _ in offered}
        within.update(number for reason in _AFTER_THRESHOLD for number in refused.get(reason, ()))
        risen, fallen = frozenset(beyond - self._over), frozenset(self._over & within)
        self._keeps |= keeps
        self._over = (self._over | risen) - fallen
        return Entry(
            id=stored.id,
            lead_id=stored.lead_id,
            run=stored.run,
            at=stored.at,
            market_revision=stored.market_revision,
            kept=kept_of_stored(stored),
            keeps=keeps,
            risen=risen,
            fallen=fallen,
        )
