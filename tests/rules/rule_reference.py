"""The rule language once more, as plainly as it can be said: nothing is generated, nothing is looked up.

Shares nothing with the product but its tables of letters and patterns.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from leadhouse.rules import facts as tables

DENIALS = {
    "!=": "=",
    "notIn": "in",
    "doesNotContain": "contains",
    "doesNotBeginWith": "beginsWith",
    "doesNotEndWith": "endsWith",
    "notBetween": "between",
}


def answer(tree: Mapping[str, object], types: Mapping[str, str], facts: Mapping[str, object]) -> bool:
    """Return what a canonical tree says about JSON facts."""
    if "rules" in tree:
        answers = [answer(part, types, facts) for part in tree["rules"]]
        verdict = all(answers) if tree["combinator"] == "and" else any(answers)
        return not verdict if tree.get("not") else verdict
    type_ = types[tree["field"]]
    seen = read(type_, facts.get(tree["field"]))
    operator = tree["operator"]
    if operator in ("null", "notNull"):
        return (seen is None) == (operator == "null")
    if seen is None:
        return tree.get("missing", operator in DENIALS)
    if operator in DENIALS:
        return not compare(type_, DENIALS[operator], seen, tree["value"])
    return compare(type_, operator, seen, tree["value"])


def compare(type_, operator, seen, value):
    """Return the verdict of a positive operator on a fact that is there."""
    one = "choice" if type_ == "multichoice" else type_
    wanted = [read(one, part) for part in (value if isinstance(value, list) else [value])]
    if operator == "between":
        return wanted[0] <= seen and seen <= wanted[1]
    if type_ == "multichoice":
        return any(option in seen for option in wanted)
    if operator in ("=", "in"):
        return any(seen == option for option in wanted)
    if operator == "contains":
        return wanted[0] in seen
    if operator == "beginsWith":
        return seen[: len(wanted[0])] == wanted[0]
    if operator == "endsWith":
        return len(seen) >= len(wanted[0]) and seen[len(seen) - len(wanted[0]) :] == wanted[0]
    return {"<": seen < wanted[0], "<=": seen <= wanted[0], ">": seen > wanted[0], ">=": seen >= wanted[0]}[
        operator
    ]


def read(type_, fact):
    """Return a JSON value as the type, or None where it counts as missing."""
    if type_ == "multichoice":
        several = fact if isinstance(fact, list) else [fact]
        return [text for one in several if (text := read("text", one)) is not None] or None
    if isinstance(fact, str):
        return _from_text(type_, fact.strip(tables.SPACE))
    if type_ == "boolean" and isinstance(fact, bool | int | float) and fact in (0, 1):
        return fact == 1
    if type_ in ("number", "money") and isinstance(fact, int | float) and not isinstance(fact, bool):
        return Decimal(json.dumps(fact))
    return None


def _from_text(type_, text):
    folded = "".join(tables.LOWER_OF.get(ord(letter), letter) for letter in text)
    if type_ in ("text", "choice"):
        return folded or None
    if type_ == "boolean":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(folded)
    pattern = {"date": tables.DATE, "datetime": tables.DATETIME}.get(type_, tables.NUMBER)
    if not re.fullmatch(pattern, text):
        return None
    if type_ in ("number", "money"):
        return Decimal(text)
    try:
        return datetime.fromisoformat(text) if type_ == "datetime" else date.fromisoformat(text)
    except ValueError:
        return None
