"""What the console's main pages cost the server with 100,000 leads in the market: time and questions asked.

The page is asked for in the process itself, through every middleware and its template; PostgreSQL is the
house's own. Nothing of the browser or the net is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench.apparatus import history
from bench.apparatus import house as houses
from bench.apparatus.house import House
from bench.apparatus.result import Figure, Result

if TYPE_CHECKING:
    from django.test import Client

SEEDS, COPIES, CAMPAIGNS = 500, 199, 600
QUICK = 20, 4, 60
ROUNDS, QUICK_ROUNDS = 25, 3
TARGET_MS = 200.0
_OLDEST = "SELECT lead_id FROM timeline_passport WHERE status = 'delivered' ORDER BY received_at LIMIT 1"


def run(*, is_quick: bool) -> Result:
    """Make the market's past, then ask for every page in turn."""
    seeds, copies, campaigns = QUICK if is_quick else (SEEDS, COPIES, CAMPAIGNS)
    with houses.house() as house:
        leads = history.make(campaigns, seeds, copies)
        house.keep_as_seed()
        house.begin_again()
        figures = tuple(_figures(house, QUICK_ROUNDS if is_quick else ROUNDS))
    return Result(figures, {"leads": f"{leads:,} over {history.DAYS} days", "campaigns": str(campaigns)})


def _figures(house: House, rounds: int) -> Iterator[Figure]:
    client = _operator()
    for name, address in _pages().items():
        client.get(address)
        with _counted() as questions:
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        asked = len(questions)
        used = _used(house)
        times = tuple(_milliseconds(client, address) for _ in range(rounds))
        processor = (_used(house) - used) / rounds * 1000
        yield Figure(f"{name} ({asked} questions)", "ms", times, TARGET_MS, is_cost=True)
        yield Figure("  of 100 the 95th", "ms", (quantiles(times, n=20)[-1],), is_cost=True)
        yield Figure("  processor time, PostgreSQL's included", "ms", (processor,), is_cost=True)


def _pages() -> dict[str, str]:
    from leadhouse.store.run import value

    lead_id = value(_OLDEST, {}, UUID)
    return {
        "today": "/",
        "the last seven days": "/?period=week",
        "this month": "/?period=month",
        "this month by county of a state": "/?period=month&state=CA",
        "leads": "/leads",
        "leads that were delivered, of a source": "/leads?status=delivered&source=fixr",
        "leads by the beginning of a name": "/leads?q=mar",
        "a lead by its phone": "/leads?q=%28302%29+321-5560",
        "a lead": f"/leads/{lead_id}",
        "its decision": f"/leads/{lead_id}/decision?fate=out_of_area&page=3",
        "the newest leads again": "/leads/newest?seen=none",
    }


def _operator() -> "Client":
    from django.test import Client

    from leadhouse.parties.models import Person
    from leadhouse.parties.people.adding import add_person
    from leadhouse.parties.types import Role

    add_person("operator@bench.example", Role.OPERATOR)
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(email="operator@bench.example"))
    return client


def _used(house: House) -> float:
    """Return the processor seconds that this process and PostgreSQL have used."""
    return process_time() + house.database_seconds()


def _milliseconds(client: "Client", address: str) -> float:
    begun = perf_counter()
    client.get(address)
    return (perf_counter() - begun) * 1000


@contextmanager
def _counted() -> Iterator[list[object]]:
    """Count every statement that reaches the database, the house's and Django's."""
    import psycopg

    sent: list[object] = []
    really = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        sent.append(query)
        return really(self, query, *rest, **named)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        psycopg.Cursor.execute = really  # type: ignore[method-assign]
