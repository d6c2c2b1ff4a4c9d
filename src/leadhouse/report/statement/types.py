"""The nouns of a statement: its lines, what they come to, where a page of them ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

T = TypeVar("T")
# More would not go into a bigint.
_MOST_DIGITS = 18


class Ask(Protocol):
    """How a statement reads: as the house, or from inside a portal's fence."""

    def __call__(
        self, statement: str, params: Mapping[str, object], into: Callable[..., T], /
    ) -> list[T]: ...


class Line(NamedTuple):
    """One move of money in minor units: `kind` is deposit, reversal, capture (a lead was charged) or credit.

    `ref` is what was booked, `delivery` the assignment it is about, with its lead and its campaign's key;
    a payment has none, but maybe a note, and it may have been taken back.
    """

    at: datetime
    kind: str
    amount_minor: int
    delivery: UUID | None
    lead_id: UUID | None
    campaign: str | None
    entry_id: int
    ref: UUID
    note: str | None = None
    is_taken_back: bool = False

    @property
    def signed_minor(self) -> int:
        """Return by how much it changed what the company may spend."""
        return -self.amount_minor if self.kind in ("capture", "reversal") else self.amount_minor

    @property
    def mark(self) -> "Mark":
        """Return the place right after this line."""
        return Mark(self.at, self.entry_id)


class Payment(NamedTuple):
    """What a company paid in once, in minor units."""

    at: datetime
    amount_minor: int
    note: str | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page of a statement ended: the next one begins right after this entry."""

    at: datetime
    entry_id: int

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """Read what `str()` wrote; None for anything else, so that a spoilt link shows the first page."""
        instant, _, number = text.partition("_")
        try:
            at = datetime.fromisoformat(instant)
            return cls(at, int(number)) if at.tzinfo and len(number) <= _MOST_DIGITS else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.entry_id}"


class Sums(NamedTuple):
    """What all entries of a span come to, in minor units; `leads` were charged."""

    entries: int = 0
    paid_minor: int = 0
    charged_minor: int = 0
    credited_minor: int = 0
    leads: int = 0

    @property
    def total_minor(self) -> int:
        """Return what is owed for the span's leads."""
        return self.charged_minor - self.credited_minor


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the newest first; `next` is None on the last page."""

    lines: tuple[Line, ...] = ()
    next: Mark | None = None


class CampaignSums(NamedTuple):
    """What one campaign's leads of a span came to, in minor units; `campaign` is its key."""

    campaign: str
    leads: int
    charged_minor: int
    credits: int
    credited_minor: int

    @property
    def total_minor(self) -> int:
        """Return what is owed for them."""
        return self.charged_minor - self.credited_minor
