"""How often a process looks for garbage: seldom where it serves for long, not at all while it simulates."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# The market and the country's places are a quarter of a million objects that stay. Python's own 700 had the
# collector walk them at every other batch: half of a worker's processor time, and pauses of 0.2 s.
_OBJECTS = 50_000


def collect_seldom() -> None:
    """Look for garbage only after so many more objects; nearly all of ours goes without being looked for."""
    gc.set_threshold(_OBJECTS)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile, then as before.

    For runs that make nothing that refers to itself, and keep most of what they make: a month's decisions
    with all their refusals are a million objects, and walking them again and again takes a fifth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
