"""Sixteen workers, fifty campaigns, six kinds of caps, and everything that can happen at the same time.

Workers are processes of their own, of which one is killed and another is lost with its work; beside them
the market is edited well and badly, money comes in, buyers reject, leads are poisoned: nothing goes over, all
that can be sold is sold, and whatever was booked can be counted anew.
"""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.billing import queries as billing
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason, Response
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.market_file import read_market_text
from leadhouse.store.run import execute, rows, transaction, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import FINAL, Stage
from tests.allocate.allocate_world import company_id, give_leads, install
from tests.delivery_world import Buyer, http
from tests.processes import Process, processes
from tests.stories import crowd_workers
from tests.stories.crowd import (
    CAMPAIGNS,
    PREPAID,
    RAISED,
    REFUSING,
    buyer_of,
    everyone,
    faults,
    price_of,
    with_room,
)

# As many workers as processes times the threads of each: on two cores 16 processes start for minutes.
PROCESSES, THREADS = 8, 2
LEADS, POISONED = 240, 4
# These are edited while others sell; what they may have sold over their first limits is known.
EDITED = range(1, CAMPAIGNS, 5)
ROAD = (Stage.ALLOCATE, Stage.DELIVER, Stage.FOLD)
# What a log tells of an exception, by its last line.
RAISED_THERE = re.compile(r"^([\w.]+(?:Error|Exception|Interrupt))\b", re.MULTILINE)


class Crowd:
    """Everybody who acts on the market at the same time: workers as processes, the others as threads."""

    def __init__(self, buyer: Buyer, folder: Path) -> None:
        self.buyer = buyer
        self.folder = folder
        self.paid_in: Counter[int] = Counter()
        self.rejected: Counter[UUID] = Counter()
        self.taken: Counter[int] = Counter()
        self._is_over = threading.Event()

    def install(self, extra: int = 0, *, paused: range = range(0)) -> None:
        """Make the market; the edited campaigns may sell so many more, and some of them pause."""
        sellers = []
        for number in range(CAMPAIGNS):
            method = http(self.buyer.url(f"refuse/{number}")) if number in REFUSING else {"method": "portal"}
            status = "paused" if number in paused else "active"
            raised = extra if number in EDITED else 0
            sellers.append(buyer_of(number, method, raised, status=status))
        with transaction():
            install(*sellers, product={"duplicates": {"window_days": 1}})

    def sell(self, workers: Sequence[Process], *beside: Callable[[], None]) -> None:
        """Have the workers walk until all leads have come to their ends, with this going on beside them."""
        self._is_over.clear()
        stop = self.folder / f"stop-{new_id()}"
        for number, one in enumerate(workers):
            one.begin(crowd_workers.walk, THREADS, 1 + number % 7, str(stop))
        with ThreadPoolExecutor(len(beside) + 1) as pool:
            try:
                acting = [pool.submit(_act, one) for one in beside]
                rejecting = pool.submit(_act, self.reject)
                for one in acting:
                    one.result()
                while road_left():
                    time.sleep(0.1)
            finally:
                self._is_over.set()
                stop.touch()
            rejecting.result()
        for one in workers:
            if one.is_alive:
                self.taken[one.pid] += one.answer()

    def edit(self) -> None:
        for round_ in range(6):
            self.install((RAISED, 0, 3)[round_ % 3], paused=EDITED if round_ % 2 else range(0))
        self.install(RAISED)

    def blunder(self) -> None:
        """Apply files that are no markets: all faults are told, nothing changes."""
        revision = market().revision
        bad = [
            buyer_of(0, {"method": "portal"}) | {"timezone": "Mars/Olympus"},
            {"key": "no name", "wallet": 5},
        ]
        for _ in range(20):
            with pytest.raises(MarketFaults):
                read_market_text(json.dumps({"market": {"name": "Bad"}, "companies": bad}), suffix=".json")
        assert market().revision >= revision

    def pay(self) -> None:
        for round_ in range(3):
            for number in PREPAID:
                company = company_id(f"c{number:02}")
                amount = price_of(number) * (1 + round_) + 1
                with transaction():
                    assert billing.deposit(company, amount, new_id())
                self.paid_in[company] += amount

    def reject(self) -> None:
        """Reject some of what was accepted, each twice."""
        chance = Random(7)
        while not self._is_over.wait(0.2):
            fresh = [one for one in everyone() if one.status == "accepted" and one.id not in self.rejected]
            for one in chance.sample(fresh, min(3, len(fresh))):
                for _ in range(2):
                    said = hear(Given(one.id, Kind.REJECTION, Reason.BOGUS), one.company_id, market())
                    assert isinstance(said, Response)
                    assert said.credit_minor == one.price_minor
                self.rejected[one.id] += 1

    def be_lost(self) -> None:
        """Take work and never come back: after its lease others have it."""
        claimed = timeline.claim(Stage.ALLOCATE, 5)
        assert claimed.claims


