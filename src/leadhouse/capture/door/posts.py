"""The sources' door: POST /v1/leads and /v1/leads/batch as a raw ASGI application, ahead of Django."""

import asyncio
import logging
import traceback
from collections.abc import Sequence

from leadhouse.capture.answers import NDJSON, negotiated, refused
from leadhouse.capture.door.callers import Callers, key_digest
from leadhouse.capture.door.http import (
    Head,
    Receive,
    Scope,
    Send,
    answer_with,
    drain,
    head_of,
    read_body,
)
from leadhouse.capture.door.refusals import RefusalLog
from leadhouse.capture.door.submissions import batch_lines, read_line, read_post
from leadhouse.capture.door.writer import Desk, Waiter, Writer
from leadhouse.capture.reading.parsing import MOST_BYTES
from leadhouse.capture.types import Answer, AnswerFormat, Code, Refusal, Submission
from leadhouse.parties.types import KeyOwner

logger = logging.getLogger(__name__)

LEADS = "/v1/leads"
BATCH = "/v1/leads/batch"
PATHS = frozenset({LEADS, BATCH})
MOST_BATCH_BYTES = 16 * 1024 * 1024
# Lines of one batch that are written together; posts from others get their turn in between.
_LINES_AT_ONCE = 256


class Door:
    """Answers the sources of one event loop; `operator_key` as for Callers."""

    def __init__(self, operator_key: str | None = None) -> None:
        self._writer = Writer()
        self._desk = Desk("door")
        self._callers = Callers(self._desk, operator_key)
        self._waiter = Waiter(self._desk)
        self._refusals = RefusalLog(self._desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to one of PATHS."""
        head = head_of(scope)
        try:
            answer = await self._answer(head, receive)
        except Exception as fault:
            where = "".join(traceback.format_tb(fault.__traceback__))
            logger.warning("a post could not be answered: %s\n%s", type(fault).__name__, where)
            reason = "The post could not be processed: post it again, the same bytes stay the same lead"
            answer = refused(Refusal(503, Code.NOT_STORED, reason, retry_after=1))
        await answer_with(answer, send)

    def close(self) -> None:
        """End the door's threads once they are idle."""
        self._writer.close()
        self._desk.close()

    async def _answer(self, head: Head, receive: Receive) -> Answer:
        is_batch = head.path == BATCH
        form = AnswerFormat.JSON
        try:
            if head.method != "POST":
                raise Refusal(
                    405,
                    Code.METHOD_NOT_ALLOWED,
                    f"{head.method[:20]} is not for leads: use POST",
                    allow="POST",
                )
            form = negotiated(head.header("accept"), is_batch=is_batch)
            owner = await self._callers.source_of(head)
        except Refusal as refusal:
            await drain(receive)
            return self._noted(head, None, refused(refusal, form))
        try:
            if is_batch:
                return await self._batch(head, owner, await read_body(head, receive, MOST_BATCH_BYTES))
            submission = read_post(
                head, owner.id, await read_body(head, receive, MOST_BYTES), form, key_digest(head)
            )
        except Refusal as refusal:
            return self._noted(head, owner.id, refused(refusal, form))
        return self._noted(head, owner.id, await self._waiter.final(await self._writer.put(submission)))

    def _noted(self, head: Head, source_id: int | None, answer: Answer) -> Answer:
        self._refusals.note(head, source_id, [answer])
        return answer

    async def _batch(self, head: Head, owner: KeyOwner, body: bytes) -> Answer:
        """Answer a batch: its lines' answers in order.

        503 when not even the first of them could be stored.
        """
        lines = batch_lines(head, body)
        answers: list[Answer] = []
        for start in range(0, len(lines), _LINES_AT_ONCE):
            answers += await self._lines(head, owner, start, lines[start : start + _LINES_AT_ONCE])
            if all(one.status == 503 for one in answers):
                return answers[0]
        final = await asyncio.gather(*(self._waiter.final(one) for one in answers))
        self._refusals.note(head, owner.id, final)
        return Answer(status=200, body=b"".join(one.body + b"\n" for one in final), content_type=NDJSON)

    async def _lines(self, head: Head, owner: KeyOwner, start: int, lines: Sequence[bytes]) -> list[Answer]:
        key = key_digest(head)
        read: list[Submission | Answer] = []
        for number, line in enumerate(lines, start=start + 1):
            read.append(read_line(head, owner.id, line, number, key))
            # 256 lines of the worst kind take 0.4 s: posts from others get their turn in between.
            await asyncio.sleep(0)
        stored = iter(await self._writer.put_all([one for one in read if isinstance(one, Submission)]))
        return [next(stored) if isinstance(one, Submission) else one for one in read]
