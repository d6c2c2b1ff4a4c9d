"""The nouns of delivery: parcels, attempts, and what an answer means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leadhouse.outbound.types import Mail, Request
from leadhouse.parties.types import AcceptRule
from leadhouse.timeline.types import Claim


class Kind(StrEnum):
    """To whom a parcel goes: a buyer, the consumer, the source, the operator's own system."""

    DELIVERY = "delivery"
    CONFIRMATION = "confirmation"
    NOTICE = "notice"
    SYNC = "sync"


class ParcelStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"


class Verdict(StrEnum):
    """What one attempt came to; retry and unknown keep the parcel open."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRY = "retry"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Reason(StrEnum):
    """Why an attempt was not accepted; the other side's own words stand in the receipt's detail."""

    NOT_ACCEPTED = "not_accepted"
    REFUSING_STATUS = "refusing_status"
    REDIRECTED = "redirected"
    BUSY = "busy"
    SERVER_ERROR = "server_error"
    NOT_CONNECTED = "not_connected"
    MAIL_TRY_LATER = "mail_try_later"
    MAIL_REFUSED = "mail_refused"
    TIME_OUT = "time_out"
    RESET = "reset"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    BLOCKED_ADDRESS = "blocked_address"
    UNSENDABLE = "unsendable"
    BAD_TEMPLATE = "bad_template"
    METHOD_GONE = "method_gone"
    LEFT_OUT = "left_out"
    WORKER_LOST = "worker_lost"
    INTERNAL_ERROR = "internal_error"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came back from one attempt.

    `detail` and `reference` are the other side's words, `excerpt` the start of its answer; all are bounded
    and stored. `retry_after_seconds` is what the other side asked for.
    """

    verdict: Verdict
    reason: Reason | None = None
    detail: str = ""
    reference: str = ""
    status: int | None = None
    excerpt: str = ""
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything a parcel to a buyer is written from; `lead` is the canonical flat object.

    `delivery_id` is the assignment's id: equal in every method and attempt. `bid` is the buyer's own name of
    the live bid that bought the lead, empty where there was none.
    """

    delivery_id: UUID
    lead: Mapping[str, object]
    company: str
    campaign: str
    product: str
    price: str
    bid: str = ""


@dataclass(frozen=True, slots=True)
class NewParcel:
    """A parcel to be stored; `topic` and `content` are a notice's type and data.

    Of a confirmation, `method` is its number and `content` says which companies it names.
    """

    id: UUID
    kind: Kind
    lead_id: UUID
    assignment_id: UUID | None = None
    method: int = 0
    topic: str = ""
    content: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A stored parcel; `attempts` counts the tries begun, `is_uncertain`: one of them may have arrived."""

    id: UUID
    kind: Kind
    lead_id: UUID
    assignment_id: UUID | None
    method: int
    topic: str
    content: Mapping[str, object]
    status: ParcelStatus
    attempts: int
    is_uncertain: bool
    created_at: datetime

    @property
    def companies(self) -> list[int]:
        """Return the ids of the companies that a confirmation names."""
        named = self.content.get("companies", [])
        return [one for one in named if isinstance(one, int)] if isinstance(named, list) else []


@dataclass(frozen=True, slots=True)
class Sending:
    """A parcel written and ready to go, or one whose outcome is known without sending it (a receipt).

    `endpoint` is what a slow receiver is known by, `summary` what the attempt's row says was sent, `about`
    what its event says: never a body, a query or a secret.
    """

    claim: Claim
    parcel: Parcel
    item: Request | Mail | Receipt
    endpoint: str
    summary: str
    rule: AcceptRule | None = None
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a parcel: what was sent (never a query or a secret) and what came back.

    `request` says it in a line; `head` and `body` are all of it, empty where nothing left or it was erased.
    """

    parcel_id: UUID
    number: int
    started_at: datetime
    ended_at: datetime | None
    request: str
    verdict: Verdict | None
    reason: str | None
    detail: str
    reference: str
    status: int | None
    excerpt: str
    ms: int | None
    head: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class ParcelHistory:
    """A parcel with all its attempts, oldest first."""

    parcel: Parcel
    attempts: tuple[Attempt, ...]
