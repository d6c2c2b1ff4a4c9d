"""A parsed rule: asks facts in Python, asks tables in SQL, says what it asks and why it answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadhouse.rules.explain import Explanation, explain
from leadhouse.rules.sentence import sentence
from leadhouse.rules.to_sql import to_sql
from leadhouse.rules.types import Facts, Matcher, Node


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition tree that has been checked; made by `parse`, equal when it asks the same.

    `tree` is the JSON-able dict, operators and values spelt as given; `parse(rule.tree, fields) == rule`.
    `matches(facts)` never raises: a fact of the wrong shape counts as missing.
    """

    root: Node
    tree: dict[str, object] = field(compare=False)
    fields_used: frozenset[str] = field(compare=False)
    matches: Matcher = field(compare=False, repr=False)

    def explain(self, facts: Facts) -> Explanation:
        """Return each condition's verdict and the value it saw."""
        return explain(self.root, facts)

    def sentence(self) -> str:
        """Return the rule as one English sentence."""
        return sentence(self.root)

    def to_sql(self, columns: Mapping[str, str], *, prefix: str = "rule") -> tuple[str, dict[str, object]]:
        """Return a PostgreSQL condition that is never NULL, and its parameters named `<prefix>_…`.

        `columns` maps field keys to trusted SQL expressions of any type (`lead.fields -> 'state'`,
        `lead.received_at`). Raises NotInSqlError for a pattern or a field without a column.
        """
        return to_sql(self.root, columns, prefix=prefix)
