"""The market as it is now, read once per revision and shared by all threads of a process."""

import threading

from leadhouse.parties import queries
from leadhouse.parties.types import KeyOwner, Market

_lock = threading.Lock()
_market: Market | None = None
_keys: tuple[int, dict[bytes, KeyOwner]] | None = None


def market() -> Market:
    """Return the market at its newest revision: one small query, and a reading when it has changed."""
    global _market
    newest = queries.revision()
    known = _market
    if known is not None and known.revision == newest:
        return known
    with _lock:
        if _market is None or _market.revision != newest:
            _market = queries.load_market()
        return _market


def key_owner(digest: bytes) -> KeyOwner | None:
    """Return who holds the key of this digest, from memory as long as the revision stands."""
    global _keys
    newest = queries.revision()
    known = _keys
    if known is None or known[0] != newest:
        with _lock:
            known = _keys = (newest, queries.all_key_digests())
    return known[1].get(digest)
