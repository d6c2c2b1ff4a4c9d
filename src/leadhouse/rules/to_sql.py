"""A rule as a PostgreSQL condition that answers exactly as Python does.

Every column is read through `to_jsonb`, so a typed column and a key of a JSON document are one case, and a
value of the wrong shape becomes NULL as it becomes None in Python. Needs PostgreSQL 16 (`pg_input_is_valid`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from leadhouse.rules import facts
from leadhouse.rules.types import Combinator, Condition, FieldType, Literal, Node, NotInSqlError, Operator

_TESTS: Mapping[Operator, str] = {
    Operator.EQUAL: "{v} = {c}",
    Operator.LESS: "{v} < {c}",
    Operator.AT_MOST: "{v} <= {c}",
    Operator.GREATER: "{v} > {c}",
    Operator.AT_LEAST: "{v} >= {c}",
    Operator.CONTAINS: "position({c} IN {v}) > 0",
    Operator.BEGINS_WITH: "starts_with({v}, {c})",
    Operator.ENDS_WITH: "right({v}, char_length({c})) = {c}",
    Operator.IN: "{v} = ANY({c})",
    Operator.BETWEEN: "{v} BETWEEN ({c})[1] AND ({c})[2]",
    Operator.NOT_NULL: "{v} IS NOT NULL",
}
_OPTION_TESTS: Mapping[Operator, str] = {
    Operator.CONTAINS: "{c} = ANY({v})",
    Operator.IN: "{v} && {c}",
    Operator.NOT_NULL: "{v} IS NOT NULL",
}

# In these, j is the column as jsonb, s its text and t that text trimmed; <…> are parameters all share.
_STRING = "{j} #>> '{{}}'"
_TRIMMED = "btrim({s}, <space>)"
# lower() in collation "C" knows only ASCII, in every version and on every system; the other letters are ours.
_FOLDED = (
    "NULLIF(btrim(lower((CASE WHEN octet_length({s}) = char_length({s}) THEN {s}"
    " ELSE translate({s}, <upper>, <lower>) END) COLLATE \"C\"), <space>), '')"
)
_TEXT = "(CASE jsonb_typeof({j}) WHEN 'string' THEN {folded} END)"
_NUMBER = (
    "(CASE jsonb_typeof({j}) WHEN 'number' THEN ({j})::numeric"
    " WHEN 'string' THEN CASE WHEN {t} ~ <number> THEN ({t})::numeric END END)"
)
_BOOLEAN = (
    "(CASE jsonb_typeof({j}) WHEN 'boolean' THEN ({j})::boolean"
    " WHEN 'number' THEN CASE ({j})::numeric WHEN 1 THEN TRUE WHEN 0 THEN FALSE END"
    " WHEN 'string' THEN (<booleans>::jsonb -> {folded})::boolean END)"
)
# Casting "2026-02-30" would end the query, so the text is asked first whether it can be cast.
_DATE = (
    "(CASE jsonb_typeof({j}) WHEN 'string' THEN CASE WHEN {t} ~ <date> THEN"
    " CASE WHEN pg_input_is_valid({t}, 'date') THEN ({t})::date END END END)"
)
_INSTANT = (
    "(CASE jsonb_typeof({j}) WHEN 'string' THEN CASE WHEN {t} ~ <instant> THEN"
    " CASE WHEN pg_input_is_valid({t}, 'timestamptz') THEN ({t})::timestamptz END END END)"
)
_OPTIONS = (
    "NULLIF(array_remove(ARRAY(SELECT {option} FROM jsonb_array_elements(CASE jsonb_typeof({j})"
    " WHEN 'array' THEN {j} ELSE jsonb_build_array({j}) END) AS chosen(option)), NULL), '{{}}')"
)

_READINGS: Mapping[FieldType, tuple[str, str]] = {
    FieldType.TEXT: (_TEXT, "text"),
    FieldType.NUMBER: (_NUMBER, "numeric"),
    FieldType.MONEY: (_NUMBER, "numeric"),
    FieldType.CHOICE: (_TEXT, "text"),
    FieldType.MULTICHOICE: (_OPTIONS, "text"),
    FieldType.BOOLEAN: (_BOOLEAN, "boolean"),
    FieldType.DATE: (_DATE, "date"),
    FieldType.DATETIME: (_INSTANT, "timestamptz"),
}

_BEYOND_ASCII = {code: low for code, low in facts.LOWER_OF.items() if code > 127}
_SHARED: Mapping[str, str] = {
    "space": facts.SPACE,
    "upper": "".join(map(chr, _BEYOND_ASCII)),
    "lower": "".join(_BEYOND_ASCII.values()),
    "number": f"^({facts.NUMBER})$",
    "date": f"^({facts.DATE})$",
    "instant": f"^({facts.DATETIME})$",
    "booleans": "{"
    + ",".join(f'"{word}":{str(is_so).lower()}' for word, is_so in facts.BOOLEANS.items())
    + "}",
}


def to_sql(root: Node, columns: Mapping[str, str], *, prefix: str) -> tuple[str, dict[str, object]]:
    """Return the condition, never NULL, and its parameters."""
    writing = _Writing(columns, prefix, {})
    condition = writing.node(root)
    for name, value in _SHARED.items():
        if f"<{name}>" in condition:
            condition = condition.replace(f"<{name}>", f"%({prefix}_{name})s")
            writing.parameters[f"{prefix}_{name}"] = value
    return condition, writing.parameters


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is being written: where the fields live, and the parameters so far."""

    columns: Mapping[str, str]
    prefix: str
    parameters: dict[str, object]

    def node(self, node: Node) -> str:
        if isinstance(node, Condition):
            return self.condition(node)
        joint = " AND " if node.combinator is Combinator.AND else " OR "
        body = joint.join(map(self.node, node.rules)) or "TRUE"
        return f"(NOT ({body}))" if node.negated else f"({body})"

    def condition(self, condition: Condition) -> str:
        positive = condition.operator.opposite
        test = self.test(condition, positive or condition.operator)
        missing = "TRUE" if condition.missing else "FALSE"
        return f"COALESCE(NOT ({test}), {missing})" if positive else f"COALESCE({test}, {missing})"

    def test(self, condition: Condition, operator: Operator) -> str:
        tests = _OPTION_TESTS if condition.field.type is FieldType.MULTICHOICE else _TESTS
        if operator not in tests:
            raise NotInSqlError(f"{condition.path or 'the rule'}: {operator} cannot be asked in SQL")
        reading, kind = _READINGS[condition.field.type]
        value = _read(reading, f"to_jsonb({self.column(condition)})")
        if not condition.values:
            return tests[operator].format(v=value)
        several = operator in (Operator.IN, Operator.BETWEEN)
        return tests[operator].format(v=value, c=self.parameter(condition.values, kind, several=several))

    def column(self, condition: Condition) -> str:
        if condition.field.key not in self.columns:
            raise NotInSqlError(f"{condition.path or 'the rule'}: no column holds {condition.field.key}")
        return self.columns[condition.field.key]

    def parameter(self, values: tuple[Literal, ...], kind: str, *, several: bool) -> str:
        name = f"{self.prefix}_{len(self.parameters) + 1}"
        # One list has one type to the driver, so whole numbers go as decimals too.
        typed = [
            Decimal(value) if kind == "numeric" and isinstance(value, int) else value for value in values
        ]
        self.parameters[name] = typed if several else typed[0]
        return f"%({name})s::{kind}[]" if several else f"%({name})s::{kind}"


def _read(reading: str, json: str) -> str:
    """Return the SQL that reads a jsonb expression as the field's type, NULL when it cannot."""
    string = _STRING.format(j=json)
    trimmed, folded = _TRIMMED.format(s=string), _FOLDED.format(s=string)
    option = _TEXT.format(j="option", folded=_FOLDED.format(s=_STRING.format(j="option")))
    return reading.format(j=json, t=trimmed, folded=folded, option=option)
