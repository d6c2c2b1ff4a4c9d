"""The road of a lead, as one list in the order it is walked."""

from collections.abc import Callable
from dataclasses import dataclass

from leadhouse.allocate.fold import step as fold
from leadhouse.allocate.step import step as allocate
from leadhouse.billing.step import step as pay_out
from leadhouse.deliver.step import step as deliver
from leadhouse.qualify.step import step as qualify
from leadhouse.timeline.types import Stage


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the road: `step(limit)` moves up to `batch` items and returns how many it took.

    Stops of one lane take turns in one thread; lanes run side by side, so that a slow service or buyer
    outside never holds up a decision inside.
    """

    stage: Stage
    step: Callable[[int], int]
    batch: int
    lane: str


PIPELINE = (
    Stop(Stage.QUALIFY, qualify, 500, "qualify"),
    Stop(Stage.ALLOCATE, allocate, 500, "allocate"),
    Stop(Stage.DELIVER, deliver, 64, "deliver"),
    Stop(Stage.PAYOUT, pay_out, 500, "settle"),
    Stop(Stage.FOLD, fold, 500, "settle"),
)
