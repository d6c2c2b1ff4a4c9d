"""What simulations read of the database, one typed function each; nothing is changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import AssignmentStatus, Reason
from leadhouse.simulate.types import Answer
from leadhouse.store.run import allow_thinking, execute, rows, transaction, value
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
_BATCH = 1_000


class Span(NamedTuple):
    """The decisions made from `since` (in; None: from the first one on) to `until` (out)."""

    since: datetime | None
    until: datetime


class Given(NamedTuple):
    """An assignment with its end: `answered_at` if it is not open, and what was paid back."""

    lead_id: UUID
    company_id: int
    price_minor: int
    status: AssignmentStatus
    is_uncertain: bool
    decided_at: datetime
    answered_at: datetime
    rejected_at: datetime | None
    back_at: datetime | None
    back_minor: int

    def answer(self) -> Answer:
        """Return what the buyer did, by how long after the sale."""
        return Answer(
            status=self.status,
            after=self.answered_at - self.decided_at,
            is_uncertain=self.is_uncertain,
            rejected_after=self.rejected_at - self.decided_at if self.rejected_at else None,
            back_after=self.back_at - self.decided_at if self.back_at else None,
            is_back_in_full=self.back_minor == self.price_minor,
            back_minor=self.back_minor,
        )


class SoldBefore(NamedTuple):
    """A sale from before a span, which counts in it; a failed one may have arrived: it holds no room."""

    lead_id: UUID
    campaign_id: int
    company_id: int
    consumer_id: int
    product_id: int
    unique_lead_id: int | None
    sale_size: int
    price_minor: int
    decided_at: datetime
    is_failed: bool
    is_following: bool


class Wallet(NamedTuple):
    company_id: int
    room_minor: int


class PaidIn(NamedTuple):
    at: datetime
    company_id: int
    amount_minor: int


@contextmanager
def reading() -> Iterator[None]:
    """Let the block read only."""
    with transaction():
        execute(SQL["read_only"], {})
        allow_thinking()
        yield


def count_decisions(span: Span) -> int:
    """Return how many decisions were made in a span."""
    return value(SQL["count_decisions"], {"since": span.since, "until": span.until}, int)


def decisions(span: Span) -> Iterator[StoredDecision]:
    """Yield the decisions of a span in the order in which they were written."""
    params: dict[str, object] = {"since": span.since, "until": span.until, "limit": _BATCH, "after": None}
    while found := rows(SQL["decisions"], params, StoredDecision):
        yield from found
        params["after"] = found[-1].id


def answers(lead_ids: Sequence[UUID]) -> dict[tuple[UUID, int], Answer]:
    """Return what became of these leads' assignments, by lead and company."""
    found = rows(SQL["answers"], {"lead_ids": lead_ids}, Given)
    return {(one.lead_id, one.company_id): one.answer() for one in found}


def sold_before(before: datetime) -> list[SoldBefore]:
    """Return the sales from before an instant that count after it, in their order."""
    return rows(SQL["sold_before"], {"before": before, "following": Reason.DUPLICATE.value}, SoldBefore)


def wallets_before(before: datetime) -> dict[int, int]:
    """Return what each company could spend at an instant, minor units."""
    found = rows(SQL["wallets_before"], {"before": before}, Wallet)
    return {one.company_id: one.room_minor for one in found}


def paid_in(since: datetime, until: datetime) -> list[PaidIn]:
    """Return what came into wallets in a span, other than by the sales of the span, in order."""
    return rows(SQL["paid_in"], {"since": since, "until": until}, PaidIn)
