"""The nouns of a source's portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadhouse.report.statement.types import Mark


@dataclass(frozen=True, slots=True)
class PostFilters:
    """Which posts are meant; what is blank or None is not asked. `since` is in, `until` is not."""

    search: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A lead as its source sees it: never who bought it, nor for how much."""

    id: UUID
    consumer: int
    received_at: datetime
    status: str
    reason: str | None
    product_id: int | None
    is_test: bool
    first_name: str
    last_name: str
    email: str
    reference: str
    payout_minor: int | None
    heard: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted, byte for byte, what was read in it, and what was answered, if it is still kept."""

    raw: bytes
    content_type: str
    created_by: str
    fields: Mapping[str, object]
    extra: Mapping[str, object]
    marks: Mapping[str, str]
    answer_status: int | None
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a buyer said about a lead."""

    kind: str
    reason: str | None
    value_minor: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Earned:
    """What a source earned with a lead, in minor units."""

    at: datetime
    lead_id: UUID
    amount_minor: int
    entry_id: int

    @property
    def mark(self) -> Mark:
        """Return the place right after this line."""
        return Mark(self.at, self.entry_id)


@dataclass(frozen=True, slots=True)
class EarnedPage:
    """Some payouts, the newest first; `next` is None on the last page."""

    lines: tuple[Earned, ...]
    next: Mark | None


@dataclass(frozen=True, slots=True)
class EarnedSums:
    """With how many leads a source earned something, and how much, in minor units."""

    leads: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the source's, of which only the last characters are known."""

    hint: str
    created_at: datetime
    revoked_at: datetime | None
