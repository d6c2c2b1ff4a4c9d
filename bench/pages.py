"""What pages cost the server with 100,000 leads and 1,200 campaigns in the market: time and questions asked.

The page is asked for in the process itself, through every middleware and its template; PostgreSQL is the
house's own. Nothing of the browser or the net is in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

from bench.apparatus import history, readers
from bench.apparatus import house as houses
from bench.apparatus.house import House
from bench.apparatus.readers import Page
from bench.apparatus.result import Figure, Result

SEEDS, COPIES, CAMPAIGNS = 500, 199, 1_200
QUICK = 20, 4, 60
ROUNDS, QUICK_ROUNDS = 25, 3
TARGET_MS = 200.0


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
    for page in readers.pages():
        _answered(page)
        page.before()
        with _counted() as questions:
            answer = page.client.get(page.address)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.address} answered {answer.status_code}")
        asked = len(questions)
        used = _used(house)
        times = tuple(_answered(page) for _ in range(rounds))
        processor = (_used(house) - used) / rounds * 1000
        yield Figure(f"{page.name} ({asked} questions)", "ms", times, TARGET_MS, is_cost=True)
        yield Figure("  of 100 the 95th", "ms", (quantiles(times, n=20)[-1],), is_cost=True)
        yield Figure("  processor time, PostgreSQL's included", "ms", (processor,), is_cost=True)


def _used(house: House) -> float:
    """Return the processor seconds that this process and PostgreSQL have used."""
    return process_time() + house.database_seconds()


def _answered(page: Page) -> float:
    """Return how many milliseconds a page took."""
    page.before()
    begun = perf_counter()
    page.client.get(page.address)
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
