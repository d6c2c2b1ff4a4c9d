"""How long one lead takes to be decided against 600 and 10,000 campaigns: matched, priced, sold; no database.

All campaigns are of the lead's product, so that one of 10,000 has some 760 buyers to choose from.
"""

import json
import time
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from bench.apparatus import house as houses
from bench.apparatus import markets
from bench.apparatus.result import Figure, Result

if TYPE_CHECKING:
    from datetime import datetime

    from leadhouse.allocate.matching.targeting import Index
    from leadhouse.allocate.types import Lead

CAMPAIGNS, QUICK_CAMPAIGNS = (600, 10_000), (100,)
LEADS, QUICK_LEADS = 2_000, 50
ROUNDS = 5
SEED = 11
P99_TARGET_MS = 1.0


def run(*, is_quick: bool) -> Result:
    """Decide the same leads several times over in each market."""
    leads, rounds = (QUICK_LEADS, 1) if is_quick else (LEADS, ROUNDS)
    figures: list[Figure] = []
    with houses.house():
        for campaigns in QUICK_CAMPAIGNS if is_quick else CAMPAIGNS:
            houses.install(json.dumps(markets.wide_market(campaigns)), ".json")
            figures += _figures(campaigns, leads, rounds)
    return Result(tuple(figures), {"leads": f"{leads:,} a round"})


def _figures(campaigns: int, leads: int, rounds: int) -> Iterator[Figure]:
    from leadhouse.allocate.matching.targeting import Index
    from leadhouse.parties.current import market
    from leadhouse.store.run import database_now

    configured, now = market(), database_now()
    began = time.perf_counter()
    index = Index(configured)
    yield Figure(f"{campaigns:,} campaigns: index built", "s", (time.perf_counter() - began,), is_cost=True)
    taken = [sorted(_milliseconds(index, leads, now)) for _ in range(rounds)]
    half, most = (tuple(one[int(len(one) * share)] for one in taken) for share in (0.5, 0.99))
    yield Figure("  decided within, half of them", "ms", half, is_cost=True)
    target = P99_TARGET_MS if campaigns == max(CAMPAIGNS) else None
    yield Figure("  decided within, 99 of 100", "ms", most, target, is_cost=True)


def _milliseconds(index: "Index", count: int, now: "datetime") -> Iterator[float]:
    """Decide leads, and yield the processor time that each took."""
    from pyroaring import BitMap

    from leadhouse.allocate.choosing.scenario import decide, price
    from leadhouse.allocate.prices.offers import OfferBook
    from leadhouse.allocate.prices.rates import NO_REJECTIONS
    from leadhouse.allocate.selling.room import Room

    book, nobody = OfferBook(index, NO_REJECTIONS), BitMap()
    room = Room([], {}, dict.fromkeys(index.market.companies, 10**12))
    for lead in _leads(count, now):
        began = time.process_time()
        decide(index, book, price(index, book, lead, index.narrow(lead, now, nobody), ()), room, now)
        yield (time.process_time() - began) * 1000


def _leads(count: int, now: "datetime") -> Iterator["Lead"]:
    from leadhouse.allocate.matching.geography import spot_of
    from leadhouse.allocate.types import Lead
    from leadhouse.kit.ids import new_id
    from leadhouse.kit.places import all_zips

    random, zips = Random(SEED), all_zips()
    for _ in range(count):
        estimate = str(random.randint(500, 9_000))
        fields = {"postal_code": random.choice(zips), "country": "US", "estimate_low": estimate}
        yield Lead(new_id(), "roofing", "bench", 5, None, now, spot_of(fields), fields)
