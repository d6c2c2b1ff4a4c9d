"""Ids that sort by time, and secret keys with their digests."""

import hashlib
import secrets
import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562), so that rows lie in the index in the order they were made."""
    return uuid7()


def new_key(kind: str) -> str:
    """Return a new secret of 256 random bits whose start says what it is for: lh_source_…"""
    return f"lh_{kind}_{secrets.token_urlsafe(32)}"


def key_digest(key: str) -> bytes:
    """Return the SHA-256 of a key (32 bytes), which is what we store instead of the key.

    A plain hash is enough for 256 random bits; lone surrogates are hashed too, so that no text raises.
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
