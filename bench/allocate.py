"""How fast leads are decided and sold: the decision alone, and allocate + assign with the database included.

One process; PostgreSQL (default durability) shares the machine. Campaigns target real ZIP codes: 35 % states,
25 % counties, 20 % ZIP lists, 5 % prefixes, 14 % radii, 1 % everywhere; a bid per size, caps on two thirds.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
SEED = 11


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """Run a fresh database with the house's tables in it."""
    os.environ["LEADHOUSE_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    from leadhouse.store.postgres import Server

    with Server(folder):
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def market_file(campaigns: int, chance: random.Random) -> dict[str, object]:
    """Return a market of so many campaigns, two to a company."""
    companies = [
        {
            "key": f"company-{number}",
            "name": f"Company {number}",
            "timezone": ZONES[number % 4],
            "api_key": f"bench-company-{number}",
            "wallet": {"mode": "credit", "limit": "100000000.00"},
            "campaigns": [_campaign(2 * number + half, chance) for half in (0, 1)],
        }
        for number in range(campaigns // 2)
    ]
    source = {"key": "bench", "name": "Bench", "product": "roofing", "api_key": "bench-source"}
    return {
        "market": {"name": "Bench", "timezone": ZONES[0], "currency": "USD"},
        "products": [{"key": "roofing", "name": "Roofing", "sale_sizes": [1, 2, 3, 4], "floor": "5.00"}],
        "sources": [source],
        "companies": companies,
    }


def _campaign(number: int, chance: random.Random) -> dict[str, object]:
    bid = chance.randint(2_000, 9_000)
    shares = (("exclusive", 100), ("duo", 62), ("trio", 46), ("quad", 37))
    campaign: dict[str, object] = {
        "key": f"campaign-{number}",
        "product": "roofing",
        "bids": {name: f"{bid * share // 100 / 100:.2f}" for name, share in shares},
        "where": _area(chance),
        "deliver": [{"method": "portal"}],
    }
    if chance.random() < 0.3:
        rule = {"field": "estimate_low", "operator": ">=", "value": chance.randint(1_000, 5_000)}
        campaign["criteria"] = {"combinator": "and", "rules": [rule]}
    if chance.random() < 0.67:
        campaign["caps"] = {"day": {"count": chance.randint(5, 500)}, "month": {"money": "50000.00"}}
    return campaign


def _area(chance: random.Random) -> dict[str, object] | None:
    from leadhouse.kit.places import all_zips, by_zip

    kind = chance.random()
    found = [place for one in chance.sample(all_zips(), 40) if (place := by_zip(one)) and place.lat]
    if kind < 0.35:
        return {"states": sorted({one.state for one in found[:6]})}
    if kind < 0.60:
        return {"counties": sorted({f"{one.county}, {one.state}" for one in found if one.county})}
    if kind < 0.80:
        return {"zips": [one.zip_code for one in found]}
    if kind < 0.85:
        return {"zips": [f"{one.zip_code[:3]}*" for one in found[:8]]}
    if kind < 0.99:
        centre = found[0]
        return {"radius": {"lat": centre.lat, "lon": centre.lon, "miles": chance.choice([25, 50, 100])}}
    return None


def install(campaigns: int) -> float:
    """Apply a fresh market; return how many seconds that took."""
    from leadhouse.billing.queries import Terms, set_terms
    from leadhouse.parties.apply import apply
    from leadhouse.parties.market_file import read_market_text
    from leadhouse.store.run import transaction

    text = json.dumps(market_file(campaigns, random.Random(SEED)))
    began = time.perf_counter()
    with transaction():
        applied = apply(read_market_text(text, suffix=".json"))
        set_terms([Terms(one.company_id, one.mode, one.limit_minor) for one in applied.openings])
    return time.perf_counter() - began


def memory_mib() -> float:
    """Return the process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def decisions(leads: int) -> None:
    """Print how long the index takes to build and one lead to be decided, the database left out."""
    from pyroaring import BitMap

    from leadhouse.allocate.offers import OfferBook
    from leadhouse.allocate.rates import NO_REJECTIONS
    from leadhouse.allocate.room import Room
    from leadhouse.allocate.scenario import decide, price
    from leadhouse.allocate.targeting import Index
    from leadhouse.parties.current import market
    from leadhouse.store.run import database_now

    configured, before = market(), memory_mib()
    began = time.perf_counter()
    index = Index(configured)
    built = time.perf_counter() - began
    now, nobody = database_now(), BitMap()
    book = OfferBook(index, NO_REJECTIONS)
    room = Room([], {}, dict.fromkeys(configured.companies, 10**12))
    took = []
    for lead in _leads(leads):
        began = time.process_time()
        decide(index, book, price(index, book, lead, index.narrow(lead, now, nobody), ()), room, now)
        took.append(time.process_time() - began)
    took.sort()
    print(
        f"  index built in {built:.2f} s, {memory_mib() - before:.0f} MiB (process {memory_mib():.0f} MiB)\n"
        f"  decision alone: {1 / statistics.mean(took):,.0f} leads a processor second,"
        f" median {took[len(took) // 2] * 1e6:.0f} µs, p99 {took[len(took) * 99 // 100] * 1e6:.0f} µs"
    )


def _leads(count: int) -> Iterator["object"]:
    from leadhouse.allocate.geography import spot_of
    from leadhouse.allocate.types import Lead
    from leadhouse.kit.ids import new_id
    from leadhouse.store.run import database_now

    now = database_now()
    for fields in _fields(count):
        yield Lead(new_id(), "roofing", "bench", 5, None, now, spot_of(fields), fields)


def _fields(count: int) -> Iterator[dict[str, object]]:
    from leadhouse.kit.places import all_zips

    chance, zips = random.Random(SEED), all_zips()
    for number in range(count):
        yield {
            "first_name": "Ann",
            "email": f"ann{number}@example.com",
            "postal_code": chance.choice(zips),
            "country": "US",
            "estimate_low": str(chance.randint(500, 9_000)),
        }


def bring_in(count: int) -> None:
    """Put leads that are good to sell before allocation."""
    from leadhouse.capture.models import Lead
    from leadhouse.kit.ids import new_id
    from leadhouse.parties.current import market
    from leadhouse.store.run import database_now, transaction
    from leadhouse.timeline import queries
    from leadhouse.timeline.types import Change, Event, NewPassport, NewWork, Outcome, Stage, Status, Step

    configured, now = market(), database_now()
    source, product = configured.sources["bench"], configured.products["roofing"]
    written = {"raw": b"{}", "content_type": "application/json", "headers": {}, "extra": {}, "marks": {}}
    leads = [
        Lead(
            id=new_id(),
            source_id=source.id,
            product_id=product.id,
            received_at=now,
            fields=fields,
            created_by="api",
            is_test=False,
            **written,
        )
        for fields in _fields(count)
    ]
    change = Change(status=Status.QUALIFIED, good_to_sell=True, classification=5)
    with transaction():
        Lead.objects.bulk_create(leads, batch_size=1_000)
        queries.open_passports(
            [
                NewPassport(lead.id, 5_000_001 + number, product.id, source.id, now, "Web Forms")
                for number, lead in enumerate(leads)
            ]
        )
        queries.append(
            [Event(one.id, Step.QUALIFY, "qualified", Outcome.SUCCESS, change=change) for one in leads]
        )
        queries.enqueue([NewWork(Stage.ALLOCATE, one.id) for one in leads])


def sales(leads: int, batch: int) -> None:
    """Print how many leads a second are claimed, decided, sold and written down."""
    from leadhouse.allocate.queries import prove
    from leadhouse.allocate.step import step
    from leadhouse.billing.queries import prove as prove_book
    from leadhouse.store.run import value

    step(1)
    began = time.perf_counter()
    taken = 0
    while moved := step(batch):
        taken += moved
    seconds = time.perf_counter() - began
    assigned = value("SELECT count(*) FROM allocate_assignment", {}, int)
    faults = [*prove(), *prove_book()]
    print(
        f"  allocate + assign: {taken / seconds:,.0f} leads/s in batches of {batch}"
        f" ({leads:,} leads, {assigned:,} assignments, {len(faults)} faults)"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, nargs="+", default=[120, 600, 10_000])
    parser.add_argument("--leads", type=int, default=4_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args(arguments)
    # A process for each market, so that memory is that of a worker with this market alone.
    processes = multiprocessing.get_context("spawn")
    for campaigns in options.campaigns:
        one = processes.Process(target=measure, args=(campaigns, options))
        one.start()
        one.join()
        if one.exitcode:
            return 1
    return 0


def measure(campaigns: int, options: argparse.Namespace) -> None:
    """Measure one market in a database of its own."""
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)):
        print(f"{campaigns:,} campaigns (applied in {install(campaigns):.1f} s)")
        decisions(options.leads)
        bring_in(options.leads)
        if options.profile:
            _profiled(options)
        else:
            sales(options.leads, options.batch)


def _profiled(options: argparse.Namespace) -> None:
    import cProfile
    import pstats

    with cProfile.Profile(time.process_time) as profile:
        sales(options.leads, options.batch)
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
