"""What the sandbox received: one JSON line each, on the disk before anybody is answered."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FILE = "received.jsonl"


@dataclass(frozen=True, slots=True)
class Received:
    """One parcel, notice or mail; `outcome` is what was answered, or that nothing was."""

    kind: str
    behaviour: str
    outcome: str
    delivery: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    at: str = ""


class Log:
    """Appends to the file and remembers it; several appends at once share one flush to the disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._entries = _read(folder / FILE)
        self._counts = Counter((one.behaviour, one.delivery) for one in self._entries)
        self._file = (folder / FILE).open("ab")
        self._flushing = asyncio.Lock()
        self._written = self._flushed = 0

    def count(self, behaviour: str, delivery: str) -> int:
        """Return how often this delivery has come to this behaviour."""
        return self._counts[behaviour, delivery]

    def find(self, delivery: str | None = None, kind: str | None = None) -> list[Received]:
        """Return what was received, oldest first, of one delivery or kind or of all."""
        return [
            one
            for one in self._entries
            if (delivery is None or one.delivery == delivery) and (kind is None or one.kind == kind)
        ]

    async def append(self, received: Received) -> None:
        """Keep this, and return when it is on the disk."""
        stamped = {**asdict(received), "at": datetime.now(UTC).isoformat()}
        self._entries.append(Received(**stamped))
        self._counts[received.behaviour, received.delivery] += 1
        self._file.write(json.dumps(stamped).encode() + b"\n")
        self._written += 1
        mine = self._written
        async with self._flushing:
            if self._flushed < mine:
                reached = self._written
                self._file.flush()
                await asyncio.to_thread(os.fsync, self._file.fileno())
                self._flushed = reached

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _read(path: Path) -> list[Received]:
    """Read what an earlier sandbox kept; a last line cut off by its death is passed over."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    if path.stat().st_size != len(whole) + (1 if whole else 0):
        os.truncate(path, len(whole) + (1 if whole else 0))
    return [Received(**json.loads(line)) for line in whole.splitlines()]
