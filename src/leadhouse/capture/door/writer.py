"""The intake writer: whoever is free takes everything that is queued and commits once.

And the wait for answers.
"""

import asyncio
import logging
from asyncio import Future
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from leadhouse.capture.door.waiting import in_progress, progress
from leadhouse.capture.intake import MOST_AT_ONCE, TWIN_PATIENCE, take
from leadhouse.capture.types import Answer, Submission
from leadhouse.kit import clock

T = TypeVar("T")
logger = logging.getLogger(__name__)

# While PostgreSQL writes for one, the other reads and judges what has come meanwhile.
_WRITERS = 2
_POLL_SECONDS = 0.008
# Above so many at once polling gets slower, so that it never takes more than a small part of the time.
_EASY_POLL = 64


class Desk:
    """Asks the database on threads that keep their connections, and open them again after a fault."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def ask(self, question: Callable[[], T]) -> T:
        """Return the answer to a question asked on one of this desk's threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _asked, question)

    def close(self) -> None:
        """End the threads once they are idle."""
        self._threads.shutdown(wait=False)


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except (OperationalError, InterfaceError):
        # The connection may be one from before a restart; a second try opens a new one.
        connection.close()
        return question()


class Writer:
    """Queues one event loop's submissions; whichever thread is free takes all (≤ 256) and commits once.

    There is no timer: an idle writer adds no delay, a busy one makes its own batches.
    """

    def __init__(self) -> None:
        self._queue: deque[tuple[Submission, Future[Answer]]] = deque()
        self._desk = Desk("intake", _WRITERS)
        self._pumps: set[asyncio.Task[None] | None] = set()

    async def put(self, submission: Submission) -> Answer:
        """Return the answer to a submission once it is committed."""
        return (await self.put_all([submission]))[0]

    async def put_all(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Return the answers to submissions, in order, once they are committed."""
        loop = asyncio.get_running_loop()
        answers: list[Future[Answer]] = [loop.create_future() for _ in submissions]
        self._queue.extend(zip(submissions, answers, strict=True))
        if len(self._pumps) < _WRITERS:
            self._pumps.add(loop.create_task(self._run()))
        return [await one for one in answers]

    def close(self) -> None:
        """End the writer's threads."""
        self._desk.close()

    async def _run(self) -> None:
        try:
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_AT_ONCE))]
                await self._write(batch)
        finally:
            # At once: what is put in before a callback told that this one has ended would be left lying.
            self._pumps.discard(asyncio.current_task())

    async def _write(self, batch: Sequence[tuple[Submission, Future[Answer]]]) -> None:
        try:
            answers = await self._desk.ask(lambda: take([one for one, _ in batch]))
        except BaseException as fault:
            for _, future in batch:
                if not future.done():
                    future.set_exception(
                        fault if isinstance(fault, Exception) else RuntimeError("the writer ended")
                    )
            if not isinstance(fault, Exception):
                raise
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)


class Waiter:
    """Waits for all unfinished answers of one event loop together: one question every few milliseconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: dict[int, tuple[Answer, Future[Answer]]] = {}
        self._next = 0
        self._poll: asyncio.Task[None] | None = None

    async def final(self, answer: Answer) -> Answer:
        """Return an answer as it is when its lead has come as far as its source asks, or its time is up."""
        if answer.waiting is None:
            return answer
        loop = asyncio.get_running_loop()
        self._next += 1
        number = self._next
        future: Future[Answer] = loop.create_future()
        self._waiting[number] = (answer, future)
        if self._poll is None:
            self._poll = loop.create_task(self._run())
        try:
            return await future
        finally:
            self._waiting.pop(number, None)

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._look()
                await asyncio.sleep(_POLL_SECONDS * max(1, len(self._waiting) // _EASY_POLL))
        finally:
            self._poll = None

    async def _look(self) -> None:
        held = list(self._waiting.values())
        try:
            found = await self._desk.ask(lambda: progress([one for one, _ in held]))
        except Exception as fault:  # whatever it is, these leads are stored, and their sources ask again
            logger.warning("waiting answers could not be looked up: %s", type(fault).__name__)
            found = {place: late for place, (one, _) in enumerate(held) if (late := _late(one))}
        for place, answer in found.items():
            future = held[place][1]
            if not future.done():
                future.set_result(answer)


def _late(answer: Answer) -> Answer | None:
    """Return what is told when the database stays away: post again.

    An answer that is not written down, or perhaps another one is, would be told differently the next time.
    """
    waiting = answer.waiting
    if waiting is None or clock.now() < (waiting.gives_up_at or waiting.until + TWIN_PATIENCE):
        return None
    return in_progress(waiting)
