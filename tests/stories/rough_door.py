"""A house that is treated roughly: how it is talked to, and what every answer of it must be."""

import json
import os
from dataclasses import dataclass, field
from xml.etree.ElementTree import fromstring

from hypothesis import HealthCheck, settings

from tests.running_house import OPERATOR_KEY, House
from tests.stories.raw_http import Headers, Line, Reply
from tests.stories.story_market import SOURCE_KEY

EXAMPLES = int(os.environ.get("BAD_INPUT_EXAMPLES", "100"))
MIB = 1024 * 1024
JSON = [(b"Content-Type", b"application/json")]
LEADS, BATCH, FEEDBACK, PING = b"/v1/leads", b"/v1/leads/batch", b"/v1/feedback", b"/v1/ping"
tried = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@dataclass
class Door:
    """A house, how to talk to it byte by byte, and the leads that it said it has."""

    home: House
    line: Line
    cookie: bytes
    stored: dict[str, bytes] = field(default_factory=dict)

    def post(self, path: bytes, body: bytes, headers: Headers = (), key: str = SOURCE_KEY) -> Reply:
        """Post under a key; what is said to be stored is remembered."""
        given = [(b"Authorization", b"Bearer " + key.encode()), *headers]
        reply = self.line.ask(b"POST", path, given, body)
        self.expect(reply, path)
        if path == LEADS and reply.status in {201, 303}:
            self.stored[lead_in(reply.body)] = body
        return reply

    def get(self, path: bytes, headers: Headers = ()) -> Reply:
        """Ask as an operator, by key and by session."""
        signed_in = [(b"Authorization", b"Bearer " + OPERATOR_KEY.encode()), (b"Cookie", self.cookie)]
        reply = self.line.ask(b"GET", path, [*signed_in, *headers])
        self.expect(reply, path)
        return reply

    def expect(self, reply: Reply, path: bytes) -> None:
        """Fail unless there is an answer, it is no 5xx, and under /v1 it says what is wrong."""
        assert 200 <= reply.status < 500, reply
        if path.startswith(b"/v1/") and reply.status >= 400:
            told = told_in(reply.body)
            assert list(told) == ["outcome", "code", "reason"], reply
            assert told["outcome"] == "error", reply
            assert len(told["reason"]) > 10, reply


def told_in(body: bytes) -> dict[str, str]:
    if body.startswith(b"<"):
        return {one.tag: one.text or "" for one in fromstring(body)}
    return dict(json.loads(body))


def lead_in(body: bytes) -> str:
    if body.startswith(b"<"):
        return str(fromstring(body).findtext("lead/id"))
    return str(json.loads(body)["lead"]["id"])
