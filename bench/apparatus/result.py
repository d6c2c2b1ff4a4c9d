"""What a benchmark hands back: figures of several rounds, beside a peer's and the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

Rounds = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """What somebody else's way reached in the same run."""

    name: str
    rounds: Rounds


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, once a round; `target` is what to reach, or with `is_cost` not to pass."""

    name: str
    unit: str
    rounds: Rounds
    target: float | None = None
    is_cost: bool = False
    peer: Peer | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer, by the medians."""
        if self.peer is None:
            return None
        ours, theirs = self.median, median(self.peer.rounds)
        return theirs / ours if self.is_cost else ours / theirs

    @property
    def reached(self) -> float | None:
        """How much of the target is reached: 1 is all of it."""
        if self.target is None:
            return None
        return self.target / self.median if self.is_cost else self.median / self.target


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark's figures, and what else a reader must know to compare them."""

    figures: tuple[Figure, ...]
    notes: Mapping[str, str] = field(default_factory=dict)
