"""Understands what somebody typed into the search: an email, a phone, a number, a lead's id, a name."""

import re
from dataclasses import dataclass
from uuid import UUID

from leadhouse.kit.emails import parse_email
from leadhouse.kit.phones import parse_phone

_LONGEST = 200
_FEWEST_HEX = 6
_FEWEST_PHONE_DIGITS = 7
_FIRST_CONSUMER, _LAST_CONSUMER = 5_000_001, 2**63 - 1
_HEX = re.compile(r"[0-9a-f]{6,32}")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_AFTER_ALL_TEXT = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Span:
    """The texts that begin with a text: from `first` (in) to `last` (out), by code points."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Search:
    """Every way the text can be meant; a lead that fits one of them is found.

    `ids` is the lowest and highest lead id that begins as the text does; one name is either name's beginning,
    of several the last is the family name's beginning and the others the given name's.
    """

    email: str | None = None
    phone: str | None = None
    consumer: int | None = None
    ids: tuple[UUID, UUID] | None = None
    any_name: Span | None = None
    first_name: Span | None = None
    last_name: Span | None = None


def understand(text: str) -> Search:
    """Return every way in which the text can name leads."""
    words = text[:_LONGEST].strip().lower()
    if "@" in words:
        found = parse_email(words)
        return Search(email=found.key if found else words)
    names = [] if any(character.isdigit() for character in words) else words.replace(",", " ").split()
    return Search(
        phone=_phone(words),
        consumer=_consumer(words),
        ids=id_span(words),
        any_name=_beginning(names[0]) if len(names) == 1 else None,
        first_name=_beginning(" ".join(names[:-1])) if len(names) > 1 else None,
        last_name=_beginning(names[-1]) if len(names) > 1 else None,
    )


def id_span(text: str) -> tuple[UUID, UUID] | None:
    """Return the lowest and highest id that begins like this; None when no id does, or too many could."""
    digits = text.strip().lower().replace("-", "")
    if not _HEX.fullmatch(digits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def _phone(words: str) -> str | None:
    digits = sum(character.isdigit() for character in words)
    found = parse_phone(words) if digits >= _FEWEST_PHONE_DIGITS and _PHONE.fullmatch(words) else None
    return found.e164 if found else None


def _consumer(words: str) -> int | None:
    number = words.removeprefix("#").strip()
    if not (number.isascii() and number.isdecimal()):
        return None
    return int(number) if _FIRST_CONSUMER <= int(number) <= _LAST_CONSUMER else None


def _beginning(word: str) -> Span:
    return Span(word, word + _AFTER_ALL_TEXT)
