"""The nouns of the portals: bought leads, what became of them, what was said and written about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leadhouse.report.story_types import standing


class Standing(StrEnum):
    """Which of its leads a company asks for; `rejectable` those whose rejection window is open."""

    FRESH = "fresh"
    REJECTABLE = "rejectable"
    REJECTED = "rejected"
    RETURNED = "returned"
    CONVERTED = "converted"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BoughtFilters:
    """Which assignments are meant; what is blank or None is not asked. `since` is in, `until` is not."""

    search: str = ""
    standing: Standing | None = None
    campaign_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoughtLead:
    """A company's assignment; who the person is stands in it only when the company bought the lead."""

    id: UUID
    lead_id: UUID
    consumer: int
    campaign_id: int
    product_id: int
    sale_size: int
    price_minor: int
    status: str
    decided_at: datetime
    delivered_at: datetime | None
    rejection_until: datetime | None
    rejected_at: datetime | None
    returned_at: datetime | None
    converted_at: datetime | None
    is_test: bool
    first_name: str
    last_name: str
    email: str
    phone: str
    address: str
    city: str
    state: str
    postal_code: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_bought(self) -> bool:
        return self.status == "accepted"

    def seconds_left(self, now: datetime) -> float:
        """Return the seconds for which the lead can still be rejected, 0 when it cannot."""
        if self.rejection_until is None or not self.is_bought or self.rejected_at:
            return 0
        return max(0, (self.rejection_until - now).total_seconds())

    @property
    def standing(self) -> str:
        """Return where it stands in one word: what the company reported last, else its status."""
        return standing(self.status, self.rejected_at, self.returned_at, self.converted_at)


@dataclass(frozen=True, slots=True)
class LeadText:
    """What a lead says: canonical and product fields, and whatever else was posted."""

    fields: Mapping[str, object]
    extra: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the company said about an assignment, minor units; refused feedback carries its `code`."""

    type: str
    reason: str | None
    value_minor: int | None
    credit_minor: int
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """One try at bringing a lead to the company by one of the campaign's methods.

    `head` and `body` are what was sent, empty unless the company bought the lead.
    """

    method: int
    parcel_status: str
    number: int
    started_at: datetime
    ended_at: datetime | None
    request: str
    verdict: str | None
    reason: str | None
    detail: str
    reference: str
    status: int | None
    excerpt: str
    ms: int | None
    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What one of the company's people wrote about a lead."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of a company's people."""

    id: int
    email: str
    role: str
    is_active: bool
    last_login: datetime | None
