"""Adds up what a period's leads came to: all of them, by source, by reason, by status, by state."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from leadhouse.report.types import SOLD
from leadhouse.timeline.types import Status

K = TypeVar("K", bound=Hashable)
_NOTHING = frozenset({Status.DISQUALIFIED, Status.UNSOLD})


@dataclass(frozen=True, slots=True)
class Sums:
    """What leads came to, amounts in minor units; `accepted` were good to sell."""

    leads: int = 0
    accepted: int = 0
    sold: int = 0
    revenue_minor: int = 0
    credited_minor: int = 0
    payout_minor: int = 0

    @property
    def margin_minor(self) -> int:
        """Return revenue less credits and payout."""
        return self.revenue_minor - self.credited_minor - self.payout_minor

    @property
    def conversion(self) -> float | None:
        """Return sold ÷ captured, 0..1; None without leads."""
        return self.sold / self.leads if self.leads else None

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in _NAMES))


_NAMES = tuple(one.name for one in fields(Sums))


@dataclass(frozen=True, slots=True)
class Cell:
    """The leads of a period that agree in source, status, reason and state; `source` is its id."""

    source: int
    status: Status
    reason: str
    state: str
    leads: int
    accepted: int
    revenue_minor: int
    credited_minor: int
    payout_minor: int

    @property
    def sums(self) -> Sums:
        sold = self.leads if self.status in SOLD else 0
        return Sums(
            self.leads, self.accepted, sold, self.revenue_minor, self.credited_minor, self.payout_minor
        )


@dataclass(frozen=True, slots=True)
class Nothing:
    """How many leads came to nothing for one reason."""

    status: Status
    reason: str
    leads: int


def by(cells: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, Sums]:
    """Return what the leads came to by some key of theirs, most leads first."""
    added: defaultdict[K, Sums] = defaultdict(Sums)
    for one in cells:
        added[key(one)] += one.sums
    return dict(sorted(added.items(), key=lambda item: -item[1].leads))


def total(sums: Iterable[Sums]) -> Sums:
    """Return everything added up."""
    return sum(sums, Sums())


def came_to_nothing(cells: Sequence[Cell]) -> list[Nothing]:
    """Return why leads were not sold, the most frequent reason first."""
    counts: defaultdict[tuple[Status, str], int] = defaultdict(int)
    for one in cells:
        if one.status in _NOTHING:
            counts[one.status, one.reason] += one.leads
    found = [Nothing(status, reason, leads) for (status, reason), leads in counts.items()]
    return sorted(found, key=lambda one: (-one.leads, one.status, one.reason))
