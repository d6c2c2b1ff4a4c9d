"""Where campaigns want leads from: a set of campaigns per state, county, ZIP, prefix, country and circle."""

from collections.abc import Collection, Hashable, Iterable, Iterator
from copy import copy
from functools import lru_cache

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting
from leadhouse.allocate.matching.circles import Circled, Circles
from leadhouse.allocate.matching.geography import Spot
from leadhouse.kit.places import ZIP_COUNTRIES, zips_within
from leadhouse.parties.types import Area, Radius

Placed = tuple[int, Area | None]
_EVERYWHERE = Area()
# Stands before the postal codes of countries without ZIPs.
_ABROAD = "/"


class AreaIndex:
    """(states ∪ counties ∪ ZIPs ∪ prefixes) ∩ countries ∩ radius, each wish narrowing only who has it.

    A circle names the ZIPs whose centre lies in it. For leads with coordinates of their own those circles are
    measured that touch their cell of one degree.
    """

    def __init__(self, areas: Iterable[Placed]) -> None:
        placed = [(number, area or _EVERYWHERE) for number, area in areas]
        circles = [(number, area) for number, area in placed if area.radius]
        self._named = Accepting((number, _names(area)) for number, area in placed)
        self._countries = Accepting((number, area.countries) for number, area in placed)
        self._circles = Circles(_circles(circles))
        # Who names places and has a circle that narrows them, and the ZIPs of such circles.
        self._narrowed = BitMap(number for number, area in circles if _places(area))
        self._zips = Accepting(_zips(circles))
        self._prefix_lengths = sorted({len(prefix) for _, area in placed for prefix in area.zip_prefixes})

    def covering(self, spot: Spot, asked: BitMap) -> BitMap:
        """Return the campaigns whose area holds the spot; circles are measured for those asked about only."""
        named = self._named.named
        found = [some for name in self._names_of(spot) if (some := named.get(name)) is not None]
        covering = BitMap.union(*found, self._named.wide)
        if spot.is_posted:
            if self._circles and spot.point:
                inside = self._circles.holding(spot.point, asked)
                covering = (covering - (self._narrowed - inside)) | (inside - self._narrowed)
        elif self._narrowed.intersect(covering):
            inside = self._zips.of(spot.zip_code) if spot.point else NOBODY
            covering = covering - (self._narrowed - inside)
        if self._countries.named:
            covering = covering & (self._countries.wide | self._countries.of(spot.country))
        return covering

    def _names_of(self, spot: Spot) -> list[Hashable]:
        """Return the names of a place, those that few campaigns have first: so sets are joined fastest."""
        is_abroad, code = spot.country not in ZIP_COUNTRIES, spot.zip_code
        start = _ABROAD if is_abroad else ""
        names: list[Hashable] = [start + code]
        if code:
            names += [f"{start}{code[:length]}*" for length in self._prefix_lengths]
        if is_abroad:
            return names
        if spot.point and not spot.is_posted:
            names.append(f"~{code}")
        return [*names, spot.county, spot.state]

    def edited(self, gone: Collection[Placed], come: Collection[Placed]) -> "AreaIndex":
        """Return what it is once these campaigns' areas have gone and those have come."""
        old = [(number, area or _EVERYWHERE) for number, area in gone]
        new = [(number, area or _EVERYWHERE) for number, area in come]
        if dict(old) == dict(new):
            return self
        before = [one for one in old if one[1].radius]
        after = [one for one in new if one[1].radius]
        edited = copy(self)
        edited._named = self._named.edited(
            [(number, _names(area)) for number, area in old], [(number, _names(area)) for number, area in new]
        )
        edited._countries = self._countries.edited(
            [(number, area.countries) for number, area in old],
            [(number, area.countries) for number, area in new],
        )
        edited._zips = self._zips.edited([*_zips(before)], [*_zips(after)])
        edited._circles = self._circles.edited(_circles(before), _circles(after))
        narrowed = BitMap(number for number, area in after if _places(area))
        edited._narrowed = (self._narrowed - BitMap(one for one, _ in before)) | narrowed
        lengths = {len(prefix) for _, area in new for prefix in area.zip_prefixes}
        edited._prefix_lengths = sorted({*self._prefix_lengths, *lengths})
        return edited


def _places(area: Area) -> list[Hashable]:
    codes = [*area.zips, *(f"{prefix}*" for prefix in area.zip_prefixes)]
    # Without countries codes are ZIPs, which mean nothing elsewhere.
    abroad = (f"{_ABROAD}{code}" for code in codes) if area.countries - ZIP_COUNTRIES else ()
    return [*area.states, *area.counties, *codes, *abroad]


def _names(area: Area) -> list[Hashable]:
    """Return the places an area names, or those its circle does; a circle of none names nowhere."""
    places = _places(area)
    if places or area.radius is None:
        return places
    return [f"~{zip_code}" for zip_code in _zips_within(area.radius)] or ["~"]


def _circles(placed: Iterable[tuple[int, Area]]) -> list[Circled]:
    return [(number, area.radius) for number, area in placed if area.radius]


def _zips(circles: Iterable[tuple[int, Area]]) -> Iterator[tuple[int, Collection[str]]]:
    for number, area in circles:
        if area.radius and _places(area):
            yield number, _zips_within(area.radius)


@lru_cache(maxsize=4_096)
def _zips_within(circle: Radius) -> list[str]:
    return zips_within(circle.lat, circle.lon, circle.miles)
