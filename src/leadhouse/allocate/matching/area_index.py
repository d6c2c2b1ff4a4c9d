"""Where campaigns want leads from: a set of campaigns per state, county, ZIP, prefix, country and circle."""

from collections.abc import Collection, Hashable, Iterable, Iterator
from functools import lru_cache
from math import asin, cos, degrees, floor, radians, sin

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import Accepting
from leadhouse.allocate.matching.geography import Spot, in_radius
from leadhouse.kit.places import EARTH_RADIUS_MILES, zips_within
from leadhouse.parties.types import Area, Radius

Placed = tuple[int, Area | None]
_Cell = tuple[int, int]
_EVERYWHERE = Area()
# Circles wider than so many degrees, or near a pole, are measured for every lead with coordinates.
_WIDEST_DEGREES = 10
# Degrees by which cells are taken wider than a circle, against rounding.
_MARGIN = 1e-6


class AreaIndex:
    """(states ∪ counties ∪ ZIPs ∪ prefixes) ∩ countries ∩ radius, each wish narrowing only who has it."""

    def __init__(self, areas: Iterable[Placed]) -> None:
        placed = [(number, area or _EVERYWHERE) for number, area in areas]
        self._named = Accepting((number, _names(area)) for number, area in placed)
        self._countries = Accepting((number, area.countries) for number, area in placed)
        self._circles = {number: area for number, area in placed if area.radius}
        self._round = BitMap(self._circles)
        self._zips = Accepting(_zips(self._circles.items()))
        self._cells = Accepting(_cells(self._circles.items()))
        self._prefix_lengths = sorted({len(prefix) for _, area in placed for prefix in area.zip_prefixes})

    def covering(self, spot: Spot, asked: BitMap) -> BitMap:
        """Return the campaigns whose area holds the spot; circles are measured for those asked about only."""
        covering = BitMap.union(self._named.wide, *self._naming(spot))
        if self._countries.named:
            covering &= self._countries.wide | self._countries.of(spot.country)
        return self._in_circles(spot, covering, asked) if self._round else covering

    def _naming(self, spot: Spot) -> list[BitMap]:
        named, zip_code = self._named.named, spot.zip_code
        found = [named.get(spot.state), named.get(spot.county)]
        if zip_code:
            found.append(named.get(zip_code))
            found += [named.get(f"{zip_code[:length]}*") for length in self._prefix_lengths]
        return [one for one in found if one is not None]

    def _in_circles(self, spot: Spot, covering: BitMap, asked: BitMap) -> BitMap:
        free = covering - self._round
        if spot.point is None:
            return free
        if not spot.is_posted:
            return free | (covering & self._zips.of(spot.zip_code))
        near = covering & asked & (self._cells.wide | self._cells.of(_cell_of(*spot.point)))
        return free | BitMap([number for number in near if in_radius(self._circles[number], spot)])

    def edited(self, gone: Collection[Placed], come: Collection[Placed]) -> "AreaIndex":
        """Return what it is once these campaigns' areas have gone and those have come."""
        old = [(number, area or _EVERYWHERE) for number, area in gone]
        new = [(number, area or _EVERYWHERE) for number, area in come]
        if dict(old) == dict(new):
            return self
        edited = AreaIndex(())
        edited._named = self._named.edited(
            [(number, _names(area)) for number, area in old], [(number, _names(area)) for number, area in new]
        )
        edited._countries = self._countries.edited(
            [(number, area.countries) for number, area in old],
            [(number, area.countries) for number, area in new],
        )
        round_before = [one for one in old if one[1].radius]
        round_now = [one for one in new if one[1].radius]
        edited._zips = self._zips.edited([*_zips(round_before)], [*_zips(round_now)])
        edited._cells = self._cells.edited([*_cells(round_before)], [*_cells(round_now)])
        left = {number: area for number, area in self._circles.items() if number not in dict(round_before)}
        edited._circles = left | dict(round_now)
        edited._round = BitMap(edited._circles)
        lengths = {len(prefix) for _, area in new for prefix in area.zip_prefixes}
        edited._prefix_lengths = sorted({*self._prefix_lengths, *lengths})
        return edited


def _names(area: Area) -> list[Hashable]:
    prefixes = (f"{prefix}*" for prefix in area.zip_prefixes)
    return [*area.states, *area.counties, *area.zips, *prefixes]


def _zips(circles: Iterable[tuple[int, Area]]) -> Iterator[tuple[int, Collection[str]]]:
    for number, area in circles:
        if area.radius:
            yield number, _zips_within(area.radius)


@lru_cache(maxsize=4_096)
def _zips_within(circle: Radius) -> list[str]:
    return zips_within(circle.lat, circle.lon, circle.miles)


def _cells(circles: Iterable[tuple[int, Area]]) -> Iterator[tuple[int, Collection[_Cell]]]:
    for number, area in circles:
        if area.radius:
            yield number, _cells_around(area.radius)


@lru_cache(maxsize=4_096)
def _cells_around(circle: Radius) -> frozenset[_Cell]:
    """Return the one-degree cells that a circle may touch, over the date line too; none for a wide one."""
    reach = circle.miles / EARTH_RADIUS_MILES
    if degrees(reach) > _WIDEST_DEGREES or abs(circle.lat) + degrees(reach) > 89:
        return frozenset()
    height = degrees(reach) + _MARGIN
    width = degrees(asin(min(1.0, sin(reach) / cos(radians(circle.lat))))) + _MARGIN
    rows = range(floor(circle.lat - height), floor(circle.lat + height) + 1)
    columns = range(floor(circle.lon - width), floor(circle.lon + width) + 1)
    return frozenset((row, _column(column)) for row in rows for column in columns)


def _cell_of(lat: float, lon: float) -> _Cell:
    return floor(lat), _column(floor(lon))


def _column(degrees_east: int) -> int:
    return (degrees_east + 180) % 360 - 180
