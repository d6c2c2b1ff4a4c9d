"""Runs the door under granian on a free port, over the test database; and speaks HTTP to it byte by byte."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from django.db import connection


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


def database_url() -> str:
    """Return where the test database is, for another process."""
    held = connection.settings_dict
    return f"postgresql:///{held['NAME']}?host={held['HOST']}&user={held['USER']}&port={held['PORT'] or 5432}"


@contextmanager
def running(database: str = "") -> Iterator[int]:
    """Run the door in a process of its own; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        str(port),
        "--workers",
        "1",
        "--no-ws",
        "tests.capture.door_app:app",
    ]
    environment = {**os.environ, "LEADHOUSE_DATABASE_URL": database or database_url()}
    with subprocess.Popen(
        command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _await(port, process)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the door did not open")


def post(
    port: int,
    body: bytes,
    key: str = "several-key",
    path: str = "/v1/leads",
    method: str = "POST",
    **headers: str,
) -> Reply:
    """Send one request; headers by name with _ for -, the source's key and JSON unless given."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"authorization": f"Bearer {key}", "content-type": "application/json", **given}
    client = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        client.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = client.getresponse()
        return Reply(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )
    finally:
        client.close()


def raw(port: int, request: bytes) -> bytes:
    """Send bytes as they are and return what comes back until the connection ends or falls silent."""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(request)
        line.settimeout(0.5)
        parts = []
        try:
            while part := line.recv(65_536):
                parts.append(part)
        except (TimeoutError, ConnectionError):
            pass
        return b"".join(parts)


def told(reply: Reply) -> dict[str, object]:
    body = json.loads(reply.body)
    assert isinstance(body, dict)
    return body


def is_error(reply: Reply, status: int, code: str) -> bool:
    body = told(reply)
    assert list(body) == ["outcome", "code", "reason"]
    assert len(str(body["reason"])) > 20
    return (reply.status, body["outcome"], body["code"]) == (status, "error", code)
