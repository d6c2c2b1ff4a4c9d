"""What is left to do for a lead once its buyers have answered: wait, find another buyer, or end it.

Pure; used by deliver after each answer, and by allocate when a further search finds nobody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from leadhouse.parties.types import AnswerStage, PayoutKind, Source
from leadhouse.timeline.types import Change, Event, NewWork, Outcome, Stage, Status, Step

_UNDECIDED = frozenset({"held", "delivering"})
_TAKEN = "accepted"
NOBODY_ACCEPTED = "nobody_accepted"


class Assigned(Protocol):
    """What is read of an assignment; `is_uncertain` says that it failed and yet may have arrived."""

    @property
    def status(self) -> str: ...
    @property
    def run(self) -> int: ...
    @property
    def sale_size(self) -> int: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def is_uncertain(self) -> bool: ...


class Course(StrEnum):
    WAIT = "wait"
    SEARCH = "search"
    END = "end"


@dataclass(frozen=True, slots=True)
class Ending:
    """The event that ends a lead, and the work that follows from it."""

    event: Event
    work: tuple[NewWork, ...]


def course(assignments: Sequence[Assigned], run: int) -> Course:
    """Say how the lead goes on; only assignments of the present run can ask for another search.

    Each place that was refused (or failed before anything arrived) is searched for again, never one whose
    outcome stays uncertain: that company may hold the person's data.
    """
    present = [one for one in assignments if one.run == run]
    if any(one.status in _UNDECIDED for one in present):
        return Course.WAIT
    filled = [one for one in present if one.status == _TAKEN or one.is_uncertain]
    if len(filled) == len(present):
        return Course.END
    accepted = [one for one in filled if one.status == _TAKEN]
    places = max(one.sale_size for one in accepted or present)
    return Course.SEARCH if len(filled) < places else Course.END


def revenue(assignments: Iterable[Assigned]) -> int:
    """Return what the accepted assignments bring, minor units, later credits not taken off."""
    return sum(one.price_minor for one in assignments if one.status == _TAKEN)


def ending(
    lead_id: UUID,
    assignments: Sequence[Assigned],
    source: Source | None,
    *,
    at: datetime,
    reason: str = NOBODY_ACCEPTED,
) -> Ending:
    """Return how the lead ends: delivered when anybody accepted, else unsold with this reason."""
    accepted = [one for one in assignments if one.status == _TAKEN]
    status = Status.DELIVERED if accepted else Status.UNSOLD
    earned = revenue(accepted)
    event = Event(
        lead_id,
        Step.SETTLE,
        status.value,
        Outcome.SUCCESS if accepted else Outcome.FAILURE,
        reason=None if accepted else reason,
        data={"accepted": len(accepted), "revenue_minor": earned},
        change=Change(
            status=status,
            reason=None if accepted else reason,
            revenue_minor=earned,
            settled_at=at,
        ),
    )
    stages = _stages_after(source, is_sold=bool(accepted))
    return Ending(event, tuple(NewWork(stage, lead_id) for stage in stages))


def _stages_after(source: Source | None, *, is_sold: bool) -> list[Stage]:
    """A fixed payout that is due earlier (answer received or qualified) was booked by that stage."""
    if source is None:
        return [Stage.CONFIRM] if is_sold else []
    stages = [Stage.NOTICE] if source.notify else []
    if is_sold and (source.answer is AnswerStage.SOLD or source.payout.kind is PayoutKind.SHARE):
        stages.append(Stage.PAYOUT)
    return [*stages, Stage.CONFIRM] if is_sold else stages
