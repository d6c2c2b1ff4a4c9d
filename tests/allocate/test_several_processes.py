"""Workers that are processes of their own know one market, decide by it, and agree on how it is paced."""

import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leadhouse.allocate.pacing.pacer import UPDATE
from leadhouse.allocate.queries import decisions_of, prove
from leadhouse.allocate.step import step
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.current import market
from tests.allocate import other_workers
from tests.allocate.allocate_world import (
    WEDNESDAY,
    be_at,
    buyers,
    campaign,
    clock_put_back,
    company,
    give_leads,
    install,
    sell,
    set_limit,
    statuses,
    used,
)
from tests.allocate.steering.pacing_world import shadow_prices
from tests.processes import Process, processes

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = (("82301", "WY"), ("80202", "CO"), ("10001", "NY"), ("73301", "TX"))
LEADS = [
    {"postal_code": code, "state": state, "country": "US", "roof_type": roof}
    for code, state in PLACES
    for roof in ("metal", "tile")
]
METAL = {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}]}
AREAS: tuple[dict[str, object], ...] = (
    {"where": {"states": ["WY", "CO"]}},
    {"where": {"zips": ["100*"]}},
    {"where": {"radius": {"lat": 41.79, "lon": -107.23, "miles": 50}}},
    {"criteria": METAL},
    {"sources": {"never": ["form"]}},
    {},
)
PRODUCT: dict[str, object] = {
    "fields": [{"key": "roof_type", "type": "choice", "choices": ["metal", "tile"]}]
}
ONE_BID = {"exclusive": "60.00"}


def _sellers(**changed: dict[str, object] | None) -> list[dict[str, object]]:
    """Forty companies that want all sorts of leads; `changed` by key, None for one that is gone."""
    wanted: dict[str, dict[str, object] | None] = {f"c{one}": AREAS[one % len(AREAS)] for one in range(40)}
    return [
        company(key, campaign(key, **wish)) for key, wish in (wanted | changed).items() if wish is not None
    ]


def all_at_once(workers: Sequence[Process], act: Callable[..., object], *given: object) -> list[Any]:
    """Have all act at the same time; return their answers."""
    for one in workers:
        one.begin(act, *given)
    return [one.answer() for one in workers]


def test_all_notice_an_edit_and_know_what_who_begins_anew_knows(tmp_path: Path) -> None:
    install(*_sellers(), product=PRODUCT)
    with processes(tmp_path, 2) as workers:
        before = all_at_once(workers, other_workers.known, LEADS)
        install(
            *_sellers(
                c0={"status": "paused"}, c3={"where": {"states": ["NY"]}}, c5=None, new={"bids": ONE_BID}
            ),
            product=PRODUCT,
        )
        after = all_at_once(workers, other_workers.known, LEADS)
        (anew,) = all_at_once(workers[:1], other_workers.known_anew, LEADS)
    assert before[0] == before[1] != after[0]
    assert after == [anew, anew] == [json.loads(json.dumps(other_workers.known_anew(LEADS)))] * 2


def test_no_sale_is_decided_by_a_market_in_which_its_buyer_has_paused(tmp_path: Path) -> None:
    keys = ("acme", "best")

    def become(active: str) -> None:
        sellers = [
            company(one, campaign(one, bids=ONE_BID, status="active" if one == active else "paused"))
            for one in keys
        ]
        install(*sellers)
        for one in keys:
            set_limit(one, 10**9)
        active_at[market().revision] = active

    active_at: dict[int, str] = {}
    become("acme")
    leads = give_leads(150)
    with processes(tmp_path, 2) as workers:
        for one in workers:
            one.begin(other_workers.sell, 2)
        for turn in range(1, 8):
            become(keys[turn % 2])
        taken = [one.answer() for one in workers]
        late = give_leads(40)
        assert sum(all_at_once(workers, other_workers.sell, 1)) == 40
    assert sum(taken) >= 150
    assert min(taken) > 0
    assert statuses(leads + late) == {"sold": 190}
    assert {one[0] for lead in late for one in buyers(lead)} == {"best"}
    told = [(decisions_of(lead)[-1].market_revision, buyers(lead)[0][0]) for lead in leads]
    assert [buyer for _, buyer in told] == [active_at[revision] for revision, _ in told]
    assert prove() == []


def test_one_takes_each_turn_of_pacing_and_all_sell_by_its_prices(tmp_path: Path) -> None:
    caps = {"day": {"money": "720.00"}}
    with clock_put_back():
        be_at(WEDNESDAY)
        install(
            company("acme", campaign("acme", bids=ONE_BID, caps=caps)),
            company("best", campaign("best", bids={"exclusive": "50.00"})),
            product={"pacing": "paced", "sale_sizes": [1]},
        )
        for one in ("acme", "best"):
            set_limit(one, 10**9)
        with processes(tmp_path, 2) as workers:
            seen = []
            for quarter in range(6):
                now = WEDNESDAY + quarter * UPDATE + timedelta(seconds=1)
                be_at(now)
                assert sorted(all_at_once(workers, other_workers.turn_at, now.isoformat())) == [False, True]
                mine = {"acme": WHOLE, "best": WHOLE} | {
                    key: WHOLE - round(price * WHOLE) for key, price in shadow_prices().items()
                }
                assert all_at_once(workers, other_workers.weights) == [mine, mine]
                seen.append(mine["acme"])
                # Behind the workers' clocks, which were set after ours: for them the leads are there.
                be_at(now)
                leads = give_leads(8)
                assert sum(all_at_once(workers, other_workers.sell, 1)) == 8
                assert statuses(leads) == {"sold": 8}
        # All of the first quarter's leads were acme's, two thirds of its day: since then it is held back.
        assert used() == [("acme", "day", "money", 48_000)]
    assert seen[0] == WHOLE > min(seen)
    assert len(set(seen)) > 2


def test_who_stands_still_in_the_middle_of_a_sale_holds_up_nobody_for_thirty_seconds(tmp_path: Path) -> None:
    install(company("acme", campaign("acme", bids=ONE_BID, caps={"day": {"count": 50}})))
    sell()
    leads = give_leads(4)
    with processes(tmp_path, 1) as (worker,):
        worker.begin(other_workers.stand_still)
        worker.wait_until_it_stands_still()
        began = time.monotonic()
        while statuses(leads) != {"sold": 4}:
            step(10)
            time.sleep(0.1)
            assert time.monotonic() - began < 30
        os.kill(worker.pid, signal.SIGCONT)
        assert worker.answer() == "lost"
    assert used() == [("acme", "day", "count", 5)]
    assert prove() == []
