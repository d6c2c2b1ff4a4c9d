"""The market and its keys as they are now, read once per revision and shared by all threads of a process."""

import threading
from collections.abc import Mapping

from django.conf import settings

from leadhouse.parties import queries
from leadhouse.parties.keys import digest, operator_of
from leadhouse.parties.loading import load_market
from leadhouse.parties.types import KeyOwner, Market

_lock = threading.Lock()
_market: Market | None = None
_keys: tuple[int, Mapping[bytes, KeyOwner]] = (-1, {})


def market() -> Market:
    """Return the market at its newest revision: one small query, and a reading of what has changed."""
    global _market
    newest = queries.revision()
    known = _market
    if known is not None and known.revision == newest:
        return known
    with _lock:
        if _market is None or _market.revision != newest:
            _market = load_market(_market)
        return _market


def holder_of(key: str) -> KeyOwner | None:
    """Return who holds a key: the operator of LEADHOUSE_OPERATOR_KEY, a party, a person, or nobody."""
    return operator_of(key, settings.LEADHOUSE.operator_key) or keys_at(queries.revision()).get(digest(key))


def keys_at(revision: int) -> Mapping[bytes, KeyOwner]:
    """Return the holder of every key by the key's digest, as they are at this revision or later."""
    global _keys
    known = _keys
    if known[0] != revision:
        # Read after the revision was: keys may be newer than it says, never older.
        known = _keys = (revision, queries.all_key_digests())
    return known[1]


def remembered_keys() -> Mapping[bytes, KeyOwner]:
    """Return the holders as they were when keys were last read; nothing is asked."""
    return _keys[1]
