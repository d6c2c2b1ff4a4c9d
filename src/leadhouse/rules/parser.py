"""A JSON tree made into a rule, or all of its faults at once."""

from collections.abc import Iterator, Mapping

from leadhouse.rules.patterns import LONGEST_PATTERN, search
from leadhouse.rules.rule import Rule
from leadhouse.rules.to_python import compiled
from leadhouse.rules.types import (
    ALIASES,
    OPERATORS_OF,
    Combinator,
    Condition,
    Fault,
    Field,
    Group,
    Literal,
    Node,
    Operator,
    RuleFaults,
)
from leadhouse.rules.values import ascending, checked_text, in_words, literal, plain, shorten, suggestion

DEEPEST = 32
MOST_NODES = 1000
MOST_VALUES = 50_000
# RE2 may spend 10 ms on one pattern before it gives up.
MOST_PATTERNS = 10
# A tree of a thousand typing errors needs no thousand suggestions.
_MOST_SUGGESTIONS = 20

_GROUP_KEYS = ("combinator", "not", "rules")
_CONDITION_KEYS = ("field", "operator", "value", "missing")
# Written by react-querybuilder's screens; they mean nothing here.
_IGNORED_KEYS = ("id", "valueSource")
_LISTS = (Operator.IN, Operator.NOT_IN)
_RANGES = (Operator.BETWEEN, Operator.NOT_BETWEEN)
_PRESENCE = (Operator.NULL, Operator.NOT_NULL)


def parse(tree: object, fields: Mapping[str, Field], *, path: str = "") -> Rule:
    """Return the rule; raise RuleFaults with every fault, their paths beginning with `path`.

    An `and` of nothing is true for everything; an `or` of nothing is a fault.
    """
    parsing = _Parsing(fields)
    node = parsing.node(tree, path, depth=1)
    if parsing.faults or node is None:
        raise RuleFaults(tuple(parsing.faults))
    return Rule(root=node, tree=_plain_tree(tree), fields_used=frozenset(_keys(node)), matches=compiled(node))


