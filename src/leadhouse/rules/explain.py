"""Why a rule said yes or no, condition by condition."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leadhouse.rules.facts import READERS, trimmed
from leadhouse.rules.patterns import search
from leadhouse.rules.sentence import sentence
from leadhouse.rules.types import Combinator, Condition, Facts, Node, Operator

# A reading and the condition's values have the type of one field; `Any` says that mypy cannot see it.
_Test = Callable[[Any, tuple[Any, ...]], bool]

_TESTS: Mapping[Operator, _Test] = {
    Operator.EQUAL: lambda seen, values: seen == values[0],
    Operator.LESS: lambda seen, values: seen < values[0],
    Operator.AT_MOST: lambda seen, values: seen <= values[0],
    Operator.GREATER: lambda seen, values: seen > values[0],
    Operator.AT_LEAST: lambda seen, values: seen >= values[0],
    Operator.CONTAINS: lambda seen, values: values[0] in seen,
    Operator.BEGINS_WITH: lambda seen, values: seen.startswith(values[0]),
    Operator.ENDS_WITH: lambda seen, values: seen.endswith(values[0]),
    Operator.IN: lambda seen, values: not _options(seen).isdisjoint(values),
    Operator.BETWEEN: lambda seen, values: values[0] <= seen <= values[1],
    Operator.MATCHES_REGEX: lambda seen, values: search(values[0])(seen),
    Operator.NOT_NULL: lambda seen, values: True,
}


def _options(seen: object) -> frozenset[object]:
    return seen if isinstance(seen, frozenset) else frozenset((seen,))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a node said yes or no: a condition shows the fact it saw, a group its parts.

    `seen` is the fact as it came, `missing` that it was absent, blank or of the wrong shape.
    """

    node: Node
    verdict: bool
    seen: object = None
    missing: bool = False
    parts: tuple["Explanation", ...] = ()

    @property
    def path(self) -> str:
        """Return where in the tree this node stands."""
        return self.node.path

    @property
    def sentence(self) -> str:
        """Return the node in words."""
        return sentence(self.node)

    def deciding(self) -> Iterator["Explanation"]:
        """Yield the conditions that made the verdict what it is; none for an empty group."""
        if isinstance(self.node, Condition):
            yield self
            return
        settling = self.node.combinator is Combinator.OR
        settled = (self.verdict is not self.node.negated) is settling
        for part in self.parts:
            if not settled or part.verdict is settling:
                yield from part.deciding()


def explain(node: Node, facts: Facts) -> Explanation:
    """Return the verdict of the node and of everything in it; nothing is skipped."""
    if isinstance(node, Condition):
        return _explain_condition(node, facts)
    parts = tuple(explain(part, facts) for part in node.rules)
    join = all if node.combinator is Combinator.AND else any
    return Explanation(node, join(part.verdict for part in parts) is not node.negated, parts=parts)


def _explain_condition(condition: Condition, facts: Facts) -> Explanation:
    seen = facts.get(condition.field.key)
    read = trimmed if condition.operator is Operator.MATCHES_REGEX else READERS[condition.field.type]
    value = read(seen)
    if value is None:
        return Explanation(condition, condition.missing, seen, missing=True)
    positive = condition.operator.opposite
    test = _TESTS[positive or condition.operator]
    return Explanation(condition, test(value, condition.values) is (positive is None), seen)
