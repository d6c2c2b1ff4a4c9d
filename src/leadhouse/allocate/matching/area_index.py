"""Where campaigns want leads from: a set of campaigns per state, county, ZIP, prefix, country and circle."""

from collections.abc import Collection, Hashable, Iterable, Iterator
from copy import copy
from functools import lru_cache

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting, Known
from leadhouse.allocate.matching.circles import Circled, Circles
from leadhouse.allocate.matching.geography import Spot
from leadhouse.kit.places import ZIP_COUNTRIES, zips_within
from leadhouse.parties.types import Area, Radius

Placed = tuple[int, Area | None]
_EVERYWHERE = Area()
# Stands before the postal codes of countries without ZIPs.
_ABROAD = "/"
# The counties of the US and, for places without one, its states.
_MOST_REGIONS = 3_500


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
        # Who names a county or its state, or no place at all, worked out when the first lead comes from it.
        self._regions: Known[BitMap] = Known(_MOST_REGIONS)

    def covering(self, spot: Spot, asked: BitMap) -> BitMap:
        """Return the campaigns whose area holds the spot; circles are measured for those asked about only."""
        is_abroad, named = spot.country not in ZIP_COUNTRIES, self._named.named
        codes = self._codes_of(spot, is_abroad=is_abroad)
        found = [some for code in codes if (some := named.get(code)) is not None]
        covering = self._named.wide if is_abroad else self._naming_region_of(spot)
        if found:
            covering = BitMap.union(*found, covering)
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

    def _codes_of(self, spot: Spot, *, is_abroad: bool) -> list[Hashable]:
        """Return the names of a place by its postal code."""
        start, code = _ABROAD if is_abroad else "", spot.zip_code
        names: list[Hashable] = [start + code]
        if code:
            names += [f"{start}{code[:length]}*" for length in self._prefix_lengths]
        if spot.point and not (is_abroad or spot.is_posted):
            names.append(f"~{code}")
        return names

    def _naming_region_of(self, spot: Spot) -> BitMap:
        """Return who names the county or the state, and who names no place."""
        region = (spot.state, spot.county)
        found = self._regions.get(region)
        if found is None:
            names, of = self._named, self._named.of
            found = self._regions.keep(region, BitMap.union(of(spot.county), of(spot.state), names.wide))
        return found

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
        edited._regions = Known(_MOST_REGIONS)
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
