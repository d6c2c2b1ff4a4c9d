"""The keys of sources and companies: changed for new ones, taken back; each told once and kept nowhere."""

from leadhouse.parties import queries
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import HIDDEN, Difference, DifferenceKind, entry_path
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.keys import digest, hint, new_key
from leadhouse.parties.types import KeyKind
from leadhouse.store.run import transaction


def rotate_key(kind: KeyKind, owner: str, *, by: str) -> str:
    """Give an open source or company a new key, its former ones taken back; LookupError for none such."""
    with transaction():
        owner_id = _owner_id(kind, owner, new=HIDDEN, by=by)
        key = new_key(kind)
        queries.grant_keys([queries.Grant(digest(key), kind, owner_id, hint(key))], replacing=True)
    return key


def revoke_keys(kind: KeyKind, owner: str, *, by: str) -> None:
    """Take every key back from an open source or company; LookupError when there is none."""
    with transaction():
        owner_id = _owner_id(kind, owner, new=None, by=by)
        queries.revoke_keys([(kind, owner_id)])


def _owner_id(kind: KeyKind, owner: str, *, new: str | None, by: str) -> int:
    """Lock the market and number the change of a party's key; return the party's row."""
    queries.lock_market()
    owner_id = queries.party_id(kind, owner)
    if owner_id is None:
        raise LookupError(f"there is no open {kind.value} {owner!r}")
    path = f"{entry_path((EntryKind(kind.value), owner), None)}.api_key"
    told = Difference(DifferenceKind.CHANGE, kind.value, path, HIDDEN, new)
    queries.bump_revision()
    note_changes([told], by)
    return owner_id
