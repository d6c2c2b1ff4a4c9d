"""How Python values become PostgreSQL's and back: JSON through orjson, columns into typed records."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson
from msgspec import Struct, structs
from psycopg import Cursor
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.postgres import types
from psycopg.pq import Format
from psycopg.types.array import ListBinaryDumper
from psycopg.types.json import Json, Jsonb, JsonbDumper, JsonDumper

T = TypeVar("T")
# Any stays in this file: what a driver hands over has no type until a record is made of it.
Converter = Callable[[Any], Any]
# What stands before a jsonb's text in binary, both ways.
_JSONB_VERSION = b"\x01"


def dump_json(value: object) -> bytes:
    """Write a value as JSON; enums, UUIDs, records and aware datetimes included."""
    return orjson.dumps(value, _record, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


def _record(value: object) -> object:
    """Return a Struct's fields; orjson knows everything else that we write."""
    if isinstance(value, Struct):
        return structs.asdict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


class _Load(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> object:
        value: object = orjson.loads(data)
        return value


class _Loadb(_Load):
    def load(self, data: Buffer) -> object:
        return super().load(memoryview(data)[len(_JSONB_VERSION) :])


class _Dump(JsonDumper):
    _dumps = staticmethod(dump_json)


class _Dumpb(JsonbDumper):
    _dumps = staticmethod(dump_json)


class _DumpMapping(Dumper):
    oid = types["jsonb"].oid

    def dump(self, obj: object) -> bytes:
        return dump_json(obj)


class _DumpMappingBinary(_DumpMapping):
    format = Format.BINARY

    def dump(self, obj: object) -> bytes:
        return _JSONB_VERSION + dump_json(obj)


def adapt(cursor: Cursor[Any]) -> None:
    """Teach one cursor our JSON; Django's own cursors keep theirs, which leaves decoding to model fields.

    A dict is jsonb as it is; a list stays an array, so that sets of rows can be sent column by column: in
    binary, which takes a quarter of the time that quoting and escaping each value does. Rows come in binary
    too: instants and UUIDs as text took most of the time in which they are read.
    """
    cursor.format = Format.BINARY
    adapters = cursor.adapters
    adapters.register_loader("json", _Load)
    adapters.register_loader("jsonb", _Loadb)
    adapters.register_dumper(Json, _Dump)
    adapters.register_dumper(Jsonb, _Dumpb)
    adapters.register_dumper(dict, _DumpMappingBinary)
    adapters.register_dumper(dict, _DumpMapping)
    adapters.register_dumper(list, ListBinaryDumper)


def maker(into: Callable[..., T]) -> Callable[[Sequence[Any]], T]:
    """Return what makes an `into` of one row.

    A record (Struct, dataclass or NamedTuple) takes the columns by position, its enums and tuples made of the
    text and lists that PostgreSQL returns; another function takes them too; a plain type is the row's only
    value.
    """
    kind = get_origin(into) or into
    if isinstance(kind, type):
        return _type_maker(into, kind)
    return lambda values: into(*values)


@cache
def _type_maker(into: Callable[..., T], kind: type[T]) -> Callable[[Sequence[Any]], T]:
    annotations = _columns(kind)
    if annotations is None:
        return _only_value(kind)
    converters = [(place, made) for place, hint in enumerate(annotations) if (made := _converter(hint))]

    def record(values: Sequence[Any]) -> T:
        if not converters:
            return into(*values)
        row = list(values)
        for place, convert in converters:
            if row[place] is not None:
                row[place] = convert(row[place])
        return into(*row)

    return record


def _columns(kind: type) -> list[object] | None:
    """Return the annotations of a record's fields in order, or None for a plain type."""
    if issubclass(kind, Struct):
        names = list(kind.__struct_fields__)
    elif is_dataclass(kind):
        names = [field.name for field in fields(kind) if field.init]
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        names = list(kind._fields)
    else:
        return None
    hints = get_type_hints(kind)
    return [hints[name] for name in names]


def _converter(hint: object) -> Converter | None:
    """Return how to make a value of this annotation, None where PostgreSQL's value will do."""
    if get_origin(hint) in (Union, UnionType):
        found = [made for part in get_args(hint) if (made := _converter(part))]
        return found[0] if found else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if get_origin(hint) in (tuple, frozenset):
        inner = _converter(get_args(hint)[0])
        kind: Converter = get_origin(hint) or tuple
        return kind if inner is None else lambda values: kind(map(inner, values))
    return float if hint is float else None


def _only_value(kind: type[T]) -> Callable[[Sequence[Any]], T]:
    convert = _converter(kind)

    def only(values: Sequence[Any]) -> T:
        (found,) = values
        value = convert(found) if convert is not None and found is not None else found
        if not isinstance(value, kind):
            raise TypeError(f"the statement gave {value!r} where {kind.__name__} was asked for")
        return value

    return only
