"""What the number plan says about a phone number: its normal form, validity, kind of line and zones."""

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from msgspec import Struct
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonenumberutil import is_number_type_geographical
from phonenumbers.timezone import time_zones_for_geographical_number, time_zones_for_number

# The library refuses more than 250 characters as well; this keeps long texts out of the cache.
_LONGEST = 250
_NANP = 1
LOCAL_DIGITS = 7
# Area codes begin with 2 to 9; N11 are services.
_AREA_CODES = tuple(code for code in range(200, 1000) if code % 100 != 11)
_UNKNOWN_ZONE = "Etc/Unknown"
# North American numbers in the form we store: there is nothing to make out in them.
_STORED = re.compile(r"\+1([2-9][0-9]{9})")


class LineType(StrEnum):
    """The kinds of line that number plans tell apart; in the US fixed and mobile are never told apart."""

    FIXED_LINE = "fixed_line"
    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


_LINE_TYPES = {
    PhoneNumberType.FIXED_LINE: LineType.FIXED_LINE,
    PhoneNumberType.MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: LineType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: LineType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST: LineType.SHARED_COST,
    PhoneNumberType.VOIP: LineType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: LineType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER: LineType.PAGER,
    PhoneNumberType.UAN: LineType.UAN,
    PhoneNumberType.VOICEMAIL: LineType.VOICEMAIL,
}


class Phone(Struct, frozen=True):
    """A number that has the shape of one; `is_valid` tells whether its number plan has it.

    `national` is the national digits without prefix, `country` an ISO 3166 code or None where the number
    belongs to none, `time_zones` the IANA zones the number may be in (all of them for toll-free numbers).
    """

    e164: str
    national: str
    country: str | None
    is_valid: bool
    is_fictional: bool
    line_type: LineType
    time_zones: tuple[str, ...]
    extension: str | None = None

    @property
    def area_code(self) -> str | None:
        """The three-digit area code of a valid number of the North American plan."""
        return self.national[:3] if self.is_valid and self.e164.startswith("+1") else None


def parse_phone(text: str, region: str = "US") -> Phone | None:
    """Read a phone number as people write it in the region, or None when it is none at all; never raises."""
    return _parsed(text, region[:3].upper()) if len(text) <= _LONGEST else None


def in_any_area(digits: str) -> tuple[str, ...]:
    """Return North America's numbers, as E.164, that end with these seven digits: one for every area code."""
    return tuple(f"+{_NANP}{area_code}{digits}" for area_code in _AREA_CODES)


def display(e164: str) -> str:
    """Write an E.164 number for people: (302) 321-5560 in North America, else +44 20 7946 0018."""
    return _displayed(e164) if len(e164) <= _LONGEST else e164


@lru_cache(maxsize=16_384)
def _displayed(e164: str) -> str:
    number = _number(e164, None)
    if number is None:
        return e164
    is_nanp = number.country_code == _NANP and len(phonenumbers.national_significant_number(number)) == 10
    style = PhoneNumberFormat.NATIONAL if is_nanp else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


@lru_cache(maxsize=16_384)
def _parsed(text: str, region: str) -> Phone | None:
    number = _number(text, region)
    if number is None:
        return None
    national = phonenumbers.national_significant_number(number)
    # The type says whether the number is valid; asking for both apart doubles the time.
    kind = phonenumbers.number_type(number)
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        national=national,
        country=phonenumbers.region_code_for_number(number),
        is_valid=kind != PhoneNumberType.UNKNOWN,
        is_fictional=_is_fictional(number.country_code, national),
        line_type=_LINE_TYPES.get(kind, LineType.UNKNOWN),
        time_zones=_time_zones(number, kind),
        extension=number.extension or None,
    )


def _time_zones(number: PhoneNumber, kind: int) -> tuple[str, ...]:
    is_placed = is_number_type_geographical(kind, number.country_code or 0)
    zones = time_zones_for_geographical_number(number) if is_placed else time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != _UNKNOWN_ZONE)


def _number(text: str, region: str | None) -> PhoneNumber | None:
    if found := _STORED.fullmatch(text):
        return PhoneNumber(country_code=_NANP, national_number=int(found[1]))
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _is_fictional(country_code: int | None, national: str) -> bool:
    """Return whether the number is one of 555-0100 to 555-0199, kept for fiction in every NANP area code."""
    return country_code == _NANP and len(national) == 10 and national[3:8] == "55501"
