"""Sends parcels side by side and applies each result as it arrives, so that no receiver waits for another."""

import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.db import InterfaceError, OperationalError

from leadhouse.deliver import queries
from leadhouse.deliver.channels import email, http
from leadhouse.deliver.decide import receipt_of_trouble
from leadhouse.deliver.outcome import conclude, give_up, tell_lost
from leadhouse.deliver.sent import sent
from leadhouse.deliver.types import Kind, Reason, Receipt, Sending, Verdict
from leadhouse.outbound.post_office import begin
from leadhouse.outbound.types import Mail, MailReceipt, MailReply, Reply, Request, Trouble
from leadhouse.parties.current import market
from leadhouse.parties.types import Market
from leadhouse.store.run import database_now, patiently, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, Claimed, Stage
from leadhouse.timeline.work import walk

Prepare = Callable[[Sequence[Claim], Market, datetime], list[Sending]]

# Reliability F22: a slow receiver may hold four sendings of ours and a short queue, never the whole worker.
PLACES = 4
QUEUE = 16
MOST_AT_ONCE = 1_024
QUEUE_FULL = timedelta(seconds=1)
PATIENCE_SECONDS = 0.2
# Twice within the lease: one missed round does not lose it.
EXTEND_SECONDS = 8.0

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Flight:
    sending: Sending
    number: int
    begun: float
    ended: float | None = None


class Courier:
    """The sendings of one stage in one thread; what is under way stays under way between rounds."""

    def __init__(self, stage: Stage, prepare: Prepare) -> None:
        self._stage = stage
        self._prepare = prepare
        self._flying: dict[Future[Reply | MailReply], _Flight] = {}
        self._waiting: dict[str, deque[Sending]] = defaultdict(deque)
        self._busy: Counter[str] = Counter()
        self._extended = monotonic()

    def round(self, limit: int, patience_seconds: float = PATIENCE_SECONDS) -> int:
        """Claim and send up to `limit` parcels and apply what arrives meanwhile.

        Returns how many results were applied or are still to come, so that a worker comes back soon.
        """
        self._keep_leases()
        moved = self._collect(0.0)
        room = min(limit, MOST_AT_ONCE - len(self._under_way()))
        if room > 0:
            moved += walk(self._stage, room, self._send, give_up)
        return moved + self._collect(patience_seconds) + len(self._flying)

    def drain(self, seconds: float) -> None:
        """Wait for what is under way, for the end of a worker; queued sendings are given back to others."""
        queued = [one.claim for queue in self._waiting.values() for one in queue]
        self._waiting.clear()
        if queued:
            with transaction():
                timeline.postpone(queued, [database_now()] * len(queued))
        self._collect(seconds)

    def _under_way(self) -> list[Sending]:
        queued = [one for queue in self._waiting.values() for one in queue]
        return [flight.sending for flight in self._flying.values()] + queued

    def _keep_leases(self) -> None:
        if monotonic() - self._extended < EXTEND_SECONDS:
            return
        self._extended = monotonic()
        under_way = self._under_way()
        if under_way:
            timeline.extend([one.claim for one in under_way])

    def _send(self, claimed: Claimed) -> int:
        configured = market()
        with transaction():
            held = timeline.extend(claimed.claims)
            # After a deadlock all are asked for again, those too that took their places before it.
            under_way = {one.claim for one in self._under_way()}
            fresh = [one for one in held if one not in under_way]
            sendings = self._prepare(fresh, configured, claimed.now)
        full = [one for one in sendings if not self._has_room(one)]
        if full:
            with transaction():
                timeline.postpone([one.claim for one in full], [claimed.now + QUEUE_FULL] * len(full))
        self._begin(self._next([*self._waiting]))
        return len(held)

    def _has_room(self, sending: Sending) -> bool:
        queue = self._waiting[sending.endpoint]
        if sending.endpoint and len(queue) >= QUEUE + PLACES - self._busy[sending.endpoint]:
            return False
        queue.append(sending)
        return True

    def _next(self, endpoints: Sequence[str]) -> list[Sending]:
        """Take from the queues of these endpoints what there are places for."""
        ready = []
        for endpoint in dict.fromkeys(endpoints):
            queue = self._waiting[endpoint]
            while queue and (not endpoint or self._busy[endpoint] < PLACES):
                self._busy[endpoint] += 1
                ready.append(queue.popleft())
            if not queue:
                del self._waiting[endpoint]
        return ready

    def _begin(self, sendings: Sequence[Sending]) -> None:
        """Commit each attempt's row, then let its bytes leave."""
        if not sendings:
            return
        try:
            numbers = _open_attempts(sendings)
        except BaseException:
            self._busy.subtract(one.endpoint for one in sendings)
            raise
        begun = [
            _Flight(one, numbers[one.parcel.id], monotonic()) for one in sendings if one.parcel.id in numbers
        ]
        self._busy.subtract(one.endpoint for one in sendings if one.parcel.id not in numbers)
        for flight in begun:
            if not isinstance(flight.sending.item, Receipt):
                self._fly(flight, flight.sending.item)
        for flight in begun:
            if isinstance(flight.sending.item, Receipt):
                self._apply(flight, flight.sending.item)

    def _fly(self, flight: _Flight, item: Request | Mail) -> None:
        future = begin(item)
        self._flying[future] = flight
        future.add_done_callback(lambda _: setattr(flight, "ended", monotonic()))

    def _collect(self, patience_seconds: float) -> int:
        """Apply results as they arrive until none is left to come or patience is over; return how many."""
        until = monotonic() + patience_seconds
        applied = 0
        while self._flying:
            arrived = wait(self._flying, max(0.0, until - monotonic()), FIRST_COMPLETED).done
            if not arrived:
                break
            for future in arrived:
                self._land(future)
            applied += len(arrived)
        return applied

    def _land(self, future: Future[Reply | MailReply]) -> None:
        """Apply one result; when the database is away it stays here for the next round."""
        flight = self._flying[future]
        self._apply(flight, _receipt(future, flight.sending))
        del self._flying[future]
        self._begin(self._next([flight.sending.endpoint]))

    def _apply(self, flight: _Flight, receipt: Receipt) -> None:
        ms = round(((flight.ended or monotonic()) - flight.begun) * 1000)
        try:
            patiently(lambda: conclude(flight.sending, flight.number, receipt, ms))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # The lease runs out, and the parcel is tried again under the same id.
            log.exception("the result of parcel %s could not be applied", flight.sending.parcel.id)
        self._busy[flight.sending.endpoint] -= 1


