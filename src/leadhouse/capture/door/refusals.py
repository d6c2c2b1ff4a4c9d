"""Posts that were no leads at all, written down once they are answered, for whoever asks why none came."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable
from functools import partial

from leadhouse.capture import queries
from leadhouse.capture.door.callers import key_digest
from leadhouse.capture.door.http import Head
from leadhouse.capture.door.writer import Desk
from leadhouse.capture.limits import Buckets
from leadhouse.capture.queries import NewRefused
from leadhouse.capture.types import Answer
from leadhouse.kit.text import clean

logger = logging.getLogger(__name__)

# Whoever posts nonsense in a loop fills no disk: of each source, and of all without one, so many a minute.
MOST_A_MINUTE = 60
_MOST_HELD, _AT_ONCE = 1_000, 256
_LONGEST_TYPE = 200
_NOBODY = 0


class RefusalLog:
    """Writes one event loop's refusals down, many at once, and keeps nobody waiting for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._held: deque[NewRefused] = deque(maxlen=_MOST_HELD)
        self._buckets = Buckets()
        self._writing: asyncio.Task[None] | None = None

    def note(self, head: Head, source_id: int | None, answers: Iterable[Answer]) -> None:
        """Write down which of these answers to a request were refusals; that a database is away is not."""
        for answer in answers:
            if head.method == "POST" and answer.refusal is not None and answer.status != 503:
                self._note(head, source_id or _NOBODY, answer)
        if self._held and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    def _note(self, head: Head, source_id: int, answer: Answer) -> None:
        if answer.refusal is None or self._buckets.take(source_id, MOST_A_MINUTE, time.monotonic()):
            return
        kind, size = clean(head.header("content-type"))[:_LONGEST_TYPE], head.header("content-length")
        announced = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None
        self._held.append(
            NewRefused(source_id, key_digest(head), answer.refusal, kind, announced, answer.body)
        )

    async def _write(self) -> None:
        try:
            while self._held:
                batch = [self._held.popleft() for _ in range(min(len(self._held), _AT_ONCE))]
                await self._desk.ask(partial(queries.note_refused, batch))
        except Exception as fault:  # whatever it is, the posts were answered
            logger.warning("refused posts could not be written down: %s", type(fault).__name__)
        finally:
            self._writing = None
