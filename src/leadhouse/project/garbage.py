"""How often a process that serves for long looks for garbage."""

import gc

# The market and the country's places are a quarter of a million objects that stay. Python's own 700 had the
# collector walk them at every other batch: half of a worker's processor time, and pauses of 0.2 s.
_OBJECTS = 50_000


def collect_seldom() -> None:
    """Look for garbage only after so many more objects; nearly all of ours goes without being looked for."""
    gc.set_threshold(_OBJECTS)
