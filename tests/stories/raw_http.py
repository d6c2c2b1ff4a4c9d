"""HTTP written byte by byte: a client library would mend or refuse what is to be tried."""

import socket
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from io import BytesIO

Headers = Sequence[tuple[bytes, bytes]]
_FRAMING = {b"content-length", b"transfer-encoding"}


@dataclass(frozen=True)
class Reply:
    """One answer, and after how many seconds it was there; status 0 when there was none, or none readable."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


@dataclass
class Line:
    """One connection at a time to a house; remembers the small requests that took longest."""

    port: int
    slowest: list[tuple[float, bytes]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def ask(self, method: bytes, path: bytes, headers: Headers = (), body: bytes = b"") -> Reply:
        """Send one request, with a true length unless another framing is given, and return the answer."""
        request = written(method, path, headers, body)
        reply = self.send(request)
        self.statuses[reply.status] += 1
        # A file of everything takes as long as there is of it, however small the question.
        if len(request) <= 65_536 and b".csv" not in path:
            self.slowest = sorted([*self.slowest, (reply.seconds, request)], reverse=True)[:10]
        return reply

    def send(self, request: bytes, patience: float = 20) -> Reply:
        """Send bytes as they are and return the first answer that comes back."""
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            line.settimeout(patience)
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(request)
            parts = []
            with suppress(TimeoutError, ConnectionResetError):
                while part := line.recv(65_536):
                    parts.append(part)
        return parse(b"".join(parts), time.monotonic() - begun)


def written(method: bytes, path: bytes, headers: Headers = (), body: bytes = b"") -> bytes:
    """Return a request as bytes."""
    given = [(b"Host", b"127.0.0.1"), (b"Connection", b"close"), *headers]
    if not any(name.lower() in _FRAMING for name, _ in headers):
        given.append((b"Content-Length", str(len(body)).encode()))
    return b"%s %s HTTP/1.1\r\n%s\r\n" % (method, path, b"".join(b"%s: %s\r\n" % one for one in given)) + body


def parse(answer: bytes, seconds: float = 0.0) -> Reply:
    """Read the first answer in these bytes."""
    reader = HTTPResponse(_Bytes(answer))  # type: ignore[arg-type]
    try:
        reader.begin()
        body = reader.read()
    except (HTTPException, OSError, ValueError):
        return Reply(0, {}, answer, seconds)
    headers = {name.lower(): text for name, text in reader.getheaders()}
    return Reply(reader.status, headers, body, seconds)


class _Bytes:
    """Looks like a socket to http.client."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _: str) -> BytesIO:
        return BytesIO(self._content)
