"""The pretend buyers: `POST /buyers/<behaviour>`, each good at one way of answering or failing to."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from leadhouse.project.sandbox.log import Log, Received
from leadhouse.project.sandbox.server import Call, answer

_FOREVER = 3_600
_HUGE_CHUNKS, _HUGE_CHUNK = 256, b"x" * 65_536
_MOODY_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """One parcel at one buyer; `earlier` is how often the same delivery came to it before."""

    call: Call
    writer: asyncio.StreamWriter
    earlier: int

    @property
    def reference(self) -> str:
        """The buyer's own id of the lead: the same however often it is sent."""
        return "B-" + hashlib.sha256(self.call.delivery.encode()).hexdigest()[:12]

    def reply(
        self, status: int, body: bytes | dict[str, object], content_type: str = "application/json"
    ) -> None:
        """Write an answer."""
        answer(self.writer, status, body, content_type)


async def accept(visit: Visit) -> None:
    visit.reply(200, {"status": "ok", "id": visit.reference})


async def accept_xml(visit: Visit) -> None:
    body = f"<result><status>ok</status><id>{visit.reference}</id></result>"
    visit.reply(200, body.encode(), "application/xml")


async def refuse(visit: Visit) -> None:
    visit.reply(200, {"status": "rejected", "message": "Already in our database"})


async def refuse_xml(visit: Visit) -> None:
    body = b"<result><status>rejected</status><message>Already in our database</message></result>"
    visit.reply(200, body, "application/xml")


async def refuse_4xx(visit: Visit) -> None:
    visit.reply(422, {"status": "rejected", "message": "We do not buy this"})


async def slow(visit: Visit) -> None:
    await asyncio.sleep(min(float(visit.call.query.get("seconds", "3")), _FOREVER))
    await accept(visit)


async def error(visit: Visit) -> None:
    visit.reply(500, {"error": "Internal error"})


async def busy(visit: Visit) -> None:
    answer(visit.writer, 429, {"error": "Too many requests"}, headers={"Retry-After": "1"})


async def hang(visit: Visit) -> None:
    await asyncio.sleep(_FOREVER)


async def reset(visit: Visit) -> None:
    transport = visit.writer.transport
    if isinstance(transport, asyncio.Transport):
        transport.abort()


async def garbage(visit: Visit) -> None:
    visit.writer.write(b"\x00\xff\x13\x37 this is no HTTP\r\n\r\n")


async def unreadable(visit: Visit) -> None:
    visit.reply(200, b'{"status": "ok", "id": ')


async def redirect(visit: Visit) -> None:
    answer(visit.writer, 302, b"", headers={"Location": "/buyers/accept"})


async def huge(visit: Visit) -> None:
    visit.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (_HUGE_CHUNKS * len(_HUGE_CHUNK)))
    for _ in range(_HUGE_CHUNKS):
        visit.writer.write(_HUGE_CHUNK)
        await visit.writer.drain()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a buyer answers; `outcome` stands in the log, `keeps` says whether it keeps the parcel at all."""

    act: Callable[[Visit], Awaitable[None]]
    outcome: str
    meaning: str
    keeps: bool = True


BEHAVIOURS = {
    "accept": Behaviour(accept, "accepted", '200 {"status":"ok","id":…}'),
    "accept-xml": Behaviour(accept_xml, "accepted", "200 <result><status>ok</status><id>…"),
    "refuse": Behaviour(refuse, "refused", '200 {"status":"rejected","message":…}'),
    "refuse-xml": Behaviour(refuse_xml, "refused", "200 <result><status>rejected</status>…"),
    "refuse-4xx": Behaviour(refuse_4xx, "refused", "422 and a message"),
    "slow": Behaviour(slow, "accepted", "accepts after ?seconds=3"),
    "error": Behaviour(error, "failed", "always 500"),
    "busy": Behaviour(busy, "failed", "always 429"),
    "hang": Behaviour(hang, "none", "keeps the parcel and never answers"),
    "reset": Behaviour(reset, "none", "breaks the connection off, keeps nothing", keeps=False),
    "record-then-reset": Behaviour(reset, "none", "keeps the parcel, then breaks off"),
    "garbage": Behaviour(garbage, "none", "answers bytes that are no HTTP"),
    "unreadable": Behaviour(unreadable, "none", "200 and half a JSON document"),
    "redirect": Behaviour(redirect, "none", "302 to /buyers/accept"),
    "huge": Behaviour(huge, "none", "200 and 16 MiB"),
}


def _moody(visit: Visit) -> str:
    return "refuse" if int(visit.reference[2:], 16) % 100 < _MOODY_PERCENT else "accept"


# Buyers that are sometimes this and sometimes that.
MOODS: dict[str, tuple[Callable[[Visit], str], str]] = {
    "moody": (_moody, "refuses one lead in five, always the same ones, else accepts"),
    "flaky": (lambda visit: "error" if visit.earlier < 2 else "accept", "500 twice a delivery, then accepts"),
    "reset-once": (
        lambda visit: "accept" if visit.earlier else "record-then-reset",
        "keeps the parcel and breaks off, then accepts",
    ),
}


def meanings() -> dict[str, str]:
    """Return what every buyer does, by the name in its path."""
    moods = {name: meaning for name, (_, meaning) in MOODS.items()}
    return {name: one.meaning for name, one in BEHAVIOURS.items()} | moods


async def visit_buyer(call: Call, writer: asyncio.StreamWriter, log: Log) -> None:
    """Let the buyer named in the path have the parcel."""
    name = call.path[1] if len(call.path) > 1 else ""
    visit = Visit(call, writer, log.count(name, call.delivery))
    behaviour = BEHAVIOURS.get(MOODS[name][0](visit) if name in MOODS else name)
    if behaviour is None:
        answer(writer, 404, {"error": "No such buyer", "buyers": meanings()})
        return
    if behaviour.keeps:
        body = call.body.decode("utf-8", "replace")
        await log.append(Received("parcel", name, behaviour.outcome, call.delivery, body, call.headers))
    await behaviour.act(visit)
