"""Which ZIPs an area covers, and those drawn as cells of a map of the country."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

from leadhouse.kit.places import all_zips, by_zip, zips_of_county, zips_of_state, zips_within
from leadhouse.parties.types import Area

# The contiguous states in cells of a quarter degree; Alaska, Hawaii and the islands are counted, not drawn.
_WEST, _EAST, _SOUTH, _NORTH = -125.0, -66.5, 24.0, 49.5
_CELL = 0.4
_SQUEEZE = cos(radians(37))
WIDTH, HEIGHT = round((_EAST - _WEST) / _CELL * _SQUEEZE, 1), round((_NORTH - _SOUTH) / _CELL, 1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ZIPs an area has, and the map's cells with one of them, as the path of an SVG."""

    zips: int
    path: str
    is_everywhere: bool
    width: float = WIDTH
    height: float = HEIGHT


def coverage(area: Area | None) -> Coverage:
    """Return what an area covers; None is everywhere, whose path is the country's own."""
    zips = zips_of(area)
    return Coverage(len(zips), "" if area is None else _path(zips), is_everywhere=area is None)


def zips_of(area: Area | None) -> set[str]:
    """Return the ZIPs that lie in an area."""
    if area is None:
        return set(all_zips())
    if area.countries and "US" not in area.countries:
        return set()
    named = _named(area)
    is_named = bool(area.states or area.counties or area.zips or area.zip_prefixes)
    if area.radius is None:
        return named if is_named else set(all_zips())
    near = set(zips_within(area.radius.lat, area.radius.lon, area.radius.miles))
    return named & near if is_named else near


def _named(area: Area) -> set[str]:
    found = {code for code in area.zips if by_zip(code)}
    for state in area.states:
        found.update(zips_of_state(state))
    for state, county in area.counties:
        found.update(zips_of_county(county, state))
    for prefix in area.zip_prefixes:
        zips = all_zips()
        found.update(zips[bisect_left(zips, prefix) : bisect_left(zips, f"{prefix}:")])
    return found


@lru_cache(maxsize=1)
def country() -> str:
    """Return the path of all cells of the country."""
    return _path(all_zips())


def _path(zips: Iterable[str]) -> str:
    cells = {cell for code in zips if (cell := _cell(code)) is not None}
    side = round(_SQUEEZE * 0.94, 2)
    return "".join(f"M{x * _SQUEEZE:.1f} {y}h{side}v.94h-{side}z" for x, y in sorted(cells))


@lru_cache(maxsize=50_000)
def _cell(code: str) -> tuple[int, int] | None:
    place = by_zip(code)
    if place is None or place.lat is None or place.lon is None:
        return None
    if not (_WEST <= place.lon <= _EAST and _SOUTH <= place.lat <= _NORTH):
        return None
    return int((place.lon - _WEST) / _CELL), int((_NORTH - place.lat) / _CELL)
