"""Where ZIP codes are, and which of them lie in a state, a county or a radius."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import asin, cos, degrees, isfinite, radians, sin, sqrt
from sys import intern

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from phonenumbers import PhoneNumber, region_code_for_number

from leadhouse.kit.place_names import (
    STATE_NAMES,
    ZIP_COUNTRIES,
    city_key,
    county_key,
    normal_zip,
    plain_code,
    state_code,
)
from leadhouse.kit.us_places import written_lines

__all__ = [
    "STATE_NAMES",
    "ZIP_COUNTRIES",
    "Place",
    "all_zips",
    "area_code_states",
    "area_codes_of_zip",
    "by_zip",
    "city_fits_zip",
    "city_key",
    "county_key",
    "miles_between",
    "normal_zip",
    "plain_code",
    "state_code",
    "zips_of_county",
    "zips_of_state",
    "zips_within",
]

# The mean radius of the earth, 6,371.0088 km (IUGG), in statute miles.
EARTH_RADIUS_MILES = 3_958.7613
# Miles by which distances measured all at once differ from miles_between at most: what lies so near a rim
# is measured again, one by one.
RIM_MILES = 1e-3


class Place(Struct, frozen=True):
    """A ZIP code; `county` is empty and the others None where the postal data has none (military, Pacific).

    `lat` and `lon` are the degrees of the ZIP's centre, `time_zone` an IANA name.
    """

    zip_code: str
    city: str
    state: str
    county: str
    lat: float | None
    lon: float | None
    time_zone: str | None
    area_codes: tuple[str, ...] = ()
    other_cities: tuple[str, ...] = ()


class _Atlas(Struct, frozen=True):
    """All places, with an index for each question that is asked about them."""

    places: Mapping[str, Place]
    zips: tuple[str, ...]
    states: Mapping[str, tuple[str, ...]]
    counties: Mapping[tuple[str, str], tuple[str, ...]]
    centres: "_Centres"
    area_codes: Mapping[str, frozenset[str]]


def by_zip(zip5: str) -> Place | None:
    """Return the place of a five-digit ZIP, or None when there is no such ZIP."""
    return _atlas().places.get(zip5)


def all_zips() -> Sequence[str]:
    """Return every ZIP in use or lately withdrawn, in order."""
    return _atlas().zips


def zips_of_state(state: str) -> Sequence[str]:
    """Return the ZIPs of a state, given as people write it, in order; none for what is no state."""
    return _atlas().states.get(state_code(state) or "", ())


def zips_of_county(county: str, state: str) -> Sequence[str]:
    """Return the ZIPs of a county, with or without County, Parish or Borough; none when it is unknown.

    A name that only an independent city has means the city ("Alexandria, VA").
    """
    code, key = state_code(state) or "", county_key(county)
    counties = _atlas().counties
    return counties.get((code, key)) or counties.get((code, f"{key}city")) or ()


def zips_within(lat: float, lon: float, miles: float) -> list[str]:
    """Return the ZIPs, in order, whose centre lies at most so many miles from the point (degrees)."""
    if not (isfinite(lat) and isfinite(lon) and isfinite(miles)) or miles < 0 or abs(lat) > 90:
        return []
    return _atlas().centres.within(lat, lon, miles)


def miles_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance of two points (degrees) in statute miles, by the haversine formula."""
    north1, north2 = radians(lat1), radians(lat2)
    across = sin(radians(lon2 - lon1) / 2)
    along = sin((north2 - north1) / 2)
    return 2 * EARTH_RADIUS_MILES * asin(min(1.0, sqrt(along**2 + cos(north1) * cos(north2) * across**2)))


