"""The nouns of a condition: fields, operators, the parsed tree, its faults and its explanation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Facts = Mapping[str, object]
Matcher = Callable[[Facts], bool]
# A datetime is a date to Python, so `date` stands for both.
Literal = str | int | Decimal | bool | date


class FieldType(StrEnum):
    """What a fact looks like; money is an amount in major units ("9220.50"), never minor ones."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"

    # Enum's own hash is a Python call, and every explanation looks up several.
    __hash__ = str.__hash__


class Operator(StrEnum):
    """How a fact is compared; the values are react-querybuilder's names."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    NOT_CONTAINS = "doesNotContain"
    BEGINS_WITH = "beginsWith"
    NOT_BEGINS_WITH = "doesNotBeginWith"
    ENDS_WITH = "endsWith"
    NOT_ENDS_WITH = "doesNotEndWith"
    IN = "in"
    NOT_IN = "notIn"
    BETWEEN = "between"
    NOT_BETWEEN = "notBetween"
    NULL = "null"
    NOT_NULL = "notNull"
    MATCHES_REGEX = "matchesRegex"

    __hash__ = str.__hash__

    @property
    def label(self) -> str:
        """Return the operator in the words people read on a screen."""
        return _LABELS[self]

    @property
    def types(self) -> frozenset[FieldType]:
        """Return the field types that this operator fits."""
        return frozenset(type_ for type_, operators in OPERATORS_OF.items() if self in operators)

    @property
    def opposite(self) -> "Operator | None":
        """Return the positive operator that this one denies, or None when it is positive itself."""
        return _DENIES.get(self)

    @property
    def missing(self) -> bool:
        """Return the verdict on a missing fact, unless the condition says otherwise."""
        return self.opposite is not None

    def label_for(self, type_: FieldType) -> str:
        """Return the label fitting the field's type: numbers are Equal To, texts an Exact Match."""
        return _NUMERIC_LABELS.get(self, self.label) if type_ in _COMPARABLE else self.label


_LABELS: Mapping[Operator, str] = {
    Operator.EQUAL: "Exact Match",
    Operator.NOT_EQUAL: "Not Equal To",
    Operator.LESS: "Less Than",
    Operator.AT_MOST: "At Most",
    Operator.GREATER: "Greater Than",
    Operator.AT_LEAST: "At Least",
    Operator.CONTAINS: "Contains",
    Operator.NOT_CONTAINS: "Does Not Contain",
    Operator.BEGINS_WITH: "Begins With",
    Operator.NOT_BEGINS_WITH: "Does Not Begin With",
    Operator.ENDS_WITH: "Ends With",
    Operator.NOT_ENDS_WITH: "Does Not End With",
    Operator.IN: "In List",
    Operator.NOT_IN: "Not in List",
    Operator.BETWEEN: "Within Range",
    Operator.NOT_BETWEEN: "Not Within Range",
    Operator.NULL: "Is Blank",
    Operator.NOT_NULL: "Is Present",
    Operator.MATCHES_REGEX: "Matches Pattern",
}
_NUMERIC_LABELS: Mapping[Operator, str] = {Operator.EQUAL: "Equal To"}

_DENIES: Mapping[Operator, Operator] = {
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_BEGINS_WITH: Operator.BEGINS_WITH,
    Operator.NOT_ENDS_WITH: Operator.ENDS_WITH,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_BETWEEN: Operator.BETWEEN,
    Operator.NULL: Operator.NOT_NULL,
}

ALIASES: Mapping[str, Operator] = {
    "equals": Operator.EQUAL,
    "not_equals": Operator.NOT_EQUAL,
    "less_than": Operator.LESS,
    "at_most": Operator.AT_MOST,
    "greater_than": Operator.GREATER,
    "at_least": Operator.AT_LEAST,
    "does_not_contain": Operator.NOT_CONTAINS,
    "begins_with": Operator.BEGINS_WITH,
    "ends_with": Operator.ENDS_WITH,
    "not_in": Operator.NOT_IN,
    "not_between": Operator.NOT_BETWEEN,
    "is_blank": Operator.NULL,
    "is_present": Operator.NOT_NULL,
    "matches_regex": Operator.MATCHES_REGEX,
}

_EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)
_PRESENCE = (Operator.NULL, Operator.NOT_NULL)
_LISTS = (Operator.IN, Operator.NOT_IN)
PARTS = (
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.BEGINS_WITH,
    Operator.NOT_BEGINS_WITH,
    Operator.ENDS_WITH,
    Operator.NOT_ENDS_WITH,
)
_ORDER = (
    Operator.LESS,
    Operator.AT_MOST,
    Operator.GREATER,
    Operator.AT_LEAST,
    Operator.BETWEEN,
    Operator.NOT_BETWEEN,
)
_ON_TEXT = (*_EQUALITY, *_LISTS, *PARTS, Operator.MATCHES_REGEX, *_PRESENCE)
_ON_AMOUNTS = (*_EQUALITY, *_ORDER, *_LISTS, *_PRESENCE)
_ON_SETS = (Operator.CONTAINS, Operator.NOT_CONTAINS, *_LISTS, *_PRESENCE)

OPERATORS_OF: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: _ON_TEXT,
    FieldType.NUMBER: _ON_AMOUNTS,
    FieldType.MONEY: _ON_AMOUNTS,
    FieldType.CHOICE: _ON_TEXT,
    FieldType.MULTICHOICE: _ON_SETS,
    FieldType.BOOLEAN: (*_EQUALITY, *_PRESENCE),
    FieldType.DATE: _ON_AMOUNTS,
    FieldType.DATETIME: _ON_AMOUNTS,
}
_COMPARABLE = frozenset(type_ for type_, operators in OPERATORS_OF.items() if Operator.LESS in operators)


class Combinator(StrEnum):
    """How the conditions of one group are joined; a group has exactly one."""

    AND = "and"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked about; `unit` is shown behind values ("USD", "%", "seconds")."""

    key: str
    type: FieldType
    label: str
    choices: tuple[str, ...] = ()
    tooltip: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a tree: where (`rules[1].rules[0].operator`), and what to do about it."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class RuleFaults(ValueError):  # noqa: N818 - the exception carries faults, it is not one error
    """A tree that is not a rule, with every fault found in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class NotInSqlError(ValueError):
    """A condition that PostgreSQL would answer differently, so it must be asked in Python."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `values` are typed and folded, `shown` as people wrote them, `missing` the verdict
    on a missing fact."""

    path: str = dataclass_field(compare=False)
    field: Field
    operator: Operator
    values: tuple[Literal, ...]
    shown: tuple[str, ...] = dataclass_field(compare=False)
    missing: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups joined by one combinator, negated as a whole when `negated`."""

    path: str = dataclass_field(compare=False)
    combinator: Combinator
    negated: bool
    rules: tuple["Node", ...]


Node = Condition | Group
