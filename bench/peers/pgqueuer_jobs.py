"""The peer of `work_queue`: PgQueuer, which leases batches and runs each job as a task of its own."""

import asyncio
import json
import logging
import sys
import time
from datetime import timedelta

import asyncpg
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.db import AsyncpgDriver
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode

FILLED_AT_ONCE = 1_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main() -> None:
    load = json.loads(sys.stdin.readline())
    queries = Queries(AsyncpgDriver(await asyncpg.connect()))
    await queries.install()
    for first in range(0, load["jobs"], FILLED_AT_ONCE):
        numbers = range(first, min(first + FILLED_AT_ONCE, load["jobs"]))
        payloads = [str(number).encode() for number in numbers]
        await queries.enqueue(["note"] * len(payloads), payloads, [0] * len(payloads))
    manager, handled, failing = QueueManager(queries), [], set(load["failing"])

    @manager.entrypoint(
        "note",
        executor_factory=lambda parameters: DatabaseRetryEntrypointExecutor(
            parameters=parameters, initial_delay=timedelta(0)
        ),
    )
    async def note(job: Job) -> None:
        number = int(job.payload)
        if number in failing:
            failing.remove(number)
            raise RuntimeError(f"job {number} fails the first time")
        handled.append(number)

    say("filled")
    sys.stdin.readline()
    began, used = time.perf_counter(), time.process_time()
    await manager.run(batch_size=load["batch"], mode=QueueExecutionMode.drain)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    say(json.dumps({"handled": handled, "seconds": seconds, "processor_seconds": used}))


logging.disable(logging.CRITICAL)
asyncio.run(main())
