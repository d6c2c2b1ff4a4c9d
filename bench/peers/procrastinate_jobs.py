"""The peer of `work_queue`: procrastinate, which fetches jobs one by one and runs several at once."""

import asyncio
import json
import logging
import sys
import time

from procrastinate import App, PsycopgConnector, RetryStrategy

FILLED_AT_ONCE = 1_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main() -> None:
    load = json.loads(sys.stdin.readline())
    app, handled, failing = App(connector=PsycopgConnector()), [], set(load["failing"])

    @app.task(name="note", retry=RetryStrategy(max_attempts=3))
    async def note(number: int) -> None:
        if number in failing:
            failing.remove(number)
            raise RuntimeError(f"job {number} fails the first time")
        handled.append(number)

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for first in range(0, load["jobs"], FILLED_AT_ONCE):
            numbers = range(first, min(first + FILLED_AT_ONCE, load["jobs"]))
            await note.batch_defer_async(*({"number": number} for number in numbers))
        say("filled")
        sys.stdin.readline()
        began, used = time.perf_counter(), time.process_time()
        await app.run_worker_async(wait=False, concurrency=load["batch"], delete_jobs="successful")
        seconds, used = time.perf_counter() - began, time.process_time() - used
    say(json.dumps({"handled": handled, "seconds": seconds, "processor_seconds": used}))


logging.disable(logging.CRITICAL)
asyncio.run(main())
