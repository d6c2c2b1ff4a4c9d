"""The one language of conditions: fields, operators, and/or/not, as in react-querybuilder's JSON.

A tree and the fields it may speak about come in; out goes a `Rule` that answers facts in generated Python,
answers tables as SQL, says itself as a sentence and explains its verdicts. Pure: no table is ours.
"""

from leadhouse.rules.explain import Explanation
from leadhouse.rules.parser import parse
from leadhouse.rules.rule import Rule
from leadhouse.rules.types import (
    ALIASES,
    OPERATORS_OF,
    Combinator,
    Facts,
    Fault,
    Field,
    FieldType,
    NotInSqlError,
    Operator,
    RuleFaults,
)

__all__ = [
    "ALIASES",
    "OPERATORS_OF",
    "Combinator",
    "Explanation",
    "Facts",
    "Fault",
    "Field",
    "FieldType",
    "NotInSqlError",
    "Operator",
    "Rule",
    "RuleFaults",
    "parse",
]
