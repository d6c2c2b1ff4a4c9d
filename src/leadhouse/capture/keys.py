"""Whose key a post carries: all keys are in memory, read again when the market has changed."""

from msgspec.structs import replace

from leadhouse.capture.types import Submission
from leadhouse.parties import current, queries
from leadhouse.parties.types import KeyKind, KeyOwner

UNKNOWN_KEY = "This key is not known here: ask the operator for the source's key"


def remembered(digest: bytes) -> KeyOwner | None:
    """Return who held a key when keys were last read, None for nobody; `poster` has the last word."""
    return current.remembered_keys().get(digest)


def look_up(digest: bytes) -> KeyOwner | None:
    """Return who holds a key now, None for nobody."""
    return current.keys_at(queries.revision()).get(digest)


def poster(submission: Submission, revision: int) -> Submission | None:
    """Return a submission under the source that its key belongs to at this revision, None when to none."""
    if submission.key_digest is None:
        return submission
    source_id = source_holding(submission.key_digest, revision)
    if source_id is None:
        return None
    return submission if source_id == submission.source_id else replace(submission, source_id=source_id)


def source_holding(digest: bytes, revision: int) -> int | None:
    """Return the id of the source that holds a key at this revision, None when no source does."""
    owner = current.keys_at(revision).get(digest)
    return owner.id if owner is not None and owner.kind is KeyKind.SOURCE else None
