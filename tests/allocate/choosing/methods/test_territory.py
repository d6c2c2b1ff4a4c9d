"""Whose a place is: the most specific claim wins, and stays its owner's while he cannot have the lead."""

from dataclasses import replace

import pytest
from pyroaring import BitMap

from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.methods.territory import claim, owners
from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.types import Refusal
from leadhouse.parties.types import Campaign, Distribution, Radius
from tests.allocate.allocate_markets import NOW, PRODUCT, area, campaign, lead, market, weekdays

RAWLINS = spot_of({"postal_code": "82301", "country": "US", "state": "WY"})
_AREAS = [
    area(zips=["82301"]),
    area(zip_prefixes=["8230"]),
    area(zip_prefixes=["82", "9"]),
    area(radius=Radius(41.79, -107.23, 10)),
    area(radius=Radius(41.79, -107.23, 60)),
    area(counties=[("WY", "carbon")]),
    area(states=["WY"]),
    area(countries=["US"]),
    None,
]


def test_the_more_specific_an_area_names_a_place_the_stronger_its_claim() -> None:
    claims = [claim(one, RAWLINS) for one in _AREAS]
    assert claims == sorted(claims)
    assert len(set(claims)) == len(claims)


@pytest.mark.parametrize("first", range(len(_AREAS)))
def test_a_place_is_the_strongest_claims(first: int) -> None:
    campaigns = [campaign(number, where=one) for number, one in enumerate(_AREAS[first:], start=first)]
    assert list(owners(campaigns, RAWLINS)) == [first]


def test_equal_claims_share_a_place() -> None:
    campaigns = [campaign(1, where=area(states=["WY"])), campaign(2, where=area(states=["WY", "CO"]))]
    assert list(owners(campaigns, RAWLINS)) == [1, 2]


def _refused(*campaigns: Campaign, over: BitMap | None = None, **asked: object) -> dict[str, list[int]]:
    """Return who passes and who is refused why, in a market where places belong to territories."""
    product = replace(PRODUCT, distribution=Distribution.TERRITORY)
    configured = market(campaigns, products=[product])
    one = lead(**asked)
    index = Index(configured)
    narrowing = Distributions(index).narrowed(one, index.narrow(one, NOW, over or BitMap()))
    found = {reason.value: list(ids) for reason, ids in narrowing.refused.items()}
    return {"passing": list(narrowing.passing), **found}


def test_others_than_the_owner_are_refused_whatever_keeps_him_from_the_lead() -> None:
    wide, night = campaign(1), weekdays("01:00-02:00")
    assert _refused(wide, campaign(2, where=area(zips=["82301"]))) == {"passing": [2], "other_territory": [1]}
    closed = campaign(2, where=area(zips=["82301"]), schedule=night)
    assert _refused(wide, closed) == {"passing": [], "closed_now": [2], "other_territory": [1]}
    assert _refused(wide, closed, held_by=frozenset({1})) == {
        "passing": [],
        "closed_now": [2],
        "other_territory": [1],
    }
    owner = campaign(2, where=area(zips=["82301"]))
    assert _refused(wide, owner, over=BitMap([2])) == {
        "passing": [],
        "threshold": [2],
        "other_territory": [1],
    }
    assert _refused(wide, owner, held_by=frozenset({2})) == {
        "passing": [],
        "already_given": [2],
        "other_territory": [1],
    }


def test_a_place_is_the_owners_only_for_what_he_wants() -> None:
    other_source = campaign(2, where=area(zips=["82301"]), only_sources=frozenset({"other"}))
    assert _refused(campaign(1), other_source) == {"passing": [1], "source": [2]}
    paused = campaign(2, where=area(zips=["82301"]), is_active=False)
    assert _refused(campaign(1), paused) == {"passing": [1], "inactive": [2]}


def test_in_a_group_places_are_exclusive_among_its_campaigns_only() -> None:
    product = replace(PRODUCT, groups={"west": Distribution.TERRITORY})
    campaigns = [
        campaign(1, group="west", where=area(states=["WY"])),
        campaign(2, group="west", where=area(zips=["82301"])),
        campaign(3),
    ]
    index = Index(market(campaigns, products=[product]))
    narrowing = Distributions(index).narrowed(lead(), index.narrow(lead(), NOW, BitMap()))
    assert list(narrowing.passing) == [2, 3]
    assert {reason: list(found) for reason, found in narrowing.refused.items()} == {
        Refusal.OTHER_TERRITORY: [1]
    }
