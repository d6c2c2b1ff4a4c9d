"""Asks the served address whether it is free to take, and later whether it works."""

import asyncio
import errno
import http.client
import socket
import time

from leadhouse.project.commands import CommandError

# The children of a copy that was just killed need a moment to let go of the port.
_LETTING_GO_SECONDS = 3.0
_ASK_EVERY_SECONDS = 0.1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared, never bound here


def check_address_is_free(host: str, port: int) -> None:
    """Raise CommandError when nothing can be served at this address."""
    deadline = time.monotonic() + _LETTING_GO_SECONDS
    while True:
        try:
            return _bind(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(_ASK_EVERY_SECONDS)
                continue
            raise CommandError(_told(host, port, error)) from None


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _told(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken: stop what uses it, or set LEADHOUSE_PORT to another"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user: set LEADHOUSE_PORT to one above 1023"
    return f"{host} cannot be served ({error.strerror or error}): set LEADHOUSE_HOST to one of this machine"


async def until_ready(host: str, port: int) -> None:
    """Wait until GET /healthz is answered with 200."""
    while not await asyncio.to_thread(is_healthy, host, port):
        await asyncio.sleep(_ASK_EVERY_SECONDS)


def is_healthy(host: str, port: int) -> bool:
    """Tell whether GET /healthz is answered with 200."""
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address(host: str, port: int) -> str:
    """Return the address as one types it into a browser."""
    reached = _EVERYWHERE.get(host, host)
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"
