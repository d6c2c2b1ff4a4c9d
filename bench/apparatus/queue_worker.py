"""A worker that is measured: fills its queue, works it off when told, and tells which jobs it handled."""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

FILLED_AT_ONCE = 1_000
_TAKE = """
WITH due AS MATERIALIZED (
    SELECT id FROM job WHERE due_at <= now() ORDER BY due_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
UPDATE job SET due_at = now() + interval '20 seconds' FROM due WHERE job.id = due.id RETURNING job.id
"""


@dataclass(frozen=True, slots=True)
class Load:
    """The jobs, numbered from 0; how many are taken at once; those that fail the first time."""

    jobs: int
    batch: int
    failing: Sequence[int]
    lease_seconds: int | None


Work = Callable[[], list[int]]


def main() -> None:
    """Do as the parent says in lines: the load, then to go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queue", choices=("ours", "floor"))
    parser.add_argument("--filled", action="store_true", help="there are jobs already")
    parser.add_argument("--take-only", action="store_true", help="lease one batch and stand still")
    options = parser.parse_args()
    # The failures are made on purpose.
    logging.disable(logging.CRITICAL)
    load = Load(**json.loads(sys.stdin.readline()))
    work = _floor(load) if options.queue == "floor" else _ours(load, is_filled=options.filled)
    _say("filled")
    sys.stdin.readline()
    if options.take_only:
        _say(str(_take(load)))
        sys.stdin.read()
    began, used = time.perf_counter(), time.process_time()
    handled = work()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    _say(json.dumps({"handled": handled, "seconds": seconds, "processor_seconds": used}))


def _ours(load: Load, *, is_filled: bool) -> Work:
    """Fill the timeline's queue; return a function that walks it as a stage does."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    django.setup()
    from leadhouse.kit.ids import new_id
    from leadhouse.store.run import transaction
    from leadhouse.timeline import queries
    from leadhouse.timeline.types import Claimed, NewWork, Stage
    from leadhouse.timeline.work import walk

    for first in range(0, 0 if is_filled else load.jobs, FILLED_AT_ONCE):
        numbers = range(first, min(first + FILLED_AT_ONCE, load.jobs))
        with transaction():
            queries.enqueue([NewWork(Stage.FOLD, new_id(), UUID(int=number)) for number in numbers])
    handled: list[int] = []
    failing = set(load.failing)

    def handle(claimed: Claimed) -> int:
        done: list[int] = []
        with transaction():
            for held in queries.finish(claimed.claims):
                number = held.ref.int if held.ref else -1
                if number in failing:
                    failing.remove(number)
                    raise RuntimeError(f"job {number} fails the first time")
                done.append(number)
        handled.extend(done)
        return len(done)

    def work() -> list[int]:
        while walk(Stage.FOLD, load.batch, handle) or queries.work_left():
            pass
        return handled

    return work


def _take(load: Load) -> int:
    from leadhouse.timeline import queries
    from leadhouse.timeline.types import Stage

    seconds = load.lease_seconds or queries.LEASE_SECONDS
    return len(queries.claim(Stage.FOLD, load.batch, seconds).claims)


def _floor(load: Load) -> Work:
    """Fill a table of nothing but jobs; return a function that leases and deletes them, and does no more."""
    import psycopg

    connection = psycopg.connect(autocommit=True)
    connection.execute("CREATE TABLE job (id bigint PRIMARY KEY, due_at timestamptz NOT NULL)")
    connection.execute("CREATE INDEX ON job (due_at, id)")
    connection.execute("INSERT INTO job SELECT n, now() FROM generate_series(0, %s - 1) n", [load.jobs])

    def work() -> list[int]:
        handled: list[int] = []
        while taken := [one for (one,) in connection.execute(_TAKE, {"batch": load.batch})]:
            connection.execute("DELETE FROM job WHERE id = ANY(%s)", [taken])
            handled += taken
        return handled

    return work


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
