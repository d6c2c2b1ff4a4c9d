"""A log played again is the log: the database's own decisions are made once more in memory."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from leadhouse.parties.current import market
from leadhouse.simulate.queries import Span
from leadhouse.simulate.replay import Log, read_log
from leadhouse.simulate.running import Replay, Setting
from leadhouse.simulate.told import Told, tell
from leadhouse.store.run import database_now, rows
from tests.allocate.allocate_world import clock_put_back
from tests.simulate.busy_days import BusyDays

pytestmark = pytest.mark.django_db

GROUPED = {"duplicates": {"on_duplicate": "group"}}
REFILLING = {"refill_after_rejection": True}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with clock_put_back():
        yield


def read(since: datetime | None = None) -> Log:
    return read_log(Span(since, database_now() + timedelta(seconds=1)), lambda _: None)


def played(log: Log) -> tuple[Told, Replay]:
    replay = Replay(Setting(market(), log.wallets), log)
    return tell(replay.run(log.arrivals)), replay


def outcomes(log: Log) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in log.entries:
        found[one.kept.outcome] = found.get(one.kept.outcome, 0) + 1
    return found


@pytest.mark.parametrize(("seed", "product"), [(1, None), (3, GROUPED), (4, REFILLING)])
def test_the_same_market_decides_as_recorded(seed: int, product: dict[str, object] | None) -> None:
    BusyDays(seed, product=product).run(hours=12)
    log = read()
    assert outcomes(log)["sold"]
    assert len(log.entries) > len(log.arrivals)
    _, replay = played(log)
    assert replay.agreement.different == []
    assert replay.agreement.equal == len(log.entries)


def test_what_was_sold_before_the_span_counts_in_it() -> None:
    days = BusyDays(4, product=GROUPED)
    days.run(hours=8)
    since = days.now
    days.run(hours=6)
    log = read(since)
    assert log.before
    _, replay = played(log)
    assert replay.agreement.different == []


def test_the_money_is_the_books() -> None:
    BusyDays(5).run(hours=12)
    told, _ = played(read())
    kept = rows(
        "SELECT lead_id, sum(price_minor)::bigint FROM allocate_assignment"
        " WHERE status IN ('held', 'delivering', 'accepted') GROUP BY lead_id",
        {},
        lambda *columns: columns,
    )
    assert {lead_id: sum(one.winners.values()) for lead_id, one in told.leads.items() if one.winners} == dict(
        kept
    )
    (credited,) = rows("SELECT sum(credited_minor)::bigint FROM billing_wallet", {}, int)
    assert sum(one.back_minor for one in told.leads.values()) == credited > 0
