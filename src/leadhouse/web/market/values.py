"""One value of the market file as a form writes it and reads it: unchanged text is an unchanged value."""

import re
from collections.abc import Callable, Mapping

from leadhouse.kit.hours import WEEKDAYS
from leadhouse.web.market.parts import Item, Widget
from leadhouse.web.market.raw import Raw, Value, text, texts

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_COMMAS = re.compile(r"[,;\n]+")
NAMED_SIZES = ("exclusive", "duo", "trio", "quad", "any")
# Whether there are hours at all: none mean always open.
HAS_HOURS = "set"
OTHERS = "others"


class Absent:
    """Stands for a key that the file leaves out."""


ABSENT = Absent()


def written(item: Item, value: object) -> Value:
    """Return a value of the file as the form shows it."""
    return _WRITERS.get(item.widget, _text)(value)


def read(item: Item, raw: object, former: Mapping[str, object]) -> object:
    """Return what was typed as a value of the file, ABSENT where it says nothing but the default."""
    has, was = item.key in former, former.get(item.key)
    if item.widget in (Widget.CHECKS, Widget.NUMBERS):
        return _read_checks(item, raw, was if has else ABSENT)
    if item.widget in _WHOLE_BLOCKS:
        return _WHOLE_BLOCKS[item.widget](raw, item.key, was if has else ABSENT)
    typed = text(raw, item.key)
    if has and typed == _trimmed(written(item, was)):
        return was
    if not typed or (not has and typed == item.default and not item.is_required):
        return ABSENT
    return _READERS.get(item.widget, str)(typed)


def _trimmed(value: Value) -> object:
    return value.strip() if isinstance(value, str) else value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else _text(value)


def _lines(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else _text(value)


def _pairs(value: object) -> str:
    if not isinstance(value, Mapping):
        return _text(value)
    return "\n".join(f"{name}: {one}" for name, one in value.items())


def _flag(value: object) -> str:
    return "on" if value is True else ""


def _checked(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _bids(value: object) -> Raw:
    bids = value if isinstance(value, Mapping) else {}
    named: Raw = {size: str(bids[size]) for size in NAMED_SIZES if size in bids}
    others = ", ".join(f"{size}: {amount}" for size, amount in bids.items() if size not in NAMED_SIZES)
    return {**named, **({OTHERS: others} if others else {})}


def _week(value: object) -> Raw:
    if not isinstance(value, Mapping):
        return {}
    days: Raw = {day: _joined(value.get(day)) for day in WEEKDAYS}
    return {HAS_HOURS: "on", **days}


_WRITERS: Mapping[Widget, Callable[[object], Value]] = {
    Widget.LIST: _joined,
    Widget.LINES: _lines,
    Widget.PAIRS: _pairs,
    Widget.FLAG: _flag,
    Widget.CHECKS: _checked,
    Widget.NUMBERS: _checked,
    Widget.BIDS: _bids,
    Widget.WEEK: _week,
}


def _read_whole(typed: str) -> object:
    return int(typed) if _WHOLE.fullmatch(typed) else typed


def _read_decimal(typed: str) -> object:
    if not _DECIMAL.fullmatch(typed):
        return typed
    return float(typed) if "." in typed else int(typed)


def _read_list(typed: str) -> object:
    return [one.strip() for one in _COMMAS.split(typed) if one.strip()]


def _read_lines(typed: str) -> object:
    return [one.strip() for one in typed.split("\n") if one.strip()]


def _read_pairs(typed: str) -> object:
    pairs = (one.partition(":") for one in typed.split("\n") if one.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


_READERS: Mapping[Widget, Callable[[str], object]] = {
    Widget.WHOLE: _read_whole,
    Widget.DECIMAL: _read_decimal,
    Widget.LIST: _read_list,
    Widget.LINES: _read_lines,
    Widget.PAIRS: _read_pairs,
}


def _read_flag(raw: object, key: str, was: object) -> object:
    is_on = text(raw, key) == "on"
    return ABSENT if isinstance(was, Absent) and not is_on else is_on


def _read_checks(item: Item, raw: object, was: object) -> object:
    chosen = texts(raw, item.key)
    if isinstance(was, list) and set(map(str, was)) == set(chosen):
        return was
    if not chosen or (isinstance(was, Absent) and ",".join(chosen) == item.default):
        return ABSENT
    return [_read_whole(one) for one in chosen] if item.widget is Widget.NUMBERS else chosen


def _read_bids(raw: object, key: str, was: object) -> object:
    before = was if isinstance(was, Mapping) else {}
    inner = raw.get(key) if isinstance(raw, Mapping) else None
    typed = {size: text(inner, size) for size in NAMED_SIZES}
    for pair in _COMMAS.split(text(inner, OTHERS)):
        size, _, amount = pair.partition(":")
        typed |= {size.strip(): amount.strip()} if size.strip() else {}
    bids = {
        size: before[size] if str(before.get(size)) == amount else amount
        for size, amount in typed.items()
        if amount or size not in NAMED_SIZES
    }
    return bids if bids or not isinstance(was, Absent) else ABSENT


def _read_week(raw: object, key: str, was: object) -> object:
    inner = raw.get(key) if isinstance(raw, Mapping) else None
    if text(inner, HAS_HOURS) != "on":
        return ABSENT
    before = was if isinstance(was, Mapping) else {}
    days: dict[str, object] = {}
    for day in WEEKDAYS:
        ranges = [one.strip() for one in _COMMAS.split(text(inner, day)) if one.strip()]
        if ranges or before.get(day) == []:
            days[day] = ranges
    return days


_WHOLE_BLOCKS: Mapping[Widget, Callable[[object, str, object], object]] = {
    Widget.FLAG: _read_flag,
    Widget.BIDS: _read_bids,
    Widget.WEEK: _read_week,
}
