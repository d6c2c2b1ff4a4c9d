"""Which ZIPs an area covers, and what of it is drawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.matching.geography import level_of, spot_of
from leadhouse.kit.places import all_zips, by_zip, miles_between
from leadhouse.parties.types import Area, Radius
from leadhouse.web.market.coverage import MOST_POINTS, coverage, points_of, zips_of

PLACED = [code for code in all_zips() if (place := by_zip(code)) and place.lat is not None]
COUNTIES = (("WY", "carbon"), ("VA", "alexandriacity"), ("VA", "fairfax"), ("NY", "kings"))
AREAS = st.builds(
    Area,
    states=st.frozensets(st.sampled_from(("WY", "RI", "VA"))),
    counties=st.frozensets(st.sampled_from(COUNTIES)),
    zips=st.frozensets(st.sampled_from(("82301", "80202", "22301", "00000"))),
    zip_prefixes=st.frozensets(st.sampled_from(("823", "8020", "999"))),
    countries=st.frozensets(st.sampled_from(("US", "CA")), max_size=1),
    radius=st.none() | st.builds(Radius, st.floats(25, 48), st.floats(-120, -70), st.floats(1, 300)),
)


@settings(max_examples=25)
@given(AREAS)
def test_what_is_drawn_is_what_leads_are_matched_by(area: Area) -> None:
    found = zips_of(area)
    for code in {*sorted(found)[:40], *all_zips()[::100], "82301", "80202", "22301", "02903"}:
        place = by_zip(code)
        assert place is not None
        lead = {"postal_code": code, "country": "US", "state": place.state}
        assert (level_of(area, spot_of(lead)) is not None) == (code in found), (code, area)


def test_places_are_named_as_their_shapes_are_however_they_are_written() -> None:
    written = {
        "states": ["WY", "colorado"],
        "counties": ["Carbon County, wy", "Alexandria, VA", "Fairfax, VA"],
    }
    area = Area(states=frozenset({"WY"}))
    assert coverage(area, written).drawn.written == {
        "WY": "WY",
        "colorado": "CO",
        "Carbon County, wy": "WY:carbon",
        "Alexandria, VA": "VA:alexandriacity",
        "Fairfax, VA": "VA:fairfax",
    }


def test_single_zips_are_points_and_whole_states_are_not() -> None:
    whole = coverage(Area(states=frozenset({"WY"})), {}).drawn
    assert (whole.points, whole.circle, whole.is_narrowed, whole.is_everywhere) == ([], None, False, False)
    place = by_zip("82301")
    assert place is not None
    assert place.lon is not None
    assert place.lat is not None
    single = coverage(Area(states=frozenset({"CO"}), zips=frozenset({"82301"})), {}).drawn
    assert single.points == [(round(place.lon, 2), round(place.lat, 2))]


def test_what_a_circle_leaves_of_a_state_is_points_and_a_circle_alone_is_itself() -> None:
    near = Radius(41.79, -107.24, 30)
    both = coverage(Area(states=frozenset({"WY"}), radius=near), {})
    assert both.drawn.is_narrowed
    assert both.drawn.circle == (41.79, -107.24, 30)
    assert 0 < len(both.drawn.points) == both.zips
    assert all(miles_between(41.79, -107.24, lat, lon) < 31 for lon, lat in both.drawn.points)
    alone = coverage(Area(radius=near), {}).drawn
    assert (alone.is_narrowed, alone.points) == (False, [])


@pytest.mark.parametrize(
    ("area", "everywhere", "zips"),
    [
        (None, True, len(all_zips())),
        (Area(countries=frozenset({"US"})), True, len(all_zips())),
        (Area(countries=frozenset({"CA"})), False, 0),
    ],
)
def test_everywhere_and_nowhere(area: Area | None, *, everywhere: bool, zips: int) -> None:
    found = coverage(area, {})
    assert (found.drawn.is_everywhere, found.zips) == (everywhere, zips)


@pytest.mark.parametrize("count", [0, 1, MOST_POINTS, len(PLACED)])
def test_never_more_points_are_sent_than_a_screen_shows(count: int) -> None:
    points = points_of(PLACED[:count])
    assert len(points) <= min(count, MOST_POINTS)
    assert bool(points) == bool(count)
