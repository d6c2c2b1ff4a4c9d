"""Posts that were no leads at all, written down once they are answered, for whoever asks why none came."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from leadhouse.capture import queries
from leadhouse.capture.door.callers import has_key, key_digest
from leadhouse.capture.door.http import Head
from leadhouse.capture.door.writer import Desk
from leadhouse.capture.limits import Buckets
from leadhouse.capture.queries import NewRefused
from leadhouse.capture.types import Answer
from leadhouse.kit.text import clean

logger = logging.getLogger(__name__)

# Whoever posts nonsense in a loop fills no disk: of each source, and of all without one, so many a minute.
MOST_A_MINUTE = 60
# What comes under a key not known as a source's waits in one of 256 lines, by its digest's first byte: who
# sends no key, or tries some, takes no source's place, and keys are looked up a bounded number of times.
_LINE = slice(1)
_MOST_HELD, _AT_ONCE = 1_000, 256
_LONGEST_TYPE = 200
_NOBODY = 0


class RefusalLog:
    """Writes one event loop's refusals down, many at once, and keeps nobody waiting for it."""

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._clock = clock
        self._held: deque[tuple[bytes, NewRefused]] = deque(maxlen=_MOST_HELD)
        self._lines, self._buckets = Buckets(), Buckets()
        self._writing: asyncio.Task[None] | None = None

    def note(self, head: Head, source_id: int | None, answers: Iterable[Answer]) -> None:
        """Write down which of these answers to a request were refusals; that a database is away is not."""
        for answer in answers:
            if head.method == "POST" and answer.refusal is not None and answer.status != 503:
                self._note(head, source_id or _NOBODY, answer)
        if self._held and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    def _note(self, head: Head, source_id: int, answer: Answer) -> None:
        key = key_digest(head)
        line: Hashable = source_id or (key[_LINE] if has_key(head) else _NOBODY)
        if answer.refusal is None or self._lines.take(line, MOST_A_MINUTE, self._clock()):
            return
        kind, size = clean(head.header("content-type"))[:_LONGEST_TYPE], head.header("content-length")
        announced = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None
        self._held.append((key, NewRefused(source_id, answer.refusal, kind, announced, answer.body)))

    async def _write(self) -> None:
        try:
            while self._held:
                batch = [self._held.popleft() for _ in range(min(len(self._held), _AT_ONCE))]
                posts = await self._under_sources(batch)
                await self._desk.ask(partial(queries.note_refused, posts))
        except Exception as fault:  # whatever it is, the posts were answered
            logger.warning("refused posts could not be written down: %s", type(fault).__name__)
        finally:
            self._writing = None

    async def _under_sources(self, batch: Sequence[tuple[bytes, NewRefused]]) -> list[NewRefused]:
        """Return which are written down, each under the source whose key it carried, be it taken back."""
        unknown = list({key for key, post in batch if post.source_id == _NOBODY})
        owners = await self._desk.ask(partial(queries.sources_of_keys, unknown)) if unknown else {}
        posts = [replace(post, source_id=post.source_id or owners.get(key, _NOBODY)) for key, post in batch]
        now = self._clock()
        return [one for one in posts if not self._buckets.take(one.source_id, MOST_A_MINUTE, now)]
