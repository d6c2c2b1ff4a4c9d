"""A rule as an English sentence."""

from collections.abc import Sequence

from leadhouse.rules.types import Condition, Node, Operator

_RANGES = {Operator.BETWEEN, Operator.NOT_BETWEEN}
_LONGEST_LIST = 12


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
    field, operator = condition.field, condition.operator
    words = [field.label, operator.label_for(field.type)]
    if condition.shown:
        words.append(_values(operator, condition.shown))
        words += [field.unit] * bool(field.unit)
    if condition.missing is not operator.missing:
        words.append(f"(missing counts as {'yes' if condition.missing else 'no'})")
    return " ".join(words)


def _values(operator: Operator, words: Sequence[str]) -> str:
    if operator in _RANGES:
        return " to ".join(words)
    more = len(words) - _LONGEST_LIST
    return ", ".join(words[:_LONGEST_LIST]) + (f" and {more} more" if more > 0 else "")