class _Parsing:
    """One walk over one tree, collecting faults."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.faults: list[Fault] = []
        self.nodes = 0
        self.listed = 0
        self.patterns = 0
        self.suggestions = 0

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message))

    def node(self, tree: object, path: str, *, depth: int) -> Node | None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            if self.nodes == MOST_NODES + 1:
                self.fault(path, f"more than {MOST_NODES} conditions and groups")
            return None
        if depth > DEEPEST:
            self.fault(path, f"groups nested deeper than {DEEPEST}")
            return None
        if not isinstance(tree, dict):
            self.fault(path, _not_a_node(tree))
            return None
        return self._group_or_condition(tree, path, depth)

    def _group_or_condition(self, tree: dict[object, object], path: str, depth: int) -> Node | None:
        is_group = any(key in tree for key in _GROUP_KEYS)
        if is_group and any(key in tree for key in _CONDITION_KEYS):
            self.fault(path, "either a group (combinator, rules) or a condition (field, operator, value)")
            return None
        if not is_group and "field" not in tree and "operator" not in tree:
            self.fault(path, "needs a field and an operator, or a combinator and rules")
            return None
        self._refuse_other_keys(tree, _GROUP_KEYS if is_group else _CONDITION_KEYS, path)
        return self._group(tree, path, depth) if is_group else self._condition(tree, path)

    def _refuse_other_keys(self, tree: dict[object, object], known: tuple[str, ...], path: str) -> None:
        for key in tree:
            if key not in known and key not in _IGNORED_KEYS:
                self.fault(_at(path, str(shorten(key)).strip('"')), f"unknown key{self._hint(key, known)}")
        if tree.get("valueSource", "value") != "value":
            self.fault(_at(path, "valueSource"), "fields are compared with values only")

    def _hint(self, written: object, known: tuple[str, ...]) -> str:
        if not isinstance(written, str) or self.suggestions >= _MOST_SUGGESTIONS:
            return ""
        self.suggestions += 1
        return suggestion(written, known)

    def _group(self, tree: dict[object, object], path: str, depth: int) -> Group | None:
        combinator = self._combinator(tree, path)
        negated = tree.get("not", False)
        if not isinstance(negated, bool):
            self.fault(_at(path, "not"), f"takes true or false, not {shorten(negated)}")
        rules = tree.get("rules")
        if not isinstance(rules, list | tuple):
            self.fault(_at(path, "rules"), "a group needs a list of rules")
            return None
        if not rules and combinator is Combinator.OR:
            self.fault(_at(path, "rules"), "an or of nothing is never true: give it rules or remove it")
        parts = [
            self.node(part, _at(path, f"rules[{number}]"), depth=depth + 1)
            for number, part in enumerate(rules[: MOST_NODES + 1])
        ]
        known = tuple(part for part in parts if part is not None)
        return Group(path, combinator, negated is True, known) if combinator else None

    def _combinator(self, tree: dict[object, object], path: str) -> Combinator | None:
        written = tree.get("combinator")
        if isinstance(written, str) and written.lower() in tuple(Combinator):
            return Combinator(written.lower())
        said = "is missing" if written is None else f"cannot be {shorten(written)}"
        self.fault(_at(path, "combinator"), f"{said}: write and, or or")
        return None

    def _condition(self, tree: dict[object, object], path: str) -> Condition | None:
        field = self._field(tree.get("field"), _at(path, "field"))
        operator = self._operator(tree.get("operator"), field, _at(path, "operator"))
        missing = self._missing(tree, operator, path)
        if field is None or operator is None:
            return None
        written = self._written(tree.get("value"), operator, _at(path, "value"))
        if written is None:
            return None
        values = self._values(field, operator, written, _at(path, "value"))
        if len(values) < len(written):
            return None
        return Condition(path, field, operator, values, tuple(map(in_words, written)), missing)

    def _field(self, written: object, path: str) -> Field | None:
        field = self.fields.get(written) if isinstance(written, str) else None
        if field is None:
            if written in (None, ""):
                self.fault(path, "choose a field: a condition needs one")
            else:
                hint = self._hint(written, tuple(self.fields))
                self.fault(path, f"unknown field {shorten(written)}{hint}")
        return field

    def _operator(self, written: object, field: Field | None, path: str) -> Operator | None:
        operator = _operator_named(written)
        if operator is None:
            if written in (None, ""):
                if field is not None:
                    self.fault(path, "choose an operator: a condition needs one")
            else:
                hint = self._hint(written, (*Operator, *ALIASES))
                self.fault(path, f"unknown operator {shorten(written)}{hint}")
            return None
        if field is not None and operator not in OPERATORS_OF[field.type]:
            fitting = ", ".join(OPERATORS_OF[field.type])
            self.fault(path, f"{operator} does not fit {field.label} ({field.type}); fitting: {fitting}")
            return None
        return operator

    def _missing(self, tree: dict[object, object], operator: Operator | None, path: str) -> bool:
        default = operator is not None and operator.missing
        missing = tree.get("missing", default)
        if not isinstance(missing, bool):
            self.fault(_at(path, "missing"), f"takes true or false, not {shorten(missing)}")
            return default
        if "missing" in tree and operator in _PRESENCE:
            self.fault(_at(path, "missing"), f"{operator} itself asks whether the value is missing")
        return missing

    def _written(self, value: object, operator: Operator, path: str) -> tuple[object, ...] | None:
        if operator in _PRESENCE:
            if value not in (None, ""):
                self.fault(path, f"{operator} takes no value")
            return ()
        if operator not in (*_LISTS, *_RANGES):
            return (value,)
        if not isinstance(value, list | tuple) or not value:
            given = f", not {shorten(value)}" if value else ": give at least one value"
            self.fault(path, f"{operator} takes a list like [1, 2]{given}")
            return None
        if operator in _RANGES and len(value) != 2:
            self.fault(path, f"{operator} takes two bounds, lowest first")
            return None
        self.listed += len(value)
        if self.listed > MOST_VALUES:
            self.fault(path, f"more than {MOST_VALUES} values in the lists of one rule")
            return None
        return tuple(value)

    def _values(
        self, field: Field, operator: Operator, written: tuple[object, ...], path: str
    ) -> tuple[Literal, ...]:
        if operator is Operator.MATCHES_REGEX:
            return self._pattern(field, written[0], path)
        listed = operator in _LISTS or operator in _RANGES
        values = [
            self._value(field, operator, one, f"{path}[{number}]" if listed else path)
            for number, one in enumerate(written)
        ]
        known = tuple(value for value in values if value is not None)
        if operator in _RANGES and len(known) == 2 and not ascending(*known):
            self.fault(path, f"{operator} takes the lowest bound first")
        return known

    def _value(self, field: Field, operator: Operator, written: object, path: str) -> Literal | None:
        try:
            return literal(field, operator, written)
        except ValueError as refusal:
            self.fault(path, str(refusal))
            return None

    def _pattern(self, field: Field, written: object, path: str) -> tuple[Literal, ...]:
        self.patterns += 1
        if self.patterns > MOST_PATTERNS:
            self.fault(path, f"more than {MOST_PATTERNS} patterns in one rule")
            return ()
        try:
            pattern = checked_text(field, written)
            if len(pattern) > LONGEST_PATTERN:
                raise ValueError(f"a pattern of more than {LONGEST_PATTERN} characters")
            search(pattern)
        except ValueError as refusal:
            self.fault(path, f"not a pattern: {refusal}")
            return ()
        return (pattern,)


def _not_a_node(tree: object) -> str:
    if isinstance(tree, str) and tree.lower() in tuple(Combinator):
        return "combinators between rules are not read: put the rules of one combinator in a group"
    return f"must be an object, not {shorten(tree)}"


def _operator_named(written: object) -> Operator | None:
    if not isinstance(written, str):
        return None
    if written in ALIASES:
        return ALIASES[written]
    return Operator(written) if written in tuple(Operator) else None


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _keys(node: Node) -> Iterator[str]:
    if isinstance(node, Condition):
        yield node.field.key
        return
    for part in node.rules:
        yield from _keys(part)


def _plain_tree(tree: object) -> dict[str, object]:
    """Return a checked tree in one order of keys, without what is ignored, spelt as it was given."""
    if not isinstance(tree, dict):
        raise TypeError("only a checked tree")
    if "rules" in tree:
        negated = {"not": True} if tree.get("not") else {}
        rules = [_plain_tree(part) for part in tree["rules"]]
        return {"combinator": tree["combinator"].lower(), **negated, "rules": rules}
    return {key: plain(tree[key]) for key in _CONDITION_KEYS if key in tree}
