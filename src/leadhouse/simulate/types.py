"""The nouns of a simulation: leads as they come to be decided, what buyers do, what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from leadhouse.allocate.selling.cases import Decided
from leadhouse.allocate.types import AssignmentStatus, Lead
from leadhouse.timeline.types import Passport


class Refused(StrEnum):
    """Why a lead is not even decided: what the door, or the check for duplicates behind it, would say."""

    SOURCE_CLOSED = "source_closed"
    PRODUCT_CLOSED = "product_closed"
    CRITERIA = "criteria"
    CAP_REACHED = "cap_reached"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead when it comes to be decided, and its passport then; `place` orders those of one instant."""

    at: datetime
    place: int
    lead: Lead
    passport: Passport


@dataclass(frozen=True, slots=True)
class Answer:
    """What a buyer did with a lead, so long after the sale; one that is still to answer leaves it open.

    Taken, it may have been rejected later, and paid back: `rejected_after` and `back_after` are None where
    it was not, `is_back_in_full` False where `back_minor` was all that came back.
    """

    status: AssignmentStatus
    after: timedelta
    is_uncertain: bool = False
    rejected_after: timedelta | None = None
    back_after: timedelta | None = None
    is_back_in_full: bool = True
    back_minor: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in (AssignmentStatus.HELD, AssignmentStatus.DELIVERING)


@dataclass(frozen=True, slots=True)
class Turned:
    """A lead that was not let in."""

    arrival: Arrival
    reason: Refused


class Judged(Struct, frozen=True):
    """A decision; a lead that waited, or whose buyers refused, has several."""

    at: datetime
    arrival: Arrival
    decided: Decided


@dataclass(frozen=True, slots=True)
class Loss:
    """Money of a sale that a buyer refused (`is_refusal`) or was paid back."""

    at: datetime
    arrival: Arrival
    campaign_id: int
    amount_minor: int
    is_refusal: bool


Step = Turned | Judged | Loss
