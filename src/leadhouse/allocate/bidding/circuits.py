"""Leaves buyers alone for a while that did not answer several times in a row."""

import threading
from dataclasses import dataclass

from leadhouse.allocate.types import Refusal

# So many in a row make a buyer a dead one; after its rest one more silence is enough.
MOST_SILENCES = 5
REST_SECONDS = 30.0
_SILENCES = frozenset({Refusal.BID_LATE, Refusal.BID_UNREACHABLE, Refusal.BID_ERROR})


@dataclass(slots=True)
class _Record:
    silences: int = 0
    rests_until: float = 0.0


class Circuits:
    """What one process has heard of each address; `now` in seconds of any steady clock."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}
        self._turn = threading.Lock()

    def is_resting(self, url: str, now: float) -> bool:
        """Return whether a buyer is to be left alone."""
        with self._turn:
            return url in self._records and now < self._records[url].rests_until

    def note(self, url: str, refusal: Refusal | None, now: float) -> None:
        """Learn from an answer, or from its absence."""
        with self._turn:
            if refusal not in _SILENCES:
                self._records.pop(url, None)
                return
            record = self._records.setdefault(url, _Record())
            record.silences += 1
            if record.silences >= MOST_SILENCES:
                record.rests_until = now + REST_SECONDS
