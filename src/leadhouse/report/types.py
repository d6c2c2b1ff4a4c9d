"""The nouns of lists of leads: filters, order, rows, pages."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from leadhouse.timeline.types import Outcome, Status

T = TypeVar("T")

# A lead was sold from the moment its buyers were chosen until all of them turned it down.
SOLD = frozenset({Status.SOLD, Status.DELIVERING, Status.DELIVERED})
# More would not go into a bigint.
_MOST_DIGITS = 18
_FAILED = frozenset({Status.DISQUALIFIED, Status.UNSOLD})


def final_outcome(status: Status) -> Outcome | None:
    """Return how a lead ended: success when delivered, failure when nobody has it, None on its way."""
    if status is Status.DELIVERED:
        return Outcome.SUCCESS
    return Outcome.FAILURE if status in _FAILED else None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the next one begins right after this lead.

    `figure` is what the list is sorted by where that is a number, else 0.
    """

    received_at: datetime
    lead_id: UUID
    figure: int = 0

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Read what `str()` wrote; None for anything else, so that a spoilt link shows the first page."""
        instant, _, rest = text.partition("_")
        lead_id, _, figure = rest.partition("_")
        try:
            received_at = datetime.fromisoformat(instant)
            is_sound = received_at.tzinfo and len(figure) <= _MOST_DIGITS
            return cls(received_at, UUID(lead_id), int(figure or 0)) if is_sound else None
        except ValueError:
            return None

    def __str__(self) -> str:
        figure = f"_{self.figure}" if self.figure else ""
        return f"{self.received_at.isoformat()}_{self.lead_id}{figure}"


class Sort(StrEnum):
    """How a list of leads is ordered; by revenue it holds only leads that earned something."""

    NEWEST = "newest"
    OLDEST = "oldest"
    REVENUE = "revenue"
    CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows in order; `next` is None on the last page."""

    rows: tuple[T, ...]
    next: Cursor | None = None


@dataclass(frozen=True, slots=True)
class LeadFilters:
    """Which leads are meant; what is None (or blank) is not asked. `source` and `product` are keys.

    `by_person` False has the search find nobody by names and contacts. `state` is two letters, `reason` why a
    lead was refused or is not sold. `company_id` means those who have the lead or are being given it; a
    campaign is asked for together with its company. `since` is included, `until` is not; `test` False leaves
    test leads out, True leaves the others out.
    """

    search: str = ""
    by_person: bool = field(default=True, compare=False)
    status: Status | None = None
    source: str | None = None
    product: str | None = None
    classification: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    test: bool | None = None
    state: str | None = None
    reason: str | None = None
    company_id: int | None = None
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead in a list; `source` and `product` are keys, contacts stand as they are kept."""

    id: UUID
    consumer: int
    received_at: datetime
    status: Status
    reason: str | None
    good_to_sell: bool
    classification: int | None
    source: str
    source_name: str
    channel: str
    product: str | None
    product_name: str | None
    is_test: bool
    waiting_until: datetime | None
    sale_size: int | None
    revenue_minor: int
    first_name: str
    last_name: str
    email: str
    phone: str
    city: str
    state: str
    postal_code: str
    payout_minor: int = 0
    credited_minor: int = 0

    @property
    def margin_minor(self) -> int:
        return self.revenue_minor - self.credited_minor - self.payout_minor

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
