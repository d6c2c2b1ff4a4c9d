"""Every rule in a market file, read against the fields of the product it speaks about."""

from collections.abc import Iterator, Mapping

from leadhouse.parties.checks import Block, blocks, campaigns, raw_products, texts
from leadhouse.parties.faults import Fault, Loc
from leadhouse.parties.fields import Catalogue, catalogue_of
from leadhouse.rules import RuleFaults, parse
from leadhouse.rules.types import Field, FieldType


def rule_faults(tree: object) -> Iterator[Fault]:
    """Yield every fault in the tree's rules, at its place in the file."""
    products = raw_products(tree)
    everything = catalogue_of(*map(own_fields, (product.fields for product in products.values())))
    for loc, product in blocks(tree, "products"):
        own = catalogue_of(own_fields(tuple(field for _, field in blocks(product, "fields"))))
        for step_loc, step in blocks(product, "flow", loc):
            yield from _faults_of(step_loc, step, own)
    for loc, source in blocks(tree, "sources"):
        keys = [source.get("product"), *(key for _, key in texts(source, "products"))]
        known = [products[key] for key in keys if isinstance(key, str) and key in products]
        own = catalogue_of(*(own_fields(product.fields) for product in known)) if known else everything
        yield from _faults_of(loc, source, own)
    catalogues = {key: catalogue_of(own_fields(product.fields)) for key, product in products.items()}
    for loc, campaign, _ in campaigns(tree):
        key = campaign.get("product")
        own = catalogues.get(key, everything) if isinstance(key, str) else everything
        yield from _faults_of(loc, campaign, own)
        for rule_loc, rule in blocks(campaign, "bid_rules", loc):
            yield from _faults_of(rule_loc, rule, own)


def own_fields(fields: tuple[Block, ...]) -> dict[str, Field]:
    """Return a product's fields as far as they can be read; one of unknown type counts as text."""
    found = {
        str(field["key"]): Field(
            key=str(field["key"]),
            type=_type_of(field),
            label=str(field.get("label") or label_of(str(field["key"]))),
            choices=tuple(choice for _, choice in texts(field, "choices")),
            tooltip=str(field.get("tooltip") or ""),
            unit=str(field.get("unit") or ""),
        )
        for field in reversed(fields)
        if isinstance(field.get("key"), str)
    }
    return dict(reversed(found.items()))


def label_of(key: str) -> str:
    """Return the words of a key: roof_type is Roof type."""
    return key.replace("_", " ").capitalize()


def _type_of(field: Mapping[str, object]) -> FieldType:
    kind = field.get("type")
    if kind in ("choice", "multichoice") and not field.get("choices"):
        return FieldType.TEXT
    return FieldType(kind) if isinstance(kind, str) and kind in tuple(FieldType) else FieldType.TEXT


def _faults_of(loc: Loc, owner: Block, fields: Catalogue) -> Iterator[Fault]:
    tree = owner.get("criteria")
    if not isinstance(tree, dict):
        return
    try:
        parse(tree, fields)
    except RuleFaults as refusal:
        for fault in refusal.faults:
            yield Fault((*loc, "criteria", *parts_of(fault.path)), fault.message)


def parts_of(path: str) -> Loc:
    """Return a rule's path ("rules[0].value[2]") as keys and positions."""
    parts: list[str | int] = []
    for part in path.split("."):
        name, *places = part.split("[")
        parts += [name] if name else []
        parts += [int(place.rstrip("]")) for place in places if place.rstrip("]").isdecimal()]
    return tuple(parts)
