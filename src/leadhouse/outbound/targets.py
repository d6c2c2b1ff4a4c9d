"""Reads the URL that a request is meant for, once: what is checked is what is connected to."""

from dataclasses import dataclass

import httpx

from leadhouse.outbound.types import Trouble, TroubleKind

_PORTS = {"http": 80, "https": 443}
# Below 1024 sit other protocols (mail, shells, printers) that an HTTP request could be made to speak to.
_FIRST_FREE_PORT = 1_024
_LAST_PORT = 65_535
_LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes; `host` is the ASCII name or number to look up, `authority` the Host header."""

    url: httpx.URL
    host: str
    port: int
    authority: str

    @property
    def place(self) -> str:
        """Host and port, for limits and for telling people; never the path, which may hold keys."""
        return f"{self.host}:{self.port}"


def read_target(text: str) -> Target | Trouble:
    """Read a URL that may be called: http or https, a host, no user information, an HTTP-like port."""
    fault = _fault_of_text(text)
    if fault:
        return Trouble(TroubleKind.UNSENDABLE, fault)
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii").rstrip(".")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        return Trouble(TroubleKind.UNSENDABLE, f"the URL cannot be read: {error}")
    fault = _fault_of_url(url, host)
    if fault:
        return Trouble(TroubleKind.UNSENDABLE, fault)
    return Target(url, host, _port(url), url.netloc.decode("ascii"))


def _port(url: httpx.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


def _fault_of_text(text: str) -> str | None:
    if len(text) > _LONGEST_URL:
        return f"the URL is longer than {_LONGEST_URL:,} characters"
    if any(character.isspace() or character == "\\" or not character.isprintable() for character in text):
        return "the URL holds a space, a backslash or a control character"
    return None


def _fault_of_url(url: httpx.URL, host: str) -> str | None:
    if url.scheme not in _PORTS:
        return f"the URL must begin with http:// or https://, not {url.scheme}:"
    if not host:
        return "the URL names no host"
    if url.userinfo:
        return "the URL must not hold a user name or password; use a header"
    if "%" in host:
        return "the URL's host must not hold a zone or escapes"
    port = _port(url)
    if port not in _PORTS.values() and not _FIRST_FREE_PORT <= port <= _LAST_PORT:
        return f"port {port} is not for HTTP: use 80, 443 or one from {_FIRST_FREE_PORT} to {_LAST_PORT}"
    return None
