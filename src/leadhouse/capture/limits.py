"""How fast a source may post, and how often an address may try keys; in the memory of one process."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

MINUTE = 60.0
_MOST_ADDRESSES = 10_000


class Buckets:
    """One bucket a source that holds a minute's posts and fills evenly.

    `now` in seconds of any steady clock.
    """

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float]] = {}
        self._turn = threading.Lock()

    def take(self, owner: Hashable, per_minute: int | None, now: float) -> float:
        """Take one post; return 0, or for how many seconds the source must wait when the bucket is empty."""
        if per_minute is None:
            return 0.0
        with self._turn:
            return self._take(owner, per_minute, now)

    def _take(self, owner: Hashable, per_minute: int, now: float) -> float:
        level, at = self._levels.get(owner, (float(per_minute), now))
        level = min(float(per_minute), level + max(0.0, now - at) * per_minute / MINUTE)
        if level < 1:
            self._levels[owner] = (level, now)
            return (1 - level) * MINUTE / per_minute
        self._levels[owner] = (level - 1, now)
        return 0.0


class Failures:
    """Counts wrong keys per client address over a minute; remembers the 10,000 latest addresses."""

    def __init__(self, most: int = 20) -> None:
        self._most = most
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def add(self, address: str, now: float) -> None:
        """Count one wrong key."""
        count, since = self._current(address, now)
        self._counts[address] = (count + 1, since)
        self._counts.move_to_end(address)
        if len(self._counts) > _MOST_ADDRESSES:
            self._counts.popitem(last=False)

    def wait(self, address: str, now: float) -> float:
        """Return for how many seconds the address must wait before it may try another key; 0 when it may."""
        count, since = self._current(address, now)
        return since + MINUTE - now if count >= self._most else 0.0

    def _current(self, address: str, now: float) -> tuple[int, float]:
        count, since = self._counts.get(address, (0, now))
        return (0, now) if now - since >= MINUTE else (count, since)