def kill_midway(worker: Process) -> None:
    """Kill a worker while everybody sells, whatever it holds."""
    while value("SELECT count(*) FROM allocate_assignment", {}, int) < 20:
        assert worker.is_alive, worker.log
        time.sleep(0.02)
    worker.kill()


def _act(part: Callable[[], None]) -> None:
    try:
        part()
    finally:
        connection.close()


def road_left() -> list[tuple[str, int]]:
    """Return what is left on the road; what waits for another attempt is due now."""
    execute(
        "UPDATE timeline_work SET due_at = leadhouse_now() WHERE token IS NULL AND due_at > leadhouse_now()",
        {},
    )
    left = timeline.work_left()
    return [(stage.value, left[stage.value]) for stage in ROAD if left.get(stage.value)]


def deadlocks() -> int:
    return value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", {}, int)


@pytest.mark.timeout(900)
@pytest.mark.req("R000-48", "R004-09")
@pytest.mark.django_db(transaction=True)
def test_everything_at_once_sells_all_there_is_room_for_and_nothing_more(
    buyer: Buyer, tmp_path: Path
) -> None:
    crowd = Crowd(buyer, tmp_path)
    crowd.install()
    leads = give_leads(LEADS)
    poisoned = leads[:: LEADS // POISONED]
    execute("UPDATE capture_lead SET product_id = NULL WHERE id = ANY(%(ids)s::uuid[])", {"ids": poisoned})
    before = deadlocks()
    with processes(tmp_path, PROCESSES) as workers:
        lost = workers[3]
        crowd.be_lost()
        crowd.sell(workers, crowd.edit, crowd.blunder, crowd.pay, lambda: kill_midway(lost))
        assert not lost.is_alive
        left = [one for one in workers if one is not lost]
        # More leads than anybody has room for: what is left at the end could not have been sold.
        for _ in range(20):
            if not with_room():
                break
            leads += give_leads(40)
            crowd.sell(left)
        raised = {name for one in workers for name in RAISED_THERE.findall(one.log)}
    assert with_room() == []
    assert faults(dict.fromkeys(EDITED, RAISED), crowd.paid_in, crowd.rejected) == []
    found = timeline.passports(leads)
    assert {one.status for one in found.values()} <= FINAL
    assert Counter(found[one].reason for one in poisoned) == {"internal_error": POISONED}
    assert not {one.reason for lead, one in found.items() if lead not in poisoned} & {"internal_error"}
    assert raised == {"LookupError"}
    assert (
        rows("SELECT lead_id FROM allocate_assignment WHERE lead_id = ANY(%(ids)s)", {"ids": poisoned}, UUID)
        == []
    )
    assert len(crowd.taken) == PROCESSES - 1
    assert min(crowd.taken.values()) > 0
    sales, waited = len(everyone()), deadlocks() - before
    print(f"{len(leads)} leads, {sales} sales, {len(crowd.rejected)} rejected, {waited} deadlocks waited out")
