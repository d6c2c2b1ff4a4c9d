"""Headers that an operator adds to a request of ours."""

from collections.abc import Mapping

# Ours to say: headers of the market file can neither unframe a request nor pose as another one.
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "webhook-id",
        "webhook-signature",
        "webhook-timestamp",
        "x-leadhouse-bid",
        "x-leadhouse-delivery",
        "x-leadhouse-ping",
    }
)


def added(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return the headers that may be added as they are."""
    return {name: text for name, text in (headers or {}).items() if name.lower() not in _OURS}
