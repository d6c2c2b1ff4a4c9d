"""The nouns of a lead's whole story: what it said, what was decided, who has it, what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from leadhouse.deliver.types import ParcelHistory
from leadhouse.parties.fields import Category
from leadhouse.timeline.types import Passport, StoredEvent


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
        return standing(self.status, self.rejected_at, self.returned_at, self.converted_at)


def standing(
    status: str, rejected_at: datetime | None, returned_at: datetime | None, converted_at: datetime | None
) -> str:
    """Return where an assignment stands in one word: what its buyer reported last, else its status."""
    facts = {"rejected": rejected_at, "returned": returned_at, "converted": converted_at}
    told = {word: at for word, at in facts.items() if at}
    return max(told, key=lambda word: told[word], default=status)


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
