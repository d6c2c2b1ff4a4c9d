"""Understands what somebody typed into the search: an email, a phone, a number, a lead's id, a name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from leadhouse.kit.emails import parse_email
from leadhouse.kit.phones import LOCAL_DIGITS, in_any_area, parse_phone

_LONGEST = 200
_FEWEST_LETTERS = 3
_FIRST_CONSUMER, _LAST_CONSUMER = 5_000_001, 2**63 - 1
_HEX = re.compile(r"[0-9a-f]{6,32}")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_CONSUMER = re.compile(r"(?:consumer)?\s*#?\s*([0-9]+)")
# What can stand before an email's @ (RFC 5322's atoms).
_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_AFTER_ALL_TEXT = "\U0010ffff"
# In how many ways the words of a whole name are shared out among first and last name.
MOST_READINGS = 4


@dataclass(frozen=True, slots=True)
class Span:
    """The texts that begin with a text: from `first` to `last`, by code points."""

    first: str
    last: str


Name = tuple[Span, Span]


@dataclass(frozen=True, slots=True)
class Search:
    """Every way the text can be meant; a lead that fits one of them is found.

    `email` is a whole one, `emails` those with a beginning; `phones` are E.164, of which a lead has one.
    `ids` is the lowest and highest lead id that begins as the text does; `any_name` is the beginning of the
    first or the last name, each of `names` the beginnings of both: first, last.
    """

    email: str | None = None
    emails: Span | None = None
    phones: tuple[str, ...] = ()
    consumer: int | None = None
    ids: tuple[UUID, UUID] | None = None
    any_name: Span | None = None
    names: tuple[Name, ...] = ()


def understand(text: str, *, by_person: bool = True) -> Search:
    """Return every way in which the text can name leads, by names and contacts only when `by_person`."""
    words = text[:_LONGEST].strip().lower()
    if not by_person:
        return Search(consumer=_consumer(words), ids=id_span(words))
    if "@" in words:
        found = parse_email(words)
        return Search(email=found.key) if found else Search(emails=_beginning(words))
    names = tuple(_names(words))
    is_one = len(names) == 1 and not all(names[0])
    return Search(
        emails=_before_at(words),
        phones=_phones(words),
        consumer=_consumer(words),
        ids=id_span(words),
        any_name=_beginning(names[0][0] or names[0][1]) if is_one else None,
        names=() if is_one else tuple((_beginning(first), _beginning(last)) for first, last in names),
    )


def id_span(text: str) -> tuple[UUID, UUID] | None:
    """Return the lowest and highest id that begins like this; None when no id does, or too many could."""
    digits = text.strip().lower().replace("-", "")
    if not _HEX.fullmatch(digits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def told(search: Search) -> list[str]:
    """Return in people's words each way in which a text was meant."""
    ways = {
        "an email": search.email,
        "the beginning of an email": search.emails and "@" in search.emails.first[:-1],
        "what stands before an email's @": search.emails and search.emails.first.endswith("@"),
        "a phone": len(search.phones) == 1,
        "the last seven digits of a phone": len(search.phones) > 1,
        "a consumer's number": search.consumer,
        "the beginning of an id": search.ids,
        "the beginning of a first or last name": search.any_name,
        "a first and a last name": search.names,
    }
    return [way for way, is_meant in ways.items() if is_meant]


def _phones(words: str) -> tuple[str, ...]:
    if not _PHONE.fullmatch(words):
        return ()
    digits = "".join(filter(str.isdecimal, words))
    if len(digits) == LOCAL_DIGITS and "+" not in words:
        return in_any_area(digits)
    found = parse_phone(words) if len(digits) > LOCAL_DIGITS else None
    return (found.e164,) if found else ()


def _consumer(words: str) -> int | None:
    found = _CONSUMER.fullmatch(words)
    return int(found[1]) if found and _FIRST_CONSUMER <= int(found[1]) <= _LAST_CONSUMER else None


def _before_at(words: str) -> Span | None:
    is_local = len(words) >= _FEWEST_LETTERS and _LOCAL_PART.fullmatch(words)
    return _beginning(f"{words}@") if is_local and not _PHONE.fullmatch(words) else None


def _names(words: str) -> Iterator[tuple[str, str]]:
    """Yield first and last name in each reading; a single word may be either, and stands alone."""
    if any(character.isdigit() for character in words):
        return
    last, comma, first = words.partition(",")
    parts = words.replace(",", " ").split()
    if comma and last.strip() and first.strip():
        yield " ".join(first.replace(",", " ").split()), " ".join(last.split())
    elif len(parts) == 1:
        yield parts[0], ""
    elif parts:
        yield from dict.fromkeys(_readings(parts))


def _readings(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the words shared out: one is the first or the last name, at the beginning or the end."""
    yield " ".join(parts[:-1]), parts[-1]
    yield parts[0], " ".join(parts[1:])
    yield parts[-1], " ".join(parts[:-1])
    yield " ".join(parts[1:]), parts[0]


def _beginning(word: str) -> Span:
    return Span(word, word + _AFTER_ALL_TEXT)
