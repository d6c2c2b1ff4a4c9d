"""A rule as an English sentence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from leadhouse.kit import money
from leadhouse.kit.text import listed
from leadhouse.rules.types import Condition, Field, FieldType, Literal, Node, Operator

_RANGES = {Operator.BETWEEN, Operator.NOT_BETWEEN}
_WORDS: Mapping[Operator, str] = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.LESS: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.GREATER: "is more than",
    Operator.AT_LEAST: "is at least",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.BEGINS_WITH: "begins with",
    Operator.NOT_BEGINS_WITH: "does not begin with",
    Operator.ENDS_WITH: "ends with",
    Operator.NOT_ENDS_WITH: "does not end with",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.BETWEEN: "is between",
    Operator.NOT_BETWEEN: "is not between",
    Operator.NULL: "is not given",
    Operator.NOT_NULL: "is given",
    Operator.MATCHES_REGEX: "matches the pattern",
}
_OF_TIMES = {
    Operator.LESS: "is before",
    Operator.AT_MOST: "is on or before",
    Operator.GREATER: "is after",
    Operator.AT_LEAST: "is on or after",
}
_OF_SETS = {
    Operator.CONTAINS: "includes",
    Operator.NOT_CONTAINS: "does not include",
    Operator.IN: "includes one of",
    Operator.NOT_IN: "includes none of",
}
_OF_TYPES: Mapping[FieldType, Mapping[Operator, str]] = {
    FieldType.DATE: _OF_TIMES,
    FieldType.DATETIME: _OF_TIMES,
    FieldType.MULTICHOICE: _OF_SETS,
}
# A list of one is no list.
_SINGLE = {Operator.IN: Operator.EQUAL, Operator.NOT_IN: Operator.NOT_EQUAL}
_SINGLE_OF_SETS = {Operator.IN: Operator.CONTAINS, Operator.NOT_IN: Operator.NOT_CONTAINS}


def sentence(node: Node) -> str:
    """Return the node in words; what is inside a group that is not the outermost stands in brackets."""
    if isinstance(node, Condition):
        return _condition(node)
    body = f" {node.combinator} ".join(map(_part, node.rules)) or "always"
    return f"not ({body})" if node.negated else body


def _part(node: Node) -> str:
    words = sentence(node)
    bare = isinstance(node, Condition) or node.negated or not node.rules
    return words if bare else f"({words})"


def _condition(condition: Condition) -> str:
    words = [condition.field.label, _operator(condition)]
    if condition.shown:
        words.append(_values(condition))
    if condition.missing is not condition.operator.missing:
        words.append("(or is not given)" if condition.missing else "(and is given)")
    return " ".join(words)


def _operator(condition: Condition) -> str:
    operator, type_ = condition.operator, condition.field.type
    if len(condition.shown) == 1:
        single = _SINGLE_OF_SETS if type_ is FieldType.MULTICHOICE else _SINGLE
        operator = single.get(operator, operator)
    return _OF_TYPES.get(type_, {}).get(operator, _WORDS[operator])


def _values(condition: Condition) -> str:
    field = condition.field
    words = [_value(field, *one) for one in zip(condition.values, condition.shown, strict=True)]
    if condition.operator in _RANGES:
        told = " and ".join(words)
    else:
        told = listed(_quoted(words, condition.shown)) if len(words) > 1 else words[0]
    return f"{told} {field.unit}" if field.unit and not _currency(field) else told


def _quoted(words: Sequence[str], shown: Sequence[str]) -> list[str]:
    return [f'"{one}"' if "," in typed else one for one, typed in zip(words, shown, strict=True)]


def _value(field: Field, value: Literal, shown: str) -> str:
    currency = _currency(field)
    if currency and isinstance(value, int | Decimal):
        return _amount(value, shown, currency)
    if isinstance(value, datetime):
        return f"{value:%b %-d, %Y, %H:%M %Z}"
    return f"{value:%b %-d, %Y}" if isinstance(value, date) else shown


def _currency(field: Field) -> str:
    return field.unit if field.type is FieldType.MONEY and money.is_currency(field.unit) else ""


def _amount(value: int | Decimal, shown: str, currency: str) -> str:
    try:
        return money.display(money.to_minor(str(value), currency), currency)
    except ValueError:
        # Finer than the currency, or larger than any ledger's: as it was written.
        return f"{shown} {currency}"
