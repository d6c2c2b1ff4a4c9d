"""What in a market file must fit together: keys, references, sizes, places; read from the bare tree.

The bare tree is walked, not the checked documents, so that a fault in one block hides none in another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leadhouse.kit.places import by_zip
from leadhouse.parties.faults import Fault, Loc
from leadhouse.parties.fields import CANONICAL, DERIVED, postable
from leadhouse.parties.leaves import (
    SIZE_NAMES,
    has_own_codes,
    is_code,
    is_zip,
    nearest,
    no_zip,
    shown,
    size_of,
)

Block = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RawProduct:
    """What a product's block says, as far as it can be read."""

    fields: tuple[Block, ...]


def blocks(parent: object, key: str, loc: Loc = ()) -> Iterator[tuple[Loc, Block]]:
    """Yield the mappings in the list `key` of a block, with their places; what is none is left out."""
    listed = parent.get(key) if isinstance(parent, Mapping) else None
    for place, inner in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(inner, Mapping):
            yield (*loc, key, place), inner


def block(parent: object, key: str) -> Block:
    """Return the mapping under a key, empty when there is none."""
    inner = parent.get(key) if isinstance(parent, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def texts(parent: object, key: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of the list under a key, with their positions."""
    listed = parent.get(key) if isinstance(parent, Mapping) else None
    for place, inner in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(inner, str):
            yield place, inner


def campaigns(tree: object) -> Iterator[tuple[Loc, Block, Block]]:
    """Yield every campaign with its place and its company."""
    for company_loc, company in blocks(tree, "companies"):
        for loc, campaign in blocks(company, "campaigns", company_loc):
            yield loc, campaign, company


def raw_products(tree: object) -> dict[str, RawProduct]:
    """Return the file's products by key; of two with one key the first, as the second is the fault."""
    return {
        str(product["key"]): RawProduct(fields=tuple(field for _, field in blocks(product, "fields")))
        for _, product in reversed([*blocks(tree, "products")])
        if isinstance(product.get("key"), str)
    }


def fit_faults(tree: object) -> Iterator[Fault]:
    """Yield every fault between blocks of the tree."""
    products = raw_products(tree)
    sources = [source.get("key") for _, source in blocks(tree, "sources")]
    known_sources = frozenset(key for key in sources if isinstance(key, str))
    yield from _repeated_keys(tree)
    yield from _repeated_api_keys(tree)
    for loc, product in blocks(tree, "products"):
        yield from _product_faults(loc, product)
    for loc, source in blocks(tree, "sources"):
        yield from _source_faults(loc, source, products)
    for loc, campaign, company in campaigns(tree):
        yield from _campaign_faults(loc, campaign, company, products, known_sources)


def _repeated_keys(tree: object) -> Iterator[Fault]:
    yield from repeated("product", blocks(tree, "products"))
    yield from repeated("source", blocks(tree, "sources"))
    yield from repeated("company", blocks(tree, "companies"))
    yield from repeated("campaign", ((loc, one) for loc, one, _ in campaigns(tree)))


def repeated(noun: str, named: Iterator[tuple[Loc, Block]], key: str = "key") -> Iterator[Fault]:
    """Yield a fault for each block whose key another has already."""
    seen: dict[object, Loc] = {}
    for loc, inner in named:
        written = inner.get(key)
        if not isinstance(written, str):
            continue
        if written in seen:
            message = f"{shown(written)} is the key of another {noun} already"
            yield Fault((*loc, key), message)
        seen.setdefault(written, loc)


def _repeated_api_keys(tree: object) -> Iterator[Fault]:
    seen: set[str] = set()
    for loc, party in (*blocks(tree, "sources"), *blocks(tree, "companies")):
        written = party.get("api_key")
        if isinstance(written, str):
            if written in seen:
                yield Fault((*loc, "api_key"), "is the key of another party already: each needs its own")
            seen.add(written)


def _product_faults(loc: Loc, product: Block) -> Iterator[Fault]:
    own = [field.get("key") for _, field in blocks(product, "fields")]
    known = postable(key for key in own if isinstance(key, str))
    for place, key in texts(product, "required"):
        if key not in known and not key.startswith("extra."):
            yield Fault((*loc, "required", place), f"{shown(key)} is not a field{nearest(key, known)}")
    yield from repeated("field", blocks(product, "fields", loc))
    for field_loc, field in blocks(product, "fields", loc):
        yield from _field_faults(field_loc, field)
    sizes = product.get("sale_sizes")
    if isinstance(sizes, list) and len({*map(str, sizes)}) < len(sizes):
        yield Fault((*loc, "sale_sizes"), "names a size twice")


def _field_faults(loc: Loc, field: Block) -> Iterator[Fault]:
    key, kind, choices = field.get("key"), field.get("type"), field.get("choices")
    if isinstance(key, str) and (key in CANONICAL or key in DERIVED):
        yield Fault((*loc, "key"), f"{shown(key)} is a field of every lead already: choose another key")
    if kind in ("choice", "multichoice") and choices is None:
        yield Fault((*loc, "choices"), "is missing: a choice needs its choices")
    if kind not in ("choice", "multichoice") and choices is not None:
        yield Fault((*loc, "choices"), "only a field of type choice or multichoice has choices")
    folded = [choice.strip().casefold() for _, choice in texts(field, "choices")]
    if len(set(folded)) < len(folded):
        yield Fault((*loc, "choices"), "names a choice twice")


def _source_faults(loc: Loc, source: Block, products: Mapping[str, RawProduct]) -> Iterator[Fault]:
    one, several = source.get("product"), source.get("products")
    if one is None and several is None:
        yield Fault((*loc, "product"), "is missing: say which product the source brings")
    if one is not None and several is not None:
        yield Fault((*loc, "products"), "give product or products, not both")
    if isinstance(one, str):
        yield from _unknown((*loc, "product"), one, products, "product")
    for place, key in texts(source, "products"):
        yield from _unknown((*loc, "products", place), key, products, "product")


def _unknown(loc: Loc, key: str, known: Mapping[str, object] | frozenset[str], noun: str) -> Iterator[Fault]:
    if key not in known:
        yield Fault(loc, f"{shown(key)} is not a {noun} of this market{nearest(key, known)}")


def _campaign_faults(
    loc: Loc, campaign: Block, company: Block, products: Mapping[str, RawProduct], sources: frozenset[str]
) -> Iterator[Fault]:
    key = campaign.get("product")
    if isinstance(key, str):
        yield from _unknown((*loc, "product"), key, products, "product")
    yield from _size_faults((*loc, "bids"), block(campaign, "bids"))
    yield from _bid_faults((*loc, "bid"), campaign)
    yield from _area_faults((*loc, "where"), block(campaign, "where"), company)
    for side in ("only", "never"):
        for place, source in texts(block(campaign, "sources"), side):
            yield from _unknown((*loc, "sources", side, place), source, sources, "source")
    for rule_loc, rule in blocks(campaign, "bid_rules", loc):
        yield from _bid_rule_faults(rule_loc, rule, company, sources)
        yield from _size_faults((*rule_loc, "bids"), block(rule, "bids"))


def _bid_faults(loc: Loc, campaign: Block) -> Iterator[Fault]:
    bid = block(campaign, "bid")
    yield from _size_faults((*loc, "ping", "prices"), block(block(bid, "ping"), "prices"), "price")
    if bid and (campaign.get("bids") or campaign.get("bid_rules")):
        yield Fault(loc, "asks for live bids: leave bids and bid_rules out")


def _bid_rule_faults(loc: Loc, rule: Block, company: Block, sources: frozenset[str]) -> Iterator[Fault]:
    places = any(bool(value) for value in block(rule, "where").values())
    if not places and not rule.get("sources") and not block(rule, "criteria").get("rules"):
        yield Fault(loc, "says not for which leads: give where, sources or criteria")
    yield from _area_faults((*loc, "where"), block(rule, "where"), company)
    for place, source in texts(rule, "sources"):
        yield from _unknown((*loc, "sources", place), source, sources, "source")


def _size_faults(loc: Loc, bids: Block, noun: str = "bid") -> Iterator[Fault]:
    seen: set[int] = set()
    for name in bids:
        if name not in SIZE_NAMES and not (name.isascii() and name.isdecimal() and len(name) <= 3):
            continue
        size = size_of(name)
        if size in seen:
            yield Fault((*loc, name), f"size {size} has a {noun} already")
        seen.add(size)


def _code_faults(loc: Loc, area: Block) -> Iterator[Fault]:
    """Yield the codes that are no ZIPs where no other country is named whose codes they could be."""
    if any(has_own_codes(country) for _, country in texts(area, "countries")):
        return
    for place, code in texts(area, "zips"):
        if is_code(code) and not is_zip(code):
            yield Fault((*loc, "zips", place), f"{no_zip(code)}; other countries' codes need `countries`")


def _area_faults(loc: Loc, area: Block, company: Block) -> Iterator[Fault]:
    yield from _code_faults(loc, area)
    radius = block(area, "radius")
    if not radius:
        return
    name, lat, lon = radius.get("location"), radius.get("lat"), radius.get("lon")
    if name is None and (lat is None or lon is None):
        yield Fault((*loc, "radius"), "needs lat and lon, or the name of one of the company's locations")
    if name is not None and (lat is not None or lon is not None):
        yield Fault((*loc, "radius"), "give lat and lon or a location, not both")
    if isinstance(name, str):
        yield from _location_faults((*loc, "radius", "location"), name, company)


def _location_faults(loc: Loc, name: str, company: Block) -> Iterator[Fault]:
    named = {str(place.get("name")): place for _, place in blocks(company, "locations")}
    if name not in named:
        yield Fault(loc, f"{shown(name)} is not a location of the company{nearest(name, named)}")
        return
    place = named[name]
    at_zip = by_zip(str(place.get("postal_code")))
    if (place.get("lat") is None or place.get("lon") is None) and (at_zip is None or at_zip.lat is None):
        yield Fault(loc, f"{shown(name)} has no lat and lon, and its ZIP is unknown")
