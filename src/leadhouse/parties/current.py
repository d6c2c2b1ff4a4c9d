"""The market as it is now, read once per revision and shared by all threads of a process."""

import threading

from django.conf import settings

from leadhouse.parties import queries
from leadhouse.parties.keys import digest, operator_of
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


def holder_of(key: str) -> KeyOwner | None:
    """Return who holds a key: the operator of LEADHOUSE_OPERATOR_KEY, a party, a person, or nobody."""
    return operator_of(key, settings.LEADHOUSE.operator_key) or key_owner(digest(key))


def key_owner(key_digest: bytes) -> KeyOwner | None:
    """Return who holds the key of this digest, from memory as long as the revision stands."""
    global _keys
    newest = queries.revision()
    known = _keys
    if known is None or known[0] != newest:
        with _lock:
            known = _keys = (newest, queries.all_key_digests())
    return known[1].get(key_digest)
