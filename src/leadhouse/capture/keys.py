"""Whose key a post carries: all keys are in memory, read again when the market has changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from leadhouse.capture.types import Submission
from leadhouse.parties import queries
from leadhouse.parties.types import KeyKind, KeyOwner

UNKNOWN_KEY = "This key is not known here: ask the operator for the source's key"


@dataclass(frozen=True, slots=True)
class _Ring:
    """Every key's owner by the key's digest, at one revision of the market."""

    revision: int = -1
    owners: Mapping[bytes, KeyOwner] = field(default_factory=dict)


_ring = _Ring()


def remembered(digest: bytes) -> KeyOwner | None:
    """Return who held a key when keys were last read, None for nobody; `poster` has the last word."""
    return _ring.owners.get(digest)


def look_up(digest: bytes) -> KeyOwner | None:
    """Return who holds a key now, None for nobody."""
    return _at(queries.revision()).owners.get(digest)


def poster(submission: Submission, revision: int) -> Submission | None:
    """Return a submission under the source that its key belongs to at this revision, None when to none."""
    if submission.key_digest is None:
        return submission
    owner = _at(revision).owners.get(submission.key_digest)
    if owner is None or owner.kind is not KeyKind.SOURCE:
        return None
    return submission if owner.id == submission.source_id else replace(submission, source_id=owner.id)


def _at(revision: int) -> _Ring:
    """Return the keys as they are at this revision or later."""
    global _ring
    ring = _ring
    if ring.revision != revision:
        # Read after the revision was: keys may be newer than it says, never older.
        ring = _ring = _Ring(revision, queries.all_key_digests())
    return ring
