"""What is left to do for a lead once its buyers have answered: wait, find another buyer, or end it.

Pure; used by deliver after each answer, and by allocate for leads that nobody takes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from leadhouse.kit.money import share_of
from leadhouse.parties.types import Source
from leadhouse.timeline.types import (
    AnswerStage,
    Change,
    Event,
    NewWork,
    Outcome,
    Passport,
    Stage,
    Status,
    Step,
)

_UNDECIDED = frozenset({"held", "delivering"})
_TAKEN = "accepted"
NOBODY_ACCEPTED = "nobody_accepted"
PRICE_GONE = "price_gone"


class Assigned(Protocol):
    """What is read of an assignment; `fills` says whether its company has the lead, or may have it."""

    @property
    def status(self) -> str: ...
    @property
    def run(self) -> int: ...
    @property
    def sale_size(self) -> int: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def decided_at(self) -> datetime: ...
    def fills(self, *, refills: bool) -> bool: ...


class Course(StrEnum):
    WAIT = "wait"
    SEARCH = "search"
    END = "end"


class Ending(Struct, frozen=True):
    """The event that settles or ends a lead, and the work that follows from it."""

    event: Event
    work: tuple[NewWork, ...]


def begun(assignments: Iterable[Assigned], run: int) -> int | None:
    """Return the sale size that stands, since somebody has accepted in this run."""
    return next((one.sale_size for one in assignments if one.status == _TAKEN and one.run == run), None)


def course(assignments: Sequence[Assigned], run: int, *, refills: bool) -> Course:
    """Say how the lead goes on; only assignments of the present run can ask for another search.

    Each place that was refused (or failed before anything arrived) is searched for again, never one whose
    outcome stays uncertain: that company may hold the person's data. Where the product refills, also a place
    that its buyer has rejected later.
    """
    present = [one for one in assignments if one.run == run]
    if any(one.status in _UNDECIDED for one in present):
        return Course.WAIT
    filled = [one for one in present if one.fills(refills=refills)]
    if len(filled) == len(present):
        return Course.END
    accepted = [one for one in present if one.status == _TAKEN]
    places = max(one.sale_size for one in accepted or present)
    return Course.SEARCH if len(filled) < places else Course.END


def revenue(assignments: Iterable[Assigned]) -> int:
    """Return what the accepted assignments bring, minor units, later credits not taken off."""
    return sum(one.price_minor for one in assignments if one.status == _TAKEN)


def unsold(lead_id: UUID, source: Source | None, *, at: datetime, reason: str = NOBODY_ACCEPTED) -> Ending:
    """Return how a lead ends that nobody has taken."""
    event = Event(
        lead_id,
        Step.SETTLE,
        Status.UNSOLD.value,
        Outcome.FAILURE,
        reason=reason,
        data={"accepted": 0, "revenue_minor": 0},
        change=Change(status=Status.UNSOLD, reason=reason, revenue_minor=0, settled_at=at),
    )
    return Ending(event, _work(lead_id, [Stage.NOTICE] if source and source.notify else []))


def sold(
    passport: Passport,
    assignments: Iterable[Assigned],
    source: Source | None,
    *,
    at: datetime,
    is_open: bool,
) -> Ending | None:
    """Return how a sale whose assignments are all decided goes on, None when that was told before.

    It is settled at once, and what follows is queued, once for those who have accepted since it was settled
    last; it is delivered when no parcel is open.
    """
    accepted = [one for one in assignments if one.status == _TAKEN]
    is_news = any(passport.settled_at is None or one.decided_at > passport.settled_at for one in accepted)
    if is_open and not is_news and passport.status is Status.DELIVERING:
        return None
    status = Status.DELIVERING if is_open else Status.DELIVERED
    brought = revenue(accepted)
    event = Event(
        passport.lead_id,
        Step.SETTLE,
        "settled" if is_open else status.value,
        Outcome.SUCCESS,
        data={"accepted": len(accepted), "revenue_minor": brought},
        change=Change(
            status=status,
            revenue_minor=brought,
            payout_minor=_share(passport, brought),
            settled_at=at if is_news else None,
        ),
    )
    return Ending(event, _work(passport.lead_id, _stages_after(source, passport) if is_news else []))


def _work(lead_id: UUID, stages: Iterable[Stage]) -> tuple[NewWork, ...]:
    return tuple(NewWork(stage, lead_id) for stage in stages)


def _share(passport: Passport, brought: int) -> int | None:
    """Return what the source's share of the first sale is; later sales of the lead leave it as it is."""
    if passport.payout_minor is not None or passport.share_percent is None:
        return None
    return share_of(brought, passport.share_percent)


def _stages_after(source: Source | None, passport: Passport) -> list[Stage]:
    """A payout that was due earlier was queued by the stage that made it so."""
    stages = [Stage.NOTICE] if source and source.notify else []
    if passport.terms.paid_at is AnswerStage.SOLD:
        stages.append(Stage.PAYOUT)
    return [*stages, Stage.CONFIRM]
