"""Where a period's leads come from: by state, and inside a state by county."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from leadhouse.kit.periods import Period
from leadhouse.kit.places import STATE_NAMES, by_zip, county_key
from leadhouse.report.today import queries
from leadhouse.report.today.figures import Sums

# Census areas of Alaska that ZIPs are told with, as maps draw them: renamed in 2008, parted in 2019.
_DRAWN_AS = {
    "Chugach Census Area": "Valdez-Cordova Census Area",
    "Copper River Census Area": "Valdez-Cordova Census Area",
    "Prince of Wales-Outer Ketchikan Borough": "Prince of Wales-Hyder Census Area",
}


@dataclass(frozen=True, slots=True)
class PlaceSums:
    """What the leads of a state or county came to; `key` is its two letters or its county key, "" unknown."""

    key: str
    name: str
    sums: Sums


def states(sums: Mapping[str, Sums]) -> list[PlaceSums]:
    """Return what each state's leads came to; those of an unknown place are left out."""
    return [PlaceSums(state, STATE_NAMES.get(state, state), one) for state, one in sums.items() if state]


def counties(period: Period, state: str) -> list[PlaceSums]:
    """Return what a state's leads came to in each of its counties, most leads first."""
    return by_county(queries.zips(period, state), state)


def by_county(zips: Mapping[str, Sums], state: str) -> list[PlaceSums]:
    """Return the sums of ZIPs as those of the state's counties; what lies in none of them is unknown."""
    names: dict[str, str] = {}
    added: defaultdict[str, Sums] = defaultdict(Sums)
    for zip_code, sums in zips.items():
        place = by_zip(zip_code)
        told = place.county if place and place.state == state else ""
        county = _DRAWN_AS.get(told, told) if state == "AK" else told
        key = county_key(county)
        names[key] = county
        added[key] += sums
    found = [PlaceSums(key, names[key], sums) for key, sums in added.items()]
    return sorted(found, key=lambda one: (-one.sums.leads, one.name))
