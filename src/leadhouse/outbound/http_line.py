"""One HTTP exchange with one address that has been checked: pinned, short of patience, short of memory."""

import asyncio
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from leadhouse.outbound.addresses import Address
from leadhouse.outbound.targets import Target
from leadhouse.outbound.types import Reply, Request, Response, Trouble, TroubleKind

CONNECT_SECONDS = 5.0
USER_AGENT = "leadhouse/1"
_ZLIB_OR_GZIP = 47


class _TooLargeError(Exception):
    """The answer is longer than the request allows."""


@dataclass(slots=True)
class _Trace:
    """Notes whether any byte of the request was handed to the connection."""

    has_sent: bool = False

    async def __call__(self, event: str, info: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            self.has_sent = True


def open_transport(context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """Return a transport without redirects, cookies, proxies or environment, one connection a request.

    A kept connection could be found dead only after bytes had left, and all names of an address
    would share it.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits, retries=0)


async def exchange(
    transport: httpx.AsyncHTTPTransport, request: Request, target: Target, address: Address, seconds: float
) -> Reply:
    """Send the request to this very address, Host and SNI naming the target; return whatever comes of it."""
    trace = _Trace()
    try:
        outgoing = _outgoing(request, target, address, trace, seconds)
    except (ValueError, TypeError, httpx.InvalidURL) as error:
        return Trouble(TroubleKind.UNSENDABLE, f"the request cannot be written: {error}")
    try:
        async with asyncio.timeout(seconds):
            answer = await transport.handle_async_request(outgoing)
            try:
                return await _read(answer, request.max_response_bytes)
            finally:
                await answer.aclose()
    except Exception as error:
        # Whatever a stranger's server provokes is that parcel's trouble, not ours.
        return _trouble(error, target, address, has_sent=trace.has_sent)


def _outgoing(
    request: Request, target: Target, address: Address, trace: _Trace, seconds: float
) -> httpx.Request:
    headers = {
        "Host": target.authority,
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    wait = min(seconds, CONNECT_SECONDS)
    return httpx.Request(
        request.method,
        target.url.copy_with(host=str(address)),
        headers=httpx.Headers(list((headers | dict(request.headers)).items()), encoding="utf-8"),
        content=request.body or None,
        extensions={
            "sni_hostname": target.host,
            "trace": trace,
            "timeout": {"connect": wait, "read": seconds, "write": seconds, "pool": seconds},
        },
    )


async def _read(answer: httpx.Response, limit: int) -> Response:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > limit:
            raise _TooLargeError
    headers = {name.lower(): text for name, text in answer.headers.items()}
    return Response(answer.status_code, headers, _unpacked(bytes(body), headers, limit))


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


_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_RESETS = (httpx.NetworkError, ConnectionError, BrokenPipeError)


def _trouble(error: Exception, target: Target, address: Address, *, has_sent: bool) -> Trouble:
    where = f"{target.place} ({address})"
    if isinstance(error, httpx.LocalProtocolError):
        return Trouble(TroubleKind.UNSENDABLE, f"the request cannot be written: {error}")
    if not has_sent or isinstance(error, _NOT_CONNECTED):
        return Trouble(
            TroubleKind.NOT_CONNECTED, f"no connection to {where}: {error or type(error).__name__}"
        )
    if isinstance(error, _TooLargeError):
        return Trouble(TroubleKind.TOO_LARGE, f"{where} answered more than we read")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Trouble(TroubleKind.TIME_OUT, f"{where} did not answer in time")
    if isinstance(error, _RESETS) or _was_cut_off(error):
        return Trouble(
            TroubleKind.RESET, f"{where} broke the connection off: {error or type(error).__name__}"
        )
    return Trouble(
        TroubleKind.UNREADABLE, f"{where} gave no readable answer: {error or type(error).__name__}"
    )


def _was_cut_off(error: Exception) -> bool:
    # httpcore has one exception for answers that are no HTTP and for those that end too early.
    text = str(error).lower()
    return isinstance(error, httpx.RemoteProtocolError) and ("disconnected" in text or "peer closed" in text)
