"""A recorded log read whole, ready to be played again under this market or another."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from msgspec import structs

from leadhouse.allocate.selling.gathering import lead_of
from leadhouse.allocate.selling.room import WindowKey, Windows
from leadhouse.allocate.types import Taken
from leadhouse.capture.queries import facts_of
from leadhouse.parties.types import Market
from leadhouse.qualify.queries import appended
from leadhouse.simulate import queries
from leadhouse.simulate.log import Entry, Reader
from leadhouse.simulate.playing.memory import Memory, Opportunity
from leadhouse.simulate.queries import PaidIn, SoldBefore, Span
from leadhouse.simulate.types import Answer, Arrival
from leadhouse.timeline.queries import passports

_BATCH = 1_000
Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Log:
    """The decisions of a span, their leads, what the buyers did, and what was there before."""

    span: Span
    begins: datetime
    entries: Sequence[Entry]
    arrivals: Sequence[Arrival]
    answers: Mapping[tuple[UUID, int], Answer]
    before: Sequence[SoldBefore]
    wallets: Mapping[int, int]
    paid_in: Sequence[PaidIn]


def read_log(span: Span, advance: Advance) -> Log:
    """Read the decisions of a span; `advance` is told how many more were read."""
    entries = sorted(_entries(span, advance), key=lambda one: (one.at, one.id))
    begins = span.since or (entries[0].at if entries else span.until)
    lead_ids = list(dict.fromkeys(one.lead_id for one in entries))
    answers: dict[tuple[UUID, int], Answer] = {}
    for batch in _batches(lead_ids):
        answers |= queries.answers(batch)
    return Log(
        span=span,
        begins=begins,
        entries=entries,
        arrivals=_arrivals(entries, lead_ids),
        answers=answers,
        before=queries.sold_before(begins),
        wallets=queries.wallets_before(begins),
        paid_in=queries.paid_in(begins, span.until),
    )


def _entries(span: Span, advance: Advance) -> Iterator[Entry]:
    reader = Reader()
    for stored in queries.decisions(span):
        yield reader.entry(stored)
        advance(1)


def _batches(lead_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (lead_ids[start : start + _BATCH] for start in range(0, len(lead_ids), _BATCH))


def _arrivals(entries: Sequence[Entry], lead_ids: Sequence[UUID]) -> list[Arrival]:
    """Return each lead at the first decision of each of its runs, with what was known of it."""
    firsts: dict[tuple[UUID, int], int] = {}
    for place, one in enumerate(entries):
        firsts.setdefault((one.lead_id, one.run), place)
    known = {one.lead.id: one for batch in _batches(lead_ids) for one in _known(batch)}
    return [
        replace(
            known[lead_id],
            at=entries[place].at,
            place=place,
            passport=structs.replace(known[lead_id].passport, run=run),
        )
        for (lead_id, run), place in firsts.items()
    ]


def _known(lead_ids: Sequence[UUID]) -> Iterator[Arrival]:
    facts, more = facts_of(lead_ids), appended(lead_ids)
    for lead_id, passport in passports(lead_ids).items():
        lead = lead_of(passport, facts[lead_id], more.get(lead_id, {}), frozenset())
        yield Arrival(lead.received_at, 0, lead, passport)


def used_before(log: Log, market: Market) -> Counter[WindowKey]:
    """Return what the sales from before the span use up of the caps that hold when it begins."""
    windows, used = Windows(market), Counter[WindowKey]()
    for one in log.before:
        if one.is_failed or one.is_following or one.campaign_id not in market.campaigns:
            continue
        for window in windows.of(one.campaign_id, one.decided_at):
            if window.ends_at > log.begins:
                used[window.key] += window.amount(one.price_minor)
    return used


def memory_before(log: Log, market: Market) -> Memory:
    """Return who has which consumer and which opportunity when the span begins."""
    memory = Memory()
    products = {one.id: one for one in market.products.values()}
    for one in log.before:
        product = products.get(one.product_id)
        if product is None:
            continue
        if not one.is_following:
            until = one.decided_at + product.duplicates.window
            memory.hold(one.consumer_id, product.key, (one.company_id,), one.lead_id, until)
        if one.unique_lead_id is not None and not one.is_failed:
            taken = Taken(one.campaign_id, one.company_id, one.sale_size, one.price_minor)
            opportunity = Opportunity(one.consumer_id, product.key, one.unique_lead_id)
            memory.take(opportunity, one.lead_id, taken)
        if one.is_following:
            memory.follow(one.lead_id)
    return memory
