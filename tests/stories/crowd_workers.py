"""What a worker of the crowd does, in a process of its own: it walks the road until it is told to stop."""

import time
from pathlib import Path

from django.db import connection

from leadhouse.allocate import fold
from leadhouse.allocate.step import step as allocate
from leadhouse.deliver.step import step as deliver
from tests.allocate.allocate_world import together


def walk(threads: int, batch: int, stop: str) -> int:
    """Walk in so many threads until there is a file `stop`; return how many items were taken."""
    taken: list[int] = []

    def act() -> None:
        moved = 0
        while not Path(stop).exists():
            found = allocate(batch) + deliver(batch) + fold.step(50)
            moved += found
            if not found:
                time.sleep(0.05)
        taken.append(moved)

    together(act, threads)
    connection.close()
    return sum(taken)
