"""The nouns of capture: submissions, what is made of them, the answers to the source, and leads as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, field

from leadhouse.kit.places import by_zip


class CreatedBy(StrEnum):
    """How a lead came in."""

    API = "api"
    FORM = "form"
    BATCH = "batch"
    CSV = "csv"


class AnswerFormat(StrEnum):
    JSON = "json"
    XML = "xml"


class Code(StrEnum):
    """Why a lead is not wanted (failure), or why a request was no lead at all (error)."""

    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    UNKNOWN_PRODUCT = "unknown_product"
    CRITERIA = "criteria"
    CAP_REACHED = "cap_reached"
    SOURCE_CLOSED = "source_closed"
    PRODUCT_CLOSED = "product_closed"
    PING_INVALID = "ping_invalid"
    PING_EXPIRED = "ping_expired"
    PING_MISMATCH = "ping_mismatch"
    PING_USED = "ping_used"
    NO_BID = "no_bid"

    MALFORMED_JSON = "malformed_json"
    MALFORMED_FORM = "malformed_form"
    MALFORMED_XML = "malformed_xml"
    MALFORMED_BATCH = "malformed_batch"
    TOO_DEEP = "too_deep"
    TOO_MANY_FIELDS = "too_many_fields"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BROKEN_BODY = "broken_body"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INVALID_REDIR_URL = "invalid_redir_url"
    INVALID_IDEMPOTENCY_KEY = "invalid_idempotency_key"
    NO_KEY = "no_key"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_FOR_THIS = "key_not_for_this"
    IN_PROGRESS = "in_progress"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    RATE_LIMITED = "rate_limited"
    NOT_STORED = "not_stored"
    NOT_ANSWERED = "not_answered"


class Token(Struct, frozen=True):
    """What tells that a post was seen before: the digest of its idempotency key, else of its bytes."""

    digest: bytes
    is_key: bool


class ImportedOutcome(Struct, frozen=True):
    """What became of a lead before it was imported; `revenue_minor` is what its sale earned."""

    is_sold: bool
    revenue_minor: int = 0
    is_converted: bool | None = None


class Submission(Struct, frozen=True):
    """One post that could be read: its bytes as they came, and the values in them.

    `ping_id` is what an earlier ping was answered with. `key_digest` is the source key it was posted with,
    checked again if the market changed meanwhile; `received_at` is given for imported history only.
    """

    source_id: int
    raw: bytes
    content_type: str
    values: Mapping[str, object]
    token: Token
    body_digest: bytes
    created_by: CreatedBy = CreatedBy.API
    format: AnswerFormat = AnswerFormat.JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    redir_url: str | None = None
    ping_id: str | None = None
    key_digest: bytes | None = None
    received_at: datetime | None = None
    outcome: ImportedOutcome | None = None
    receipt_lifetime: timedelta | None = None


class FieldError(Struct, frozen=True):
    """What is wrong with one field of a lead that is not wanted."""

    field: str
    code: str
    message: str


class Cleaned(Struct, frozen=True):
    """What normalising made of the posted values.

    `fields` are canonical and product fields, bad ones as they were posted; `marks` says of each bad one why;
    `extra` is everything else.
    """

    fields: Mapping[str, object]
    extra: Mapping[str, object]
    marks: Mapping[str, str]

    def facts(self) -> dict[str, object]:
        """Return what rules may ask: the good fields, `extra.<name>`; a bad state gives way to the ZIP's."""
        facts: dict[str, object] = {f"extra.{name}": value for name, value in self.extra.items()}
        facts |= {name: value for name, value in self.fields.items() if name not in self.marks}
        if "state" not in facts and (place := by_zip(str(facts.get("postal_code")))):
            facts["state"] = place.state
        return facts


class Acceptance(Struct, frozen=True):
    """Whether a lead is wanted (`code` None), and if not, why not."""

    code: Code | None = None
    reason: str = ""
    errors: tuple[FieldError, ...] = ()

    @property
    def is_accepted(self) -> bool:
        return self.code is None


class Waiting(Struct, frozen=True):
    """A stored lead whose answer waits, at most `until`, for the lead to come as far as its source asks.

    A twin waits for the answer to an earlier post of the same lead, which another request is still giving,
    and gives up at its own instant.
    """

    lead_id: UUID
    source_id: int
    digest: bytes
    until: datetime
    format: AnswerFormat
    gives_up_at: datetime | None = None


class Answer(Struct, frozen=True):
    """What a source is told. With `waiting` it may still become a better one; `retry_after` in seconds.

    `is_repeated` says that the lead was stored by an earlier post, `refusal` why it is no lead at all.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    location: str | None = None
    retry_after: int | None = None
    allow: str | None = None
    lead_id: UUID | None = None
    waiting: Waiting | None = None
    is_repeated: bool = False
    refusal: "Refusal | None" = None


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of ours
    """A request that is no lead at all: its HTTP status, code, and a reason that a person can act on."""

    status: int
    code: Code
    reason: str
    retry_after: int | None = None
    allow: str | None = None


class LeadFacts(Struct, frozen=True):
    """A lead as later stages read it; `source` and `product` are keys.

    `fields` keep bad values as they were posted: `facts()` leaves them out, `marks` says why they are bad.
    """

    lead_id: UUID
    source_id: int
    source: str
    product_id: int | None
    product: str | None
    received_at: datetime
    created_by: CreatedBy
    is_test: bool
    fields: Mapping[str, object] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    def facts(self) -> dict[str, object]:
        """Return what rules may ask: good fields, `extra.<name>`, and what we know of the lead ourselves."""
        return Cleaned(self.fields, self.extra, self.marks).facts() | {
            "source": self.source,
            "product": self.product,
            "received_at": self.received_at,
            "is_test": self.is_test,
        }

    def good(self, name: str) -> str:
        """Return a field's text when it is there and not marked bad, else an empty text."""
        value = None if name in self.marks else self.fields.get(name)
        return "" if value is None else str(value)
