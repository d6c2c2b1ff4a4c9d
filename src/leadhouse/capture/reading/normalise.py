"""What a lead's values mean: known fields cleaned, bad ones kept and marked, the rest kept as extra."""

from collections.abc import Mapping

from leadhouse.capture.reading.parsing import Several
from leadhouse.capture.reading.readers import CANONICAL_READERS, Unreadable, choices, own_field
from leadhouse.capture.types import Cleaned
from leadhouse.kit.places import Place, by_zip
from leadhouse.kit.text import clean
from leadhouse.rules.types import Field, FieldType

LONGEST_TEXT = 4_000
LONGEST_NAME = 200
# In any case, TrustedForm's script fills this form field.
_TRUSTEDFORM = "xxtrustedformcerturl"
# Only these hold for every country; the rest of the world has other postal codes and regions.
_AMERICAN = ("state", "postal_code")


def normalise(values: Mapping[str, object], own: Mapping[str, Field]) -> Cleaned:
    """Return the posted values cleaned.

    `own` are the product's fields by key. Blank values count as absent.
    """
    cleaner = _Cleaner(own, is_american=_is_american(values))
    for name, value in values.items():
        cleaner.take(spelt(name), value)
    cleaner.place()
    return Cleaned(cleaner.fields, cleaner.extra, cleaner.marks)


class _Cleaner:
    def __init__(self, own: Mapping[str, Field], *, is_american: bool) -> None:
        self._own = own
        self._is_american = is_american
        self.fields: dict[str, object] = {}
        self.extra: dict[str, object] = {}
        self.marks: dict[str, str] = {}

    def take(self, name: str, value: object) -> None:
        own = self._own.get(name)
        if own is not None and own.type is FieldType.MULTICHOICE:
            self._take_options(own, value)
        elif own is not None or name in CANONICAL_READERS:
            self._take_known(name, value, own)
        elif not is_blank(value):
            self.extra[clean(name)[:LONGEST_NAME]] = storable(value)

    def _take_known(self, name: str, value: object, own: Field | None) -> None:
        text = as_text(value)
        if text is None:
            self.fields[name], self.marks[name] = storable(value), "not a plain value: post text or a number"
            return
        known, most = CANONICAL_READERS.get(name), longest(name, own)
        if not text:
            return
        if len(text) > most:
            self.fields[name], self.marks[name] = text[:most], f"cut after {most} characters"
            return
        read = own_field(own) if own else known.read if known else str
        try:
            skip = name in _AMERICAN and not self._is_american
            self.fields[name] = text if skip else read(text)
        except Unreadable as fault:
            self.fields[name], self.marks[name] = text, str(fault)

    def _take_options(self, own: Field, value: object) -> None:
        posted = value if isinstance(value, list | Several) else [value]
        texts = [as_text(one) for one in posted]
        try:
            if any(text is None for text in texts):
                raise Unreadable("not a list of plain values")
            chosen = choices(own, [text for text in texts if text])
            if chosen:
                self.fields[own.key] = chosen
        except Unreadable as fault:
            self.fields[own.key], self.marks[own.key] = storable(value), str(fault)

    def place(self) -> None:
        """Fill in what the ZIP tells: state, city, county, coordinates, zone, and that it lies in the US."""
        for one, other in (("lat", "lon"), ("lon", "lat")):
            if one in self.fields and other not in self.fields:
                self.marks.setdefault(one, f"given without {other}")
        good = {name for name in self.fields if name not in self.marks}
        if not self._is_american or not good & set(_AMERICAN):
            return
        self.fields.setdefault("country", "US")
        found = by_zip(str(self.fields["postal_code"])) if "postal_code" in good else None
        if found is not None:
            self._fill(found)

    def _fill(self, found: Place) -> None:
        filled: dict[str, object] = {
            "state": found.state,
            "city": found.city,
            "county": found.county or None,
            "time_zone": found.time_zone,
        }
        if not {"lat", "lon"} & self.fields.keys():
            filled |= {"lat": found.lat, "lon": found.lon}
        for name, value in filled.items():
            if value is not None:
                self.fields.setdefault(name, value)


def longest(name: str, own: Field | None) -> int:
    """Return how many characters of a field's text are kept; `own` when it is one of the product's."""
    known = CANONICAL_READERS.get(name)
    return known.longest if known and own is None else LONGEST_TEXT


def as_text(value: object) -> str | None:
    """Return a posted value as trimmed, clean text; None when it is an object or a list."""
    if isinstance(value, Several):
        value = value[-1]
    if isinstance(value, str):
        return clean(value).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else None


def storable(value: object) -> object:
    """Return a value as it can be kept in the database: clean and of bounded length in every part."""
    if isinstance(value, str):
        return clean(value)[:LONGEST_TEXT]
    if isinstance(value, dict):
        return {clean(str(name))[:LONGEST_NAME]: storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def is_blank(value: object) -> bool:
    """Return whether nothing was given."""
    return value is None or (isinstance(value, str) and not value.strip())


def spelt(name: str) -> str:
    """Return a posted name as the field is called."""
    return "trustedform_cert_url" if name.lower() == _TRUSTEDFORM else name


def _is_american(values: Mapping[str, object]) -> bool:
    """Return whether the place is in the US: it says so, or names no country that we know."""
    posted = as_text(values.get("country")) or ""
    try:
        return not posted or CANONICAL_READERS["country"].read(posted) in _UNITED_STATES
    except Unreadable:
        return True


# With the territories that have US ZIP codes and country codes of their own.
_UNITED_STATES = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "UM"})
