"""A rule as a form's texts, and read back as the tree that the market file has."""

from collections.abc import Mapping

import orjson

from leadhouse.rules import ALIASES, Field, FieldType, Operator
from leadhouse.web.market.raw import Raw, block, numbered, rows, text, texts
from leadhouse.web.market.values import ABSENT

# The value as the file has it, to be kept while its text is the same.
WAS = "was"
LISTS = (Operator.IN, Operator.NOT_IN)
RANGES = (Operator.BETWEEN, Operator.NOT_BETWEEN)
PRESENCE = (Operator.NULL, Operator.NOT_NULL)
_NUMBERS = (FieldType.NUMBER, FieldType.MONEY)


def operator_of(name: object) -> Operator | None:
    """Return the operator of a name as files and forms spell it."""
    if isinstance(name, str) and name in ALIASES:
        return ALIASES[name]
    return Operator(name) if isinstance(name, str) and name in tuple(Operator) else None


def written(tree: object) -> Raw:
    """Return the texts of a rule; of none those of an empty group."""
    if not isinstance(tree, Mapping):
        return {"combinator": "and", "rules": {}}
    if "rules" in tree:
        inner = tree["rules"] if isinstance(tree["rules"], list) else []
        negated: Raw = {"not": "on"} if tree.get("not") else {}
        parts = numbered(written(one) for one in inner)
        return {"combinator": str(tree.get("combinator", "and")).lower(), **negated, "rules": parts}
    missing = tree.get("missing")
    return {
        "field": str(tree.get("field", "")),
        "operator": str(tree.get("operator", "")),
        "value": _shown(tree.get("value")),
        "missing": "" if missing is None else str(missing).lower(),
        WAS: orjson.dumps(tree.get("value"), default=str).decode(),
    }


def _shown(value: object) -> str | list[str]:
    if isinstance(value, list):
        return [_one(one) for one in value]
    return _one(value)


def _one(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def read(raw: Raw, was: object, fields: Mapping[str, Field]) -> object:
    """Return the tree of a rule's texts; ABSENT for an empty one where the file had none."""
    tree = _group(raw, fields)
    if not tree["rules"] and not tree.get("not"):
        return was if _is_empty(was) else ABSENT
    return tree


def _is_empty(tree: object) -> bool:
    return isinstance(tree, Mapping) and not tree.get("rules") and not tree.get("not")


def _group(raw: Raw, fields: Mapping[str, Field]) -> dict[str, object]:
    negated = {"not": True} if text(raw, "not") == "on" else {}
    inner = [_node(one, fields) for one in rows(raw, "rules")]
    return {"combinator": text(raw, "combinator") or "and", **negated, "rules": inner}


def _node(raw: Raw, fields: Mapping[str, Field]) -> dict[str, object]:
    if "rules" in raw or "combinator" in raw:
        return _group(raw, fields)
    field, operator = fields.get(text(raw, "field")), operator_of(text(raw, "operator"))
    condition: dict[str, object] = {"field": text(raw, "field"), "operator": text(raw, "operator")}
    if operator not in PRESENCE:
        condition["value"] = _read_value(raw, field, operator)
    if text(raw, "missing") in ("true", "false") and operator not in PRESENCE:
        condition["missing"] = text(raw, "missing") == "true"
    return condition


def _read_value(raw: Raw, field: Field | None, operator: Operator | None) -> object:
    typed = typed_values(raw, operator)
    was = _was(raw)
    is_many = operator in (*LISTS, *RANGES)
    before = [_one(one) for one in was] if isinstance(was, list) else [_one(was)]
    if was is not None and typed == before and isinstance(was, list) == is_many:
        return was
    found = [_typed(one, field) for one in typed]
    return found if is_many else (found[0] if found else None)


def typed_values(raw: Raw, operator: Operator | None) -> list[str]:
    """Return the values of a condition one by one, as they were typed."""
    if operator in RANGES:
        bounds = block(raw, "value")
        listed = texts(raw, "value")
        return [text(bounds, "0"), text(bounds, "1")] if bounds else [*listed, "", ""][:2]
    listed = texts(raw, "value")
    if operator in LISTS and len(listed) <= 1:
        # Lines where there are any: a value may hold a comma.
        split = listed[0].split("\n" if "\n" in listed[0] else ",") if listed else []
        return [one.strip() for one in split if one.strip()]
    return [one.strip() for one in listed]


def _was(raw: Raw) -> object:
    try:
        return orjson.loads(text(raw, WAS) or "null")
    except orjson.JSONDecodeError:
        return None


def _typed(typed: str, field: Field | None) -> object:
    """Return a text as the file writes values of the field's type: numbers as numbers, yes and no as such."""
    if field is None:
        return typed
    if field.type is FieldType.BOOLEAN and typed in ("true", "false"):
        return typed == "true"
    is_whole = typed.isascii() and typed.removeprefix("-").isdecimal() and len(typed) < 16
    return int(typed) if field.type in _NUMBERS and is_whole else typed
