"""The nouns of the timeline: passports and their statuses, events, work items and claims on them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, field


class Status(StrEnum):
    """Where a lead is in its life; `number` is its permanent figure, 0 at the start."""

    INITIAL = "initial"
    QUALIFYING = "qualifying"
    QUALIFIED = "qualified"
    DISQUALIFIED = "disqualified"
    WAITING = "waiting"
    ALLOCATING = "allocating"
    SOLD = "sold"
    UNSOLD = "unsold"
    DELIVERING = "delivering"
    DELIVERED = "delivered"

    @property
    def number(self) -> int:
        return list(Status).index(self)


FINAL = frozenset({Status.DISQUALIFIED, Status.UNSOLD, Status.DELIVERED})


class Outcome(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    SKIP = "skip"


class Step(StrEnum):
    """The rooms of a lead's road, as its events name them."""

    CAPTURE = "capture"
    ACCEPT = "accept"
    QUALIFY = "qualify"
    BID = "bid"
    PREVALIDATE = "prevalidate"
    ALLOCATE = "allocate"
    ASSIGN = "assign"
    DELIVER = "deliver"
    FEEDBACK = "feedback"
    SETTLE = "settle"
    NOTICE = "notice"
    CONFIRM = "confirm"
    AMEND = "amend"


class Stage(StrEnum):
    """Which kind of worker takes a work item."""

    QUALIFY = "qualify"
    VERIFY = "verify"
    BID = "bid"
    ALLOCATE = "allocate"
    DELIVER = "deliver"
    PAYOUT = "payout"
    FOLD = "fold"
    NOTICE = "notice"
    CONFIRM = "confirm"
    SYNC = "sync"


class AnswerStage(StrEnum):
    """How far a source's answer waits."""

    RECEIVED = "received"
    QUALIFIED = "qualified"
    SOLD = "sold"


class Terms(Struct, frozen=True):
    """What a source is answered and paid for one lead: agreed when it posts, for good (ADR 18).

    `payout_minor` is None while it is to be `share_percent` of a sale that is not made yet.
    """

    answer: AnswerStage = AnswerStage.RECEIVED
    payout_minor: int | None = 0
    share_percent: Decimal | None = None

    @property
    def paid_at(self) -> AnswerStage:
        """Return what a lead has to reach before it is paid for: a fixed payout is due with the answer."""
        return self.answer if self.share_percent is None else AnswerStage.SOLD


class NewPassport(Struct, frozen=True):
    """`promised_minor` is the price that the source was promised for the lead, None without a promise.

    `state` is the place's, two letters, empty when it is not known.
    """

    lead_id: UUID
    consumer_id: int
    product_id: int | None
    source_id: int
    received_at: datetime
    channel: str
    contact_requests: int | None = None
    is_test: bool = False
    promised_minor: int | None = None
    terms: Terms = Terms()
    state: str = ""


class Change(Struct, frozen=True):
    """What an event changes on the passport; None leaves a value as it is.

    A new status replaces the reason and the waiting instant, given or not. `credit_minor` is added to what
    was credited before; a lead's events of one moment carry it once. `booked_minor` is what the books
    hold for its source.
    """

    status: Status | None = None
    reason: str | None = None
    good_to_sell: bool | None = None
    classification: int | None = None
    waiting_until: datetime | None = None
    unique_lead_id: int | None = None
    sales_potential_minor: int | None = None
    sale_size: int | None = None
    revenue_minor: int | None = None
    payout_minor: int | None = None
    credit_minor: int | None = None
    booked_minor: int | None = None
    settled_at: datetime | None = None
    run: int | None = None
    is_test: bool | None = None


class Event(Struct, frozen=True):
    """One step's record; `ms` is how long the step took, `data` what it appended (JSON)."""

    lead_id: UUID
    step: Step
    type: str
    outcome: Outcome
    reason: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    ms: int = 0
    change: Change | None = None


class StoredEvent(Struct, frozen=True):
    seq: int
    run: int
    at: datetime
    step: str
    type: str
    outcome: str
    reason: str | None
    data: Mapping[str, object]
    ms: int


class Passport(Struct, frozen=True):
    lead_id: UUID
    consumer_id: int
    product_id: int | None
    source_id: int
    status: Status
    reason: str | None
    good_to_sell: bool
    classification: int | None
    contact_requests: int | None
    channel: str
    is_test: bool
    run: int
    unique_lead_id: int | None
    sales_potential_minor: int | None
    waiting_until: datetime | None
    sale_size: int | None
    revenue_minor: int
    received_at: datetime
    settled_at: datetime | None
    promised_minor: int | None = None
    answer: AnswerStage = AnswerStage.RECEIVED
    payout_minor: int | None = 0
    share_percent: Decimal | None = None

    @property
    def terms(self) -> Terms:
        """Return what its source is answered and paid for the lead, as far as it is known by now."""
        return Terms(self.answer, self.payout_minor, self.share_percent)

    @property
    def is_promised(self) -> bool:
        """Return whether the source was promised a price for the lead."""
        return self.promised_minor is not None


class NewWork(Struct, frozen=True):
    """Work for a stage; `ref` is the assignment, parcel or response meant, `due_at` None means now."""

    stage: Stage
    lead_id: UUID
    ref: UUID | None = None
    due_at: datetime | None = None


class Claim(Struct, frozen=True):
    """A leased work item; `token` is the fence that a later lease replaces."""

    id: int
    stage: Stage
    lead_id: UUID
    ref: UUID | None
    token: UUID
    attempts: int


class Claimed(Struct, frozen=True):
    """The claims of one take, and the database's now at that moment."""

    now: datetime
    claims: list[Claim]


class News(Struct, frozen=True):
    """Parties, by id, that may come to want leads which wait: they were edited, or have more to spend.

    `is_market` means everybody. The leads up to `after` have heard it, the first at `seen_at`; late news has
    been heard by all, and will be once more.
    """

    id: int
    campaigns: list[int]
    companies: list[int]
    products: list[int]
    is_market: bool
    after: UUID | None
    seen_at: datetime | None
    is_late: bool
