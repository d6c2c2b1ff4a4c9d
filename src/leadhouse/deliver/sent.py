"""What leaves, as people read it: never the query of an address, nor a header that may hold a secret."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadhouse.outbound.types import Mail, Request

# Whatever else stands in a header came from the market file, where keys stand.
_SHOWN = frozenset(
    {
        "accept",
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "x-leadhouse-bid",
        "x-leadhouse-delivery",
        "x-leadhouse-test",
    }
)
LONGEST = 65_536
CUT = "… cut here"


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that left: `head` is a request's first line and headers or a mail's, `body` what it said."""

    head: str
    body: str


def sent(item: Request | Mail) -> Sent:
    """Return what leaves as text; of a mail its plain words, which its HTML says once more."""
    if isinstance(item, Mail):
        lines = {"From": item.sender, "To": ", ".join(item.to), "Subject": item.subject, **item.headers}
        return Sent(_bounded(_headers(lines)), _bounded(item.text))
    head = f"{item.method} {without_query(item.url)}\n{_headers(_without_secrets(item.headers))}"
    return Sent(_bounded(head), _bounded(item.body.decode("utf-8", "replace")))


def without_query(url: str) -> str:
    """Return an address without its query and fragment, which may hold keys."""
    return url.partition("#")[0].partition("?")[0]


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: text if name.lower() in _SHOWN else "(hidden)" for name, text in headers.items()}


def _headers(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {text}" for name, text in headers.items())


def _bounded(text: str) -> str:
    """Return the text as the database can hold it, whatever an operator's template brought in."""
    held = text[:LONGEST].replace("\0", "").encode("utf-8", "replace").decode()
    return held if len(text) <= LONGEST else f"{held}\n{CUT}"
