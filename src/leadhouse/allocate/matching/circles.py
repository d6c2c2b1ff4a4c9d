"""Circles of many campaigns, measured for leads that come with coordinates of their own."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from math import asin, cos, degrees, floor, pi, radians, sin

import numpy as np
from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import Accepting
from leadhouse.kit.places import EARTH_RADIUS_MILES, miles_between
from leadhouse.parties.types import Radius

Circled = tuple[int, Radius]
_Cell = tuple[int, int]
# Circles wider than so many degrees, or near a pole, are measured for every such lead.
_WIDEST_DEGREES = 10
# Degrees by which cells are taken wider than a circle, against rounding.
_MARGIN = 1e-6
# Squared chords (see below) so near the circle's are measured one by one: rounding is a thousand times less.
_RIM = 1e-12
# So few are measured one by one as fast.
_FEW = 8


class Circles:
    """Circles by campaign, found by the cells of one degree that they touch."""

    def __init__(self, circles: Iterable[Circled]) -> None:
        self._circles = dict(circles)
        self._cells = Accepting(_wishes(self._circles.items()))
        self._settle()

    def _settle(self) -> None:
        rows, ids = max(self._circles, default=0) + 1, list(self._circles)
        self._centres, self._chords = np.zeros((rows, 3)), np.zeros(rows)
        self._centres[ids] = [_on_unit_sphere(one.lat, one.lon) for one in self._circles.values()] or 0
        self._chords[ids] = [_squared_chord(one.miles) for one in self._circles.values()]

    def __bool__(self) -> bool:
        return bool(self._circles)

    def edited(self, gone: Collection[Circled], come: Collection[Circled]) -> "Circles":
        """Return what they are once these circles have gone and those have come."""
        if not gone and not come:
            return self
        edited = Circles(())
        left = BitMap(self._circles) - BitMap(number for number, _ in gone)
        edited._circles = {number: self._circles[number] for number in left} | dict(come)
        edited._cells = self._cells.edited([*_wishes(gone)], [*_wishes(come)])
        edited._settle()
        return edited

    def holding(self, point: tuple[float, float], asked: BitMap) -> BitMap:
        """Return those of the campaigns in whose circle the point (degrees) lies."""
        near = asked & (self._cells.wide | self._cells.of(_cell_of(*point)))
        if len(near) <= _FEW:
            return BitMap([number for number in near if self._holds(number, point)])
        ids = np.frombuffer(near.to_array(), np.uint32)
        apart = self._centres[ids] - _on_unit_sphere(*point)
        rest = self._chords[ids] - (apart * apart).sum(axis=1)
        rim = [number for number in ids[np.abs(rest) <= _RIM].tolist() if self._holds(number, point)]
        return BitMap([*ids[rest > _RIM].tolist(), *rim])

    def _holds(self, number: int, point: tuple[float, float]) -> bool:
        circle = self._circles[number]
        return miles_between(circle.lat, circle.lon, *point) <= circle.miles


def _on_unit_sphere(lat: float, lon: float) -> tuple[float, float, float]:
    """Return a point (degrees) in the earth's middle's coordinates, in radii."""
    north, east = radians(lat), radians(lon)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def _squared_chord(miles: float) -> float:
    """Return the squared straight distance, in radii, of points so far apart on the earth."""
    return float((2 * sin(min(miles / EARTH_RADIUS_MILES, pi) / 2)) ** 2)


def _wishes(circles: Iterable[Circled]) -> Iterator[tuple[int, Collection[_Cell]]]:
    return ((number, _cells_around(circle)) for number, circle in circles)


@lru_cache(maxsize=4_096)
def _cells_around(circle: Radius) -> frozenset[_Cell]:
    """Return the cells that a circle may touch, over the date line too; none for a wide one."""
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