def _receipt(future: Future[Reply | MailReply], sending: Sending) -> Receipt:
    now = database_now()
    try:
        return read(future.result(), sending, now)
    except Exception:
        log.exception("parcel %s was not sent as it should be", sending.parcel.id)
        return Receipt(Verdict.UNKNOWN, Reason.INTERNAL_ERROR)


def read(reply: Reply | MailReply, sending: Sending, now: datetime) -> Receipt:
    """Say what a reply means for the parcel it answers."""
    if isinstance(reply, Trouble):
        return receipt_of_trouble(reply)
    return email.read(reply) if isinstance(reply, MailReceipt) else http.read(reply, sending.rule, now)


def _open_attempts(sendings: Sequence[Sending]) -> dict[UUID, int]:
    by_claim = {one.claim: one for one in sendings}
    with transaction():
        held = [by_claim[claim] for claim in timeline.extend(list(by_claim))]
        tell_lost(held)
        return queries.open_attempts([_opening(one) for one in held])


def _opening(sending: Sending) -> queries.Opening:
    """Say what is about to leave; what the operator's own system is told is the lead itself, kept already."""
    item = sending.item
    if isinstance(item, Receipt) or sending.parcel.kind is Kind.SYNC:
        return queries.Opening(sending.parcel.id, sending.summary, None)
    return queries.Opening(sending.parcel.id, sending.summary, sent(item))
