"""The nouns of qualifying: classes, refusals, what steps say and ask, what was found out."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from uuid import UUID

from msgspec import Struct, field

from leadhouse.capture.types import LeadFacts
from leadhouse.kit.emails import Email
from leadhouse.kit.phones import Phone
from leadhouse.parties.types import Product
from leadhouse.timeline.types import Outcome

NOTHING: Mapping[str, object] = MappingProxyType({})


class Classification(IntEnum):
    """What is proved about the ways to reach the person: names, not an order."""

    EMAIL_ONLY = 0
    VERIFIED_EMAIL_ONLY = 1
    UNVERIFIED_PHONE = 2
    VERIFIED_PHONE_VIA_SMS = 3
    VERIFIED_PHONE_VIA_CALL = 4
    VERIFIED_PHONE_VIA_LEAD_PROCESSING = 5
    VERIFIED_PHONE_VIA_REVALIDATION_SMS = 6
    VERIFIED_VIA_REVALIDATION_EMAIL = 7

    @property
    def label(self) -> str:
        """Return the class in people's words."""
        return _LABELS[self]


_LABELS = {
    Classification.EMAIL_ONLY: "Basic",
    Classification.VERIFIED_EMAIL_ONLY: "Email verified",
    Classification.UNVERIFIED_PHONE: "Phone unverified",
    Classification.VERIFIED_PHONE_VIA_SMS: "SMS verified",
    Classification.VERIFIED_PHONE_VIA_CALL: "Call verified",
    Classification.VERIFIED_PHONE_VIA_LEAD_PROCESSING: "QA verified",
    Classification.VERIFIED_PHONE_VIA_REVALIDATION_SMS: "Re-verified SMS",
    Classification.VERIFIED_VIA_REVALIDATION_EMAIL: "Re-verified email",
}


class Refusal(StrEnum):
    """Why a lead is disqualified; the passport's reason. The last two are no step's."""

    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    DUPLICATE = "duplicate"
    SUPPRESSED = "suppressed"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    DISPOSABLE_EMAIL = "disposable_email"
    BAD_IP = "bad_ip"
    UNVERIFIED_PHONE = "unverified_phone"
    UNVERIFIED_EMAIL = "unverified_email"
    RISKY_IP = "risky_ip"
    FILTERED = "filtered"
    UNKNOWN_PRODUCT = "unknown_product"
    INTERNAL_ERROR = "internal_error"


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class Contact(Struct, frozen=True, order=True):
    """An email key (kit.emails.Email.key) or an E.164 phone."""

    kind: ContactKind
    value: str


class Accepted(Struct, frozen=True):
    """A contact of a lead that counts as an earlier one."""

    product_id: int
    source_id: int
    contact: Contact
    lead_id: UUID
    received_at: datetime


class Duplicate(Struct, frozen=True):
    """The earliest accepted lead of the same person, and by which contacts it was found."""

    lead_id: UUID
    received_at: datetime
    matched: tuple[ContactKind, ...]


class Check(StrEnum):
    """What is asked of somebody outside."""

    PHONE = "phone"
    EMAIL = "email"
    IP = "ip"
    MAIL_HOSTS = "mail_hosts"


class Need(Struct, frozen=True):
    """A question for somebody outside; `service` is empty for DNS."""

    check: Check
    value: str
    service: str = ""
    timeout_seconds: float = 5.0
    expires_days: int = 90
    user_agent: str = ""


class Verdict(StrEnum):
    """What an answer proves; `unavailable`: there was none."""

    VERIFIED = "verified"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


class Verification(Struct, frozen=True):
    """An answer from outside: the facts it appends, why it is no proof, the service's own number of it."""

    verdict: Verdict
    facts: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""
    reference: str = ""
    ms: int = 0


class Subject(Struct, frozen=True):
    """A lead in its flow and all that is known of it by now; `appended` grows from step to step."""

    lead: LeadFacts
    product: Product
    channel: str
    email: Email | None
    phone: Phone | None
    duplicate: Duplicate | None = None
    suppressed: frozenset[ContactKind] = frozenset()
    answers: Mapping[Check, Verification] = field(default_factory=dict)
    appended: Mapping[str, object] = field(default_factory=dict)


class StepResult(Struct, frozen=True):
    """What one step says: `refusal` is what it found, `stops` whether the lead ends here."""

    outcome: Outcome = Outcome.SUCCESS
    refusal: str | None = None
    stops: bool = False
    appended: Mapping[str, object] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    ms: int = 0


class Said(Struct, frozen=True):
    """A step of the flow and its result."""

    step: str
    result: StepResult


class Walk(Struct, frozen=True):
    """How far a lead came in its flow: to its end, to a refusal, or to a question to be asked first."""

    said: tuple[Said, ...]
    appended: Mapping[str, object]
    classification: Classification
    refusal: Refusal | None = None
    text: str = ""
    need: Need | None = None


class Verified(Struct, frozen=True):
    """An answer worth keeping: whose, by which service, until when it holds."""

    lead_id: UUID
    need: Need
    verification: Verification
