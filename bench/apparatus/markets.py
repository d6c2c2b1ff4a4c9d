"""Market files: the demo's, and one of as many campaigns as wanted on real ZIP codes.

Of its campaigns 35 % target states, 25 % counties, 20 % ZIP lists, 5 % prefixes, 14 % radii, 1 % everywhere;
each bids for every size, 30 % have a rule, two thirds have caps.
"""

from collections.abc import Iterator, Mapping
from random import Random

from bench.apparatus.house import CHECKOUT
from leadhouse.kit.places import Place, all_zips, by_zip
from leadhouse.project.demo.market import Seller

DEMO = CHECKOUT / "examples" / "markets" / "demo.yaml"
SELLER = Seller("Bench", "bench-source", "roofing", ())
SOURCES = (
    "roofing-calculator",
    "solar-estimate",
    "mysolar",
    "fixr",
    "solar-reviews",
    "bathroom-estimate",
    "kitchen-estimate",
)
_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
_SHARES = (("exclusive", 100), ("duo", 62), ("trio", 46), ("quad", 37))
_SEED = 11


def wide_market(campaigns: int, seed: int = _SEED) -> dict[str, object]:
    """Return a market file of so many campaigns, two to a company; `SELLER` posts its leads."""
    random = Random(seed)
    source = {"key": "bench", "name": SELLER.name, "product": SELLER.product, "api_key": SELLER.api_key}
    return {
        "market": {"name": "Bench", "timezone": _ZONES[0], "currency": "USD"},
        "products": [{"key": "roofing", "name": "Roofing", "sale_sizes": [1, 2, 3, 4], "floor": "5.00"}],
        "sources": [source],
        "companies": [_company(number, random) for number in range(campaigns // 2)],
    }


def month_market(campaigns: int, seed: int = _SEED) -> dict[str, object]:
    """Return the wide market with the mission's seven sources, which send all its leads."""
    sources = [
        {"key": key, "name": key, "product": SELLER.product, "api_key": f"bench-{key}"} for key in SOURCES
    ]
    return {**wide_market(campaigns, seed), "sources": sources}


def seller(source: str) -> Seller:
    """Return who posts leads of one of the month's sources."""
    return Seller(source, f"bench-{source}", SELLER.product, ())


def least_estimates(market: Mapping[str, object]) -> dict[str, int]:
    """Return the estimates that campaigns of such a market ask for at least, by key."""
    campaigns = (one for company in market["companies"] for one in company["campaigns"])  # type: ignore[attr-defined]
    return {one["key"]: one["criteria"]["rules"][0]["value"] for one in campaigns if "criteria" in one}


def _company(number: int, random: Random) -> dict[str, object]:
    return {
        "key": f"company-{number}",
        "name": f"Company {number}",
        "timezone": _ZONES[number % len(_ZONES)],
        "api_key": f"bench-company-{number}",
        "wallet": {"mode": "credit", "limit": "1000.00"},
        "campaigns": [_campaign(f"campaign-{number}-{half}", random) for half in (0, 1)],
    }


def _campaign(key: str, random: Random) -> dict[str, object]:
    bid = random.randint(2_000, 9_000)
    campaign: dict[str, object] = {
        "key": key,
        "product": SELLER.product,
        "bids": {name: f"{bid * share // 100 / 100:.2f}" for name, share in _SHARES},
        "where": _area(random),
        "deliver": [{"method": "portal"}],
    }
    if random.random() < 0.3:
        rule = {"field": "estimate_low", "operator": ">=", "value": random.randint(1_000, 5_000)}
        campaign["criteria"] = {"combinator": "and", "rules": [rule]}
    if random.random() < 0.67:
        campaign["caps"] = {"day": {"count": random.randint(5, 500)}, "month": {"money": "50000.00"}}
    return campaign


def _area(random: Random) -> dict[str, object] | None:
    kind, found = random.random(), list(_places(random))
    if kind < 0.35:
        return {"states": sorted({one.state for one in found[:6]})}
    if kind < 0.60:
        return {"counties": sorted({f"{one.county}, {one.state}" for one in found if one.county})}
    if kind < 0.80:
        return {"zips": [one.zip_code for one in found]}
    if kind < 0.85:
        return {"zips": [f"{one.zip_code[:3]}*" for one in found[:8]]}
    if kind < 0.99:
        return {"radius": {"lat": found[0].lat, "lon": found[0].lon, "miles": random.choice([25, 50, 100])}}
    return None


def _places(random: Random) -> Iterator[Place]:
    """Yield forty places or a few less: those without coordinates are left out."""
    for zip_code in random.sample(all_zips(), 40):
        place = by_zip(zip_code)
        if place and place.lat:
            yield place
