"""Where a waiting lead is and where a campaign wants leads, as names of which they share one if they fit."""

from collections.abc import Iterator

from leadhouse.allocate.matching.geography import Spot
from leadhouse.kit.places import zips_within
from leadhouse.parties.types import Area, Campaign

# Postal codes have no more signs anywhere.
_LONGEST_PREFIX = 12


def places_of(product_id: int, spot: Spot) -> list[str]:
    """Return every name by which a campaign of the product may want leads from there."""
    return [f"{product_id} {name}".rstrip() for name in _names_of(spot)]


def wanted_by(product_id: int, campaign: Campaign) -> list[str]:
    """Return names of which every lead that lies in the campaign's area has one; others may have one too."""
    return [f"{product_id} {name}".rstrip() for name in _names_in(campaign.where or Area())]


def _names_of(spot: Spot) -> Iterator[str]:
    yield ""
    if spot.zip_code:
        yield f"zip {spot.zip_code}"
        begun = range(1, min(len(spot.zip_code), _LONGEST_PREFIX) + 1)
        yield from (f"zips {spot.zip_code[:length]}" for length in begun)
    if spot.county:
        yield "county " + " ".join(spot.county)
    if spot.state:
        yield f"state {spot.state}"
    if spot.is_posted:
        yield "posted"


def _names_in(area: Area) -> Iterator[str]:
    if area.zips or area.zip_prefixes or area.counties or area.states:
        yield from (f"zip {one}" for one in area.zips)
        yield from (f"zips {one}" for one in area.zip_prefixes)
        yield from ("county " + " ".join(one) for one in area.counties)
        yield from (f"state {one}" for one in area.states)
    elif area.radius:
        circle = area.radius
        yield from (f"zip {one}" for one in zips_within(circle.lat, circle.lon, circle.miles))
        # Posted coordinates may lie in the circle whatever the ZIP.
        yield "posted"
    else:
        yield ""
