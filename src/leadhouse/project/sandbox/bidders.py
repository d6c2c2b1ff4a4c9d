"""The pretend bidders: `POST /bids/<behaviour>?exclusive=60.00&duo=35.00`, asked what they would pay."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

from leadhouse.project.sandbox.log import Log, Received
from leadhouse.project.sandbox.server import Call, answer

_FOREVER = 3_600
_SIZES = ("exclusive", "duo", "trio", "quad")
Behaviour = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]


def _bids(call: Call) -> dict[str, str]:
    """Return the bids that the address names; where it names none, 50.00 for one company alone."""
    named = {key: text for key, text in call.query.items() if key in _SIZES or key.isdecimal()}
    return named or {"exclusive": "50.00"}


def _reference(call: Call) -> str:
    """Return the bidder's own name of its bid: the same however often it is asked about a lead."""
    return "BID-" + hashlib.sha256(call.headers.get("x-leadhouse-ping", "").encode()).hexdigest()[:12]


def _say(call: Call, writer: asyncio.StreamWriter, **changes: object) -> None:
    said: dict[str, object] = {"id": _reference(call), "currency": "USD", "bids": _bids(call), **changes}
    answer(writer, 200, said)


async def bid(call: Call, writer: asyncio.StreamWriter) -> None:
    _say(call, writer)


async def slow(call: Call, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(min(float(call.query.get("seconds", "3")), _FOREVER))
    _say(call, writer)


async def hang(call: Call, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(_FOREVER)


async def decline(call: Call, writer: asyncio.StreamWriter) -> None:
    answer(writer, 204, b"")


async def error(call: Call, writer: asyncio.StreamWriter) -> None:
    answer(writer, 500, {"error": "Internal error"})


async def garbage(call: Call, writer: asyncio.StreamWriter) -> None:
    answer(writer, 200, b'{"id": "x", "bids": {"exclusive": ')


async def absurd(call: Call, writer: asyncio.StreamWriter) -> None:
    _say(call, writer, bids=dict.fromkeys(_SIZES, "1000000.00"))


async def negative(call: Call, writer: asyncio.StreamWriter) -> None:
    _say(call, writer, bids=dict.fromkeys(_SIZES, "-5.00"))


async def words(call: Call, writer: asyncio.StreamWriter) -> None:
    _say(call, writer, bids=dict.fromkeys(_SIZES, "a lot"))


async def euros(call: Call, writer: asyncio.StreamWriter) -> None:
    _say(call, writer, currency="EUR")


BIDDERS: dict[str, tuple[Behaviour, str]] = {
    "bid": (bid, '200 {"id":…,"currency":"USD","bids":{…}}, as the address says: ?exclusive=60.00&duo=35.00'),
    "slow": (slow, "bids after ?seconds=3"),
    "hang": (hang, "never answers"),
    "decline": (decline, "204: no bid"),
    "error": (error, "always 500"),
    "garbage": (garbage, "200 and half a JSON document"),
    "absurd": (absurd, "bids a million"),
    "negative": (negative, "bids less than nothing"),
    "words": (words, "bids in words"),
    "euros": (euros, "bids in another currency"),
}


async def ask_bidder(call: Call, writer: asyncio.StreamWriter, log: Log) -> None:
    """Let the bidder named in the path hear the question, and answer."""
    name = call.path[1] if len(call.path) > 1 else ""
    known = BIDDERS.get(name)
    if known is None:
        meanings = {key: meaning for key, (_, meaning) in BIDDERS.items()}
        answer(writer, 404, {"error": "No such bidder", "bidders": meanings})
        return
    asked_for = call.headers.get("x-leadhouse-ping", "")
    body = call.body.decode("utf-8", "replace")
    await log.append(Received("ping", name, "asked", asked_for, body, call.headers))
    await known[0](call, writer)
