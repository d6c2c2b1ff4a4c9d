"""Lets worker processes walk the road until nothing is left to do, and measures them."""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass

from bench.apparatus.house import CHECKOUT, House
from bench.apparatus.walker import STAGES

_POLL_SECONDS = 0.05
_IS_BUSY = """
SELECT EXISTS (SELECT FROM timeline_work WHERE stage = ANY(%(stages)s)
               AND (token IS NOT NULL OR due_at <= leadhouse_now()))
"""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk took: seconds, processor seconds of workers and of PostgreSQL, MiB of the largest worker.

    Before it began the slowest took `loading` seconds to load the market, `building` to build its index; the
    largest then had `ready_mib`.
    """

    seconds: float
    worker_seconds: float
    database_seconds: float
    memory_mib: float
    loading: float
    building: float
    ready_mib: float


def walk(house: House, workers: int) -> Walked:
    """Have so many workers qualify, verify and allocate until no such work is due."""
    with ExitStack() as running:
        started = [running.enter_context(_worker()) for _ in range(workers)]
        ready = [_told(one) for one in started]
        database, began = house.database_seconds(), time.perf_counter()
        for one in started:
            _let_go(one)
        while _is_busy():
            time.sleep(_POLL_SECONDS)
        seconds, database = time.perf_counter() - began, house.database_seconds() - database
        used = [json.loads(one.communicate()[0]) for one in started]
    return Walked(
        seconds=seconds,
        worker_seconds=sum(one["cpu_seconds"] for one in used),
        database_seconds=database,
        memory_mib=max(one["memory_mib"] for one in used),
        loading=max(one["loading"] for one in ready),
        building=max(one["building"] for one in ready),
        ready_mib=max(one["memory_mib"] for one in ready),
    )


def _worker() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.apparatus.walker"]
    return subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _told(worker: "subprocess.Popen[str]") -> dict[str, float]:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("a worker ended before its time: what it said stands above")
    told: dict[str, float] = json.loads(line)
    return told


def _let_go(worker: "subprocess.Popen[str]") -> None:
    assert worker.stdin
    worker.stdin.write("go\n")
    worker.stdin.flush()


def _is_busy() -> bool:
    from leadhouse.store.run import value

    return value(_IS_BUSY, {"stages": list(STAGES)}, bool)
