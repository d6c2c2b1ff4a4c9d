"""The road of a lead, as one list in the order it is walked."""

from collections.abc import Callable
from dataclasses import dataclass

from leadhouse.allocate.fold import step as fold
from leadhouse.allocate.step import step as allocate
from leadhouse.billing.step import step as pay_out
from leadhouse.deliver.step import drain, step_confirmations, step_notices
from leadhouse.deliver.step import step as deliver
from leadhouse.qualify.step import step as qualify
from leadhouse.timeline.types import Stage


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the road: `step(limit)` moves up to `batch` items and returns how many it took.

    Stops of one lane take turns in one thread; lanes run side by side, so that a slow service or buyer
    outside never holds up a decision inside. `drain(seconds)`, called in the lane's own thread when the
    worker ends, waits for what is under way.
    """

    stage: Stage
    step: Callable[[int], int]
    batch: int
    lane: str
    drain: Callable[[float], None] | None = None


PIPELINE = (
    Stop(Stage.QUALIFY, qualify, 500, "qualify"),
    Stop(Stage.ALLOCATE, allocate, 500, "allocate"),
    Stop(Stage.DELIVER, deliver, 64, "deliver", drain),
    Stop(Stage.CONFIRM, step_confirmations, 64, "confirm", drain),
    Stop(Stage.NOTICE, step_notices, 64, "notice", drain),
    Stop(Stage.PAYOUT, pay_out, 500, "settle"),
    Stop(Stage.FOLD, fold, 500, "settle"),
)
