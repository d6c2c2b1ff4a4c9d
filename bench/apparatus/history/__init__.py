"""A market's past: a few leads walk the whole road, then they are copied over the weeks before."""

from collections.abc import Iterator
from random import Random
from typing import cast

import yaml

from bench.apparatus import house as houses
from bench.apparatus import markets
from bench.apparatus.people import Post
from leadhouse.project.demo.people import ordinary
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
DAYS = 40
_COPIED = (
    "consumers",
    "contacts",
    "leads",
    "appended",
    "passports",
    "events",
    "decisions",
    "assignments",
    "tallies",
    "parcels",
    "attempts",
    "responses",
    "receipts",
    "entries",
)
# In the proportions of the mission's month.
_WEIGHTS = (34_233, 20_109, 8_457, 7_312, 3_953, 1_503, 144)
_PAYOUT = {"kind": "fixed", "amount": "4.00"}


def make(campaigns: int, seeds: int, copies: int) -> int:
    """Have a market of so many campaigns with `seeds` × (`copies` + 1) leads of 40 days; tell how many."""
    market = markets.month_market(campaigns)
    paid = [{**one, "payout": _PAYOUT} for one in cast(list[dict[str, object]], market["sources"])]
    houses.install(yaml.safe_dump({**market, "sources": paid}))
    houses.bring_in(_posts(seeds))
    _walk()
    multiply(copies)
    _keep_days()
    return seeds * (copies + 1)


def multiply(copies: int) -> None:
    """Copy all that has happened to leads so many times, spread over the 40 days before."""
    from leadhouse.store.run import execute, transaction

    with transaction():
        execute(SQL["remember"], {"copies": copies, "days": DAYS})
        for name in _COPIED:
            execute(SQL[f"copy_{name}"], {})
        # The postings look for entries made a moment ago, of which no statistics would know.
        execute(SQL["know"], {})
        execute(SQL["copy_postings"], {})
        execute(SQL["know"], {})


def _posts(count: int) -> Iterator[Post]:
    random = Random(5)
    for key in random.choices(markets.SOURCES, _WEIGHTS, k=count):
        seller = markets.seller(key)
        yield Post(seller.api_key, ordinary(random, seller.product, seller.fields))


def _keep_days() -> None:
    """Keep what days came to, as workers do in the first minutes."""
    from leadhouse.flow.days import keep_days

    while keep_days(100):
        pass


def _walk() -> None:
    from leadhouse.allocate.step import step as allocate
    from leadhouse.billing.step import step as pay_out
    from leadhouse.deliver.step import step as deliver
    from leadhouse.qualify.step import step as qualify

    while sum([qualify(500), allocate(500), deliver(64), pay_out(500)]):
        pass
