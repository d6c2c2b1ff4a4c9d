"""A made-up lead that a campaign could have bought: of its area, and as its rules want it if that can be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from leadhouse.allocate.matching.geography import level_of, spot_of
from leadhouse.kit.places import Place, by_zip, zips_of_state
from leadhouse.parties.fields import CANONICAL, DERIVED, EXTRA
from leadhouse.parties.types import Campaign, Market, Product, Source
from leadhouse.rules import Rule
from leadhouse.rules.types import Condition, Node
from leadhouse.web.market.coverage import zips_of
from leadhouse.web.market.example import example_lead
from leadhouse.web.market.satisfying import satisfied

# A person lives in one place: what it decides is not made up beside it.
_OF_PLACE = frozenset(
    {"city", "state", "postal_code", "country", "county", "time_zone", "lat", "lon", "city_fits_zip"}
)
_OF_POST = frozenset({"source", "channel", "product", "is_test", "received_at", "phone_1", "email"})
_MOST_PLACES, _MOST_SOURCES = 40, 3


@dataclass(frozen=True, slots=True)
class Fitting:
    """A made-up post, where its person lives, and what of the campaign it does not meet."""

    lead: Mapping[str, object]
    place: str
    misses: tuple[str, ...] = ()


def fitting_lead(campaign: Campaign, market: Market) -> Fitting:
    """Return a made-up lead for a campaign; what cannot be met is told."""
    product = market.products[campaign.product]
    sources = _sources(campaign, market)
    places = [*islice(_places(campaign, sources), _MOST_PLACES)]
    misses = []
    if not places:
        misses.append("its area has no ZIP that we know, so the person lives elsewhere")
        places = [one for one in (by_zip("82301"),) if one is not None]
    if not sources:
        misses.append("no open source may bring it a lead")
    tried: Sequence[Source | None] = sources or [None]
    for source in tried:
        for place in places:
            lead = _lead(product, source, place, [campaign.criteria, source.criteria if source else None])
            if lead is not None:
                return Fitting(lead, _told(place), tuple(misses))
    misses.append("its rules and its sources' could not be met together by a made-up person")
    lead = _lead(product, next(iter(sources), None), places[0], []) or {}
    return Fitting(lead, _told(places[0]), tuple(misses))


def _sources(campaign: Campaign, market: Market) -> list[Source]:
    wanted = [
        one
        for one in market.sources.values()
        if campaign.product in one.products
        and not one.is_closed
        and one.key not in campaign.never_sources
        and (not campaign.only_sources or one.key in campaign.only_sources)
    ]
    # What a test source posts is sold to nobody.
    return ([one for one in wanted if not one.is_test] or wanted)[:_MOST_SOURCES]


def _places(campaign: Campaign, sources: Sequence[Source]) -> Iterator[Place]:
    """Yield places of a campaign's area: such as rules name, then one of each state, then any."""
    area = zips_of(campaign.where)
    rules = [campaign.criteria, *(one.criteria for one in sources)]
    listed = sorted(area)
    by_state: dict[str, str] = {}
    for code in listed[len(listed) // 2 :] + listed[: len(listed) // 2]:
        place = by_zip(code)
        if place is not None:
            by_state.setdefault(place.state, code)
    step = max(1, len(listed) // _MOST_PLACES)
    for code in dict.fromkeys([*_named(rules, area), *by_state.values(), *listed[::step]]):
        place = by_zip(code)
        if place is not None and (
            campaign.where is None or level_of(campaign.where, spot_of(_where(place))) is not None
        ):
            yield place


def _named(rules: Iterable[Rule | None], area: set[str]) -> Iterator[str]:
    """Yield the ZIPs of an area that rules name, or of the states that they name."""
    for one in (condition for rule in rules if rule for condition in _conditions(rule.root)):
        for said in one.shown[:20]:
            if one.field.key == "postal_code" and said in area:
                yield said
            elif one.field.key == "state":
                yield from islice((code for code in zips_of_state(said.upper()) if code in area), 1)


def _conditions(node: Node) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
        return
    for one in node.rules:
        yield from _conditions(one)


def _lead(
    product: Product, source: Source | None, place: Place, rules: Sequence[Rule | None]
) -> dict[str, object] | None:
    """Return the post of a person who lives there, as rules want it; None when they cannot be met there."""
    example = example_lead(None, [product]) | _where(place)
    facts: dict[str, object] = {
        **{_fact(key, product): value for key, value in example.items()},
        "phone_1": "+13023215560",
        "country": "US",
        "county": place.county,
        "time_zone": place.time_zone,
        "product": product.key,
    }
    if source is not None:
        facts |= {"source": source.key, "channel": source.channel, "is_test": source.is_test}
    found = satisfied([one for one in rules if one is not None], facts, _OF_PLACE | _OF_POST)
    if found is None:
        return None
    posted = {
        key.removeprefix(EXTRA): value
        for key, value in found.items()
        if value is not None and key not in DERIVED and (key != "product" or key in example)
    }
    return {**posted, "phone_1": example["phone_1"]}


def _fact(key: str, product: Product) -> str:
    return key if key in CANONICAL or key in product.fields else f"{EXTRA}{key}"


def _where(place: Place) -> dict[str, object]:
    return {"city": place.city, "state": place.state, "postal_code": place.zip_code}


def _told(place: Place) -> str:
    return f"{place.city}, {place.state} {place.zip_code}"
