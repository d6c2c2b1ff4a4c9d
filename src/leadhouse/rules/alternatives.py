"""A rule as alternatives (disjunctive normal form): one of them must hold, each in all its terms.

A term asks one fact one plain question, so that many rules can be asked at once: by looking up which terms
a value fulfils instead of trying each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from leadhouse.rules.types import Combinator, Condition, Field, FieldType, Group, Literal, Node, Operator


class Ask(Enum):
    """What a term asks of a fact that is there."""

    AMONG = auto()
    NOT_AMONG = auto()
    BELOW = auto()
    UP_TO = auto()
    FROM = auto()
    ABOVE = auto()
    PRESENT = auto()
    ABSENT = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Term:
    """One question about one fact; `is_missing_fine` answers it for a missing fact.

    A fact of several options is among the values when one of its options is. OTHER is what only the rule
    itself can answer (parts of texts, patterns).
    """

    field: Field
    ask: Ask
    values: tuple[Literal, ...]
    is_missing_fine: bool


Clause = tuple[Term, ...]

_ASKS: Mapping[Operator, Ask] = {
    Operator.EQUAL: Ask.AMONG,
    Operator.IN: Ask.AMONG,
    Operator.LESS: Ask.BELOW,
    Operator.AT_MOST: Ask.UP_TO,
    Operator.AT_LEAST: Ask.FROM,
    Operator.GREATER: Ask.ABOVE,
    Operator.NOT_NULL: Ask.PRESENT,
}
_DENIALS: Mapping[Ask, Ask] = {
    Ask.AMONG: Ask.NOT_AMONG,
    Ask.BELOW: Ask.FROM,
    Ask.UP_TO: Ask.ABOVE,
    Ask.FROM: Ask.BELOW,
    Ask.ABOVE: Ask.UP_TO,
    Ask.PRESENT: Ask.ABSENT,
    Ask.OTHER: Ask.OTHER,
}


def alternatives(root: Node, most: int) -> tuple[Clause, ...] | None:
    """Return the clauses of which one must hold, () for what never holds; None when more than `most`."""
    found = _alternatives(root, most, wanted=True)
    return None if found is None else tuple(found)


def _alternatives(node: Node, most: int, *, wanted: bool) -> list[Clause] | None:
    if isinstance(node, Condition):
        return _condition(node, wanted=wanted)
    wanted = wanted is not node.negated
    parts = [_alternatives(part, most, wanted=wanted) for part in node.rules]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return _all_of(known, most) if _joins_all(node, wanted=wanted) else _one_of(known, most)


def _joins_all(group: Group, *, wanted: bool) -> bool:
    """Return whether all parts must hold: those of an `and`, and (De Morgan) of an `or` that must not."""
    return (group.combinator is Combinator.AND) is wanted


def _one_of(parts: list[list[Clause]], most: int) -> list[Clause] | None:
    found = [clause for part in parts for clause in part]
    return found if len(found) <= most else None


def _all_of(parts: list[list[Clause]], most: int) -> list[Clause] | None:
    found: list[Clause] = [()]
    for part in parts:
        found = [(*clause, *further) for clause in found for further in part]
        if len(found) > most:
            return None
    return found


def _condition(condition: Condition, *, wanted: bool) -> list[Clause]:
    """Return the terms of one condition, which must say yes, or no when that is not wanted."""
    positive = condition.operator.opposite or condition.operator
    holds = (positive is condition.operator) is wanted
    is_missing_fine = condition.missing is wanted

    def term(ask: Ask, *values: Literal) -> Term:
        return Term(condition.field, ask, values, is_missing_fine)

    if positive is Operator.BETWEEN:
        low, high = condition.values
        if holds:
            return [(term(Ask.FROM, low), term(Ask.UP_TO, high))]
        return [(term(Ask.BELOW, low),), (term(Ask.ABOVE, high),)]
    ask = _ask(condition, positive)
    return [(term(ask if holds else _DENIALS[ask], *condition.values),)]


def _ask(condition: Condition, positive: Operator) -> Ask:
    if positive is Operator.CONTAINS and condition.field.type is FieldType.MULTICHOICE:
        return Ask.AMONG
    return _ASKS.get(positive, Ask.OTHER)
