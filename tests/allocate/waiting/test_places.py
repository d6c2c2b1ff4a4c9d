"""A lead that lies in a campaign's area shares a name with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.allocate.matching.geography import level_of, spot_of
from leadhouse.allocate.waiting.places import places_of, wanted_by
from leadhouse.kit.places import by_zip, county_key
from leadhouse.parties.types import Radius
from tests.allocate.allocate_markets import area, campaign

ZIPS = ["82301", "82001", "80202", "10001", "99501", "00601", "07001"]
_PLACED = [one for code in ZIPS if (one := by_zip(code))]
_COUNTIES = [(one.state, county_key(one.county)) for one in _PLACED if one.county]
_AREAS = st.builds(
    area,
    states=st.lists(st.sampled_from(["WY", "CO", "NY", "PR"]), max_size=2),
    counties=st.lists(st.sampled_from(_COUNTIES), max_size=2),
    zips=st.lists(st.sampled_from(ZIPS), max_size=2),
    zip_prefixes=st.lists(
        st.sampled_from(["8", "82", "823", "8230", "1", "SW1", "SW1A1", "SW1A1A"]), max_size=2
    ),
    countries=st.lists(st.sampled_from(["US", "CA", "GB"]), max_size=1),
    radius=st.none()
    | st.builds(Radius, st.just(41.79), st.just(-107.23), st.sampled_from([1.0, 60.0, 400.0])),
)
_FACTS = st.fixed_dictionaries(
    {"country": st.sampled_from(["US", "PR", "CA", "GB"])},
    optional={
        "postal_code": st.sampled_from([*ZIPS, "12", "00000", "SW1A 1AA"]),
        "state": st.sampled_from(["WY", "NY"]),
        "lat": st.just(41.8),
        "lon": st.just(-107.2),
    },
)


@given(_AREAS, _FACTS)
def test_whoever_may_want_a_lead_by_its_place_shares_a_name_with_it(
    where: object, facts: dict[str, object]
) -> None:
    spot = spot_of(facts)
    names = set(places_of(7, spot))
    if level_of(where, spot) is not None:  # type: ignore[arg-type]
        assert not names.isdisjoint(wanted_by(7, campaign(1, where=where)))


@pytest.mark.parametrize("other", [area(states=["CO"]), area(zips=["80202"]), area(zip_prefixes=["80"])])
def test_campaigns_of_other_places_share_none(other: object) -> None:
    spot = spot_of({"postal_code": "82301", "country": "US"})
    assert set(places_of(7, spot)).isdisjoint(wanted_by(7, campaign(1, where=other)))


def test_no_name_is_shared_between_products() -> None:
    spot = spot_of({"postal_code": "82301", "country": "US"})
    assert set(places_of(7, spot)).isdisjoint(places_of(70, spot))
