"""Who is at a door: the source whose key a request carries, and how often an address may try keys."""

import logging
import time

from leadhouse.capture import keys
from leadhouse.capture.door.http import Head
from leadhouse.capture.door.writer import Desk
from leadhouse.capture.limits import Failures
from leadhouse.capture.types import Code, Refusal
from leadhouse.parties.keys import digest, operator_of
from leadhouse.parties.types import KeyKind, KeyOwner

logger = logging.getLogger(__name__)

# Addresses that tried too many keys make the database be asked this rarely: a new key still works soon.
_LOOK_AGAIN_SECONDS = 1.0
_LONGEST_KEY = 512


class Callers:
    """Recognises the sources that call at one event loop's doors.

    `operator_key` is known so that it is told apart from no key at all.
    """

    def __init__(self, desk: Desk, operator_key: str | None) -> None:
        self._desk = desk
        self._operator_key = operator_key
        self._wrong_keys = Failures()
        self._looked_at = 0.0

    async def source_of(self, head: Head) -> KeyOwner:
        """Return the source whose key a request carries; Refusal 401, 403, 429 or 503."""
        key = _key_in(head)
        if not key:
            reason = "No key: send Authorization: Bearer SOURCE_KEY (or X-Api-Key: SOURCE_KEY)"
            raise Refusal(401, Code.NO_KEY, reason)
        owner = (
            keys.remembered(digest(key))
            or operator_of(key, self._operator_key)
            or await self._looked_up(head, key)
        )
        if owner.kind is not KeyKind.SOURCE:
            raise Refusal(
                403,
                Code.KEY_NOT_FOR_THIS,
                f"This key is for {owner.kind.value} use and posts no leads: use a source's key",
            )
        return owner

    async def _looked_up(self, head: Head, key: str) -> KeyOwner:
        now = time.monotonic()
        wait = self._wrong_keys.wait(head.address, now)
        if wait and now - self._looked_at < _LOOK_AGAIN_SECONDS:
            reason = "Too many unknown keys from this address: wait, then use the source's key"
            raise Refusal(429, Code.RATE_LIMITED, reason, retry_after=int(wait) + 1)
        self._looked_at = now
        try:
            owner = await self._desk.ask(lambda: keys.look_up(digest(key)))
        except Exception as fault:
            logger.warning("keys cannot be looked up: %s", type(fault).__name__)
            reason = "The lead could not be stored: nothing was accepted, post again"
            raise Refusal(503, Code.NOT_STORED, reason, retry_after=1) from fault
        if owner is None:
            self._wrong_keys.add(head.address, time.monotonic())
            raise Refusal(401, Code.UNKNOWN_KEY, keys.UNKNOWN_KEY)
        return owner


def key_digest(head: Head) -> bytes:
    """Return the digest of the key that a request carries."""
    return digest(_key_in(head))


def has_key(head: Head) -> bool:
    """Return whether a request carries a key at all."""
    return bool(_key_in(head))


def _key_in(head: Head) -> str:
    scheme, _, token = head.header("authorization").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else ""
    return (key or head.header("x-api-key").strip())[:_LONGEST_KEY]
