"""HTTP as the doors speak it: request heads, bodies read with limits and drained, answers sent; raw ASGI."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from msgspec import Struct

from leadhouse.capture.reading.parsing import too_large
from leadhouse.capture.types import Answer, Code, Refusal
from leadhouse.kit.text import clean

# ASGI's own shapes.
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

BODY_SECONDS = 30.0
# More than this is not read to its end for the sake of an answer that the client can read.
MOST_DRAINED = 64 * 1024 * 1024
_KEPT_HEADERS = (
    "user-agent",
    "referer",
    "origin",
    "accept",
    "accept-language",
    "x-request-id",
    "traceparent",
)
_LONGEST_HEADER = 512


class GoneError(Exception):
    """The body broke off: the client went away, or what it sent is not HTTP."""


class Head(Struct, frozen=True):
    """A request's method, path, headers (names small, the first of equals) and the client's address."""

    method: str
    path: str
    headers: Mapping[str, str]
    address: str

    def header(self, name: str) -> str:
        """Return a header's value, empty when it was not sent."""
        return self.headers.get(name, "")

    def kept_headers(self) -> dict[str, str]:
        """Return the headers that are kept with a lead; never a key, a cookie or anything else."""
        kept = {
            name: clean(self.headers[name])[:_LONGEST_HEADER]
            for name in _KEPT_HEADERS
            if name in self.headers
        }
        return {**kept, "client": self.address}


def head_of(scope: Scope) -> Head:
    """Return a request's head."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        headers.setdefault(_text(name).lower(), _text(value))
    client = scope.get("client")
    return Head(scope["method"], scope["path"], headers, str(client[0]) if client else "")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


async def read_body(head: Head, receive: Receive, most: int) -> bytes:
    """Return the body; Refusal 413 for more than `most` bytes (drained first), 408 or 400 without an end."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(head, receive, most)
    except TimeoutError:
        reason = f"The body did not arrive within {BODY_SECONDS:.0f} seconds: post it again"
        raise Refusal(408, Code.TOO_SLOW, reason) from None
    except GoneError:
        # The client may be gone; if it is not, it sent a broken body and shall read why it was not taken.
        raise Refusal(400, Code.BROKEN_BODY, "The body broke off before its end: post it again") from None


async def _read(head: Head, receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    is_too_large = _announced(head) > most
    async for part in _parts(receive):
        size += len(part)
        if size > most:
            is_too_large = True
            parts.clear()
        if size > MOST_DRAINED:
            break
        if not is_too_large:
            parts.append(part)
    if is_too_large:
        raise too_large(most)
    return b"".join(parts)


async def drain(receive: Receive) -> None:
    """Read a body that nobody wants, so that the client reads the answer; within limits of size and time."""
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in _parts(receive):
                size += len(part)
                if size > MOST_DRAINED:
                    return
    except (TimeoutError, GoneError):
        return


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _announced(head: Head) -> int:
    length = head.header("content-length")
    return int(length) if length.isascii() and length.isdecimal() and len(length) < 19 else 0


async def answer_with(answer: Answer, send: Send) -> None:
    """Send an answer."""
    headers = [
        (b"content-type", answer.content_type.encode("latin-1")),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if answer.location is not None:
        headers.append((b"location", answer.location.encode("ascii")))
    if answer.retry_after is not None:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    if answer.allow is not None:
        headers.append((b"allow", answer.allow.encode()))
    if answer.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="leadhouse"'))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