def miles_from(
    lat: float, lon: float, lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distances of a point to many (degrees), as miles_between does but for RIM_MILES."""
    north, east = np.radians(lats), np.radians(lons)
    along, across = np.sin((north - radians(lat)) / 2), np.sin((east - radians(lon)) / 2)
    chord = along**2 + cos(radians(lat)) * np.cos(north) * across**2
    miles: NDArray[np.float64] = 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return miles


def area_codes_of_zip(zip5: str) -> frozenset[str]:
    """Return the telephone area codes in use in a ZIP, those of its neighbours over a border included."""
    place = by_zip(zip5)
    return frozenset(place.area_codes) if place else frozenset()


def area_code_states(area_code: str) -> frozenset[str]:
    """Return the state that a US area code belongs to; empty for toll-free, foreign and unknown ones."""
    return _atlas().area_codes.get(area_code, frozenset())


def city_fits_zip(city: str, zip5: str) -> bool | None:
    """Return whether the city is a name used for the ZIP; None when the ZIP is unknown."""
    place = by_zip(zip5)
    if place is None:
        return None
    return city_key(city) in {city_key(name) for name in (place.city, *place.other_cities)}


class _Centres:
    """The centres of all ZIPs that have one, from south to north."""

    def __init__(self, places: Iterable[Place]) -> None:
        placed = sorted((one.lat, one.lon or 0.0, one.zip_code) for one in places if one.lat is not None)
        self._zips = [zip_code for _, _, zip_code in placed]
        self._lats = np.array([lat for lat, _, _ in placed])
        self._lons = np.array([lon for _, lon, _ in placed])

    def within(self, lat: float, lon: float, miles: float) -> list[str]:
        reach = degrees(miles / EARTH_RADIUS_MILES) + RIM_MILES
        first, after = np.searchsorted(self._lats, (lat - reach, lat + reach))
        band = slice(first, after)
        rest = miles - miles_from(lat, lon, self._lats[band], self._lons[band])
        sure = np.flatnonzero(rest > RIM_MILES) + first
        rim = [
            place
            for place in (np.flatnonzero(np.abs(rest) <= RIM_MILES) + first).tolist()
            if miles_between(lat, lon, self._lats.item(place), self._lons.item(place)) <= miles
        ]
        return sorted(self._zips[place] for place in (*sure.tolist(), *rim))


@cache
def _atlas() -> _Atlas:
    """Read the places once a process: about a third of a second and 20 MB."""
    places = [_place(line.split("\t")) for line in written_lines()]
    states, counties = defaultdict(list), defaultdict(list)
    for place in places:
        states[place.state].append(place.zip_code)
        if place.county:
            counties[place.state, county_key(place.county)].append(place.zip_code)
    return _Atlas(
        places={place.zip_code: place for place in places},
        zips=tuple(place.zip_code for place in places),
        states={state: tuple(zips) for state, zips in states.items()},
        counties={county: tuple(zips) for county, zips in counties.items()},
        centres=_Centres(places),
        area_codes=_homes(places),
    )


def _place(columns: list[str]) -> Place:
    """Read one line; texts that many places share are kept once."""
    zip_code, city, state, county, lat, lon, zone, area_codes, cities = columns
    return Place(
        zip_code=zip_code,
        city=intern(city),
        state=intern(state),
        county=intern(county),
        lat=float(lat) if lat else None,
        lon=float(lon) if lon else None,
        time_zone=intern(zone) if zone else None,
        area_codes=_shared(area_codes),
        other_cities=tuple(cities.split("|")) if cities else (),
    )


@cache
def _shared(area_codes: str) -> tuple[str, ...]:
    return tuple(area_codes.split())


def _homes(places: Sequence[Place]) -> dict[str, frozenset[str]]:
    """Return each US area code's state: the one with most of its ZIPs, for the data counts neighbours too."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        for area_code in place.area_codes:
            counts[area_code][place.state] += 1
    return {
        area_code: frozenset([count.most_common(1)[0][0]])
        for area_code, count in counts.items()
        if not _is_canadian(area_code)
    }


def _is_canadian(area_code: str) -> bool:
    """Return whether the number plan gives the area code to Canada (ZIPs at the border list those too)."""
    return (
        region_code_for_number(PhoneNumber(country_code=1, national_number=int(f"{area_code}2345678")))
        == "CA"
    )
