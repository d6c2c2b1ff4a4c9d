"""A form's texts read as an entry of the market file, and an entry written as a form's texts.

What was not touched comes back exactly as it was: a key that the file leaves out stays out while the form
says its default, and what no part of the form stands for is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from leadhouse.parties.entries import Config
from leadhouse.rules import Field
from leadhouse.web.market import rule_texts, values
from leadhouse.web.market.parts import Block, Item, Part, Repeat, Widget
from leadhouse.web.market.raw import Raw, block, numbered, rows, text
from leadhouse.web.market.values import ABSENT

# Where a row of a list stood before it was edited: there its former value is found.
WAS = "was"


def written(parts: Sequence[Part], config: Mapping[str, object]) -> Raw:
    """Return the texts of a form for an entry."""
    raw: Raw = {}
    for part in parts:
        if isinstance(part, Repeat):
            raw[part.key] = numbered(_written_rows(part, config.get(part.key)))
        elif isinstance(part, Block):
            raw[part.key] = _written_block(part, _mapping(config.get(part.key)))
        elif part.widget is Widget.RULE:
            raw[part.key] = rule_texts.written(config.get(part.key))
        elif part.key in config:
            raw[part.key] = values.written(part, config[part.key])
        elif part.default:
            raw[part.key] = part.default.split(",") if part.widget in _TICKED else part.default
    return raw


_TICKED = (Widget.CHECKS, Widget.NUMBERS)


def _written_block(part: Block | Repeat, config: Mapping[str, object]) -> Raw:
    chosen = _chosen(part, str(config.get(part.tag.key, part.tag.default))) if part.tag else ()
    return written((*_tag(part), *part.parts, *chosen), config)


def _written_rows(part: Repeat, listed: object) -> Iterator[Raw]:
    for place, one in enumerate(listed if isinstance(listed, list) else ()):
        yield {**_written_block(part, _mapping(one)), WAS: str(place)}


def read(
    parts: Sequence[Part], raw: object, former: Mapping[str, object], fields: Mapping[str, Field]
) -> Config:
    """Return the entry that a form's texts say; `fields` are those that its rules may ask about."""
    found: Config = {}
    for part in parts:
        value = _value(part, raw, former, fields)
        if value is not ABSENT:
            found[part.key] = value
    known = {part.key for part in parts}
    kept = {key: found.get(key, one) for key, one in former.items() if key in found or key not in known}
    return kept | found


def _value(part: Part, raw: object, former: Mapping[str, object], fields: Mapping[str, Field]) -> object:
    was = former.get(part.key)
    if isinstance(part, Repeat):
        return _read_rows(part, rows(raw, part.key), was if part.key in former else ABSENT, fields)
    if isinstance(part, Block):
        inner = _read_block(part, block(raw, part.key), _mapping(was), fields)
        return inner if inner or was == {} else ABSENT
    if part.widget is Widget.RULE:
        return rule_texts.read(block(raw, part.key), was if part.key in former else ABSENT, fields)
    return values.read(part, raw, former)


def _read_block(
    part: Block | Repeat, raw: Raw, former: Mapping[str, object], fields: Mapping[str, Field]
) -> Config:
    if part.tag is None:
        return read(part.parts, raw, former, fields)
    tag = text(raw, part.tag.key) or part.tag.default
    if not tag:
        return {}
    # Of another kind nothing is kept: its keys would mean nothing here.
    before = former if former.get(part.tag.key, part.tag.default) == tag else {}
    chosen = {**raw, part.tag.key: tag}
    return read((*_tag(part), *part.parts, *_chosen(part, tag)), chosen, before, fields)


def _read_rows(part: Repeat, listed: Sequence[Raw], was: object, fields: Mapping[str, Field]) -> object:
    before = was if isinstance(was, list) else []
    found = [_read_block(part, one, _mapping(_row_before(one, before)), fields) for one in listed]
    return found if found or isinstance(was, list) else ABSENT


def _row_before(raw: Raw, before: list[object]) -> object:
    place = text(raw, WAS)
    is_known = place.isdecimal() and len(place) < 8 and int(place) < len(before)
    return before[int(place)] if is_known else None


def _tag(part: Block | Repeat) -> tuple[Item, ...]:
    return (part.tag,) if part.tag else ()


def _chosen(part: Block | Repeat, tag: str) -> tuple[Part, ...]:
    return part.variants.get(tag, ())


def _mapping(value: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else {}
