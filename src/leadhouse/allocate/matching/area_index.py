"""Where campaigns want leads from: a set of campaigns per state, county, ZIP, prefix, country and circle."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import TypeVar

from pyroaring import BitMap

from leadhouse.allocate.matching.geography import Spot, in_radius
from leadhouse.kit.places import zips_within
from leadhouse.parties.types import Area, Campaign

K = TypeVar("K", bound=Hashable)


class AreaIndex:
    """(states ∪ counties ∪ ZIPs ∪ prefixes) ∩ countries ∩ radius, each wish narrowing only who has it."""

    def __init__(self, campaigns: Iterable[Campaign]) -> None:
        areas = [(one.id, one.where or Area()) for one in campaigns]
        self._anywhere = BitMap(
            number
            for number, area in areas
            if not (area.states or area.counties or area.zips or area.zip_prefixes)
        )
        self._states = _accepting((number, area.states) for number, area in areas)
        self._counties = _accepting((number, area.counties) for number, area in areas)
        self._zips = _accepting((number, area.zips) for number, area in areas)
        self._prefixes = _accepting((number, area.zip_prefixes) for number, area in areas)
        self._prefix_lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._any_country = BitMap(number for number, area in areas if not area.countries)
        self._countries = _accepting((number, area.countries) for number, area in areas)
        self._circles = {number: area for number, area in areas if area.radius}
        self._no_circle = BitMap(number for number, area in areas if area.radius is None)
        self._circled_zips = _accepting((number, _zips_in(area)) for number, area in self._circles.items())

    def covering(self, spot: Spot, asked: BitMap) -> BitMap:
        """Return the campaigns whose area holds the spot; circles are measured for those asked about only."""
        named = [self._anywhere]
        if spot.zip_code:
            named += self._of_zip(spot.zip_code)
        if spot.county in self._counties:
            named.append(self._counties[spot.county])
        if spot.state in self._states:
            named.append(self._states[spot.state])
        covering = BitMap.union(*named)
        if self._countries:
            covering &= self._any_country | self._countries.get(spot.country, BitMap())
        return self._in_circles(spot, covering, asked) if self._circles else covering

    def _of_zip(self, zip_code: str) -> list[BitMap]:
        found = [self._zips[zip_code]] if zip_code in self._zips else []
        prefixes = (zip_code[:length] for length in self._prefix_lengths)
        return found + [self._prefixes[prefix] for prefix in prefixes if prefix in self._prefixes]

    def _in_circles(self, spot: Spot, covering: BitMap, asked: BitMap) -> BitMap:
        free = covering & self._no_circle
        if not spot.is_posted:
            return free | (covering & self._circled_zips.get(spot.zip_code, BitMap()))
        circled = (covering & asked) - self._no_circle
        return free | BitMap([number for number in circled if in_radius(self._circles[number], spot)])


def _accepting(wishes: Iterable[tuple[int, Iterable[K]]]) -> dict[K, BitMap]:
    ids: defaultdict[K, list[int]] = defaultdict(list)
    for number, values in wishes:
        for value in values:
            ids[value].append(number)
    return {value: BitMap(found) for value, found in ids.items()}


def _zips_in(area: Area) -> list[str]:
    circle = area.radius
    return _zips_within(circle.lat, circle.lon, circle.miles) if circle else []


@lru_cache(maxsize=4_096)
def _zips_within(lat: float, lon: float, miles: float) -> list[str]:
    return zips_within(lat, lon, miles)
