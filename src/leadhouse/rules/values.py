"""What people may write as a value, read once as the type of the field."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache

from leadhouse.rules.facts import boolean, calendar_date, fold, instant, number
from leadhouse.rules.types import PARTS, Field, FieldType, Literal, Operator

_LONGEST_TEXT = 4096
_LARGEST_NUMBER = 10**30
_MOST_SUGGESTED = 60


def literal(field: Field, operator: Operator, written: object) -> Literal:
    """Return the value in the field's type, texts folded; raise ValueError saying what is expected."""
    # Part of a choice ("met") is not itself one of the choices.
    is_part = field.type is FieldType.CHOICE and operator in PARTS
    return _text(field, written) if is_part else _LITERALS[field.type](field, written)


def plain(written: object) -> object:
    """Return a checked value as JSON can carry it: dates and decimals as text."""
    if isinstance(written, list | tuple):
        return [plain(one) for one in written]
    if isinstance(written, date):
        return written.isoformat()
    return str(written) if isinstance(written, Decimal) else written


def in_words(written: object) -> str:
    """Return a checked value as a sentence shows it."""
    if isinstance(written, bool):
        return "yes" if written else "no"
    return written.isoformat() if isinstance(written, date) else str(written).strip()


def shorten(written: object) -> str:
    """Return what was written, short enough for a message."""
    if isinstance(written, str):
        return f'"{written[:40]}…"' if len(written) > 40 else f'"{written}"'
    if written is None or isinstance(written, bool):
        return "nothing" if written is None else str(written).lower()
    if isinstance(written, int) and abs(written) >= _LARGEST_NUMBER:
        return "a very large number"
    if isinstance(written, int | float | Decimal | date):
        return str(written)[:40]
    return "an object" if isinstance(written, dict) else "a list" if isinstance(written, list) else "that"


def ascending(low: Literal, high: Literal) -> bool:
    """Return whether two values of one field stand in order."""
    if isinstance(low, date) and isinstance(high, date):
        return low <= high
    if isinstance(low, int | Decimal) and isinstance(high, int | Decimal):
        return low <= high
    return False


def suggestion(written: str, known: tuple[str, ...]) -> str:
    """Return ", did you mean …?" or nothing; long texts are not compared, that would take too long."""
    close = get_close_matches(written, known, n=1) if len(written) <= _MOST_SUGGESTED else []
    return f', did you mean "{close[0]}"?' if close else ""


def checked_text(field: Field, written: object) -> str:
    """Return a text that is not blank, not too long and can be stored; raise ValueError."""
    text = written.strip() if isinstance(written, str) else None
    if text is None:
        raise ValueError(f"{field.label} takes text in quotes, not {shorten(written)}")
    if not text:
        raise ValueError(
            'give a value; whether there is one is for null ("Is Blank") and notNull ("Is Present")'
        )
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"text of more than {_LONGEST_TEXT} characters")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("text with characters that cannot be stored")
    return text


def _text(field: Field, written: object) -> Literal:
    return fold(checked_text(field, written))


def _choice(field: Field, written: object) -> Literal:
    chosen = fold(checked_text(field, written))
    if field.choices and chosen not in _folded(field.choices):
        raise ValueError(f"{field.label} has no choice {shorten(written)}: {', '.join(field.choices[:20])}")
    return chosen


@lru_cache(maxsize=256)
def _folded(choices: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, choices))


def _number(field: Field, written: object) -> Literal:
    amount = number(written)
    if amount is None:
        raise ValueError(f"{field.label} takes a number like 700 or 12.50, not {shorten(written)}")
    if not -_LARGEST_NUMBER < amount < _LARGEST_NUMBER:
        raise ValueError("a number too large to compare")
    if isinstance(amount, int):
        return amount
    # Whole numbers as int: comparing int with int is what most facts need, and the fastest.
    return int(amount) if amount == amount.to_integral_value() else amount


def _boolean(field: Field, written: object) -> Literal:
    return _expected(boolean(written), f"{field.label} takes true or false, not {shorten(written)}")


def _date(field: Field, written: object) -> Literal:
    return _expected(
        calendar_date(written), f"{field.label} takes a date like 2026-11-30, not {shorten(written)}"
    )


def _instant(field: Field, written: object) -> Literal:
    example = "2026-11-30T08:00:00Z"
    return _expected(
        instant(written), f"{field.label} takes a time with its offset like {example}, not {shorten(written)}"
    )


def _expected(value: Literal | None, otherwise: str) -> Literal:
    if value is None:
        raise ValueError(otherwise)
    return value


_LITERALS: Mapping[FieldType, Callable[[Field, object], Literal]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.CHOICE: _choice,
    FieldType.MULTICHOICE: _choice,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _instant,
}
