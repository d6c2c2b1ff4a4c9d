"""The single values of a market file: each checked where it stands, each kept as the file wrote it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from liquid import Environment
from liquid.exceptions import LiquidError
from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field, PlainValidator, StrictStr, StringConstraints, ValidationInfo

from leadhouse.kit.emails import parse_email
from leadhouse.kit.hours import parse_hours
from leadhouse.kit.money import exponent, to_minor
from leadhouse.kit.places import ZIP_COUNTRIES, by_zip, county_key, state_code, zips_of_county
from leadhouse.parties.channels import CHANNELS, channel_named
from leadhouse.parties.types import Distribution

SIZE_NAMES = {"exclusive": 1, "duo": 2, "trio": 3, "quad": 4}
LARGEST_SIZE = 100
# A bid under this name is for every size without one of its own.
ANY_SIZE = "any"

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
_ZIP = re.compile(r"[0-9]{5}")
_ZIP_PREFIX = re.compile(r"[0-9]{1,4}\*")
# Postal codes of other countries, and how they begin.
_CODE = re.compile(r"[A-Z0-9]{1,4}([ -]?[A-Z0-9]{1,4}){0,2}\*?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_LIQUID = Environment()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value's check needs to know beside the value: the currency and the steps that are built."""

    currency: str
    steps: frozenset[str]


def nearest(written: str, known: Iterable[str]) -> str:
    """Return ': did you mean "x"?' when a known word is close, else nothing."""
    close = get_close_matches(written.lower(), {word.lower(): word for word in known}, n=1)
    spelt = {word.lower(): word for word in known}
    return f': did you mean "{spelt[close[0]]}"?' if close else ""


def one_of(written: str, known: Iterable[str], noun: str) -> str:
    """Return the text if it is known; raise ValueError naming what is."""
    known = sorted(known)
    if written not in known:
        said = f"{shown(written)} is not {noun}"
        raise ValueError(said + (nearest(written, known) or f": use {', '.join(known)}"))
    return written


def shown(value: object) -> str:
    """Return a value as faults quote it: short, printable."""
    text = str(value)
    text = text if len(text) <= 60 else f"{text[:59]}…"
    return '"' + "".join(letter if letter.isprintable() else "?" for letter in text) + '"'


def minor_of(amount: str | float, currency: str) -> int:
    """Return a checked amount of money in minor units; a number means what its shortest text says."""
    return to_minor(str(amount), currency)


def size_of(name: str) -> int:
    """Return the sale size that a bid's key names ("duo", "5")."""
    return SIZE_NAMES.get(name) or int(name)


def _surroundings(info: ValidationInfo) -> Surroundings:
    if not isinstance(info.context, Surroundings):
        raise TypeError("market documents are checked with their surroundings as context")
    return info.context


def _money(value: object, info: ValidationInfo) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError('must be an amount of money, written like "12.50"')  # noqa: TRY004 - faults are values
    if minor_of(value, _surroundings(info).currency) < 0:
        raise ValueError("must not be negative")
    return value


