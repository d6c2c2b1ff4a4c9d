"""A rule as Python source, compiled once per shape: the fastest way to ask one lead (ADR 0003).

Only names of ours stand in the source (`c0`, `text(`); field keys and values are bound as constants.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from leadhouse.rules import facts
from leadhouse.rules.patterns import search
from leadhouse.rules.types import Condition, FieldType, Group, Matcher, Node, Operator

_TESTS: Mapping[Operator, str] = {
    Operator.EQUAL: "{v} == {c}",
    Operator.LESS: "{v} < {c}",
    Operator.AT_MOST: "{v} <= {c}",
    Operator.GREATER: "{v} > {c}",
    Operator.AT_LEAST: "{v} >= {c}",
    Operator.CONTAINS: "{c} in {v}",
    Operator.BEGINS_WITH: "{v}.startswith({c})",
    Operator.ENDS_WITH: "{v}.endswith({c})",
    Operator.IN: "{v} in {c}",
    Operator.BETWEEN: "{c}[0] <= {v} <= {c}[1]",
    Operator.MATCHES_REGEX: "{c}({v})",
    Operator.NOT_NULL: "True",
}
_ANY_OPTION = "not {c}.isdisjoint({v})"

# What a reading looks like: `present` binds v and says whether the fact is there, `value` is what to compare.
_NUMBER = "((v := facts.get({f})).__class__ is int or (v := number(v)) is not None)"
_READ = "(v := {reader}(facts.get({f}))) is not None"
# A blank text equals nothing, so where missing and unequal answer alike, being a text is presence enough.
_QUICK_TEXT = "isinstance(v := facts.get({f}), str)"
_FOLDED = "(v.strip().lower() if v.isascii() else fold(v))"
# str.lower() and fold() differ in letters beyond ASCII only, so both equal an ASCII text or neither does.
_LOWERED = "v.strip().lower()"

_READER_NAMES: Mapping[FieldType, str] = {
    FieldType.TEXT: "text",
    FieldType.CHOICE: "text",
    FieldType.MULTICHOICE: "options",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "calendar_date",
    FieldType.DATETIME: "instant",
}
_NAMES = {
    "number": facts.number,
    "fold": facts.fold,
    "text": facts.text,
    "trimmed": facts.trimmed,
    "options": facts.options,
    "boolean": facts.boolean,
    "calendar_date": facts.calendar_date,
    "instant": facts.instant,
}


def compiled(root: Node) -> Matcher:
    """Return a function from facts to the rule's verdict; rules of one shape share their code."""
    constants: list[object] = []
    expression = _expression(root, constants)
    return _shape(expression, len(constants))(*constants)


@lru_cache(maxsize=1024)
def _shape(expression: str, constants: int) -> Callable[..., Matcher]:
    parameters = ", ".join(f"c{number}" for number in range(constants))
    source = (
        f"def bind({parameters}):\n    def matches(facts):\n        return {expression}\n    return matches\n"
    )
    scope: dict[str, Callable[..., Matcher]] = {}
    exec(compile(source, "<rule>", "exec"), dict(_NAMES), scope)  # noqa: S102 - holds no text of anybody's
    return scope["bind"]


def _expression(node: Node, constants: list[object]) -> str:
    if isinstance(node, Condition):
        return _condition(node, constants)
    body = _group(node, constants)
    return f"(not {body})" if node.negated else body


def _group(group: Group, constants: list[object]) -> str:
    if not group.rules:
        return "True"
    return "(" + f" {group.combinator} ".join(_expression(rule, constants) for rule in group.rules) + ")"


def _condition(condition: Condition, constants: list[object]) -> str:
    positive = condition.operator.opposite or condition.operator
    denied = positive is not condition.operator
    present, value = _reading(condition, constants, quick=denied is condition.missing)
    test = _test(condition, positive, value, constants)
    if condition.missing is denied:
        return f"(not ({present} and {test}))" if denied else f"({present} and {test})"
    return f"(not ({present}) or {test})" if condition.missing else f"({present} and not ({test}))"


def _reading(condition: Condition, constants: list[object], *, quick: bool) -> tuple[str, str]:
    key = _bind(condition.field.key, constants)
    type_ = condition.field.type
    if condition.operator is Operator.MATCHES_REGEX:
        return _READ.format(reader="trimmed", f=key), "v"
    if type_ in (FieldType.NUMBER, FieldType.MONEY):
        return _NUMBER.format(f=key), "v"
    compares = condition.operator not in (Operator.NULL, Operator.NOT_NULL)
    if quick and compares and _READER_NAMES[type_] == "text":
        return _QUICK_TEXT.format(f=key), _LOWERED if _equals_ascii(condition) else _FOLDED
    return _READ.format(reader=_READER_NAMES[type_], f=key), "v"


def _equals_ascii(condition: Condition) -> bool:
    equals = (condition.operator.opposite or condition.operator) in (Operator.EQUAL, Operator.IN)
    return equals and all(str(value).isascii() for value in condition.values)


def _test(condition: Condition, positive: Operator, value: str, constants: list[object]) -> str:
    test = _TESTS[positive]
    if condition.field.type is FieldType.MULTICHOICE and positive is Operator.IN:
        test = _ANY_OPTION
    constant = _bind(_constant(condition, positive), constants) if condition.values else ""
    return test.format(v=value, c=constant)


def _constant(condition: Condition, positive: Operator) -> object:
    if positive is Operator.IN:
        return frozenset(condition.values)
    if positive is Operator.BETWEEN:
        return condition.values
    if positive is Operator.MATCHES_REGEX:
        return search(str(condition.values[0]))
    return condition.values[0]


def _bind(constant: object, constants: list[object]) -> str:
    constants.append(constant)
    return f"c{len(constants) - 1}"
