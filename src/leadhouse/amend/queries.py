"""The statements of work on many leads, one typed function each."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from leadhouse.amend.types import Action, Batch, State
from leadhouse.kit.ids import new_id
from leadhouse.store.run import execute, row, rows
from leadhouse.store.statements import Statements
from leadhouse.timeline.queries import WORK_CHANNEL

SQL = Statements(__file__)


def propose(
    action: Action, lead_ids: Sequence[UUID], *, by: str, asked: str, state: State = State.PROPOSED
) -> UUID:
    """Keep which leads something shall be done to; return the batch's id."""
    batch_id = new_id()
    params = {"id": batch_id, "action": action.value, "state": state.value, "by": by, "asked": asked}
    execute(SQL["propose"], {**params, "lead_ids": list(lead_ids)})
    return batch_id


def batch(batch_id: UUID) -> Batch | None:
    """Return one batch."""
    return row(SQL["batch"], {"id": batch_id}, Batch)


def batches(limit: int) -> list[Batch]:
    """Return the newest batches that were begun."""
    return rows(SQL["batches"], {"limit": limit}, Batch)


def move(batch_id: UUID, before: State, after: State) -> bool:
    """Bring a batch from one state into another; return whether it was in the first one."""
    params = {"id": batch_id, "before": before.value, "state": after.value, "channel": WORK_CHANNEL}
    return bool(rows(SQL["move"], params, bool))


def running() -> Batch | None:
    """Return the oldest batch under way that nobody else works on, kept until the transaction ends."""
    return row(SQL["running"], {}, Batch)


def left(batch_id: UUID, limit: int) -> list[UUID]:
    """Return up to so many leads of a batch whose turn has not come."""
    return rows(SQL["left"], {"id": batch_id, "limit": limit}, UUID)


def changed(batch_id: UUID) -> list[UUID]:
    """Return the leads that a batch has changed."""
    return rows(SQL["changed"], {"id": batch_id}, UUID)


def close_items(batch_id: UUID, lead_ids: Sequence[UUID], changed_ids: Iterable[UUID]) -> None:
    """Say of these leads which were changed; the others had nothing to be done."""
    execute(SQL["close_items"], {"id": batch_id, "lead_ids": list(lead_ids), "changed": list(changed_ids)})


def forget_proposals(limit: int) -> int:
    """Remove up to so many batches that nobody confirmed within a day; return how many."""
    return execute(SQL["forget_proposals"], {"limit": limit})
