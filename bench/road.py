"""Leads a second from captured to sold: qualify, allocate and assign on the demo market, database included.

Worker processes walk the two stages in batches over an embedded PostgreSQL that flushes every commit; both
share the machine. All leads are captured before the clock starts, and every company has credit without end.
Once with flows that ask nobody outside, once as the demo market has them: the sandbox is asked about phones.
"""

from collections.abc import Iterator

import yaml

from bench.apparatus import house as houses
from bench.apparatus import markets, services
from bench.apparatus.house import House
from bench.apparatus.people import posts
from bench.apparatus.result import Figure, Result
from bench.apparatus.walking import Walked, walk
from leadhouse.project.demo.market import read_demo_market

LEADS, QUICK_LEADS = 10_000, 200
ROUNDS = 5
TARGET = 1_000


def run(*, is_quick: bool) -> Result:
    """Walk with one worker and with two, without and with services."""
    leads, rounds = (QUICK_LEADS, 1) if is_quick else (LEADS, ROUNDS)
    market, port = markets.DEMO.read_text(), services.free_port()
    with houses.house(LEADHOUSE_SANDBOX="1", LEADHOUSE_SANDBOX_PORT=str(port)) as house:
        houses.install(_offline(market))
        count = houses.bring_in(posts(read_demo_market(market).sellers, leads))
        house.keep_as_seed()
        offline = list(_measured(house, "asking nobody", count, rounds))
        outcomes = _outcomes()
        house.begin_again()
        houses.install(market)
        house.keep_as_seed()
        with services.sandbox(port):
            asking = list(_measured(house, "asking services", count, rounds))
    return Result((*offline, *asking), {"leads": f"{leads:,} a round", "what became of them": outcomes})


def _offline(market: str) -> str:
    """Return a market whose flows ask nobody outside."""
    document = yaml.safe_load(market)
    for product in document["products"]:
        flow = product.get("flow", [])
        product["flow"] = [step for step in flow if not step["step"].startswith("verify_")] or None
    return yaml.safe_dump(document)


def _measured(house: House, flows: str, leads: int, rounds: int) -> Iterator[Figure]:
    for workers in (1, 2):
        walked = list(_walks(house, workers, rounds))
        yield from _figures(f"{flows}, {_counted(workers)}", walked, leads)


def _walks(house: House, workers: int, rounds: int) -> Iterator[Walked]:
    for _ in range(rounds):
        house.begin_again()
        yield walk(house, workers)


def _figures(name: str, walked: list[Walked], leads: int) -> Iterator[Figure]:
    yield Figure(name, "leads/s", tuple(leads / one.seconds for one in walked), TARGET)
    worker = tuple(one.worker_seconds / leads * 1000 for one in walked)
    database = tuple(one.database_seconds / leads * 1000 for one in walked)
    yield Figure("  processor time of the workers", "ms/lead", worker, is_cost=True)
    yield Figure("  processor time of PostgreSQL", "ms/lead", database, is_cost=True)


def _counted(workers: int) -> str:
    return "1 worker" if workers == 1 else f"{workers} workers"


def _outcomes() -> str:
    from leadhouse.store.run import rows

    counts = "SELECT status, count(*) FROM timeline_passport GROUP BY status ORDER BY count(*) DESC"
    sold = "SELECT 'assignments', count(*) FROM allocate_assignment"
    found = rows(f"({counts}) UNION ALL {sold}", {}, lambda name, count: f"{count:,} {name}")
    return ", ".join(found)
