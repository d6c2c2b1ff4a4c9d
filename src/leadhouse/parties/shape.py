"""A tree checked against the blocks of a market file, its faults told in people's words."""

from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from leadhouse.parties.documents import STEP_MODELS, MarketFileDocument
from leadhouse.parties.faults import Fault, Loc
from leadhouse.parties.leaves import Surroundings, nearest, shown

_SAID: Mapping[str, str] = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
    "model_attributes_type": "must be a mapping (key: value)",
}


def shape_faults(tree: object, surroundings: Surroundings) -> tuple[MarketFileDocument | None, list[Fault]]:
    """Return the documents, or None and every fault of shape in the tree."""
    try:
        return MarketFileDocument.model_validate(tree, context=surroundings), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_fault(one, tree) for one in details]


def _fault(detail: ErrorDetails, tree: object) -> Fault:
    kind = detail["type"]
    loc = _loc_in_file(detail["loc"], tree)
    if kind == "union_tag_not_found":
        return Fault((*loc, _discriminator(detail)), "is missing: " + _tags(detail))
    if kind == "union_tag_invalid":
        return Fault((*loc, _discriminator(detail)), f"cannot be {shown(_tag(detail))}: " + _tags(detail))
    return Fault(loc, _message(detail, loc))


def _message(detail: ErrorDetails, loc: Loc) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        hint = nearest(str(loc[-1]), _known_keys(detail["loc"][:-1]))
        return "is not a known key" + (hint or f": use {', '.join(_known_keys(detail['loc'][:-1]))}")
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_type":
        return "must be text" + (": write it in quotes" if isinstance(detail["input"], int | float) else "")
    if kind == "literal_error":
        return f"cannot be {shown(detail['input'])}: use {context['expected'].replace(chr(39), '')}"
    return _bounds(kind, context) or _SAID.get(kind) or detail["msg"]


def _bounds(kind: str, context: Mapping[str, object]) -> str | None:
    if kind == "greater_than_equal":
        return "must not be negative" if context["ge"] == 0 else f"must be at least {context['ge']}"
    if kind == "greater_than":
        return f"must be more than {context['gt']}"
    if kind == "less_than_equal":
        return f"must be at most {context['le']}"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind in ("string_too_long", "too_long"):
        unit = "characters" if kind == "string_too_long" else "entries"
        return f"must have at most {context['max_length']} {unit}"
    return None


def _loc_in_file(loc: tuple[str | int, ...], tree: object) -> Loc:
    """Return the place without what only the checker knows: names of alternatives, and `[key]`."""
    place: list[str | int] = []
    parts = [part for part in loc if part != "[key]"]
    for number, part in enumerate(parts):
        inner = dict(_inner(tree))
        if part in inner:
            tree = inner[part]
        elif number < len(parts) - 1:
            continue
        place.append(part)
    return tuple(place)


def _inner(tree: object) -> Iterator[tuple[object, object]]:
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def _known_keys(loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the block at a place, those of all alternatives where the place does not choose."""
    models: list[type[BaseModel]] = [MarketFileDocument]
    for part in loc:
        inner = [
            found
            for model in models
            if part in model.model_fields
            for found in _models_in(model.model_fields[str(part)].annotation)
        ]
        if not isinstance(part, int) and inner:
            models = inner
        models = [one for one in models if part in (_tag_of(one), _step_tag_of(one))] or models
    return sorted({key for model in models for key in model.model_fields})


def _tag_of(model: type[BaseModel]) -> str | None:
    for field in model.model_fields.values():
        arguments = get_args(field.annotation)
        if len(arguments) == 1 and isinstance(arguments[0], str):
            return arguments[0]
    return None


def _step_tag_of(model: type[BaseModel]) -> str | None:
    return next((tag for tag, known in STEP_MODELS.items() if known is model), None)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _discriminator(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("discriminator", "")).strip("'")


def _tag(detail: ErrorDetails) -> object:
    return detail.get("ctx", {}).get("tag", "")


def _tags(detail: ErrorDetails) -> str:
    model_tags = detail.get("ctx", {}).get("expected_tags")
    if model_tags:
        return "use " + str(model_tags).replace("'", "")
    alternatives = {"kind": "fixed, share", "mode": "credit, prepaid", "method": "http, email, portal"}
    return f"use {alternatives.get(_discriminator(detail), 'one of the known ones')}"
