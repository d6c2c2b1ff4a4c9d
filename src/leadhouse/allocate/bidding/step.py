"""Asks for bids: claims work BID, asks about each lead, passes it on when all answered or its time is up.

What is under way stays under way between rounds, so that no lead waits for another one's slow buyer.
"""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

from leadhouse.allocate.bidding import queries
from leadhouse.allocate.bidding.asking import Asking, NewBid, questions
from leadhouse.allocate.bidding.known import needs_asking, with_bids
from leadhouse.allocate.choosing.scenario import Priced, to_ask
from leadhouse.allocate.selling.cases import Case, Moment, campaigns_in_question
from leadhouse.allocate.selling.gathering import Knowledge, gather, knowledge, read_room
from leadhouse.kit.money import to_text
from leadhouse.parties.types import Market
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, Claimed, Event, NewWork, Outcome, Stage, Step
from leadhouse.timeline.work import walk

MOST_AT_ONCE = 512
PATIENCE_SECONDS = 0.02

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Open:
    claim: Claim
    asking: Asking
    market: Market


class Asker(threading.local):
    """The askings of one thread, as each has its own connection."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def round(self, limit: int, patience_seconds: float = PATIENCE_SECONDS) -> int:
        """Begin up to `limit` askings and end those that are over; return how many moved or are open."""
        moved = self._close()
        room = min(limit, MOST_AT_ONCE - len(self._open))
        if room > 0:
            moved += walk(Stage.BID, room, self._begin, _give_up)
        self._wait(patience_seconds)
        return moved + self._close() + len(self._open)

    def drain(self, seconds: float) -> None:
        """End what is under way, when the worker ends; what takes longer is asked again by another one."""
        until = time.monotonic() + seconds
        while self._open and time.monotonic() < until:
            self._wait(until - time.monotonic())
            self._close()
        self._open.clear()

    def _wait(self, seconds: float) -> None:
        futures = [future for one in self._open for future in one.asking.futures]
        if futures:
            next_end = min(one.asking.until for one in self._open) - time.monotonic()
            wait(futures, max(0.0, min(seconds, next_end)), FIRST_COMPLETED)

    def _begin(self, claimed: Claimed) -> int:
        known = knowledge(claimed.now)
        market = known.index.market
        asked = dict(_asked(claimed, known))
        idle = [claim for claim in claimed.claims if claim.lead_id not in asked]
        if idle:
            with transaction():
                timeline.enqueue([_decide(held) for held in timeline.finish(idle)])
        for claim in claimed.claims:
            if claim.lead_id in asked:
                case, one, campaigns = asked[claim.lead_id]
                written = questions(case.lead, campaigns, one.sizes, market, claimed.now)
                seconds = one.product.bid_deadline.total_seconds()
                asking = Asking(case.lead.id, written, seconds, market.currency)
                self._open.append(_Open(claim, asking, market))
        return len(claimed.claims)

    def _close(self) -> int:
        over = [one for one in self._open if one.asking.is_over()]
        self._open = [one for one in self._open if one not in over]
        for one in over:
            _keep_alone(one)
        return len(over)


def _asked(claimed: Claimed, known: Knowledge) -> list[tuple[object, tuple[Case, Priced, Sequence[int]]]]:
    """Return by lead which campaigns have to be asked about it, under the market as it is now."""
    now = claimed.now
    cases = with_bids(gather([one.lead_id for one in claimed.claims], known.index, now), known.index, now, ())
    moment = Moment(known.view, known.over_threshold, now)
    priced = [moment.priced(case.lead, case.fixed) for case in cases]
    room = read_room(known, campaigns_in_question(priced), now).room()
    found = [
        (case, one, list(to_ask(known.book, one, room)[0]))
        for case, one in zip(cases, priced, strict=True)
        if needs_asking(case)
    ]
    return [(case.lead.id, (case, one, campaigns)) for case, one, campaigns in found if campaigns]


def _keep_alone(done: _Open) -> None:
    """Keep the answers about a lead; should that fail, its lease runs out and everybody is asked again."""
    try:
        _keep(done)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("the bids for lead %s could not be kept: they are asked for again", done.claim.lead_id)


def _keep(done: _Open) -> None:
    """Keep the answers and have the lead decided with them; a worker whose lease was lost keeps nothing."""
    bids = done.asking.bids()
    with transaction():
        if timeline.finish([done.claim]):
            queries.write_bids(done.asking.asked_for, bids)
            timeline.append([_event(done, bids)])
            timeline.enqueue([_decide(done.claim)])


def _decide(claim: Claim) -> NewWork:
    # Its ref says that everybody was asked: who did not answer is not waited for again.
    return NewWork(Stage.ALLOCATE, claim.lead_id, claim.lead_id)


def _event(done: _Open, bids: Sequence[NewBid]) -> Event:
    return Event(
        done.claim.lead_id,
        Step.BID,
        "asked",
        Outcome.SUCCESS if any(one.answer.prices for one in bids) else Outcome.FAILURE,
        data={"bids": {done.market.campaigns[one.campaign_id].key: _said(one, done.market) for one in bids}},
        ms=round((time.monotonic() - done.asking.begun) * 1000),
    )


def _said(bid: NewBid, market: Market) -> dict[str, object]:
    prices = {str(size): to_text(price, market.currency) for size, price in bid.answer.prices.items()}
    refused = {str(size): reason.value for size, reason in bid.answer.refused.items()}
    refusal = bid.answer.refusal and bid.answer.refusal.value
    said = {"prices": prices, "refused": refused, "refusal": refusal, "reference": bid.answer.reference}
    return {name: value for name, value in said.items() if value} | {"ms": bid.ms}


def _give_up(claim: Claim) -> None:
    """Decide a lead without the bids that could not be asked for."""
    timeline.enqueue([_decide(claim)])


_asker = Asker()


def step(limit: int) -> int:
    """Ask for bids about up to `limit` leads; return how many moved or are under way."""
    return _asker.round(limit)


def drain(seconds: float) -> None:
    """Wait for what this thread has under way, when its worker ends."""
    _asker.drain(seconds)
