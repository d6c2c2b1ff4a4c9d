"""Which ZIPs an area covers, and how it is drawn on a map of the country."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson

from leadhouse.kit.places import (
    all_zips,
    by_zip,
    state_code,
    zips_of_county,
    zips_of_state,
    zips_within,
)
from leadhouse.parties.leaves import county_of
from leadhouse.parties.types import Area

# So many points are sent at most; nearer than a screen shows, ZIPs fall together.
MOST_POINTS = 2_000
_DECIMALS = (2, 1, 0)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area as a map shows it: whole places filled, a circle, and ZIPs as points (longitude, latitude).

    `written` says which place each text of the form names: "WY", or "WY:carbon" for a county, as its shape
    is called. `circle` is latitude, longitude and miles. Where it `is_narrowed`, by the circle or by
    countries, places are only partly meant, and every ZIP that is left is a point.
    """

    is_everywhere: bool
    written: Mapping[str, str]
    circle: tuple[float, float, float] | None
    is_narrowed: bool
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many ZIPs an area has, and how it is drawn."""

    zips: int
    drawn: Drawn

    @property
    def text(self) -> str:
        """Return the drawing as JSON, for the page's script."""
        return orjson.dumps(asdict(self.drawn)).decode()


def coverage(area: Area | None, written: Mapping[str, object]) -> Coverage:
    """Return what an area covers; None is everywhere. `written` is its block of the market file."""
    zips = zips_of(area)
    return Coverage(len(zips), drawn(area, zips, written))


def drawn(area: Area | None, zips: Collection[str], written: Mapping[str, object]) -> Drawn:
    """Return the drawing of an area that has these ZIPs."""
    if area is None:
        return Drawn(is_everywhere=True, written={}, circle=None, is_narrowed=False, points=())
    named = bool(area.states or area.counties or area.zips or area.zip_prefixes)
    is_narrowed = (named and area.radius is not None) or bool(area.countries and "US" not in area.countries)
    single = zips if is_narrowed else _singles(area)
    centre = area.radius
    return Drawn(
        is_everywhere=not named and centre is None and not is_narrowed,
        written=_places(written),
        circle=(centre.lat, centre.lon, centre.miles) if centre else None,
        is_narrowed=is_narrowed,
        points=points_of(single),
    )


def _places(written: Mapping[str, object]) -> dict[str, str]:
    states, counties = _texts(written.get("states")), _texts(written.get("counties"))
    found = {text: state_code(text) or "" for text in states}
    return found | {text: shape for text in counties if (shape := _shape_of(text))}


def _shape_of(county: str) -> str:
    """Return the name of a county's shape, empty for what is no county."""
    return ":".join(county_of(county) or ())


def _texts(listed: object) -> list[str]:
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def points_of(zips: Iterable[str]) -> list[Point]:
    """Return the centres of ZIPs, those that lie near together as one where they are too many to send."""
    centres = [
        (place.lon, place.lat)
        for code in zips
        if (place := by_zip(code)) and place.lat is not None and place.lon is not None
    ]
    found: set[Point] = set()
    for decimals in _DECIMALS:
        found = {(round(lon, decimals), round(lat, decimals)) for lon, lat in centres}
        if len(found) <= MOST_POINTS:
            break
    return sorted(found)


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
    found = _singles(area)
    for state in area.states:
        found.update(zips_of_state(state))
    for state, county in area.counties:
        found.update(zips_of_county(county, state))
    return found


def _singles(area: Area) -> set[str]:
    """Return the ZIPs that an area names themselves, whole or by how they begin."""
    found = {code for code in area.zips if by_zip(code)}
    zips = all_zips()
    for prefix in area.zip_prefixes:
        found.update(zips[bisect_left(zips, prefix) : bisect_left(zips, f"{prefix}:")])
    return found
