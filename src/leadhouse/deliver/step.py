"""The steps of delivery: parcels to buyers, mails to consumers, notices to sources."""

import threading
from time import monotonic

from leadhouse.deliver.courier import Courier, Prepare
from leadhouse.deliver.settling import prepare_deliveries
from leadhouse.deliver.syncing import prepare_syncs
from leadhouse.deliver.telling import prepare_confirmations, prepare_notices
from leadhouse.timeline.types import Stage

_PREPARE: dict[Stage, Prepare] = {
    Stage.DELIVER: prepare_deliveries,
    Stage.CONFIRM: prepare_confirmations,
    Stage.NOTICE: prepare_notices,
    Stage.SYNC: prepare_syncs,
}


class _Couriers(threading.local):
    """Each thread's own, as each has its own connection; what one has under way only it may land."""

    def __init__(self) -> None:
        self.of = {stage: Courier(stage, prepare) for stage, prepare in _PREPARE.items()}


_couriers = _Couriers()


def step(limit: int) -> int:
    """Send up to `limit` parcels to buyers; return how many results were applied or are still to come."""
    return _couriers.of[Stage.DELIVER].round(limit)


def step_confirmations(limit: int) -> int:
    """Send up to `limit` mails to consumers; returns as `step` does."""
    return _couriers.of[Stage.CONFIRM].round(limit)


def step_notices(limit: int) -> int:
    """Send up to `limit` notices to sources; returns as `step` does."""
    return _couriers.of[Stage.NOTICE].round(limit)


def step_syncs(limit: int) -> int:
    """Tell the operator's own system of up to `limit` leads; returns as `step` does."""
    return _couriers.of[Stage.SYNC].round(limit)


def drain(seconds: float) -> None:
    """Wait for what this thread has under way, when its worker ends; the rest is left to other workers."""
    until = monotonic() + seconds
    for courier in _couriers.of.values():
        courier.drain(max(0.0, until - monotonic()))
