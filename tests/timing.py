"""How long something takes, as far as that can be told on a machine that others use too."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def processor_seconds(call: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return the least seconds of processor of this thread in three calls, and what the last answered."""
    took = []
    gc.collect()
    for _ in range(3):
        began = time.thread_time()
        answer = call()
        took.append(time.thread_time() - began)
    return min(took), answer
