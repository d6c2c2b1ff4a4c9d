"""One entry of the market as somebody wants it: the file that differs there alone, checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import cast

import orjson

from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.entries import Config, EntryKind, Stored, StoredEntry
from leadhouse.parties.export import exported_tree
from leadhouse.parties.faults import Fault, Loc, MarketFaults, path_of
from leadhouse.parties.market_file import documents_of
from leadhouse.parties.text_tree import read_tree

_BLOCKS = {EntryKind.PRODUCT: "products", EntryKind.SOURCE: "sources", EntryKind.COMPANY: "companies"}


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry to be created, changed, reopened, or closed (`config` None); without a kind the market's own.

    `config` is the whole entry as a file has it, a company's without campaigns; secrets that it leaves out
    are kept, as with a file. `seen` is the version that the change began from, "" for an entry that is to be
    new. `owner` is the company of a campaign.
    """

    kind: EntryKind | None
    key: str
    config: Config | None
    seen: str = ""
    owner: str | None = None


class EditFaults(MarketFaults):
    """An edit that cannot be: what is wrong in the entry, and which others it would leave unfit.

    The places of `own` begin at the entry; those of `others` stand in their messages, told by keys.
    """

    def __init__(self, own: tuple[Fault, ...], others: tuple[Fault, ...] = ()) -> None:
        super().__init__((*own, *others))
        self.own = own
        self.others = others


class EditedMeanwhile(Exception):  # noqa: N818 - it says what happened, and carries it
    """Somebody else changed the entry since it was read: `theirs` is how it is now, None when closed."""

    def __init__(self, theirs: Config | None, version: str) -> None:
        super().__init__("somebody else changed it meanwhile")
        self.theirs = theirs
        self.version = version


def version_of(entry: StoredEntry | None) -> str:
    """Return what changes whenever the entry does, "" for none."""
    return "" if entry is None else _digest([entry.config, entry.is_closed, entry.owner])


def market_version(stored: Stored) -> str:
    """Return what changes whenever the market's own block does."""
    return _digest(stored.market)


def _digest(value: object) -> str:
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()


def edited_file(edit: Edit, stored: Stored) -> MarketFileDocument:
    """Return the stored market with the edit in it; raise EditFaults or EditedMeanwhile."""
    _refuse_stale(edit, stored)
    tree = exported_tree(stored)
    loc = _put(edit, tree)
    try:
        return documents_of(read_tree(tree))
    except MarketFaults as refusal:
        raise _sorted(refusal, None if edit.config is None else loc, tree) from None


def _refuse_stale(edit: Edit, stored: Stored) -> None:
    if edit.kind is None:
        if edit.seen != market_version(stored):
            raise EditedMeanwhile(stored.market, market_version(stored))
        return
    now = stored.entries.get((edit.kind, edit.key))
    if now is not None and now.owner != edit.owner:
        raise EditFaults((Fault(("key",), "is the key of another company's campaign: choose another key"),))
    if edit.seen == version_of(now):
        return
    if now is not None and not edit.seen:
        said = "a closed one: reopen that, or choose another key" if now.is_closed else "another already"
        raise EditFaults((Fault(("key",), f"is the key of {said}"),))
    raise EditedMeanwhile(now.config if now and not now.is_closed else None, version_of(now))


def _put(edit: Edit, tree: Config) -> Loc:
    """Put the edit into the tree; return where its entry stands."""
    if edit.kind is None:
        tree["market"] = edit.config or {}
        return ("market",)
    siblings, loc = _siblings(edit, tree)
    place = next((at for at, one in enumerate(siblings) if one.get("key") == edit.key), len(siblings))
    if edit.config is None:
        del siblings[place : place + 1]
        return loc
    kept = {"campaigns": siblings[place]["campaigns"]} if _has_campaigns(siblings, place) else {}
    siblings[place : place + 1] = [{**edit.config, **kept}]
    return (*loc, place)


def _siblings(edit: Edit, tree: Config) -> tuple[list[Config], Loc]:
    if edit.kind is not None and edit.kind is not EntryKind.CAMPAIGN:
        name = _BLOCKS[edit.kind]
        return cast(list[Config], tree[name]), (name,)
    for place, company in enumerate(cast(list[Config], tree["companies"])):
        if company.get("key") == edit.owner:
            return cast(list[Config], company.setdefault("campaigns", [])), ("companies", place, "campaigns")
    raise EditFaults((Fault(("company",), "is not an open company: choose one that is"),))


def _has_campaigns(siblings: list[Config], place: int) -> bool:
    return place < len(siblings) and "campaigns" in siblings[place]


def _sorted(refusal: MarketFaults, loc: Loc | None, tree: Config) -> EditFaults:
    """Part the faults into those of the entry at a place, and those of others."""
    own = [one for one in refusal.faults if loc is not None and _is_within(one.loc, loc)]
    others = [
        Fault((), f"{_named(one.loc, tree)}: {one.message}") for one in refusal.faults if one not in own
    ]
    start = len(loc or ())
    return EditFaults(tuple(Fault(one.loc[start:], one.message) for one in own), tuple(others))


def _is_within(place: Loc, loc: Loc) -> bool:
    # A company's campaigns are entries of their own.
    is_campaign = len(loc) == 2 and place[2:3] == ("campaigns",)
    return place[: len(loc)] == loc and not is_campaign


def _named(place: Loc, tree: object) -> str:
    """Write a place with keys where lists have keyed entries: `companies[acme].campaigns[acme-west].bids`."""
    path = ""
    for part in place:
        tree = _inner(tree, part)
        if isinstance(part, int):
            key = tree.get("key") if isinstance(tree, Mapping) else None
            path += f"[{key if key is not None else part}]"
        else:
            path += f".{part}" if path else path_of((part,))
    return path


def _inner(tree: object, part: str | int) -> object:
    if isinstance(tree, Mapping):
        return tree.get(part)
    is_place = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
    return tree[int(part)] if is_place and isinstance(tree, list) else None
