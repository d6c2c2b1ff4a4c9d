"""Where a lead is, and whether that lies in an area (DOMAIN.md: geography is the ZIP's)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import isfinite

from leadhouse.kit.places import ZIP_COUNTRIES, Place, by_zip, county_key, miles_between, plain_code
from leadhouse.parties.types import Area


class Level(IntEnum):
    """How specific a match is, the most specific first."""

    ZIP = 0
    PREFIX = 1
    RADIUS = 2
    COUNTY = 3
    STATE = 4
    COUNTRY = 5
    SOURCE = 6
    PROPERTY = 7
    ANYWHERE = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a lead is: blank or None where unknown.

    `point` is where a radius is measured to, in degrees; `is_posted` tells that it is not the ZIP's centre.
    States and counties are those of the US: a lead elsewhere has none. Its `zip_code` is its own country's.
    """

    country: str = "US"
    zip_code: str = ""
    state: str = ""
    county: tuple[str, str] | None = None
    point: tuple[float, float] | None = None
    is_posted: bool = False


def spot_of(facts: Mapping[str, object]) -> Spot:
    """Read where a lead is from its good fields: the ZIP decides, the posted state only where it cannot."""
    country = str(facts.get("country") or "US").upper()
    posted = _point(facts.get("lat"), facts.get("lon"))
    if country not in ZIP_COUNTRIES:
        code = plain_code(str(facts.get("postal_code") or ""))
        return Spot(country, code, point=posted, is_posted=posted is not None)
    zip_code = str(facts.get("postal_code") or "").strip()[:5]
    spot = _spot_of_zip(country, zip_code, str(facts.get("state") or "").upper())
    if posted is None or posted == spot.point:
        return spot
    return Spot(country, spot.zip_code, spot.state, spot.county, posted, is_posted=True)


@lru_cache(maxsize=50_000)
def _spot_of_zip(country: str, zip_code: str, posted_state: str) -> Spot:
    place = by_zip(zip_code)
    if place is None:
        return Spot(country, zip_code, posted_state)
    county = (place.state, county_key(place.county)) if place.county else None
    return Spot(country, zip_code, place.state, county, centre_of(place))


def centre_of(place: Place) -> tuple[float, float] | None:
    """Return the middle of a ZIP in degrees, or None when the postal data has none."""
    return None if place.lat is None or place.lon is None else (place.lat, place.lon)


def _point(lat: object, lon: object) -> tuple[float, float] | None:
    try:
        point = (float(str(lat)), float(str(lon)))
    except ValueError:
        return None
    on_earth = all(map(isfinite, point)) and abs(point[0]) <= 90 and abs(point[1]) <= 180
    return point if on_earth else None


def level_of(area: Area, spot: Spot) -> Level | None:
    """Return the most specific way in which the spot lies in the area; None when it lies outside."""
    levels = []
    if area.zips or area.zip_prefixes or area.counties or area.states:
        named = _named(area, spot)
        if named is None:
            return None
        levels.append(named)
    if area.countries:
        if spot.country not in area.countries:
            return None
        levels.append(Level.COUNTRY)
    if area.radius:
        if not in_radius(area, spot):
            return None
        levels.append(Level.RADIUS)
    return min(levels, default=Level.ANYWHERE)


def _named(area: Area, spot: Spot) -> Level | None:
    if not (area.countries or spot.country in ZIP_COUNTRIES):
        return None
    if spot.zip_code in area.zips:
        return Level.ZIP
    if area.zip_prefixes and any(spot.zip_code.startswith(prefix) for prefix in area.zip_prefixes):
        return Level.PREFIX
    if spot.county in area.counties:
        return Level.COUNTY
    return Level.STATE if spot.state in area.states else None


def in_radius(area: Area, spot: Spot) -> bool:
    """Return whether the spot's point lies in the area's circle; a lead without a point lies in none."""
    if area.radius is None:
        return True
    if spot.point is None:
        return False
    circle = area.radius
    return miles_between(circle.lat, circle.lon, *spot.point) <= circle.miles