def _number(low: float, high: float, *, above: bool = False) -> PlainValidator:
    """Check a number from low to high, low itself left out when `above`; a whole number stays one."""

    def check(value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("must be a number")  # noqa: TRY004 - faults are values
        if above and value <= low:
            raise ValueError(f"must be more than {low}")
        if value < low:
            raise ValueError("must not be negative" if low == 0 else f"must be at least {low}")
        if not value <= high:
            raise ValueError(f"must be at most {high}")
        return value

    return PlainValidator(check)


def _percent(value: object) -> str | int | float:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", str(value)):
        raise ValueError("must be a percentage from 0 to 100, with at most 4 decimals")
    if float(str(value)) > 100:
        raise ValueError("must be at most 100")
    return value if isinstance(value, int | float) else str(value)


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a key: use letters, digits and - _ . : (up to 100)")
    return text


def _field_key(text: str) -> str:
    if not _FIELD_KEY.fullmatch(text):
        raise ValueError(f"{shown(text)} is not a field key: use small letters, digits and _ (up to 63)")
    return text


def _api_key(text: str) -> str:
    if not 1 <= len(text) <= 200 or not text.isprintable():
        raise ValueError("must be 1 to 200 printable characters")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in _zones():
        hint = nearest(text, _zones()) or ": write it like America/New_York"
        raise ValueError(f"{shown(text)} is not a time zone{hint}")
    return text


def _currency(text: str) -> str:
    exponent(text)
    return text


@lru_cache(maxsize=1_024)
def _range(text: str) -> str:
    try:
        parse_hours({"mon": [text]})
    except ValueError as error:
        raise ValueError(str(error).removeprefix("mon: ")) from None
    return text


def _zip_text(value: object) -> object:
    """Return a bare number of five digits as the ZIP it is; shorter ones lost their leading zero."""
    if isinstance(value, int) and len(str(value)) < 5:
        raise ValueError('must be text: write it in quotes, like "07001"')
    return str(value) if isinstance(value, int) else value


def is_zip(code: str) -> bool:
    """Return whether a code is a ZIP, or how ZIPs begin, and not another country's."""
    return bool(_ZIP.fullmatch(code) or _ZIP_PREFIX.fullmatch(code))


def is_code(code: str) -> bool:
    """Return whether a text can be a postal code of some country, or how some begin."""
    return bool(_CODE.fullmatch(code.upper()))


def has_own_codes(country: str) -> bool:
    """Return whether a country has postal codes that are no ZIPs."""
    return country in SUPPORTED_REGIONS and country not in ZIP_COUNTRIES


def no_zip(code: object) -> str:
    """Return what is said about a code that is no ZIP."""
    return f'{shown(code)} is not a ZIP: write "82301", or "823*" for all that begin so'


def _zip_or_prefix(written: object) -> str:
    value = _zip_text(written)
    if not isinstance(value, str) or not is_code(value):
        raise ValueError(no_zip(value))
    return value


def _zip(written: object) -> str:
    value = _zip_text(written)
    if not isinstance(value, str) or not _ZIP.fullmatch(value):
        raise ValueError(f'{shown(value)} is not a ZIP: write five digits, like "82301"')
    return value


def _state(text: str) -> str:
    if state_code(text) is None:
        raise ValueError(f"{shown(text)} is not a state: write its postal code, like WY")
    return text


def county_of(text: str) -> tuple[str, str] | None:
    """Return (state code, county key) of "Carbon, WY", or None when there is no such county."""
    name, comma, state = text.rpartition(",")
    code = state_code(state.strip())
    zips = zips_of_county(name.strip(), code) if comma and code else ()
    place = by_zip(zips[0]) if zips else None
    # Not the name's own key: "Alexandria, VA" means the city, as leads' ZIPs name it.
    return (place.state, county_key(place.county)) if place else None


def _county(text: str) -> str:
    if county_of(text) is None:
        raise ValueError(f'{shown(text)} is not a county: write it with its state, like "Carbon, WY"')
    return text


def _country(text: str) -> str:
    if text not in SUPPORTED_REGIONS:
        raise ValueError(f"{shown(text)} is not a country: write its two-letter code, like US")
    return text


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or len(text) > 2_000 or not text.isprintable() or " " in text:
        raise ValueError(f"{shown(text)} is not an address: it must begin with http:// or https://")
    return text


def _email(text: str) -> str:
    if parse_email(text) is None:
        raise ValueError(f"{shown(text)} is not an email address")
    return text


@lru_cache(maxsize=4_096)
def _template(text: str) -> str:
    try:
        _LIQUID.from_string(text)
    except LiquidError as error:
        raise ValueError(f"is not a template: {str(error).splitlines()[0]}") from None
    return text


def _size_name(text: str) -> str:
    is_number = text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) <= 3
    if text not in (*SIZE_NAMES, ANY_SIZE) and not (is_number and int(text) <= LARGEST_SIZE):
        raise ValueError(f'is not a sale size: use {", ".join(SIZE_NAMES)}, {ANY_SIZE} or a number like "5"')
    return text


def _channel(text: str) -> str:
    if channel_named(text) is None:
        return one_of(text, CHANNELS, "a channel")
    return text


def _step(text: str, info: ValidationInfo) -> str:
    return one_of(text, _surroundings(info).steps, "a step that is built")


def _distribution(text: str) -> str:
    return one_of(text, Distribution, "a distribution")


def _header_name(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("is not the name of a header")
    return text


def _header_value(text: str) -> str:
    if not text.isprintable() or not text.isascii() or len(text) > 2_000:
        raise ValueError("must be one line of plain characters")
    return text


def _text(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(check)


Text = Annotated[StrictStr, StringConstraints(min_length=1, max_length=200, strip_whitespace=False)]
LongText = Annotated[StrictStr, StringConstraints(max_length=20_000)]
Key = Annotated[StrictStr, _text(_key)]
FieldKey = Annotated[StrictStr, _text(_field_key)]
ApiKey = Annotated[StrictStr, _text(_api_key)]
Zone = Annotated[StrictStr, _text(_zone)]
Currency = Annotated[StrictStr, _text(_currency)]
TimeRange = Annotated[StrictStr, _text(_range)]
Zip = Annotated[str, PlainValidator(_zip)]
ZipOrPrefix = Annotated[str, PlainValidator(_zip_or_prefix)]
State = Annotated[StrictStr, _text(_state)]
County = Annotated[StrictStr, _text(_county)]
Country = Annotated[StrictStr, _text(_country)]
Url = Annotated[StrictStr, _text(_url)]
EmailAddress = Annotated[StrictStr, _text(_email)]
Template = Annotated[StrictStr, StringConstraints(max_length=20_000), _text(_template)]
SizeName = Annotated[StrictStr, _text(_size_name)]
Channel = Annotated[StrictStr, _text(_channel)]
StepName = Annotated[StrictStr, AfterValidator(_step)]
DistributionName = Annotated[StrictStr, _text(_distribution)]
HeaderName = Annotated[StrictStr, _text(_header_name)]
HeaderValue = Annotated[StrictStr, _text(_header_value)]
Money = Annotated[str | int | float, PlainValidator(_money)]
Percent = Annotated[str | int | float, PlainValidator(_percent)]
Milliseconds = Annotated[int, Field(ge=100, le=120_000)]
Latitude = Annotated[int | float, _number(-90, 90)]
Longitude = Annotated[int | float, _number(-180, 180)]
Rate = Annotated[int | float, _number(0, 1)]
Miles = Annotated[int | float, _number(0, 12_500, above=True)]
Hours = Annotated[int | float, _number(0, 8_760)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Positive = Annotated[int, Field(ge=1, le=1_000_000_000)]
