"""How the text of one field is read: what it means, or why it is bad."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from math import isfinite
from urllib.parse import urlsplit

from msgspec import Struct

from leadhouse.capture.reading.countries import country_code
from leadhouse.kit.clock import iso
from leadhouse.kit.emails import parse_email
from leadhouse.kit.money import to_minor, to_text
from leadhouse.kit.names import normal_name
from leadhouse.kit.phones import parse_phone
from leadhouse.kit.places import normal_zip, state_code
from leadhouse.rules.facts import boolean
from leadhouse.rules.types import Field, FieldType

LONGEST_URL = 2_048
_LARGEST = Decimal(10) ** 15
_SEPARATORS = ("|", ";", ",")


class Unreadable(ValueError):  # noqa: N818 - it is what the value is
    """A value that is not what its field asks for; the text says why."""


Reader = Callable[[str], object]


class Known(Struct, frozen=True):
    """A canonical field: how it is read, and how many characters are kept."""

    read: Reader
    longest: int = 255


def plain(text: str) -> str:
    """Keep a text as it is."""
    return text


def email(text: str) -> str:
    """Return the address in its normal form."""
    found = parse_email(text)
    if found is None:
        raise Unreadable("not an email address: write it like name@example.com")
    return found.address


def phone(text: str) -> str:
    """Return a valid number as E.164; numbers without a country code are North American."""
    found = parse_phone(text)
    if found is None or not found.is_valid:
        raise Unreadable("not a valid phone number: give area code and number, or + and the country code")
    return found.e164


def state(text: str) -> str:
    """Return the code of a US state or territory."""
    code = state_code(text)
    if code is None:
        raise Unreadable("not a US state: give its two letters, like WY")
    return code


def postal_code(text: str) -> str:
    """Return the five digits of a ZIP."""
    found = normal_zip(text)
    if found is None:
        raise Unreadable("not a ZIP code: give five digits")
    return found


def country(text: str) -> str:
    """Return a country's two letters."""
    code = country_code(text)
    if code is None:
        raise Unreadable("not a country: give its two letters, like US")
    return code


def latitude(text: str) -> float:
    """Return degrees north."""
    return _degrees(text, 90)


def longitude(text: str) -> float:
    """Return degrees east."""
    return _degrees(text, 180)


def ip(text: str) -> str:
    """Return an IPv4 or IPv6 address in its normal form."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise Unreadable("not an IP address") from None


def url(text: str) -> str:
    """Return a web address as it came."""
    if not is_web_address(text):
        raise Unreadable("not a web address: it begins with https:// or http://")
    return text


def is_web_address(text: str) -> bool:
    """Return whether the text is an http(s) address with a host and nothing that could break a header."""
    if len(text) > LONGEST_URL or any(sign <= " " or sign == "\x7f" or sign in '"<>\\' for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def contact_requests(text: str) -> int:
    """Return how many companies the person wants to hear from, 1 to 4."""
    number = _number(text)
    if number not in (1, 2, 3, 4):
        raise Unreadable("contact requests go from 1 to 4")
    return int(number)


def money(text: str) -> str:
    """Return an amount as decimal text in major units ("9220.00"); $ and thousands commas may stand in it."""
    return to_text(minor_units(text))


def minor_units(text: str, currency: str = "USD") -> int:
    """Return an amount that is not below zero in minor units; $ and thousands commas may stand in it."""
    bare = text.replace("$", "").replace(",", "").replace(" ", "").removesuffix(currency)
    try:
        minor = to_minor(bare, currency)
    except ValueError:
        raise Unreadable("not an amount of money: write it like 9220.00") from None
    if minor < 0:
        raise Unreadable("an amount below zero")
    return minor


def own_field(field: Field) -> Reader:
    """Return how a product's own field is read, by its type."""
    if field.type is FieldType.CHOICE:
        return lambda text: _choice(field, text)
    return _BY_TYPE.get(field.type, plain)


def choices(field: Field, texts: list[str]) -> list[str]:
    """Return the chosen options in the product's spelling; one text may hold several (a|b, a;b or a,b)."""
    parts = [part.strip() for text in texts for part in _split(field, text)]
    return list(dict.fromkeys(_choice(field, part) for part in parts if part))


def _split(field: Field, text: str) -> list[str]:
    if text.casefold() in {choice.casefold() for choice in field.choices}:
        return [text]
    separator = next((one for one in _SEPARATORS if one in text), None)
    return text.split(separator) if separator else [text]


def _choice(field: Field, text: str) -> str:
    if not field.choices:
        return text
    spelt = {choice.casefold(): choice for choice in field.choices}.get(text.casefold())
    if spelt is None:
        raise Unreadable(f"not one of {', '.join(field.choices[:12])}")
    return spelt


def number(text: str) -> int | float:
    """Return a number; whole ones as integers."""
    value = _number(text)
    return int(value) if value == value.to_integral_value() else float(value)


def yes_no(text: str) -> bool:
    """Return yes or no."""
    value = boolean({"y": "yes", "n": "no", "on": "yes", "off": "no"}.get(text.casefold(), text))
    if value is None:
        raise Unreadable("neither yes nor no")
    return value


def day(text: str) -> str:
    """Return a calendar date as 2026-11-30."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable("not a date: write it like 2026-11-30") from None


def instant(text: str) -> str:
    """Return an instant in UTC; a time without an offset is UTC."""
    try:
        found = datetime.fromisoformat(text)
        return iso(found if found.utcoffset() is not None else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Unreadable("not a time: write it like 2026-11-30T09:30:00Z") from None


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Unreadable("not a number") from None
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise Unreadable("not a number of an ordinary size")
    return value


def _degrees(text: str, most: int) -> float:
    value = float(_number(text))
    if not isfinite(value) or abs(value) > most:
        raise Unreadable(f"degrees go from -{most} to {most}")
    return round(value, 7)


_BY_TYPE: Mapping[FieldType, Reader] = {
    FieldType.NUMBER: number,
    FieldType.MONEY: money,
    FieldType.BOOLEAN: yes_no,
    FieldType.DATE: day,
    FieldType.DATETIME: instant,
}

CANONICAL_READERS: Mapping[str, Known] = {
    "first_name": Known(normal_name, 100),
    "last_name": Known(normal_name, 100),
    "email": Known(email, 254),
    "phone_1": Known(phone, 100),
    "address_1": Known(plain),
    "city": Known(normal_name, 100),
    "state": Known(state, 100),
    "postal_code": Known(postal_code, 20),
    "country": Known(country, 100),
    "lat": Known(latitude, 40),
    "lon": Known(longitude, 40),
    "ip": Known(ip, 100),
    "user_agent": Known(plain, 1_024),
    "source_url": Known(url, LONGEST_URL),
    "landing_url": Known(url, LONGEST_URL),
    "product": Known(plain, 100),
    "marketing_campaign": Known(plain),
    "max_contact_requests": Known(contact_requests, 40),
    "estimate_low": Known(money, 40),
    "estimate_high": Known(money, 40),
    "trustedform_cert_url": Known(url, LONGEST_URL),
    "leadid_token": Known(plain),
    "consent_text": Known(plain, 10_000),
    "reference": Known(plain),
    **{f"sub_id_{place}": Known(plain) for place in range(1, 6)},
}
