"""A small HTTP server that can also misbehave: each answer is free to write, wait, or break off."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

_MOST_BODY = 4 * 1024 * 1024
_SECONDS_TO_READ = 30


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; header names are lower-case, `path` its unescaped parts."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def delivery(self) -> str:
        """The id that is the same in every attempt; what was posted without one counts as one delivery."""
        return self.headers.get("x-leadhouse-delivery") or self.headers.get("webhook-id") or ""


# Returns whether the connection stays open for another request, as far as the caller wants that.
Handler = Callable[[Call, asyncio.StreamWriter], Awaitable[bool]]


class _MalformedError(Exception):
    """What came in is not HTTP as we read it."""


def answer(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes | Mapping[str, object] | list[object],
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    *,
    stays: bool = False,
) -> None:
    """Write one whole answer; `stays` says that the connection is open for the next request."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {
        "Content-Type": content_type,
        "Content-Length": str(len(content)),
        "Connection": "keep-alive" if stays else "close",
        **(headers or {}),
    }
    head = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{head}\r\n".encode() + content)


async def serve(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read requests and have them answered, one as a rule; close."""
    stays = True
    try:
        while stays:
            async with asyncio.timeout(_SECONDS_TO_READ):
                call = await _read(reader)
            stays = await handler(call, writer) and call.headers.get("connection", "").lower() != "close"
            await writer.drain()
    except _MalformedError as error:
        answer(writer, 400, {"error": str(error)})
    except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    except asyncio.CancelledError:
        # The sandbox ends while a buyer hangs; asyncio's streams would print this as an error.
        return
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Call:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)
    }
    method, _, rest = first.partition(" ")
    url = urlsplit(rest.rpartition(" ")[0])
    length = headers.get("content-length", "0")
    if not url.path or not length.isdigit() or int(length) > _MOST_BODY:
        raise _MalformedError("not a request with a length of at most 4 MiB")
    return Call(
        method=method,
        path=tuple(unquote(part) for part in url.path.split("/") if part),
        query=dict(parse_qsl(url.query)),
        headers=headers,
        body=await reader.readexactly(int(length)),
    )
