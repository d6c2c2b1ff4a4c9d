"""The statements of parties, one typed function each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import orjson

from leadhouse.parties.document import Document
from leadhouse.parties.entries import Config, EntryKind, Stored, StoredEntry, StoredKey
from leadhouse.parties.types import KeyKind, KeyOwner, Role
from leadhouse.store.run import execute, row, rows, value
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
D = TypeVar("D", bound=Document)
# Read in pages, so that loading 10,000 campaigns never holds all of their JSON at once.
PAGE = 500
_SAVE = {
    EntryKind.PRODUCT: "save_products",
    EntryKind.SOURCE: "save_sources",
    EntryKind.COMPANY: "save_companies",
    EntryKind.CAMPAIGN: "save_campaigns",
}
_CLOSE = {
    EntryKind.PRODUCT: "close_products",
    EntryKind.SOURCE: "close_sources",
    EntryKind.COMPANY: "close_companies",
    EntryKind.CAMPAIGN: "close_campaigns",
}


def lock_market() -> None:
    """Wait until no other transaction changes the market; held until this one ends."""
    execute(SQL["lock_market"], {})


def revision() -> int:
    """Return the number of the last change to anything configured, 0 before any; none comes twice."""
    return row(SQL["revision"], {}, int, prepare=True) or 0


def bump_revision(config: Config | None = None) -> int:
    """Number a change in this transaction, with a new market block when one is given."""
    return value(SQL["bump_revision"], {"config": config}, int)


def entries(kind: EntryKind, since: int | None = None) -> Iterator[StoredEntry]:
    """Yield everything configured of a kind, page by page, in the order in which it came.

    With `since`, only what was written after that revision, or has to be read anew because of what was.
    """
    statement = SQL["entries"] if since is None else SQL["entries_since"]
    params = {"kind": kind.value, "limit": PAGE} | ({} if since is None else {"since": since})
    after = 0
    while True:
        page = rows(statement, params | {"after": after}, StoredEntry)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def market_config() -> Config:
    """Return the market's own block, an empty one before the first file."""
    return row(SQL["market_config"], {}, dict) or {}


def was_committed(revision: int) -> bool:
    """Return whether a revision became part of the market's past."""
    return value(SQL["was_committed"], {"revision": revision}, bool)


def load_stored() -> Stored:
    """Return everything that is configured, as documents, and the keys' digests."""
    return Stored(
        market=row(SQL["market_config"], {}, dict),
        entries={(kind, one.key): one for kind in EntryKind for one in entries(kind)},
        keys=tuple(rows(SQL["keys"], {}, StoredKey)),
    )


def load_about(kind: EntryKind, key: str, companies: Sequence[str] = ()) -> Stored:
    """Return an entry with all that its edit may touch: it is the market in small, closed entries included.

    All products and sources; the campaigns that the entry has to do with; their companies and those named.
    """
    campaigns = rows(SQL["campaigns_about"], {"kind": kind.value, "key": key}, StoredEntry)
    owners = {*companies, *(one.owner for one in campaigns if one.owner)}
    listed = [
        *entries(EntryKind.PRODUCT),
        *entries(EntryKind.SOURCE),
        *rows(SQL["companies_keyed"], {"keys": sorted(owners)}, StoredEntry),
        *campaigns,
    ]
    return Stored(
        market=row(SQL["market_config"], {}, dict),
        entries={(one.kind, one.key): one for one in listed},
        keys=tuple(rows(SQL["keys"], {}, StoredKey)),
    )


class Saved(NamedTuple):
    key: str
    id: int


def save_entries(kind: EntryKind, fresh: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Create, replace or reopen entries of one kind; return their rows by key.

    Each has key, config and secrets; a campaign also its `owner`, a company also `had_opening`.
    """
    if not fresh:
        return {}
    saved = rows(SQL[_SAVE[kind]], {"entries": orjson.dumps(fresh).decode()}, Saved)
    return {one.key: one.id for one in saved}


def close_entries(kind: EntryKind, ids: Sequence[int]) -> None:
    """Close entries of one kind."""
    if ids:
        execute(SQL[_CLOSE[kind]], {"ids": list(ids)})


class Grant(NamedTuple):
    """A key to be given."""

    digest: bytes
    kind: KeyKind
    owner_id: int
    hint: str


def grant_keys(grants: Sequence[Grant], *, replacing: bool) -> None:
    """Give keys to their owners, taking their former ones back when replacing."""
    if not grants:
        return
    owners = [(one.kind, one.owner_id) for one in grants]
    if replacing:
        revoke_keys(owners)
    digests = {"digest": [one.digest for one in grants], "hint": [one.hint for one in grants]}
    execute(SQL["grant_keys"], _owners(owners) | digests)


def revoke_keys(owners: Sequence[tuple[KeyKind, int]]) -> None:
    """Take every key back from these owners."""
    execute(SQL["revoke_keys"], _owners(owners))


def _owners(owners: Sequence[tuple[KeyKind, int]]) -> dict[str, object]:
    return {"kind": [kind.value for kind, _ in owners], "owner_id": [number for _, number in owners]}


class KeyTold(NamedTuple):
    """A key as it may be shown: its last characters, and since and until when it holds."""

    hint: str
    created_at: datetime
    revoked_at: datetime | None


def keys_of(kind: KeyKind, owner_id: int) -> list[KeyTold]:
    """Return the keys that a party ever had, the newest first."""
    return rows(SQL["keys_of"], {"kind": kind.value, "owner_id": owner_id}, KeyTold)


class _HeldKey(NamedTuple):
    digest: bytes
    kind: KeyKind
    id: int
    key: str
    role: Role | None
    source_id: int | None
    company_id: int | None


def owner_of_key(digest: bytes) -> KeyOwner | None:
    """Return who holds the key of this digest, None when nobody does or it was revoked."""
    held = rows(SQL["key_owners"], {"digest": digest}, _HeldKey)
    return KeyOwner(*held[0][1:]) if held else None


def all_key_digests() -> dict[bytes, KeyOwner]:
    """Return the holder of every key that is not revoked; it changes only together with the revision."""
    return {
        bytes(held.digest): KeyOwner(*held[1:])
        for held in rows(SQL["key_owners"], {"digest": None}, _HeldKey)
    }


class StoredPerson(NamedTuple):
    id: int
    email: str
    role: Role
    company_id: int | None
    source_id: int | None
    is_active: bool


def person(email: str) -> StoredPerson | None:
    """Return the person of an email address, spelt as it is stored."""
    return row(SQL["person"], {"email": email}, StoredPerson)


def save_person(
    *, email: str, role: Role, company_id: int | None, source_id: int | None, password: str | None
) -> int:
    """Create or change a person; return the row. A password is given hashed; None keeps the present one."""
    return value(
        SQL["save_person"],
        {
            "email": email,
            "role": role.value,
            "company_id": company_id,
            "source_id": source_id,
            "password": password or "!",
            "keeps_password": password is None,
        },
        int,
    )


def party_id(kind: KeyKind, key: str) -> int | None:
    """Return the row of an open source or company."""
    return row(SQL["party_id"], {"kind": kind.value, "key": key}, int)
