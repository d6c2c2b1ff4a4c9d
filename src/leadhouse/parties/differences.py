"""What a market file would change: each difference with its place, its old and its new value."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson

from leadhouse.parties.entries import Config, Entry, EntryKind, Name, Stored, StoredEntry, kept_secrets
from leadhouse.parties.fields import catalogue_of
from leadhouse.parties.keys import digest
from leadhouse.parties.rule_words import is_rule, rule_words

_BLOCKS = {
    EntryKind.PRODUCT: "products",
    EntryKind.SOURCE: "sources",
    EntryKind.COMPANY: "companies",
    EntryKind.CAMPAIGN: "campaigns",
}
HIDDEN = "(secret)"


class DifferenceKind(StrEnum):
    ADD = "add"
    CHANGE = "change"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in a market, product, source, company or campaign; keys and secrets stay hidden.

    What is added has all its values in `new`, what is closed had those in `old`.
    """

    kind: DifferenceKind
    what: str
    path: str
    old: object = None
    new: object = None


@dataclass(frozen=True, slots=True)
class Write:
    """An entry to be written, with the secrets it ends up with."""

    entry: Entry
    secrets: Config


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a file changes: what people are told, and what is to be written, closed and given keys."""

    differences: tuple[Difference, ...]
    market: Config | None
    writes: tuple[Write, ...]
    closings: tuple[StoredEntry, ...]
    given_keys: tuple[Entry, ...]
    keyless: tuple[Entry, ...]


def changes(market: Config, wanted: Iterable[Entry], stored: Stored) -> Changes:
    """Return what makes the stored market equal to the wanted one."""
    wanted = list(wanted)
    names = {entry.name for entry in wanted}
    closings = [one for name, one in stored.entries.items() if name not in names and not one.is_closed]
    writes = [write for entry in wanted if (write := _write(entry, stored.entries.get(entry.name)))]
    given, keyless = _key_changes(wanted, stored)
    told = [*_market_differences(market, stored.market)]
    for entry in wanted:
        told += _entry_differences(entry, stored.entries.get(entry.name), is_rekeyed=entry in given)
    told += [_closing(one) for one in closings]
    return Changes(
        differences=tuple(told),
        market=market if market != stored.market else None,
        writes=tuple(writes),
        closings=tuple(closings),
        given_keys=tuple(given),
        keyless=tuple(keyless),
    )


def _market_differences(market: Config, former: Config | None) -> Iterator[Difference]:
    if former is None:
        yield Difference(DifferenceKind.ADD, "market", "market", None, market)
    else:
        yield from leaves("market", "market", former, market)


def _write(entry: Entry, former: StoredEntry | None) -> Write | None:
    secrets = kept_secrets(entry.config, entry.secrets, former) if former else entry.secrets
    if former and not former.is_closed and (former.config, former.secrets, former.owner) == (
        entry.config, secrets, entry.owner,
    ):  # fmt: skip
        return None
    return Write(entry, secrets)


def _key_changes(wanted: Iterable[Entry], stored: Stored) -> tuple[list[Entry], list[Entry]]:
    """Return the entries whose given key is new to them, and those that never had nor are given one.

    Whose key was taken back stays without one until somebody gives it another.
    """
    live = {(key.kind, key.owner_id): key.digest for key in stored.keys if not key.is_revoked}
    ever = {(key.kind, key.owner_id) for key in stored.keys}
    given: list[Entry] = []
    keyless: list[Entry] = []
    for entry in wanted:
        if entry.kind not in (EntryKind.SOURCE, EntryKind.COMPANY):
            continue
        former = stored.entries.get(entry.name)
        held = live.get((entry.kind.value, former.id)) if former else None
        if entry.api_key is not None and (held is None or bytes(held) != digest(entry.api_key)):
            given.append(entry)
        elif entry.api_key is None and (former is None or (entry.kind.value, former.id) not in ever):
            keyless.append(entry)
    return given, keyless


def _entry_differences(entry: Entry, former: StoredEntry | None, *, is_rekeyed: bool) -> Iterator[Difference]:
    path = entry_path(entry.name, entry.owner)
    if former is None:
        yield Difference(DifferenceKind.ADD, entry.kind.value, path, None, _values(entry))
        return
    if former.is_closed:
        yield Difference(DifferenceKind.REOPEN, entry.kind.value, path)
    if former.owner != entry.owner:
        changed = (DifferenceKind.CHANGE, entry.kind.value, f"{path}.company", former.owner, entry.owner)
        yield Difference(*changed)
    yield from leaves(entry.kind.value, path, former.config, entry.config)
    secrets = kept_secrets(entry.config, entry.secrets, former)
    for name in sorted({*secrets, *former.secrets}):
        if secrets.get(name) != former.secrets.get(name):
            yield Difference(DifferenceKind.CHANGE, entry.kind.value, f"{path}.{name}", HIDDEN, HIDDEN)
    if is_rekeyed:
        yield Difference(DifferenceKind.CHANGE, entry.kind.value, f"{path}.api_key", HIDDEN, HIDDEN)


def _closing(former: StoredEntry) -> Difference:
    path = entry_path((former.kind, former.key), former.owner)
    return Difference(DifferenceKind.CLOSE, former.kind.value, path, _values(former))


def _values(one: Entry | StoredEntry) -> Config:
    return {**one.config, **dict.fromkeys(sorted(one.secrets), HIDDEN)}


def entry_path(name: Name, owner: str | None) -> str:
    """Return where an entry stands, by keys: `companies[acme].campaigns[acme-west]`."""
    kind, key = name
    prefix = f"companies[{owner}]." if owner is not None else ""
    return f"{prefix}{_BLOCKS[kind]}[{key}]"


def leaves(what: str, path: str, old: object, new: object) -> Iterator[Difference]:
    """Yield the differences of two values at a path, as deep as their shapes agree; rules stay whole."""
    if old == new and isinstance(old, bool) == isinstance(new, bool):
        return
    if is_rule(old) or is_rule(new):
        yield Difference(DifferenceKind.CHANGE, what, path.lstrip("."), old, new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from leaves(what, f"{path}.{key}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from leaves(what, f"{path}[{place}]", before, after)
    else:
        yield Difference(DifferenceKind.CHANGE, what, path.lstrip("."), old, new)


_VERBS = {
    DifferenceKind.ADD: "+",
    DifferenceKind.CHANGE: "~",
    DifferenceKind.CLOSE: "-",
    DifferenceKind.REOPEN: "^",
}


def told(differences: Iterable[Difference], *, done: bool) -> str:
    """Return the differences as lines for people, and their number by kind."""
    differences = list(differences)
    if not differences:
        return "nothing to change" if not done else "nothing changed"
    counts = Counter(one.kind for one in differences)
    words = {
        DifferenceKind.ADD: "to add" if not done else "added",
        DifferenceKind.CHANGE: "to change" if not done else "changed",
        DifferenceKind.CLOSE: "to close" if not done else "closed",
        DifferenceKind.REOPEN: "to reopen" if not done else "reopened",
    }
    total = ", ".join(f"{counts[kind]} {words[kind]}" for kind in DifferenceKind if counts[kind])
    return "\n".join([*(_line(one) for one in differences), total])


def _line(one: Difference) -> str:
    line = f"{_VERBS[one.kind]} {one.path}"
    if one.kind is DifferenceKind.CHANGE:
        return f"{line}: {_shown(one.old)} → {_shown(one.new)}"
    name = one.new.get("name") if isinstance(one.new, Mapping) else one.new
    return f"{line} ({name})" if name else line


def _shown(value: object) -> str:
    if value is None:
        return "(absent)"
    words = rule_words(value, catalogue_of()) if is_rule(value) else None
    if words:
        return words
    text = value if value == HIDDEN else orjson.dumps(value).decode()
    return str(text) if len(str(text)) <= 60 else f"{str(text)[:59]}…"
