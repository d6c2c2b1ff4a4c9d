"""Works on batches of leads: the oldest one under way, some leads a step, until none is left."""

import logging
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db import InterfaceError, OperationalError

from leadhouse.amend import queries
from leadhouse.amend.types import OPPOSITE, Action, Batch, State
from leadhouse.deliver.redelivering import redeliver
from leadhouse.qualify.queries import reprocess
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Change, Event, Outcome, Step

log = logging.getLogger(__name__)

_Act = Callable[[Sequence[UUID], str], Sequence[UUID]]


def step(limit: int) -> int:
    """Do up to `limit` leads' share of the oldest batch under way; return how many had their turn.

    Leads of a share that fails are left as they are and counted as skipped.
    """
    with transaction():
        batch = queries.running()
        if batch is None:
            return 0
        lead_ids = queries.left(batch.id, limit)
        queries.close_items(batch.id, lead_ids, _changed(batch, lead_ids))
    return len(lead_ids)


def _changed(batch: Batch, lead_ids: Sequence[UUID]) -> Sequence[UUID]:
    try:
        with transaction():
            return act(batch.action, lead_ids, batch.by)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s failed for %d lead(s)", batch.action, len(lead_ids))
        return ()


def act(action: Action, lead_ids: Sequence[UUID], by: str) -> Sequence[UUID]:
    """Do something to leads; return those to which there was something to do. Call it in a transaction."""
    return _ACTS[action](lead_ids, by)


def undo(batch: Batch, by: str) -> UUID | None:
    """Begin to take back what a batch has changed; return the new batch, None when that cannot be."""
    if not batch.can_be_undone:
        return None
    lead_ids = queries.changed(batch.id)
    opposite = OPPOSITE[batch.action]
    batch_id = queries.propose(opposite, lead_ids, by=by, asked=f"undoing: {batch.asked}")
    queries.move(batch_id, State.PROPOSED, State.RUNNING)
    return batch_id


def _reprocess(lead_ids: Sequence[UUID], _by: str) -> Sequence[UUID]:
    return [lead_id for lead_id in lead_ids if reprocess(lead_id)]


def mark_test(lead_ids: Sequence[UUID], by: str, *, is_test: bool) -> Sequence[UUID]:
    """Count leads as tests, or as real ones; return those that were counted otherwise."""
    found = timeline.passports(lead_ids)
    others = sorted(lead_id for lead_id, one in found.items() if one.is_test is not is_test)
    change, word = Change(is_test=is_test), "marked_test" if is_test else "marked_real"
    timeline.append(
        [
            Event(lead_id, Step.AMEND, word, Outcome.SUCCESS, data={"by": by}, change=change)
            for lead_id in others
        ]
    )
    return others


_ACTS: Mapping[Action, _Act] = {
    Action.REDELIVER: redeliver,
    Action.REPROCESS: _reprocess,
    Action.MARK_TEST: lambda lead_ids, by: mark_test(lead_ids, by, is_test=True),
    Action.MARK_REAL: lambda lead_ids, by: mark_test(lead_ids, by, is_test=False),
}
