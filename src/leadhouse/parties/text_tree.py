"""YAML and JSON text read as one tree of plain values, safely: no tags, no cycles, no bombs, no lost keys.

YAML is read as its version 1.2 means it: `NO` is a text, 07001 is a text, only true and false are booleans.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import NamedTuple

import yaml

from leadhouse.parties.faults import Fault, Loc, MarketFaults

DEEPEST = 64
# A market of 10,000 campaigns has some 800,000 values.
MOST_VALUES = 4_000_000

_LARGEST_NUMBER = 2**63
_STR = "tag:yaml.org,2002:str"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,40}([eE][-+][0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Control characters but tab, newline and return, and surrogates: neither YAML nor a database carries them.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Read(NamedTuple):
    """A tree of plain values, and the faults of its text that left it readable (so that others show too)."""

    tree: object
    faults: list[Fault]


def read_yaml(text: str) -> Read:
    """Return the tree of a YAML text and the faults beside which it could be read; raise MarketFaults."""
    reading = _Reading()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            reading.take(event)
    except yaml.YAMLError as error:
        raise MarketFaults([*reading.faults, Fault((), _yaml_message(error))]) from None
    return Read(reading.root, [*reading.faults, *_unstorable(reading.root)])


def read_json(text: str) -> Read:
    """Return the tree of a JSON text and the faults beside which it could be read; raise MarketFaults."""
    try:
        pairs = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
    except JSONDecodeError as error:
        message = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise MarketFaults([Fault((), message)]) from None
    except RecursionError:
        raise MarketFaults([Fault((), f"nested deeper than {DEEPEST} levels")]) from None
    except ValueError as error:
        raise MarketFaults([Fault((), str(error))]) from None
    faults: list[Fault] = []
    tree = _of_pairs(pairs, (), faults)
    return Read(tree, [*faults, *_unstorable(tree)])


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it was written, repeated keys included."""


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")


def _of_pairs(value: object, loc: Loc, faults: list[Fault]) -> object:
    if len(loc) > DEEPEST:
        raise MarketFaults([Fault(loc, f"nested deeper than {DEEPEST} levels")])
    if isinstance(value, _Pairs):
        mapping: dict[str, object] = {}
        for key, inner in value:
            if key in mapping:
                faults.append(Fault((*loc, key), "is given twice"))
            mapping[key] = _of_pairs(inner, (*loc, key), faults)
        return mapping
    if isinstance(value, list):
        return [_of_pairs(inner, (*loc, place), faults) for place, inner in enumerate(value)]
    return value


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read; `key` is the mapping's key that waits for its value."""

    into: dict[str, object] | list[object]
    loc: Loc
    anchor: str | None
    size: int = 1
    key: str | None = None
    merged: list[object] = field(default_factory=list)


class _Reading:
    """Builds the tree from YAML's events with a stack of its own, so that no depth can end the process."""

    def __init__(self) -> None:
        self.root: object = None
        self.faults: list[Fault] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[object, int] | None] = {}
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document()

    def _document(self) -> None:
        self.documents += 1
        if self.documents > 1:
            raise MarketFaults([Fault((), "holds several YAML documents: a market is one")])

    def _loc(self) -> Loc:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.into, list):
            return (*top.loc, len(top.into))
        return top.loc if top.key is None else (*top.loc, top.key)

    def _open(self, into: dict[str, object] | list[object], event: yaml.NodeEvent) -> None:
        loc = self._loc()
        if len(self.stack) >= DEEPEST:
            raise MarketFaults([Fault(loc, f"nested deeper than {DEEPEST} levels")])
        if self.stack and isinstance(self.stack[-1].into, dict) and self.stack[-1].key is None:
            raise MarketFaults([Fault(loc, "has a key that is not a text")])
        self._refuse_tag(event, loc)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.stack.append(_Open(into, loc, event.anchor))

    def _close(self) -> None:
        done = self.stack.pop()
        if isinstance(done.into, dict):
            for merged in done.merged:
                self._merge(done, merged)
        if done.anchor:
            self.anchors[done.anchor] = (done.into, done.size)
        self._put(done.into, done.size)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        loc = self._loc()
        if self.stack and isinstance(self.stack[-1].into, dict) and self.stack[-1].key is None:
            self._key(event.value)
            return
        self._refuse_tag(event, loc)
        is_plain = event.implicit[0] and event.tag is None
        value = _plain(event.value) if is_plain else event.value
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._put(value, 1)

    def _key(self, key: str) -> None:
        top = self.stack[-1]
        if key in top.into and key != "<<":
            self.faults.append(Fault((*top.loc, key), "is given twice"))
        top.key = key

    def _alias(self, event: yaml.AliasEvent) -> None:
        loc = self._loc()
        anchor = event.anchor or ""
        found = self.anchors.get(anchor)
        if found is None:
            said = "contains itself" if anchor in self.anchors else "is not defined above"
            raise MarketFaults([Fault(loc, f"*{anchor} {said}")])
        if self.stack and isinstance(self.stack[-1].into, dict) and self.stack[-1].key is None:
            raise MarketFaults([Fault(loc, "has an alias as a key: write the key itself")])
        self._put(*found)

    def _put(self, value: object, size: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.size += size
        if top.size > MOST_VALUES:
            raise MarketFaults([Fault((), f"holds more than {MOST_VALUES:,} values, aliases counted")])
        if isinstance(top.into, list):
            top.into.append(value)
        elif top.key == "<<":
            top.merged.append(value)
            top.key = None
        elif top.key is not None:
            top.into[top.key] = value
            top.key = None

    def _merge(self, done: _Open, merged: object) -> None:
        for defaults in merged if isinstance(merged, list) else [merged]:
            if not isinstance(defaults, dict) or not isinstance(done.into, dict):
                self.faults.append(Fault((*done.loc, "<<"), "must be a mapping or a list of mappings"))
                return
            for key, value in defaults.items():
                done.into.setdefault(key, value)

    def _refuse_tag(self, event: yaml.NodeEvent, loc: Loc) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _STR):
            self.faults.append(Fault(loc, "has a YAML tag, and tags are not read: write the plain value"))


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _yaml_message(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    said = f"is not YAML: {' '.join(str(problem).split())}"
    return f"line {mark.line + 1}, column {mark.column + 1} {said}" if mark else said


def read_tree(tree: object) -> Read:
    """Return a tree that is one already, with the faults of what no text could carry."""
    return Read(tree, [*_unstorable(tree)])


def _unstorable(tree: object) -> Iterator[Fault]:
    seen: set[int] = set()
    stack: list[tuple[Loc, object]] = [((), tree)]
    while stack:
        loc, value = stack.pop()
        if isinstance(value, str):
            if _UNSTORABLE.search(value):
                yield Fault(loc, "has control characters: remove them")
        elif isinstance(value, int | float):
            if not abs(value) < _LARGEST_NUMBER:
                yield Fault(loc, "is too large a number")
        elif isinstance(value, dict | list) and id(value) not in seen:
            seen.add(id(value))
            stack.extend(((*loc, key), inner) for key, inner in _inner(value))
            yield from _unstorable_keys(loc, value)


def _unstorable_keys(loc: Loc, value: object) -> Iterator[Fault]:
    if isinstance(value, dict) and any(_UNSTORABLE.search(key) for key in value):
        yield Fault(loc, "has a key with control characters: remove them")


def _inner(value: dict[str, object] | list[object]) -> list[tuple[str | int, object]]:
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value))


READERS: dict[str, Callable[[str], Read]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
}
