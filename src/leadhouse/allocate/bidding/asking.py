"""All questions about one lead: begun together, over when all are answered or the deadline has come."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadhouse.allocate.bidding import wording
from leadhouse.allocate.bidding.circuits import Circuits
from leadhouse.allocate.bidding.wording import BidAnswer
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.outbound import post_office
from leadhouse.outbound.types import MailReceipt, MailReply, Reply, Request
from leadhouse.outbound.wire.templates import TemplateError
from leadhouse.parties.types import BidPing, Market

log = logging.getLogger(__name__)

_circuits = Circuits()
_UNSENDABLE = BidAnswer(refusal=Refusal.BID_UNSENDABLE)
_RESTING = BidAnswer(refusal=Refusal.BID_RESTING)


@dataclass(frozen=True, slots=True)
class Question:
    """What one campaign is asked; `item` is the request, or the answer that is known without sending it."""

    campaign_id: int
    ping: BidPing
    sizes: tuple[int, ...]
    item: Request | BidAnswer


@dataclass(frozen=True, slots=True)
class NewBid:
    """An answer to be kept: what was asked, what came back, and how long it took."""

    campaign_id: int
    sizes: tuple[int, ...]
    request: str
    ms: int
    answer: BidAnswer


def questions(
    lead: Lead, campaign_ids: Sequence[int], sizes: tuple[int, ...], market: Market, now: datetime
) -> list[Question]:
    """Write what these campaigns are asked about a lead."""
    return [_question(lead, one, sizes, market, now) for one in campaign_ids]


def _question(
    lead: Lead, campaign_id: int, sizes: tuple[int, ...], market: Market, now: datetime
) -> Question:
    ping = market.campaigns[campaign_id].ping
    if ping is None:
        raise LookupError(f"campaign {campaign_id} is not asked for its bids")
    asked = wording.sizes_of(ping, sizes)
    if not asked:
        return Question(campaign_id, ping, asked, BidAnswer(refusal=Refusal.NO_BID))
    if _circuits.is_resting(ping.url, time.monotonic()):
        return Question(campaign_id, ping, asked, _RESTING)
    product = market.products[lead.product]
    try:
        request = wording.build(
            ping,
            lead,
            product,
            asked_for=lead.id,
            sizes=asked,
            currency=market.currency,
            seconds=product.bid_deadline.total_seconds(),
            now=now,
        )
    except TemplateError:
        return Question(campaign_id, ping, asked, _UNSENDABLE)
    except Exception:
        log.exception("campaign %s cannot be asked for its bids; the others are", campaign_id)
        return Question(campaign_id, ping, asked, _UNSENDABLE)
    return Question(campaign_id, ping, asked, request)


class _Flight:
    """A question under way."""

    def __init__(self, question: Question, request: Request) -> None:
        self.question, self.request = question, request
        self.begun = time.monotonic()
        self.ended: float | None = None
        self.future: Future[Reply | MailReply] = post_office.begin(request)
        self.future.add_done_callback(self._note)

    def _note(self, _: object) -> None:
        self.ended = time.monotonic()


class Asking:
    """The questions about one lead, under one deadline."""

    def __init__(self, asked_for: UUID, asked: Sequence[Question], seconds: float, currency: str) -> None:
        self.asked_for, self._currency = asked_for, currency
        self._known = [one for one in asked if isinstance(one.item, BidAnswer)]
        self._flights = [_Flight(one, one.item) for one in asked if isinstance(one.item, Request)]
        self.begun = time.monotonic()
        self.until = self.begun + seconds

    @property
    def futures(self) -> list[Future[Reply | MailReply]]:
        """Return the answers that are still to come."""
        return [one.future for one in self._flights if not one.future.done()]

    def is_over(self) -> bool:
        """Return whether nothing more is waited for."""
        return not self.futures or time.monotonic() >= self.until

    def bids(self) -> list[NewBid]:
        """Return every answer; what has not come by now is late, and waited for no longer."""
        known = [
            NewBid(one.campaign_id, one.sizes, "nothing", 0, one.item)
            for one in self._known
            if isinstance(one.item, BidAnswer)
        ]
        return known + [self._bid(one) for one in self._flights]

    def _bid(self, flight: _Flight) -> NewBid:
        question, answer = flight.question, self._answer(flight)
        ended = flight.ended or time.monotonic()
        _circuits.note(question.ping.url, answer.refusal, ended)
        ms = round((ended - flight.begun) * 1000)
        return NewBid(question.campaign_id, question.sizes, _summary(flight.request), ms, answer)

    def _answer(self, flight: _Flight) -> BidAnswer:
        if flight.ended is None or flight.ended > self.until or not flight.future.done():
            flight.future.cancel()
            return BidAnswer(refusal=Refusal.BID_LATE)
        reply = flight.future.result()
        if isinstance(reply, MailReceipt):
            raise TypeError("a ping was answered by a mail server")
        return wording.read(reply, flight.question.ping, flight.question.sizes, self._currency)


def _summary(request: Request) -> str:
    """Say what is sent, without its body and the query, which may hold keys."""
    kind = request.headers.get("Content-Type", "")
    where = request.url.partition("#")[0].partition("?")[0]
    return f"{request.method} {where} ({kind}, {len(request.body)} bytes)"[:300]
