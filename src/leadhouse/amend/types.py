"""The nouns of work on many leads: what is done, how far it is, and what may follow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Action(StrEnum):
    """What is done to every lead of a batch."""

    REDELIVER = "redeliver"
    REPROCESS = "reprocess"
    MARK_TEST = "mark_test"
    MARK_REAL = "mark_real"


# What can be taken back is taken back by another action on the leads that it changed.
OPPOSITE = {Action.MARK_TEST: Action.MARK_REAL, Action.MARK_REAL: Action.MARK_TEST}


class State(StrEnum):
    """A batch waits for its confirmation, is under way, was stopped, or is done."""

    PROPOSED = "proposed"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Batch:
    """Work on many leads: of `total`, `changed` are done and `skipped` had nothing to be done.

    `by` is who asked for it, `asked` in words which leads.
    """

    id: UUID
    action: Action
    state: State
    by: str
    asked: str
    created_at: datetime
    ended_at: datetime | None
    total: int
    changed: int
    skipped: int

    @property
    def left(self) -> int:
        return self.total - self.changed - self.skipped

    @property
    def percent(self) -> float:
        """Return how far it is, 0..100."""
        return 100 * (self.changed + self.skipped) / self.total if self.total else 100.0

    @property
    def can_be_undone(self) -> bool:
        is_over = self.state in (State.FINISHED, State.STOPPED)
        return is_over and self.changed > 0 and self.action in OPPOSITE
