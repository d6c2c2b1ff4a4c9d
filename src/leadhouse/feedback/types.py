"""The nouns of feedback: what a company may say about a delivery, and what it is answered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    REJECTION = "rejection"
    RETURN = "return"
    CONVERSION = "conversion"


class Reason(StrEnum):
    """Why a lead is rejected or returned: the closed list of the contract."""

    DISCONNECTED = "disconnected"
    WRONG_NUMBER = "wrong_number"
    DUPLICATE = "duplicate"
    OUTSIDE_AREA = "outside_area"
    WRONG_SERVICE = "wrong_service"
    NOT_INTERESTED = "not_interested"
    DID_NOT_REQUEST = "did_not_request"
    BOGUS = "bogus"
    LANGUAGE = "language"
    NO_AUTHORITY = "no_authority"
    OTHER = "other"


class Code(StrEnum):
    """Why feedback was refused (the first four) or could not be read."""

    WINDOW_CLOSED = "window_closed"
    NOT_DELIVERED = "not_delivered"
    NOT_DELIVERED_YET = "not_delivered_yet"
    ALREADY_HEARD = "already_heard"
    UNKNOWN_DELIVERY = "unknown_delivery"
    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    MALFORMED_BODY = "malformed_body"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    NOT_STORED = "not_stored"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NO_KEY = "no_key"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_FOR_THIS = "key_not_for_this"


@dataclass(frozen=True, slots=True)
class Given:
    """What a company says about a delivery (an assignment); `value_minor` is what a conversion earned."""

    delivery: UUID
    kind: Kind
    reason: Reason | None = None
    value_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing is heard: HTTP status, code, and a reason that a person can act on.

    Below 400 the request was right and its wish is refused.
    """

    status: int
    code: Code
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What feedback comes to: the credit in minor units, or why it is refused (`code`)."""

    credit_minor: int = 0
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """Feedback as it was heard the first time; `granted_minor` is what an operator gave back later."""

    id: UUID
    assignment_id: UUID
    lead_id: UUID
    company_id: int
    kind: Kind
    reason: Reason | None
    value_minor: int | None
    at: datetime
    credit_minor: int
    code: Code | None
    granted_minor: int | None
