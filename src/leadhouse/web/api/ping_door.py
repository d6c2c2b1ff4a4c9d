"""The sources' second door: POST /v1/ping as a raw ASGI application, ahead of Django."""

import logging
import traceback

from leadhouse.capture.answers import negotiated, refused
from leadhouse.capture.door.callers import Callers, key_digest
from leadhouse.capture.door.http import Head, Receive, Scope, Send, answer_with, drain, head_of, read_body
from leadhouse.capture.door.writer import Desk
from leadhouse.capture.pings.asking import read_ping
from leadhouse.capture.reading.parsing import MOST_BYTES
from leadhouse.capture.types import Answer, AnswerFormat, Code, Refusal
from leadhouse.web.api import pinging

logger = logging.getLogger(__name__)

PING = "/v1/ping"
# While the database looks for one ping, the other is decided about.
_THREADS = 2


class PingDoor:
    """Answers the pings of one event loop; `operator_key` as for Callers."""

    def __init__(self, operator_key: str | None = None) -> None:
        self._desk = Desk("ping", _THREADS)
        self._callers = Callers(self._desk, operator_key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to PING."""
        try:
            answer = await self._answer(head_of(scope), receive)
        except Exception as fault:
            where = "".join(traceback.format_tb(fault.__traceback__))
            logger.warning("a ping could not be answered: %s\n%s", type(fault).__name__, where)
            reason = "The ping could not be answered: ping again in a moment"
            answer = refused(Refusal(503, Code.NOT_ANSWERED, reason, retry_after=1))
        await answer_with(answer, send)

    def close(self) -> None:
        """End the door's threads once they are idle."""
        self._desk.close()

    async def _answer(self, head: Head, receive: Receive) -> Answer:
        form = AnswerFormat.JSON
        try:
            if head.method != "POST":
                reason = f"{head.method[:20]} is not for pings: use POST"
                raise Refusal(405, Code.METHOD_NOT_ALLOWED, reason, allow="POST")
            form = negotiated(head.header("accept"))
            await self._callers.source_of(head)
        except Refusal as refusal:
            await drain(receive)
            return refused(refusal, form)
        try:
            request = read_ping(head, await read_body(head, receive, MOST_BYTES), form, key_digest(head))
        except Refusal as refusal:
            return refused(refusal, form)
        return await self._desk.ask(lambda: pinging.answer(request))
