"""How much memory one worker takes whose market has 10,000 campaigns, once it has worked a batch."""

import json

from bench.apparatus import house as houses
from bench.apparatus import markets
from bench.apparatus.people import posts
from bench.apparatus.result import Figure, Result
from bench.apparatus.walking import walk

CAMPAIGNS, QUICK_CAMPAIGNS = 10_000, 100
LEADS, QUICK_LEADS = 1_000, 50
ROUNDS = 5
TARGET_MIB = 300


def run(*, is_quick: bool) -> Result:
    """Have fresh workers load the market and sell leads to it."""
    campaigns, leads, rounds = (QUICK_CAMPAIGNS, QUICK_LEADS, 1) if is_quick else (CAMPAIGNS, LEADS, ROUNDS)
    with houses.house() as house:
        houses.install(json.dumps(markets.wide_market(campaigns)), ".json")
        houses.bring_in(posts([markets.SELLER], leads))
        house.keep_as_seed()
        walked = []
        for _ in range(rounds):
            house.begin_again()
            walked.append(walk(house, 1))
    memory = tuple(one.memory_mib for one in walked)
    return Result(
        (
            Figure("resident memory after a batch", "MiB", memory, TARGET_MIB, is_cost=True),
            Figure("  before the first lead", "MiB", tuple(one.ready_mib for one in walked), is_cost=True),
            Figure("loading the market", "s", tuple(one.loading for one in walked), is_cost=True),
            Figure("building its index", "s", tuple(one.building for one in walked), is_cost=True),
            Figure("leads sold meanwhile", "leads/s", tuple(leads / one.seconds for one in walked)),
        ),
        {"campaigns": f"{campaigns:,}", "leads": f"{leads:,} a round"},
    )
