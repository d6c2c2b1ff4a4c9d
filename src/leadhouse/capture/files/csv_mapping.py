"""What a CSV file's columns mean: by a mapping file, else by their names.

A mapping file is YAML:

    columns:                       # column: field, or how its cells are read
      Prospect ID: reference
      Sign-up: {field: received_at, format: "%d/%m/%Y %H:%M"}
      Became customer: {field: sold, values: {"1": "yes", "0": "no"}}
    constants: {country: US, product: roofing}
    ignore: [Internal note]        # columns that are left out
    empty: [Select, N/A]           # cell texts that mean that nothing was given
    timezone: America/New_York     # of times without an offset; absent: UTC

Fields are the canonical ones, a product's own, or one of received_at, sold, revenue and converted: a row that
says whether it was sold is history and ends as imported, sold to nobody again. Columns named in no line are
matched by name (case, spaces and usual other names do not matter); what matches nothing is kept as extra.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import chain, count
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from leadhouse.capture.files.csv_file import CsvFault
from leadhouse.capture.reading.readers import CANONICAL_READERS, Unreadable, minor_units, yes_no
from leadhouse.capture.types import ImportedOutcome
from leadhouse.kit.text import clean

LARGEST_MAPPING = 256 * 1024
RECEIVED_AT, SOLD, REVENUE, CONVERTED = "received_at", "sold", "revenue", "converted"
_OUTCOMES = frozenset({RECEIVED_AT, SOLD, REVENUE, CONVERTED})
_OTHER_NAMES = {
    "email": "mail emailaddress contactemail",
    "phone_1": "phone phonenumber telephone mobile cell cellphone mobilephone tel phone1 contactphone",
    "first_name": "firstname fname givenname forename",
    "last_name": "lastname lname surname familyname",
    "address_1": "address street streetaddress address1 addressline1",
    "city": "town",
    "state": "province region stateprovince",
    "postal_code": "zip zipcode postcode postal zip5",
    "country": "countrycode",
    "lat": "latitude",
    "lon": "longitude lng long",
    "ip": "ipaddress",
    "source_url": "pageurl url",
    "marketing_campaign": "campaign utmcampaign",
    "received_at": "createdat created receivedat date timestamp submittedat datecreated",
    "sold": "issold",
    "revenue": "soldfor saleprice",
}
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


class Column(BaseModel):
    """How one column is read: the field, what its cells stand for, the format of its times."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    values: dict[str, str | None] | None = None
    format: str | None = None


