"""What tests ask workers of, that are processes of their own: what they know, and to sell."""

import os
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import OperationalError
from pyroaring import BitMap

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.scenario import price
from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import NO_REJECTIONS
from leadhouse.allocate.selling.gathering import knowledge
from leadhouse.allocate.selling.sales import Use
from leadhouse.allocate.steering.step import paced_products, take_turn
from leadhouse.allocate.step import step
from leadhouse.allocate.types import Lead
from leadhouse.billing import queries as billing
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Stage
from tests.allocate.allocate_world import be_at

Facts = Mapping[str, str]


def known(leads: Sequence[Facts]) -> list[object]:
    """Return the market's revision and what each lead is offered, as this process knows it."""
    mine = knowledge(database_now())
    return [mine.index.market.revision, [_offered(mine.index, mine.book, one) for one in leads]]


def known_anew(leads: Sequence[Facts]) -> list[object]:
    """Return the same by an index that is made now of everything."""
    index = Index(market())
    book = OfferBook(index, NO_REJECTIONS, {})
    return [index.market.revision, [_offered(index, book, one) for one in leads]]


def _offered(index: Index, book: OfferBook, facts: Facts) -> list[object]:
    now = database_now()
    lead = Lead(
        id=new_id(),
        product="roofing",
        source="form",
        classification=5,
        contact_requests=None,
        received_at=now,
        spot=spot_of(facts),
        facts=dict(facts),
        held_by=frozenset(),
        sale_size=None,
    )
    narrowing = index.narrow(lead, now, BitMap())
    refused = {reason.value: list(found) for reason, found in sorted(narrowing.refused.items())}
    offers = [
        [one.campaign_id, sorted(one.prices.items())]
        for one in price(index, book, lead, narrowing, ()).offers
    ]
    return [list(narrowing.passing), refused, sorted(offers)]


def sell(batch: int) -> int:
    """Decide until nothing is due; return how many leads were taken."""
    taken = 0
    while moved := step(batch):
        taken += moved
    return taken


def turn_at(instant: str) -> bool:
    """Take the turn of the one paced product at an instant; return whether it was due and free."""
    be_at(datetime.fromisoformat(instant))
    (product,) = paced_products(market())
    return take_turn(product)


def weights() -> dict[str, int]:
    """Return what this process knows of every campaign's shadow price: what it leaves of its rank."""
    mine = knowledge(database_now())
    return {
        one.key: mine.book.offer(number, {1: 1}).held.pace
        for number, one in mine.index.market.campaigns.items()
    }


def stand_still() -> str:
    """Claim two leads, lock all room as a sale does, and stop; return what becomes of the sale after that."""
    timeline.claim(Stage.ALLOCATE, 2)
    now = database_now()
    try:
        with transaction():
            windows = queries.windows(market().campaigns, now)
            queries.lock_windows(one.id for one in windows)
            billing.lock_room(market().companies)
            os.kill(os.getpid(), signal.SIGSTOP)
            queries.use_windows([Use(one.id, one.used + 1, 1) for one in windows])
    except OperationalError:
        return "lost"
    return "made"
