"""A market of as many campaigns as wanted, made at once and kept in memory; and leads for it.

On real ZIP codes: 35 % of the campaigns target states, 25 % counties, 20 % ZIP lists, 5 % prefixes, 14 %
radii, 1 % everywhere. A fifth takes some sources only, a tenth never takes some, a third accepts some classes
only, four in ten have hours, 45 % have property rules, 5 % bid more for a state; one in twenty is paused. Two
campaigns to a company, of one of four zones; every one bids for sizes 1 to 4.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.types import Lead
from leadhouse.kit.hours import parse_hours
from leadhouse.kit.ids import new_id
from leadhouse.kit.places import Place, all_zips, by_zip, county_key
from leadhouse.parties.compile import compile_market
from leadhouse.parties.fields import catalogue
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import Area, BidRule, Campaign, Market, Product, Radius
from leadhouse.rules import Rule, parse

NOW = datetime(2026, 11, 25, 15, 7, tzinfo=UTC)
ZONES = tuple(map(ZoneInfo, ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")))
SOURCES = tuple(f"source-{number}" for number in range(10))
ROOFS = ("shingle", "metal", "tile", "slate")
_DAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = tuple(
    parse_hours({day: [at] for day in days})
    for days, at in (
        (_DAYS, "09:00-17:00"),
        (_DAYS, "08:00-20:00"),
        ((*_DAYS, "sat"), "10:00-16:00"),
        (("sat", "sun"), "00:00-24:00"),
        (_DAYS, "12:00-18:30"),
    )
)
_SHARES = {1: 100, 2: 62, 3: 46, 4: 37}
_SEED = 11


def crowd(campaigns: int) -> Market:
    """Return a market of so many campaigns for roofing leads."""
    random, whole = Random(_SEED), _small_market()
    company, campaign = whole.companies[1], whole.campaigns[1]
    places = [place for place in map(by_zip, all_zips()) if place and place.lat]
    rules = _Rules(whole.products["roofing"])
    several = (_campaign(number, campaign, places, rules, random) for number in range(1, campaigns + 1))
    companies = (
        replace(company, id=number, key=f"company-{number}", zone=ZONES[number % len(ZONES)])
        for number in range(1, campaigns // 2 + 2)
    )
    return replace(
        whole,
        companies={one.id: one for one in companies},
        campaigns={one.id: one for one in several},
    )


def leads(count: int, seed: int = _SEED) -> Iterator[Lead]:
    """Yield leads from ZIPs all over the country, every tenth with coordinates of its own."""
    random, zips = Random(seed), all_zips()
    for number in range(count):
        facts: dict[str, object] = {
            "postal_code": random.choice(zips),
            "country": "US",
            "estimate_low": str(random.randint(500, 9_000)),
            "roof_type": random.choice(ROOFS),
            "credit": random.choice([None, *range(500, 850)]),
        }
        place = by_zip(str(facts["postal_code"]))
        if number % 10 == 9 and place and place.lat and place.lon:
            facts |= {"lat": place.lat + random.uniform(-0.1, 0.1), "lon": place.lon}
        source, classification = random.choice(SOURCES), random.choice([None, 0, 1, 2, 5])
        yield Lead(new_id(), "roofing", source, classification, None, NOW, spot_of(facts), facts)


def _small_market() -> Market:
    """Return a market of one campaign, which the others are made after."""
    fields = [
        {"key": "roof_type", "type": "choice", "choices": list(ROOFS)},
        {"key": "credit", "type": "number"},
    ]
    product = {"key": "roofing", "name": "Roofing", "sale_sizes": [1, 2, 3, 4], "floor": "5.00"}
    campaign = {"key": "campaign-1", "product": "roofing", "deliver": [{"method": "portal"}]}
    written = {
        "market": {"name": "Bench", "timezone": "America/New_York", "currency": "USD"},
        "products": [{**product, "fields": fields}],
        "sources": [{"key": key, "name": key, "product": "roofing"} for key in SOURCES],
        "companies": [{"key": "company-1", "name": "Company", "campaigns": [campaign]}],
    }
    document = read_market_text(json.dumps(written), suffix=".json")
    return compile_market(1, document.market, document.products, document.sources, document.companies)


def _campaign(
    number: int, model: Campaign, places: Sequence[Place], rules: "_Rules", random: Random
) -> Campaign:
    bid = random.randint(2_000, 9_000)
    near = random.choices(places, k=40)
    return replace(
        model,
        id=number,
        key=f"campaign-{number}",
        company_id=(number + 1) // 2,
        is_active=random.random() < 0.95,
        bids={size: bid * share // 100 for size, share in _SHARES.items()},
        bid_rules=(_raised(bid, near[0]),) if random.random() < 0.05 else (),
        where=_area(near, random),
        only_sources=frozenset(random.sample(SOURCES, 4) if random.random() < 0.2 else ()),
        never_sources=frozenset(random.sample(SOURCES, 2) if random.random() < 0.1 else ()),
        criteria=rules.some(random),
        classifications=frozenset(random.sample(range(8), 5)) if random.random() < 1 / 3 else None,
        schedule=random.choice(HOURS) if random.random() < 0.4 else None,
    )


def _raised(bid: int, place: Place) -> BidRule:
    higher = {size: bid * share // 80 for size, share in _SHARES.items()}
    return BidRule(higher, where=Area(states=frozenset({place.state})))


def _area(near: Sequence[Place], random: Random) -> Area | None:
    kind = random.random()
    if kind < 0.35:
        return Area(states=frozenset(one.state for one in near[:6]))
    if kind < 0.60:
        return Area(counties=frozenset((one.state, county_key(one.county)) for one in near if one.county))
    if kind < 0.80:
        return Area(zips=frozenset(one.zip_code for one in near))
    if kind < 0.85:
        return Area(zip_prefixes=frozenset(one.zip_code[:3] for one in near[:8]))
    lat, lon = near[0].lat, near[0].lon
    if kind < 0.99 and lat is not None and lon is not None:
        return Area(radius=Radius(lat, lon, random.choice([25.0, 50.0, 100.0])))
    return None


class _Rules:
    """Property rules of one to three conditions, or none; equal ones are made once."""

    def __init__(self, product: Product) -> None:
        self._fields = catalogue(product)
        self._made: dict[str, Rule] = {}

    def some(self, random: Random) -> Rule | None:
        conditions: list[dict[str, object]] = []
        if random.random() < 0.3:
            least = random.randint(1_000, 5_000)
            conditions.append({"field": "estimate_low", "operator": ">=", "value": least})
        if random.random() < 0.15:
            roofs = sorted(random.sample(ROOFS, 2))
            conditions.append({"field": "roof_type", "operator": "in", "value": roofs})
        if random.random() < 0.1:
            credit = random.randrange(550, 750, 10)
            conditions.append({"field": "credit", "operator": ">", "value": credit, "missing": True})
        if not conditions:
            return None
        tree = {"combinator": "and", "rules": conditions}
        written = json.dumps(tree)
        if written not in self._made:
            self._made[written] = parse(tree, self._fields)
        return self._made[written]
