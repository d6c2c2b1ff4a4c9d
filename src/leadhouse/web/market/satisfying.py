"""Facts changed so that a rule says yes, as far as values can be guessed from what the rule itself names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from leadhouse.rules import Combinator, Facts, FieldType, Rule
from leadhouse.rules.explain import explain
from leadhouse.rules.types import Condition, Node

# So many nodes are looked at; rules that people write need a handful, others could go on for ever.
_MOST_LOOKS = 500


def satisfied(rules: Sequence[Rule], facts: Facts, fixed: Collection[str]) -> dict[str, object] | None:
    """Return facts that all rules say yes to, those of `fixed` as they were; None when no way was found."""
    search = _Search(fixed, iter(range(_MOST_LOOKS)))
    ways = search.all_of([(rule.root, True) for rule in rules], dict(facts))
    return next((way for way in ways if all(explain(one.root, way).verdict for one in rules)), None)


@dataclass(frozen=True, slots=True)
class _Search:
    """A way back from each guess to the one before; `looks` runs out, and with it the search."""

    fixed: Collection[str]
    looks: Iterator[int]

    def all_of(
        self, wishes: Sequence[tuple[Node, bool]], facts: dict[str, object]
    ) -> Iterator[dict[str, object]]:
        """Yield facts for which every node has the verdict wished for; what comes later may undo it."""
        if not wishes:
            yield facts
            return
        (node, wish), *others = wishes
        for way in self.ways(node, facts, wish=wish):
            yield from self.all_of(others, way)

    def ways(self, node: Node, facts: dict[str, object], *, wish: bool) -> Iterator[dict[str, object]]:
        """Yield facts for which a node has the verdict wished for."""
        if next(self.looks, None) is None:
            return
        if explain(node, facts).verdict is wish:
            yield facts
        elif isinstance(node, Condition):
            yield from self._values(node, facts, wish=wish)
        else:
            inner = wish is not node.negated
            if (node.combinator is Combinator.AND) is inner:
                yield from self.all_of([(one, inner) for one in node.rules], facts)
                return
            for one in node.rules:
                yield from self.ways(one, facts, wish=inner)

    def _values(
        self, node: Condition, facts: dict[str, object], *, wish: bool
    ) -> Iterator[dict[str, object]]:
        if node.field.key in self.fixed:
            return
        for value in _values(node):
            way = {**facts, node.field.key: value}
            if next(self.looks, None) is not None and explain(node, way).verdict is wish:
                yield way


def _values(condition: Condition) -> Iterator[object]:
    """Yield values worth trying: those that are named, their neighbours, the field's choices, nothing."""
    field = condition.field
    if field.type is FieldType.BOOLEAN:
        yield from (True, False)
    elif field.type is FieldType.MULTICHOICE:
        yield [*condition.shown]
        yield from ([one] for one in (*condition.shown, *field.choices))
    elif field.type in _NEIGHBOURS_OF or field.type in (FieldType.NUMBER, FieldType.MONEY):
        for value in condition.values:
            yield from _neighbours(field.type, value)
    else:
        yield from (*condition.shown, *field.choices, "example")
        yield from (f"{one} example" for one in condition.shown)
        yield from (f"example {one}" for one in condition.shown)
    yield None


_NEIGHBOURS_OF: Mapping[FieldType, timedelta] = {
    FieldType.DATE: timedelta(days=1),
    FieldType.DATETIME: timedelta(hours=1),
}


def _neighbours(type_: FieldType, value: object) -> Iterator[object]:
    if isinstance(value, date):
        yield value.isoformat()
        for step in (_NEIGHBOURS_OF[type_], -_NEIGHBOURS_OF[type_]):
            # The first and the last day of the calendar have one neighbour only.
            with suppress(OverflowError):
                yield (value + step).isoformat()
    elif isinstance(value, int | Decimal):
        yield from (
            one if isinstance(one, int) and type_ is FieldType.NUMBER else str(one)
            for one in (value, value + 1, value - 1)
        )
