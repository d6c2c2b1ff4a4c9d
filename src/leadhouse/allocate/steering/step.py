"""Takes the turns of pacing: whoever is first in a quarter of an hour does it for all workers."""

import logging
from collections.abc import Mapping
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError

from leadhouse.allocate.pacing.days import LateCalendar, Spent
from leadhouse.allocate.pacing.pacer import RESOLVE, UPDATE, Pace, Pacer
from leadhouse.allocate.pacing.recall import horizon, sample_of
from leadhouse.allocate.selling.gathering import Knowledge, knowledge
from leadhouse.allocate.steering import queries, recollecting
from leadhouse.allocate.steering.spending import shadow_tally, spent
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Market, Pacing, Product
from leadhouse.store.run import allow_thinking, transaction

SECONDS_BETWEEN = 5.0
SECONDS_AFTER_TROUBLE = 60.0

_next_at = 0.0
# When products whose turn failed have another one.
_resting: dict[str, float] = {}

log = logging.getLogger(__name__)


def step(limit: int) -> int:
    """Take the turns that are due of up to `limit` products, asking every few seconds; return how many."""
    global _next_at
    if monotonic() < _next_at:
        return 0
    _next_at = monotonic() + SECONDS_BETWEEN
    paced = paced_products(current_market())
    ready = [one for one in paced if monotonic() >= _resting.get(one.key, 0.0)]
    return sum(map(_tried, ready[:limit]))


def _tried(product: Product) -> bool:
    """Take a product's turn; one that fails is told of and rests, and keeps no other from its turn."""
    try:
        return take_turn(product)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        _resting[product.key] = monotonic() + SECONDS_AFTER_TROUBLE
        log.exception(
            "pacing %s failed and is tried again in %g s; it sells by the shadow prices it has: "
            "set its pacing to greedy to sell without any",
            product.key,
            SECONDS_AFTER_TROUBLE,
        )
        return False


def paced_products(market: Market) -> list[Product]:
    """Return the open products whose campaigns have shadow prices."""
    return [one for one in market.products.values() if one.pacing is not Pacing.GREEDY and not one.is_closed]


def take_turn(product: Product) -> bool:
    """Bring a product's shadow prices up to date; return whether it was our turn."""
    queries.begin([product.id])
    with transaction():
        turn = queries.take_turn(product.id, UPDATE, RESOLVE)
        if turn is None:
            return False
        allow_thinking()
        known = knowledge(turn.at)
        before = {one.campaign_id: one for one in queries.paces(product.id)}
        pacer = Pacer(known.index.market, product.key, before.values())
        spent_now = spending(product, pacer, known.index.market, turn.at)
        calendar = LateCalendar(known.index.market, lambda: recollecting.traffic_of(product, known, turn.at))
        pacer.update(spent_now, calendar, turn.at)
        if turn.is_to_resolve:
            _resolve(product, pacer, spent_now, known, turn.at)
        begun = [one for one in pacer.paces if not _goes_on(one, before.get(one.campaign_id))]
        queries.keep(product.id, pacer.paces, begun)
        queries.end_turn(product.id, turn.at, is_resolved=turn.is_to_resolve)
    return True


def _goes_on(pace: Pace, before: Pace | None) -> bool:
    return before is not None and pace.day is before.day


def spending(product: Product, pacer: Pacer, market: Market, now: datetime) -> Mapping[int, Spent]:
    """Return what a product's paced campaigns have spent; in the shadow, what they would have."""
    if product.pacing is Pacing.SHADOW:
        return shadow_tally(pacer.campaigns, market, now).spent(now)
    return spent(pacer.campaigns.values(), market, now)


def _resolve(
    product: Product,
    pacer: Pacer,
    spent_now: Mapping[int, Spent],
    known: Knowledge,
    now: datetime,
) -> None:
    days = pacer.days()
    if days:
        found = recollecting.of_last_days(product, known, now, horizon(days, now))
        usual = recollecting.usual_traffic(product, known, now)
        pacer.resolve(sample_of(found.past, found.share, days, usual, now), spent_now)
