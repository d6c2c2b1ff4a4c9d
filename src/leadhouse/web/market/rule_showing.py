"""A rule drawn as nested groups of conditions, each value as its field and operator want it typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from leadhouse.parties.fields import Category, category_of
from leadhouse.rules import OPERATORS_OF, Field, FieldType, Operator
from leadhouse.web.market.raw import Raw, rows, text
from leadhouse.web.market.rule_texts import LISTS, PRESENCE, RANGES, WAS, operator_of, typed_values

Choice = tuple[str, str]


@dataclass(slots=True)
class Condition:
    """One comparison; `typed` are its values, `input` says how, `missing` what a missing fact counts as."""

    name: str
    field: str
    operator: str
    operators: tuple[Choice, ...]
    input: str
    typed: list[str]
    was: str
    missing: str
    tooltip: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    fault: str = ""
    is_listed: bool = True
    is_group = False

    @property
    def id(self) -> str:
        """Return the condition's id on the page."""
        return "f-" + self.name.replace(".", "-")

    @property
    def joined(self) -> str:
        """Return the values of a list as one text; on lines where one holds a comma."""
        if any("," in one for one in self.typed):
            return "\n".join(self.typed) + "\n"
        return ", ".join(self.typed)


@dataclass(slots=True)
class Group:
    """Conditions and groups under one combinator; `fields` are the choices of every condition in it."""

    name: str
    combinator: str
    is_negated: bool
    rules: list["Node"]
    depth: int
    fields: tuple[tuple[str, tuple[Choice, ...]], ...] = field(repr=False, default=())
    fault: str = ""
    is_group = True

    @property
    def id(self) -> str:
        """Return the group's id on the page."""
        return "f-" + self.name.replace(".", "-")


Node = Condition | Group


def drawn(raw: Raw, name: str, fields: Mapping[str, Field]) -> Group:
    """Return the rule of a form's texts, drawn."""
    return _group(raw, name, fields, _field_choices(fields), 0)


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all that is inside it."""
    yield node
    if isinstance(node, Group):
        for one in node.rules:
            yield from nodes(one)


def _field_choices(fields: Mapping[str, Field]) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Return the fields under their headings, those of the product before all others."""
    headings: dict[str, list[Choice]] = {Category.INDUSTRY_SPECIFIC.value: []}
    for key, one in fields.items():
        headings.setdefault(category_of(key).value, []).append((key, one.label))
    return tuple((heading, tuple(choices)) for heading, choices in headings.items() if choices)


def _group(
    raw: Raw,
    name: str,
    fields: Mapping[str, Field],
    choices: tuple[tuple[str, tuple[Choice, ...]], ...],
    depth: int,
) -> Group:
    inner: list[Node] = []
    for place, one in enumerate(rows(raw, "rules")):
        where = f"{name}.rules.{place}"
        is_group = "rules" in one or "combinator" in one
        inner.append(
            _group(one, where, fields, choices, depth + 1) if is_group else _condition(one, where, fields)
        )
    combinator = "or" if text(raw, "combinator") == "or" else "and"
    return Group(name, combinator, text(raw, "not") == "on", inner, depth, choices)


def _condition(raw: Raw, name: str, fields: Mapping[str, Field]) -> Condition:
    key, operator = text(raw, "field"), operator_of(text(raw, "operator"))
    asked = fields.get(key)
    fitting = OPERATORS_OF[asked.type] if asked else (Operator.EQUAL,)
    labels = tuple((one.value, one.label_for(asked.type) if asked else one.label) for one in fitting)
    spelt = next((one.value for one in fitting if one is operator), text(raw, "operator"))
    if operator not in fitting and spelt:
        labels = (*labels, (spelt, operator.label if operator else spelt))
    return Condition(
        name=name,
        field=key,
        operator=spelt,
        operators=labels,
        input=_input(asked, operator),
        typed=typed_values(raw, operator),
        was=text(raw, WAS),
        missing=text(raw, "missing"),
        tooltip=asked.tooltip if asked else "",
        unit=asked.unit if asked else "",
        choices=tuple((one, one) for one in asked.choices) if asked else (),
        is_listed=not key or key in set(fields),
    )


def _input(asked: Field | None, operator: Operator | None) -> str:
    """Return how the value is typed: nothing, list, checks, range, yesno, choice, number, date or text."""
    if operator in PRESENCE:
        return "nothing"
    has_choices = asked is not None and bool(asked.choices)
    if operator in LISTS:
        return "checks" if has_choices else "list"
    if operator in RANGES:
        return "range"
    if asked is None:
        return "text"
    if has_choices and operator in (
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.CONTAINS,
        Operator.NOT_CONTAINS,
    ):
        return (
            "choice"
            if operator in (Operator.EQUAL, Operator.NOT_EQUAL) or asked.type is FieldType.MULTICHOICE
            else "text"
        )
    return _INPUTS.get(asked.type, "text")


_INPUTS: Mapping[FieldType, str] = {
    FieldType.BOOLEAN: "yesno",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "number",
    FieldType.DATE: "date",
}
