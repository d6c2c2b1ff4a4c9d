"""Whose key a post carries; known keys need no question to the database until the market changes."""

from dataclasses import dataclass

from leadhouse.capture.types import Submission
from leadhouse.parties import queries
from leadhouse.parties.types import KeyKind, KeyOwner

_MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    owner: KeyOwner
    revision: int


_known: dict[bytes, _Known] = {}


def remembered(digest: bytes) -> KeyOwner | None:
    """Return who held a key when it was last looked up, None when it never was.

    `may_still_post` has the last word.
    """
    found = _known.get(digest)
    return found.owner if found else None


def look_up(digest: bytes) -> KeyOwner | None:
    """Return who holds a key now, None when nobody does."""
    # In this order: a change between the two makes the answer look older than it is, never newer.
    revision = queries.revision()
    owner = queries.owner_of_key(digest)
    if owner is None:
        _known.pop(digest, None)
    else:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[digest] = _Known(owner, revision)
    return owner


def may_still_post(submission: Submission, revision: int) -> bool:
    """Return whether a submission's key is still its source's at this revision of the market."""
    if submission.key_digest is None:
        return True
    found = _known.get(submission.key_digest)
    owner = found.owner if found and found.revision == revision else look_up(submission.key_digest)
    return owner is not None and owner.kind is KeyKind.SOURCE and owner.id == submission.source_id
