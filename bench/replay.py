"""How long the mission's month takes to be decided anew: 75,711 leads against 500 campaigns, refusals kept.

One process, no database, no garbage looked for meanwhile, as in `leadhouse simulate`: every lead goes through
the worker's own code, and each decision is kept whole, with the campaigns that were refused and why. The peer
is one indexed PostgreSQL statement that only says which campaigns may have each lead; its answers must be
ours. Both in processor time, the database's in one process like ours and without the driver. That a replay is
the log is shown on a sample: leads that the real road has decided are decided again from the log, every
decision as recorded.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.apparatus import house as houses
from bench.apparatus import markets, sql_match
from bench.apparatus.house import House
from bench.apparatus.people import posts
from bench.apparatus.result import Figure, Peer, Result
from bench.apparatus.walking import walk

if TYPE_CHECKING:
    from leadhouse.allocate.types import Decision
    from leadhouse.parties.types import Market
    from leadhouse.simulate.types import Arrival

CAMPAIGNS, QUICK_CAMPAIGNS = 500, 60
LEADS, QUICK_LEADS = 75_711, 600
SAMPLE, QUICK_SAMPLE = 3_000, 60
ROUNDS, PEER_ROUNDS = 5, 3
TARGET_SECONDS = 5.0
PEER = "PostgreSQL, the match alone"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is done."""

    campaigns: int
    leads: int
    sample: int
    rounds: int
    peer_rounds: int


FULL = Sizes(CAMPAIGNS, LEADS, SAMPLE, ROUNDS, PEER_ROUNDS)
QUICK = Sizes(QUICK_CAMPAIGNS, QUICK_LEADS, QUICK_SAMPLE, 1, 1)


def run(*, is_quick: bool) -> Result:
    """Make the month up, decide it several times over, match it in SQL; replay what the road recorded."""
    sizes = QUICK if is_quick else FULL
    document = markets.month_market(sizes.campaigns)
    with houses.house() as house:
        houses.install(json.dumps(document), ".json")
        figures = list(_month(document, sizes))
        recorded = _replayed(house, sizes.sample)
    notes = {"leads": f"{sizes.leads:,}", "replayed as recorded": f"{recorded:,} decisions, all of them"}
    return Result(tuple(figures), notes)


def _month(document: Mapping[str, object], sizes: Sizes) -> Iterator[Figure]:
    from leadhouse.parties.current import market
    from leadhouse.simulate.month.arrivals import arrivals

    configured = market()
    began = time.process_time()
    month = arrivals(configured, leads=sizes.leads)
    yield Figure("the month made up", "s", (time.process_time() - began,), is_cost=True)
    ours = [_decided(configured, month) for _ in range(sizes.rounds)]
    theirs = _matched(document, configured, month, sizes.peer_rounds)
    peer = Peer(PEER, tuple(theirs))
    target = TARGET_SECONDS if sizes is FULL else None
    seconds = tuple(one[0] for one in ours)
    yield Figure("decided, refusals kept", "s", seconds, target, is_cost=True, peer=peer)
    yield Figure("  leads a second", "leads/s", tuple(sizes.leads / one for one in seconds))
    decisions = ours[-1][1]
    refused = sum(len(found) for one in decisions for found in one.refused.values())
    yield Figure("  refusals kept of each lead", "campaigns", (refused / len(decisions),))
    yield Figure("  buyers that may have each lead", "campaigns", (_mean_net(decisions),))


def _mean_net(decisions: "list[Decision]") -> float:
    return sum(one.funnel.net for one in decisions) / len(decisions)


def _decided(configured: "Market", month: "list[Arrival]") -> "tuple[float, list[Decision]]":
    """Decide the month; return the processor seconds that it took, and all decisions."""
    from leadhouse.project.garbage import uncollected
    from leadhouse.simulate.markets import endless_wallets
    from leadhouse.simulate.running import Setting, play_month
    from leadhouse.simulate.types import Judged

    setting = Setting(configured, endless_wallets(configured.companies))
    began = time.process_time()
    with uncollected():
        steps = play_month(setting, month)
        decisions = [step.decided.decision for step in steps if isinstance(step, Judged)]
    return time.process_time() - began, decisions


def _matched(
    document: Mapping[str, object], configured: "Market", month: "list[Arrival]", rounds: int
) -> Iterator[float]:
    """Match the month in SQL so many times; yield the server's processor seconds for each.

    Raises RuntimeError where its answers are not ours.
    """
    from pyroaring import BitMap

    from leadhouse.allocate.matching.targeting import Index

    leads = [one.lead for one in month]
    sql_match.prepare(configured.campaigns.values(), leads, markets.least_estimates(document))
    for _ in range(rounds):
        found, seconds = sql_match.match()
        yield seconds
    index, nobody = Index(configured), BitMap()
    for number, one in enumerate(leads):
        if list(index.narrow(one, one.received_at, nobody).passing) != sorted(found.get(number, ())):
            raise RuntimeError(f"the SQL match and ours disagree about lead {number}")


def _replayed(house: House, count: int) -> int:
    """Have the road decide leads, then decide them again from its log; return how many decisions."""
    from datetime import timedelta

    from leadhouse.parties.current import market
    from leadhouse.simulate.queries import Span
    from leadhouse.simulate.replay import read_log
    from leadhouse.simulate.running import Replay, Setting
    from leadhouse.simulate.told import tell
    from leadhouse.store.run import database_now

    seller = markets.seller(markets.SOURCES[0])
    houses.bring_in(posts([seller], count))
    walk(house, 1)
    log = read_log(Span(None, database_now() + timedelta(seconds=1)), lambda _: None)
    replay = Replay(Setting(market(), log.wallets), log)
    tell(replay.run(log.arrivals))
    if replay.agreement.different or replay.agreement.equal != len(log.entries):
        raise RuntimeError(f"{len(replay.agreement.different)} decisions differ from the log")
    return replay.agreement.equal
