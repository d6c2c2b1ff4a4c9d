"""One HTTP exchange with one address that has been checked: pinned, short of patience, short of memory.

HTTP itself is h11's. A connection serves one request, unless the request says that it may be kept
(`keeping`). Nothing else is in between: no redirects, cookies, proxies or environment.
"""

import asyncio
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import h11

from leadhouse.outbound.addresses import Address
from leadhouse.outbound.targets import Target
from leadhouse.outbound.types import Reply, Request, Response, Trouble, TroubleKind

CONNECT_SECONDS = 5.0
USER_AGENT = "leadhouse/1"
_ZLIB_OR_GZIP = 47
# A head longer than this is no answer.
_LONGEST_HEAD = 100 * 1024
_READ_BYTES = 64 * 1024


class _TooLargeError(Exception):
    """The answer is longer than the request allows."""


@dataclass(slots=True)
class _Progress:
    """How far an exchange came: whether any byte was handed over, whether the answer broke off."""

    has_sent: bool = False
    has_ended: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """A connection to one address, and how far HTTP has come on it."""

    http: h11.Connection
    address: Address
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def has_ended_well(self) -> bool:
        """Return whether an exchange is over on both sides, with nothing said beyond its answer."""
        is_over = self.http.our_state is self.http.their_state is h11.DONE
        return is_over and not self.http.trailing_data[0]

    async def is_quiet(self) -> bool:
        """Return whether the other side has neither hung up nor said anything that nobody asked for."""
        try:
            async with asyncio.timeout(0):
                await self.reader.read(1)
        except OSError as error:
            return isinstance(error, TimeoutError) and not self.writer.is_closing()
        return False


Keep = Callable[[Connection], None]


async def exchange(
    context: ssl.SSLContext,
    request: Request,
    target: Target,
    address: Address,
    seconds: float,
    keep: Keep | None = None,
) -> Reply:
    """Send the request to this very address, Host and SNI naming the target; return whatever comes of it.

    `keep` is given the connection when it may serve another request; otherwise it is closed.
    """
    http, progress = h11.Connection(h11.CLIENT, _LONGEST_HEAD), _Progress()
    try:
        written = _written(http, request, target)
    except (h11.LocalProtocolError, ValueError, TypeError) as error:
        return Trouble(TroubleKind.UNSENDABLE, f"the request cannot be written: {error}")
    try:
        async with asyncio.timeout(seconds):
            connection = Connection(http, address, *await _connected(context, target, address))
            return await _answer(connection, written, request, progress, keep)
    except Exception as error:
        # Whatever a stranger's server provokes is that parcel's trouble, not ours.
        return _trouble(error, target, address, progress)


async def exchange_again(
    connection: Connection, request: Request, target: Target, seconds: float, keep: Keep
) -> Reply:
    """Send the request over a connection that has served before."""
    progress = _Progress()
    try:
        written = _written(connection.http, request, target)
    except (h11.LocalProtocolError, ValueError, TypeError) as error:
        connection.writer.close()
        return Trouble(TroubleKind.UNSENDABLE, f"the request cannot be written: {error}")
    try:
        async with asyncio.timeout(seconds):
            return await _answer(connection, written, request, progress, keep)
    except Exception as error:
        return _trouble(error, target, connection.address, progress)


async def _answer(
    connection: Connection, written: bytes, request: Request, progress: _Progress, keep: Keep | None
) -> Response:
    try:
        progress.has_sent = True
        connection.writer.write(written)
        # Who breaks off while we write may have answered already.
        with suppress(OSError):
            await connection.writer.drain()
        answer = await _read(connection.http, connection.reader, request.max_response_bytes, progress)
    except BaseException:
        connection.writer.transport.abort()
        raise
    if keep and connection.has_ended_well:
        connection.http.start_next_cycle()
        keep(connection)
    else:
        connection.writer.close()
    return answer


def _written(line: h11.Connection, request: Request, target: Target) -> bytes:
    headers = {
        "Host": target.authority,
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        **({} if request.is_kept else {"Connection": "close"}),
    }
    if request.body or request.method != "GET":
        headers["Content-Length"] = str(len(request.body))
    lines = [(name.encode("ascii"), text.encode()) for name, text in {**headers, **request.headers}.items()]
    head = line.send(h11.Request(method=request.method, target=target.url.raw_path, headers=lines))
    body = line.send(h11.Data(data=request.body)) if request.body else b""
    return b"".join(filter(None, (head, body, line.send(h11.EndOfMessage()))))


async def _connected(
    context: ssl.SSLContext, target: Target, address: Address
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    is_tls = target.url.scheme == "https"
    async with asyncio.timeout(CONNECT_SECONDS):
        return await asyncio.open_connection(
            str(address),
            target.port,
            ssl=context if is_tls else None,
            server_hostname=target.host if is_tls else None,
        )


async def _read(
    line: h11.Connection, reader: asyncio.StreamReader, limit: int, progress: _Progress
) -> Response:
    status, headers, body = 0, dict[str, str](), bytearray()
    while True:
        event = line.next_event()
        if event is h11.NEED_DATA:
            received = await reader.read(_READ_BYTES)
            progress.has_ended = not received
            line.receive_data(received)
        elif isinstance(event, h11.Response):
            status, headers = event.status_code, _joined(event)
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > limit:
                raise _TooLargeError
        elif isinstance(event, h11.EndOfMessage):
            return Response(status, headers, _unpacked(bytes(body), headers, limit))


def _joined(answer: h11.Response) -> dict[str, str]:
    """Return the headers by lower-case name; several of one name are joined, as RFC 9110 §5.2 allows."""
    joined: dict[str, str] = {}
    for raw_name, raw in answer.headers:
        name, text = raw_name.decode("latin-1"), raw.decode("utf-8", "replace")
        joined[name] = f"{joined[name]}, {text}" if name in joined else text
    return joined


def _unpacked(body: bytes, headers: Mapping[str, str], limit: int) -> bytes:
    """Unpack what a server packed although we asked it not to, no further than the limit."""
    if not body or headers.get("content-encoding", "identity").strip().lower() not in {
        "gzip",
        "deflate",
        "x-gzip",
    }:
        return body
    try:
        unpacked = zlib.decompressobj(_ZLIB_OR_GZIP).decompress(body, limit + 1)
    except zlib.error:
        return body
    if len(unpacked) > limit:
        raise _TooLargeError
    return unpacked


def _trouble(error: Exception, target: Target, address: Address, progress: _Progress) -> Trouble:
    where = f"{target.place} ({address})"
    told = error or type(error).__name__
    if not progress.has_sent:
        return Trouble(TroubleKind.NOT_CONNECTED, f"no connection to {where}: {told}")
    if isinstance(error, _TooLargeError):
        return Trouble(TroubleKind.TOO_LARGE, f"{where} answered more than we read")
    if isinstance(error, TimeoutError):
        return Trouble(TroubleKind.TIME_OUT, f"{where} did not answer in time")
    if isinstance(error, OSError) or progress.has_ended:
        return Trouble(TroubleKind.RESET, f"{where} broke the connection off: {told}")
    return Trouble(TroubleKind.UNREADABLE, f"{where} gave no readable answer: {told}")
