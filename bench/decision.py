"""Leads a second matched, priced and sold to the best buyers, beside the match alone as one SQL query.

One product with 500, 10,000 and 100,000 campaigns on real ZIP codes (see apparatus/crowd.py), nobody short of
room. The peer is one indexed query in the embedded PostgreSQL that counts the campaigns that may have the
lead. Both in processor time: the database's includes neither the driver nor our process, which looks for
garbage as seldom as a worker does. Before anything is measured some leads are decided in the plainest way,
campaign by campaign; the run fails when winners differ, or the campaigns that may have a lead from those that
PostgreSQL finds.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.apparatus import house as houses
from bench.apparatus import machine
from bench.apparatus.house import House
from bench.apparatus.result import Figure, Peer, Result

if TYPE_CHECKING:
    from bench.apparatus.sql_matching import SqlMatching
    from leadhouse.allocate.types import Decision, Lead
    from leadhouse.parties.types import Market

ROUNDS = 5
PEER = "the match alone, PostgreSQL"
MOST_BUILD_SECONDS, MOST_MIB = 30.0, 1_024.0
Decide = Callable[["Lead"], "Decision"]


@dataclass(frozen=True, slots=True)
class Setting:
    """So many campaigns; how many leads are decided, counted by PostgreSQL, and decided plainly."""

    campaigns: int
    leads: int
    counted: int
    plain: int
    least_ratio: float | None = None
    p99_ms: float | None = None


SETTINGS = (
    Setting(500, 5_000, 5_000, 300),
    Setting(10_000, 5_000, 2_000, 100, least_ratio=10, p99_ms=1.0),
    Setting(100_000, 3_000, 300, 20, least_ratio=60),
)
QUICK = (Setting(200, 50, 50, 20),)


def run(*, is_quick: bool) -> Result:
    """Measure each market in turn."""
    from leadhouse.project.garbage import collect_seldom

    collect_seldom()
    figures: list[Figure] = []
    settings, rounds = (QUICK, 1) if is_quick else (SETTINGS, ROUNDS)
    with houses.house() as house:
        for setting in settings:
            figures += _measured(house, setting, rounds)
            gc.collect()
    plain = sum(one.plain for one in settings)
    notes = {
        "answers": f"{plain} of {plain} leads sold to the same buyers when every campaign is asked",
        "leads": ", ".join(f"{one.leads:,} beside {one.counted:,}" for one in settings) + " a round",
    }
    return Result(tuple(figures), notes)


def _measured(house: House, setting: Setting, rounds: int) -> Iterator[Figure]:
    import psycopg
    from psycopg.conninfo import make_conninfo

    from bench.apparatus.crowd import crowd, leads
    from bench.apparatus.sql_matching import SqlMatching

    market, asked = crowd(setting.campaigns), list(leads(setting.leads))
    gc.collect()
    decide, seconds = _built(market)
    mib = machine.memory_mib()
    variables = house.fresh_database(f"peer_{setting.campaigns}")
    place = make_conninfo(host=variables["PGHOST"], user=variables["PGUSER"], dbname=variables["PGDATABASE"])
    with psycopg.connect(place, autocommit=True) as connection:
        peer = SqlMatching(connection, market)
        _compare(market, asked[: setting.plain], decide, peer)
        peer.seconds(asked[: setting.counted])
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(sorted(_milliseconds(decide, asked)))
            theirs.append(setting.counted / peer.seconds(asked[: setting.counted]))
    yield from _figures(setting, ours, Peer(PEER, tuple(theirs)))
    is_largest = setting == SETTINGS[-1]
    most_seconds, most_mib = (MOST_BUILD_SECONDS, MOST_MIB) if is_largest else (None, None)
    yield Figure("  index built", "s", (seconds,), most_seconds, is_cost=True)
    yield Figure("  memory of the process then", "MiB", (mib,), most_mib, is_cost=True)


def _figures(setting: Setting, ours: Sequence[list[float]], peer: Peer) -> Iterator[Figure]:
    rates = tuple(1000 * len(one) / sum(one) for one in ours)
    least = setting.least_ratio and setting.least_ratio * sorted(peer.rounds)[len(peer.rounds) // 2]
    yield Figure(f"{setting.campaigns:,} campaigns: decided", "leads/s", rates, least, peer=peer)
    half, most = (tuple(one[int(len(one) * share)] for one in ours) for share in (0.5, 0.99))
    yield Figure("  within, half of them", "ms", half, is_cost=True)
    yield Figure("  within, 99 of 100", "ms", most, setting.p99_ms, is_cost=True)


def _built(market: "Market") -> tuple[Decide, float]:
    """Return a function that decides a lead in the market, and the processor seconds to make it ready."""
    from pyroaring import BitMap

    from bench.apparatus.crowd import NOW
    from leadhouse.allocate.choosing.methods.distributions import Distributions
    from leadhouse.allocate.choosing.methods.turns import Turns
    from leadhouse.allocate.choosing.scenario import MarketView, decide, price
    from leadhouse.allocate.matching.targeting import Index
    from leadhouse.allocate.prices.offers import OfferBook
    from leadhouse.allocate.prices.rates import NO_REJECTIONS
    from leadhouse.allocate.selling.room import Room

    began = time.process_time()
    index = Index(market)
    book, nobody, turns = OfferBook(index, NO_REJECTIONS), BitMap(), Turns({}, {})
    view = MarketView(index, book, Distributions(index))
    seconds = time.process_time() - began
    room = Room([], dict.fromkeys(market.companies, 10**12))

    def decided(lead: "Lead") -> "Decision":
        priced = price(index, book, lead, index.narrow(lead, NOW, nobody), ())
        return decide(view, priced, room, turns, NOW)

    return decided, seconds


def _compare(market: "Market", asked: Sequence["Lead"], decide: Decide, peer: "SqlMatching") -> None:
    from bench.apparatus import plainly

    for lead in asked:
        decision = decide(lead)
        matching = [one.id for one in plainly.matching(market, lead)]
        if not decision.funnel.net == len(matching) or peer.matching(lead) != matching:
            raise RuntimeError(f"{lead}: {decision.funnel.net}, {peer.matching(lead)}, {matching}")
        chosen = decision.chosen
        if plainly.sold(market, lead) != (chosen and (chosen.size, chosen.winners)):
            raise RuntimeError(f"{lead}: {chosen} is not {plainly.sold(market, lead)}")


def _milliseconds(decide: Decide, asked: Sequence["Lead"]) -> Iterator[float]:
    """Decide leads, and yield the processor time that each took."""
    for lead in asked:
        began = time.process_time()
        decide(lead)
        yield (time.process_time() - began) * 1000
