"""The nouns of reports: lead rows and pages, a lead's whole story, figures of sources and periods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from leadhouse.deliver.types import ParcelHistory
from leadhouse.parties.fields import Category
from leadhouse.timeline.types import Outcome, Passport, Status, StoredEvent

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

    `since` is included, `until` is not; `test` False leaves test leads out, True leaves the others out.
    """

    search: str = ""
    status: Status | None = None
    source: str | None = None
    product: str | None = None
    classification: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    test: bool | None = None


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


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of a lead for people; `mark` says why a bad value is bad."""

    key: str
    label: str
    value: str
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class FieldGroup:
    category: Category
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """What was posted, byte for byte, with the headers that are kept."""

    raw: bytes
    content_type: str
    headers: Mapping[str, str]
    created_by: str


@dataclass(frozen=True, slots=True)
class FeedbackTold:
    """One thing a buyer said about an assignment, minor units; refused feedback carries its `code`."""

    assignment_id: UUID
    type: str
    reason: str | None
    value_minor: int | None
    credit_minor: int
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AssignmentTold:
    """One company's share in a lead; `company` and `campaign` are keys, prices minor units."""

    id: UUID
    run: int
    company: str
    company_name: str
    campaign: str
    sale_size: int
    price_minor: int
    status: str
    decided_at: datetime
    delivered_at: datetime | None
    rejection_until: datetime | None
    rejected_at: datetime | None
    returned_at: datetime | None
    converted_at: datetime | None

    @property
    def standing(self) -> str:
        """Return where it stands in one word: its status, or what its buyer reported last."""
        facts = {
            "rejected": self.rejected_at,
            "returned": self.returned_at,
            "converted": self.converted_at,
        }
        told = {word: at for word, at in facts.items() if at}
        return max(told, key=lambda word: told[word], default=self.status)


@dataclass(frozen=True, slots=True)
class ScenarioTold:
    """The best sale of one size: expected revenue and what is charged in minor units, winners by key.

    `adjusted_minor` is what scenarios are compared by where pacing keeps some of it back, else None.
    """

    size: int
    expected_minor: int
    price_minor: int
    campaigns: tuple[str, ...]
    adjusted_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignTold:
    """What became of a campaign: its price when it won, its refusal, or how it would have won.

    `more_minor` is by how much its bid for `size` was too low; `place` is where it stood in line (1: in
    front), `standing` why, in words. All None: it could not have won at any price. `rejection_rate` (0..1) is
    the share of its price that was expected to come back, `shadow_price` (0..1) by what share of its bid its
    rank was lowered.
    """

    campaign: str
    company: str
    price_minor: int | None = None
    refusal: str | None = None
    size: int | None = None
    more_minor: int | None = None
    rejection_rate: float = 0.0
    shadow_price: float = 0.0
    place: int | None = None
    standing: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """One search for buyers: funnel counts, the best sale per size, every campaign's fate, winners first.

    `method` is the distribution by which it was made.
    `otherwise` is what the other way of pacing would have sold: greedy where it is paced and that differs,
    paced where it is in the shadow.
    """

    run: int
    round: int
    at: datetime
    market_revision: int
    outcome: str
    reason: str | None
    method: str
    funnel: Mapping[str, int]
    chosen: int | None
    scenarios: tuple[ScenarioTold, ...]
    campaigns: tuple[CampaignTold, ...]
    pacing: str = "greedy"
    otherwise: ScenarioTold | None = None


@dataclass(frozen=True, slots=True)
class MoneyTold:
    """What a lead earned and cost, minor units; `profit` is revenue less credits and payout."""

    revenue_minor: int
    payout_minor: int
    credited_minor: int

    @property
    def profit_minor(self) -> int:
        return self.revenue_minor - self.credited_minor - self.payout_minor


@dataclass(frozen=True, slots=True)
class LeadStory:
    """Everything there is to tell about one lead."""

    passport: Passport
    source: str
    source_name: str
    product: str | None
    product_name: str | None
    name: str
    groups: tuple[FieldGroup, ...]
    submission: Submission
    events: tuple[StoredEvent, ...]
    decisions: tuple[DecisionTold, ...]
    assignments: tuple[AssignmentTold, ...]
    feedback: tuple[FeedbackTold, ...]
    parcels: tuple[ParcelHistory, ...]
    money: MoneyTold
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class ExportedLead:
    """A lead as the export tells it, before it becomes cells; amounts in minor units."""

    id: UUID
    consumer: int
    received_at: datetime
    source: str
    channel: str
    product: str | None
    status: Status
    good_to_sell: bool
    classification: int | None
    reason: str | None
    sale_size: int | None
    revenue_minor: int
    is_test: bool
    fields: Mapping[str, object]
    extra: Mapping[str, object]
    payout_minor: int
    companies: tuple[str, ...]
    rejections: int
    returns: int
    conversions: int
    conversion_value_minor: int
    credited_minor: int


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One event as the export tells it."""

    lead_id: UUID
    consumer: int
    source: str
    seq: int
    run: int
    at: datetime
    step: str
    type: str
    outcome: str
    reason: str | None
    ms: int
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """A source in a period: leads captured and how many of them were sold; test leads never count."""

    source: str
    name: str
    leads: int
    sold: int

    @property
    def conversion(self) -> float | None:
        """Return sold ÷ captured, 0..1; None without leads."""
        return self.sold / self.leads if self.leads else None


@dataclass(frozen=True, slots=True)
class RefusalFigures:
    """Leads of a source that came to nothing for one reason; `field` is the first one named at the door."""

    source: str
    status: Status
    reason: str
    field: str | None
    leads: int


@dataclass(frozen=True, slots=True)
class PeriodFunnel:
    """How many leads of a period were left after each step, and how many campaigns over all decisions."""

    captured: int
    accepted: int
    qualified: int
    sold: int
    delivered: int
    decisions: int
    net: int
    priced: int
    budget: int
    winners: int


@dataclass(frozen=True, slots=True)
class WalletRow:
    """A company's wallet, minor units: limit + balance - held - charged + credited may still be spent."""

    company: str
    name: str
    mode: str
    limit_minor: int
    balance_minor: int
    held_minor: int
    charged_minor: int
    credited_minor: int