class MappingFile(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str | Column] = {}
    constants: dict[str, str] = {}
    ignore: list[str] = []
    empty: list[str] = []
    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{name!r} is not a time zone: give one like America/New_York") from None
        return name


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row, and in which field."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """A row's posted values, when it came, and what became of it."""

    values: Mapping[str, object]
    received_at: datetime | None
    outcome: ImportedOutcome | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file, in order, None for those left out; constants; texts that mean nothing.

    `currency` is that of revenues.
    """

    columns: tuple[Column | None, ...]
    constants: Mapping[str, str]
    empty: frozenset[str]
    zone: tzinfo
    currency: str


def read_mapping(path: Path) -> MappingFile:
    """Read a mapping file; CsvFault tells all that is wrong with it."""
    try:
        if path.stat().st_size > LARGEST_MAPPING:
            raise CsvFault(f"{path} is larger than {LARGEST_MAPPING // 1024} KiB: is it a mapping file?")
        return MappingFile.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except OSError as fault:
        raise CsvFault(f"{path} cannot be read: {fault.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
        raise CsvFault(f"{path} is not YAML: {' '.join(str(fault).split())[:200]}") from None
    except ValidationError as fault:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors())
        raise CsvFault(f"{path}: {told}") from None


def match(
    header: Sequence[str], mapping: MappingFile, own: Iterable[str] = (), *, currency: str = "USD"
) -> Columns:
    """Return what each column means; `own` are the product's fields, `currency` is the market's.

    CsvFault when the mapping names columns that are not there, or two columns for one field.
    """
    told = {
        _plain(name): one if isinstance(one, Column) else Column(field=one)
        for name, one in mapping.columns.items()
    }
    ignored = {_plain(name) for name in mapping.ignore}
    _check(header, mapping)
    matcher = _Matcher([one.field for one in told.values()], own)
    columns = [
        None if not name or _plain(name) in ignored else told.get(_plain(name)) or matcher.by_name(name)
        for name in header
    ]
    zone = UTC if mapping.timezone == "UTC" else ZoneInfo(mapping.timezone)
    empty = frozenset(text.casefold() for text in mapping.empty)
    return Columns(tuple(columns), mapping.constants, empty, zone, currency)


class _Matcher:
    """Matches columns that the mapping does not name; a field is filled by the first column that means it."""

    def __init__(self, taken: Iterable[str], own: Iterable[str]) -> None:
        self._taken = set(taken)
        self._fields = {
            _plain(name): field
            for field in (*CANONICAL_READERS, *_OUTCOMES, *own)
            for name in (field, *_OTHER_NAMES.get(field, "").split())
        }

    def by_name(self, name: str) -> Column:
        field = self._fields.get(_plain(name))
        if field is None or field in self._taken:
            bare = _NOT_LETTERS.sub("_", clean(name).casefold()).strip("_") or "column"
            names = chain([bare], (f"{bare}_{number}" for number in count(2)))
            field = next(one for one in names if one not in self._taken and one not in _OUTCOMES)
        self._taken.add(field)
        return Column(field=field)


def _plain(name: str) -> str:
    return _NOT_LETTERS.sub("", name.casefold())


def _check(header: Sequence[str], mapping: MappingFile) -> None:
    there = {_plain(one) for one in header}
    missing = [name for name in (*mapping.columns, *mapping.ignore) if _plain(name) not in there]
    if missing:
        raise CsvFault(f"the mapping names columns that the file has not: {', '.join(missing[:10])}")
    fields = [one if isinstance(one, str) else one.field for one in mapping.columns.values()]
    twice = [field for field, times in Counter(fields).items() if times > 1]
    if twice:
        raise CsvFault(f"the mapping gives several columns for one field: {', '.join(twice[:10])}")


def read_row(cells: Sequence[str], columns: Columns, row: int) -> tuple[Read, list[Problem]]:
    """Return a row's values and outcome, and what is wrong with it."""
    given: dict[str, str] = dict(columns.constants)
    problems: list[Problem] = []
    for cell, column in zip(cells, columns.columns, strict=False):
        if column is None:
            continue
        text = _text(cell, column, columns.empty, row, problems)
        if text:
            given[column.field] = text
    formats = {one.field: one.format for one in columns.columns if one and one.format}
    received_at = _instant(given.pop(RECEIVED_AT, ""), formats.get(RECEIVED_AT), columns.zone, row, problems)
    told = {name: given.pop(name, "") for name in (SOLD, REVENUE, CONVERTED)}
    outcome = _outcome(told, columns.currency, row, problems)
    return Read(given, received_at, outcome), problems


def _text(cell: str, column: Column, empty: frozenset[str], row: int, problems: list[Problem]) -> str:
    text = cell.strip()
    if not text or text.casefold() in empty:
        return ""
    if column.values is None:
        return text
    known = {name.casefold(): value for name, value in column.values.items()}
    if text.casefold() not in known:
        problems.append(Problem(row, column.field, f"{text[:60]!r} is not among the values of the mapping"))
        return ""
    return known[text.casefold()] or ""


def _instant(text: str, form: str | None, zone: tzinfo, row: int, problems: list[Problem]) -> datetime | None:
    if not text:
        return None
    try:
        return _parsed(text, form, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        how = f"like {form}" if form else "like 2026-11-30T09:30: give the column a format"
        problems.append(Problem(row, RECEIVED_AT, f"{text[:60]!r} is not a time {how}"))
        return None


def _parsed(text: str, form: str | None, zone: tzinfo) -> datetime:
    if form is not None and "%z" in form:
        return datetime.strptime(text, form).astimezone(UTC)
    if form is not None:
        return datetime.strptime(text, form).replace(tzinfo=zone)
    found = datetime.fromisoformat(text)
    return found if found.utcoffset() is not None else found.replace(tzinfo=zone)


def _outcome(
    given: Mapping[str, str], currency: str, row: int, problems: list[Problem]
) -> ImportedOutcome | None:
    """Return what became of the lead; one that earned something was sold, whatever else the row says."""
    if not any(given.values()):
        return None
    try:
        revenue = minor_units(given[REVENUE], currency) if given[REVENUE] else 0
        converted = yes_no(given[CONVERTED]) if given[CONVERTED] else None
        is_sold = yes_no(given[SOLD]) if given[SOLD] else bool(revenue or converted)
    except Unreadable as fault:
        problems.append(Problem(row, SOLD, f"sold, revenue or converted: {fault}"))
        return None
    if revenue and not is_sold:
        problems.append(Problem(row, REVENUE, "revenue for a lead that was not sold"))
    return ImportedOutcome(is_sold, revenue, converted)
