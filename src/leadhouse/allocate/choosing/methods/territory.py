"""Whose a place is: of the campaigns that want a lead, those whose area names its place most specifically."""

from collections.abc import Iterable

from pyroaring import BitMap

from leadhouse.allocate.matching.gates import Narrowing
from leadhouse.allocate.matching.geography import Level, Spot, level_of
from leadhouse.allocate.matching.refusals import Refusals
from leadhouse.allocate.types import Refusal
from leadhouse.parties.types import Area, Campaign

# These gates say nothing about what a campaign is for: a place stays its owner's while he is closed.
_BEYOND = (Refusal.THRESHOLD, Refusal.CLOSED_NOW, Refusal.ALREADY_GIVEN)

Claim = tuple[Level, float]


def claim(area: Area | None, spot: Spot) -> Claim:
    """Return how specifically an area names a place that lies in it: the smaller, the more so.

    Of two prefixes the longer, of two circles the smaller is the more specific.
    """
    level = level_of(area, spot) if area else None
    if area is None or level is None:
        return Level.ANYWHERE, 0
    if level is Level.PREFIX:
        return level, -max(len(one) for one in area.zip_prefixes if spot.zip_code.startswith(one))
    if level is Level.RADIUS and area.radius:
        return level, area.radius.miles
    return level, 0


def owners(campaigns: Iterable[Campaign], spot: Spot) -> BitMap:
    """Return whose the place is; several only where they claim it equally."""
    claims = {one.id: claim(one.where, spot) for one in campaigns}
    best = min(claims.values(), default=None)
    return BitMap(number for number, one in claims.items() if one == best)


def without_others(narrowing: Narrowing, foreign: BitMap) -> Narrowing:
    """Return the narrowing with these refused, for the place is another's."""
    refused = dict(narrowing.refused)
    for reason in _BEYOND:
        if reason in refused:
            refused[reason] = refused[reason] - foreign
    refused[Refusal.OTHER_TERRITORY] = foreign
    kept = {reason: found for reason, found in refused.items() if found}
    return Narrowing(narrowing.passing - foreign, Refusals(kept))


def wanting(narrowing: Narrowing) -> BitMap:
    """Return the campaigns that want the lead by all that they are for: area, source, properties, class."""
    beyond = [narrowing.refused[reason] for reason in _BEYOND if reason in narrowing.refused]
    return BitMap.union(narrowing.passing, *beyond)
