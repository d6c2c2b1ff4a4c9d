"""Ids that sort by time."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a new UUIDv7 (RFC 9562), so that rows lie in the index in the order they were made."""
    return uuid7()
