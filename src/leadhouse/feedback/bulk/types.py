"""The nouns of feedback by file: the file, its rows, and what each is worth or came to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from leadhouse.feedback.types import Given, Kind, Reason


class FileState(StrEnum):
    """A file waits for its confirmation, is under way, was stopped, or is done."""

    PROPOSED = "proposed"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


class RowState(StrEnum):
    """A row can be taken, was left out from the beginning, was taken, or was refused when its turn came."""

    READY = "ready"
    LEFT_OUT = "left_out"
    TAKEN = "taken"
    REFUSED = "refused"


# Why a row is left out besides what feedback itself is refused for.
TWICE, UNREADABLE, FAILED = "twice", "unreadable", "failed"


@dataclass(frozen=True, slots=True)
class Posted:
    """One row as it was written: its number as spreadsheets count, cells by column, what is wrong with it."""

    number: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the delivery that a row names.

    `is_heard`: feedback of the row's type was heard before; `is_credited`: the delivery had its one credit.
    """

    number: int
    assignment_id: UUID
    status: str
    price_minor: int
    is_in_window: bool
    is_heard: bool
    is_credited: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row with where it stands: `credit_minor` is what it will bring, then what it has brought."""

    number: int
    delivery: str
    assignment_id: UUID | None
    kind: str
    reason: str | None
    value_minor: int | None
    state: RowState
    code: str | None = None
    told: str = ""
    credit_minor: int = 0

    @property
    def given(self) -> Given:
        """Return what the row says of a delivery; LookupError or ValueError where that cannot be said."""
        if self.assignment_id is None:
            raise LookupError(f"row {self.number} names no delivery")
        reason = Reason(self.reason) if self.reason else None
        return Given(self.assignment_id, Kind(self.kind), reason, self.value_minor)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a file stand where, and what they bring or brought, minor units."""

    ready: int
    left_out: int
    taken: int
    refused: int
    credit_minor: int

    @property
    def total(self) -> int:
        """Return how many rows there are to be heard, done or not."""
        return self.ready + self.taken + self.refused

    @property
    def percent(self) -> float:
        """Return how far it is, 0..100."""
        return 100 * (self.taken + self.refused) / self.total if self.total else 100.0


@dataclass(frozen=True, slots=True)
class File:
    """A file of feedback; `silent` rows said nothing about their delivery and are not kept."""

    id: UUID
    name: str
    by: str
    state: FileState
    created_at: datetime
    ended_at: datetime | None
    silent: int
