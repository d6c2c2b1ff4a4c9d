"""How a fact is read as a value of its field's type, or counts as missing (None) when it cannot be."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from leadhouse.rules.types import FieldType

# PostgreSQL's lower() depends on the server's version and collation. Both sides use these pairs instead:
# one letter for one letter, so that Python and SQL fold every text alike.
_LETTERS = [(code, chr(code).lower()) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
LOWER_OF: Mapping[int, str] = {code: low for code, low in _LETTERS if len(low) == 1 and low != chr(code)}
SPACE = "".join(chr(c) for c in range(0x10000) if chr(c).isspace())

# The same patterns are given to PostgreSQL, which would otherwise accept more than we do ("24:00", "1e3").
NUMBER = r"[+-]?[0-9]{1,30}(\.[0-9]{1,20})?"
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
DATETIME = (
    DATE + r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)
BOOLEANS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
}

_number = re.compile(NUMBER).fullmatch
_date = re.compile(DATE).fullmatch
_datetime = re.compile(DATETIME).fullmatch


def fold(text: str) -> str:
    """Return the text trimmed and in lower case, the form in which texts are compared."""
    text = text.strip()
    return text.lower() if text.isascii() else text.translate(LOWER_OF)


def text(fact: object) -> str | None:
    """Read a folded text; blank is missing."""
    return fold(fact) or None if isinstance(fact, str) else None


def trimmed(fact: object) -> str | None:
    """Read a text in its own case, for patterns; blank is missing."""
    return fact.strip() or None if isinstance(fact, str) else None


def number(fact: object) -> int | Decimal | None:
    """Read a number from an int, a finite Decimal or float, or plain text such as "-12.50"."""
    if isinstance(fact, str):
        fact = fact.strip()
        return Decimal(fact) if _number(fact) else None
    if isinstance(fact, bool):
        return None
    if isinstance(fact, int):
        return int(fact)
    if isinstance(fact, Decimal):
        return fact if fact.is_finite() else None
    # repr, because 0.1 is meant as a tenth and is stored as a tenth.
    return Decimal(repr(fact)) if isinstance(fact, float) and isfinite(fact) else None


def boolean(fact: object) -> bool | None:
    """Read true/false, yes/no, 1/0."""
    if isinstance(fact, bool):
        return fact
    if isinstance(fact, str):
        return BOOLEANS.get(fold(fact))
    amount = number(fact)
    return bool(amount) if amount in (0, 1) else None


def calendar_date(fact: object) -> date | None:
    """Read a date without a time, from a date or "2026-11-30"."""
    if isinstance(fact, datetime):
        return None
    if isinstance(fact, date):
        return fact
    if not isinstance(fact, str) or not _date(fact.strip()):
        return None
    try:
        return date.fromisoformat(fact.strip())
    except ValueError:
        return None


def instant(fact: object) -> datetime | None:
    """Read an instant, from an aware datetime or ISO text with its offset."""
    if isinstance(fact, datetime):
        return fact if fact.utcoffset() is not None else None
    if not isinstance(fact, str) or not _datetime(fact.strip()):
        return None
    try:
        return datetime.fromisoformat(fact.strip())
    except ValueError:
        return None


def options(fact: object) -> frozenset[str] | None:
    """Read the chosen options from a list of texts, or from a lone text; nothing chosen is missing."""
    several = fact if isinstance(fact, list | tuple | set | frozenset) else (fact,)
    return frozenset(chosen for one in several if (chosen := text(one)) is not None) or None


READERS: Mapping[FieldType, Callable[[object], object]] = {
    FieldType.TEXT: text,
    FieldType.NUMBER: number,
    FieldType.MONEY: number,
    FieldType.CHOICE: text,
    FieldType.MULTICHOICE: options,
    FieldType.BOOLEAN: boolean,
    FieldType.DATE: calendar_date,
    FieldType.DATETIME: instant,
}
