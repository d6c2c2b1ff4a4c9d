"""The road of a lead, as one list in the order it is walked."""

from collections.abc import Callable
from dataclasses import dataclass

from leadhouse.allocate.bidding.step import drain as drain_bids
from leadhouse.allocate.bidding.step import step as ask_for_bids
from leadhouse.allocate.fold import step as fold
from leadhouse.allocate.steering.step import step as pace
from leadhouse.allocate.step import step as allocate
from leadhouse.allocate.waiting.step import step as hear_news
from leadhouse.amend.step import step as amend
from leadhouse.billing.step import step as pay_out
from leadhouse.deliver.step import drain, step_confirmations, step_notices, step_syncs
from leadhouse.deliver.step import step as deliver
from leadhouse.feedback.bulk.step import step as hear_files
from leadhouse.flow.chores import step as tidy_up
from leadhouse.qualify.step import step as qualify
from leadhouse.qualify.step import step_asking


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the road: `step(limit)` moves up to `batch` items and returns how many it took.

    Stops of one lane take turns in one thread; lanes run side by side, so that a slow service or buyer
    outside never holds up a decision inside. `drain(seconds)`, called in the lane's own thread when the
    worker ends, waits for what is under way.
    """

    name: str
    step: Callable[[int], int]
    batch: int
    lane: str
    drain: Callable[[float], None] | None = None


PIPELINE = (
    Stop("qualify", qualify, 500, "qualify"),
    Stop("verify", step_asking, 128, "verify"),
    Stop("bid", ask_for_bids, 256, "bid", drain_bids),
    Stop("allocate", allocate, 500, "allocate"),
    Stop("hear news", hear_news, 500, "allocate"),
    Stop("deliver", deliver, 64, "deliver", drain),
    Stop("confirm", step_confirmations, 64, "confirm", drain),
    Stop("notice", step_notices, 64, "notice", drain),
    Stop("sync", step_syncs, 64, "notice"),
    Stop("payout", pay_out, 500, "settle"),
    Stop("fold", fold, 500, "settle"),
    Stop("pace", pace, 100, "pace"),
    Stop("hear files", hear_files, 100, "settle"),
    Stop("amend", amend, 100, "settle"),
    Stop("tidy up", tidy_up, 10_000, "settle"),
)
