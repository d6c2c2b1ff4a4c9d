"""Hears news, and has those waiting leads decided now that would be decided otherwise.

Leads are found by place and by whom they wait for, and decided in memory by the same code that sells them: an
edit in one state has nothing to do with the leads of another, and a lead for which it changes nothing is not
decided again. A decision that was under way when news came may have missed it: such news is heard once more,
by the leads that began to wait since, when that decision has ended.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError
from pyroaring import BitMap

from leadhouse.allocate.choosing.scenario import to_ask
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.selling.cases import Decided
from leadhouse.allocate.selling.gathering import Knowledge, Sitting, gather, knowledge, sit
from leadhouse.allocate.types import Outcome
from leadhouse.allocate.waiting import queries
from leadhouse.allocate.waiting.places import wanted_by
from leadhouse.allocate.waiting.queries import Concerned
from leadhouse.allocate.waiting.telling import waiting_of
from leadhouse.store.run import database_now, patiently, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import News, Stage, Status

_MOST_NEWS = 100
# Beyond so many campaigns or places, everything of the products is looked through instead.
_MOST_CAMPAIGNS = 1_000
_MOST_PLACES = 20_000
# No decision takes as long from its claim to its end.
_LONGEST_DECISION = timedelta(minutes=2)

log = logging.getLogger(__name__)


def step(limit: int) -> int:
    """Let news be heard by up to `limit` waiting leads; return how many, or how much news was for nobody.

    News that cannot be heard together is heard one by one, and that which cannot be heard at all forgotten.
    """
    if not timeline.is_news():
        return 0
    # Here, for the index of a large market takes long to make, and nothing is locked yet.
    knowledge(database_now())
    try:
        return patiently(lambda: _take(_MOST_NEWS, limit))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("news could not be heard together: it is heard one by one")
        return patiently(lambda: _take_alone(limit))


def _take(most: int, limit: int) -> int:
    with transaction():
        news = timeline.take_news(most)
        return _hear(news, limit) if news else 0


def _take_alone(limit: int) -> int:
    with transaction():
        news = timeline.take_news(1)
        try:
            with transaction():
                return _hear(news, limit) if news else 0
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("%s cannot be heard and is forgotten: who waits is decided when it opens", news[0])
            timeline.forget_news(news)
            return len(news)


def _hear(news: Sequence[News], limit: int) -> int:
    now = database_now()
    known = knowledge(now)
    # Asked before leads are looked for: a decision that ends in between may have missed the news.
    under_way = timeline.under_way_since(Stage.ALLOCATE)
    is_late, after = news[0].is_late, news[0].after
    if is_late:
        news = [one for one in news if under_way is None or (one.seen_at or now) <= under_way]
    if not news:
        return 0
    since = min(one.seen_at or now for one in news) - _LONGEST_DECISION if is_late else None
    wanted = _wanted(news, known.index)
    found = queries.concerned(wanted.places, list(wanted.campaigns), after=after, since=since, limit=limit)
    timeline.hasten(Stage.ALLOCATE, _otherwise_decided(found, known, now))
    if len(found) == limit:
        timeline.keep_news(news, now, after=found[-1].lead_id, is_late=is_late)
    elif is_late or (under_way is None and after is None):
        timeline.forget_news(news)
    else:
        timeline.keep_news(news, now, after=None, is_late=True)
        return len(found)
    return len(found) or len(news)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Where leads may be wanted now, and the campaigns that are others than those that leads wait for."""

    places: set[str]
    campaigns: BitMap


def _wanted(news: Iterable[News], index: Index) -> _Wanted:
    products = {one.id: one for one in index.market.products.values()}
    campaigns, places = BitMap(), set[str]()
    for one in news:
        campaigns |= BitMap(one.campaigns) | index.of_companies(one.companies)
        places.update(str(number) for number in (products if one.is_market else one.products))
    active = campaigns & index.active
    for number in active:
        campaign = index.campaigns[number]
        product_id = index.market.products[campaign.product].id
        is_few = len(active) <= _MOST_CAMPAIGNS
        places.update(wanted_by(product_id, campaign) if is_few else [str(product_id)])
    if len(places) > _MOST_PLACES:
        places = {place.split(" ")[0] for place in places}
    return _Wanted(places, campaigns)


def _otherwise_decided(found: Sequence[Concerned], known: Knowledge, now: datetime) -> list[UUID]:
    """Return those of these leads that would be decided otherwise now; all, should that not be known."""
    try:
        with transaction():
            return _decided(found, known, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%d waiting lead(s) could not be looked at; they are decided again", len(found))
        return [one.lead_id for one in found]


def _decided(found: Sequence[Concerned], known: Knowledge, now: datetime) -> list[UUID]:
    before = {one.lead_id: one for one in found}
    cases = [
        case for case in gather(list(before), known.index, now) if case.passport.status is Status.WAITING
    ]
    queries.forget(before.keys() - {case.lead.id for case in cases})
    sitting = sit(known, cases, now)
    decided = sitting.decide()
    same = [one for one in decided if _is_same(one, before[one.case.lead.id])]
    queries.note(
        [
            waiting_of(one, known.index.market)
            for one in same
            if list(one.decision.awaited) != before[one.case.lead.id].campaigns
        ]
    )
    asking = _asking(sitting)
    waits_on = {one.case.lead.id for one in same} - asking
    return [case.lead.id for case in cases if case.lead.id not in waits_on]


def _is_same(one: Decided, before: Concerned) -> bool:
    return one.decision.outcome is Outcome.WAITING and one.decision.waiting_until == before.until


def _asking(sitting: Sitting) -> set[UUID]:
    """Return the leads about which somebody has to be asked for a bid before one can tell."""
    book, room = sitting.moment.view.book, sitting.found.room()
    return {one.lead.id for one in sitting.priced if one.unasked and to_ask(book, one, room)[0]}
