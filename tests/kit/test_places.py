"""Places answer by ZIP, state, county and radius, for every ZIP there is."""

import random
from time import monotonic
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import geocoder

from leadhouse.kit import us_places
from leadhouse.kit.places import (
    Place,
    all_zips,
    area_code_states,
    area_codes_of_zip,
    by_zip,
    city_fits_zip,
    city_key,
    county_key,
    miles_between,
    normal_zip,
    state_code,
    zips_of_county,
    zips_of_state,
    zips_within,
)

RAWLINS = (41.79, -107.24)


def place_of(zip_code: str) -> Place:
    place = by_zip(zip_code)
    assert place is not None
    return place


def test_the_file_holds_what_the_zipcodes_package_says() -> None:
    assert list(us_places.written_lines()) == list(us_places.packaged_lines())


@pytest.mark.req("R000-08")
def test_a_zip_is_a_place() -> None:
    place = place_of("82301")
    assert (place.zip_code, place.city, place.state, place.county) == (
        "82301",
        "Rawlins",
        "WY",
        "Carbon County",
    )
    assert (place.lat, place.lon, place.time_zone) == (41.7951, -107.2349, "America/Denver")
    assert place.area_codes == ("307",)


@pytest.mark.parametrize(
    "zip_code", ["", "00000", "99999", "8230", "823011", "82301-1234", "abcde", "８２３０１"]
)
def test_what_is_no_zip_is_no_place(zip_code: str) -> None:
    assert by_zip(zip_code) is None
    assert area_codes_of_zip(zip_code) == frozenset()
    assert city_fits_zip("Rawlins", zip_code) is None


def test_every_zip_is_whole() -> None:
    zips = all_zips()
    assert len(zips) == 42_789
    assert list(zips) == sorted(set(zips))
    for zip_code in zips:
        place = place_of(zip_code)
        assert normal_zip(place.zip_code) == zip_code
        assert state_code(place.state) == place.state
        assert place.city
        assert place.time_zone is not None or place.state in ("AA", "AE", "AP")
        assert (place.lat is None) == (place.lon is None)
    for name in {place_of(zip_code).time_zone for zip_code in zips} - {None}:
        assert ZoneInfo(str(name)).key == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("82301", "82301"),
        ("82301-1234", "82301"),
        ("82301 1234", "82301"),
        ("823011234", "82301"),
        (" 82301 ", "82301"),
        (" 2301", None),
        ("2301", None),
        ("823012", None),
        ("82301-", None),
        ("82301-12", None),
        ("８２３０１", None),
        ("K1A 0B1", None),
        ("", None),
    ],
)
def test_zips_are_read_with_and_without_the_last_four(text: str, expected: str | None) -> None:
    assert normal_zip(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wyoming", "WY"),
        ("wy", "WY"),
        (" WY. ", "WY"),
        ("US-WY", "WY"),
        ("new   york", "NY"),
        ("D.C.", "DC"),
        ("Washington, D.C.", "DC"),
        ("District of Columbia", "DC"),
        ("Washington", "WA"),
        ("Puerto Rico", "PR"),
        ("U.S. Virgin Islands", "VI"),
        ("Guam", "GU"),
        ("AE", "AE"),
        ("Armed Forces Pacific", "AP"),
        ("Hawai'i", "HI"),
        ("Ontario", None),
        ("XX", None),
        ("", None),
        ("W Y", None),
    ],
)
def test_states_are_read_by_name_and_code(text: str, code: str | None) -> None:
    assert state_code(text) == code


@pytest.mark.req("R004-14")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Carbon County", "carbon"),
        ("St. Louis County", "Saint Louis"),
        ("St Tammany Parish", "st. tammany"),
        ("Ste. Genevieve County", "Sainte Genevieve"),
        ("DeKalb County", "De Kalb"),
        ("LaSalle", "La Salle County"),
        ("Doña Ana County", "Dona Ana"),
        ("Prince George's County", "Prince Georges Co."),
        ("Juneau City and Borough", "City and Borough of Juneau"),
        ("Anchorage Municipality", "Municipality of Anchorage"),
        ("Bethel Census Area", "BETHEL"),
        ("Bayamon Municipio", "Bayamón"),
        ("Baltimore City", "City of Baltimore"),
        ("James City County", "James City"),
        ("Matanuska-Susitna Borough", "Matanuska Susitna"),
    ],
)
def test_counties_match_however_they_are_written(one: str, other: str) -> None:
    assert county_key(one) == county_key(other) != ""


def test_a_city_that_is_no_part_of_its_county_is_another_place() -> None:
    city, county = set(zips_of_county("Baltimore City", "MD")), set(zips_of_county("Baltimore", "Maryland"))
    assert "21201" in city
    assert "21204" in county
    assert not city & county
    assert zips_of_county("Alexandria", "VA") == zips_of_county("Alexandria City", "VA") != ()


def test_counties_and_states_hold_exactly_their_zips() -> None:
    assert "82301" in zips_of_county("Carbon", "WY")
    assert zips_of_county("Carbon", "WY") == zips_of_county("CARBON COUNTY", "wyoming")
    assert {place_of(each).state for each in zips_of_county("Carbon", "PA")} == {"PA"}
    assert (
        zips_of_county("Nowhere", "WY") == zips_of_county("Carbon", "Narnia") == zips_of_state("Narnia") == ()
    )
    assert len(zips_of_state("Wyoming")) == 195
    states = {place_of(zip_code).state for zip_code in all_zips()}
    assert sum(len(zips_of_state(state)) for state in states) == len(all_zips())


def test_no_two_counties_of_a_state_share_a_key() -> None:
    """The shared keys below are each one county that the postal data spells in two ways."""
    spellings: dict[tuple[str, str], set[str]] = {}
    for zip_code in all_zips():
        place = place_of(zip_code)
        plain = place.county.casefold().replace(".", "").replace("'", "")
        spellings.setdefault((place.state, county_key(place.county)), set()).add(plain)
    shared = {key: names for key, names in spellings.items() if len(names) > 1}
    assert set(shared) == {
        ("AK", "anchorage"),
        ("AK", "juneau"),
        ("IN", "laporte"),
        ("PR", "bayamon"),
        ("PR", "carolina"),
        ("PR", "catano"),
        ("PR", "sanjuan"),
        ("PR", "toaalta"),
        ("TX", "dewitt"),
        ("VA", "jamescity"),
    }


@pytest.mark.parametrize(
    ("lat", "lon", "miles"),
    [
        (*RAWLINS, 50),
        (40.7128, -74.0060, 25),
        (13.45, 144.78, 4_000),
        (51.9, 179.9, 1_200),
        (89.9, 0, 2_000),
        (-89.9, 10, 9_000),
        (70.0, -150.0, 1_500),
        (0, 0, 13_000),
        (41.79, -107.24, 0),
    ],
)
def test_a_radius_holds_exactly_the_zips_whose_centre_is_inside(lat: float, lon: float, miles: float) -> None:
    places = [place_of(zip_code) for zip_code in all_zips()]
    expected = [
        place.zip_code
        for place in places
        if place.lat is not None
        and place.lon is not None
        and miles_between(lat, lon, place.lat, place.lon) <= miles
    ]
    assert zips_within(lat, lon, miles) == expected


def test_random_radii_equal_a_look_at_every_zip() -> None:
    chance = random.Random(11)
    places = [place for place in map(place_of, all_zips()) if place.lat is not None and place.lon is not None]
    for _ in range(12):
        lat, lon, miles = chance.uniform(15, 72), chance.uniform(-180, 180), chance.expovariate(1 / 300)
        inside = [p.zip_code for p in places if miles_between(lat, lon, p.lat or 0, p.lon or 0) <= miles]
        assert zips_within(lat, lon, miles) == inside


@pytest.mark.parametrize(
    "bad", [(float("nan"), 0, 1), (0, float("inf"), 1), (0, 0, float("nan")), (0, 0, -1), (91, 0, 1)]
)
def test_a_radius_around_nowhere_is_empty(bad: tuple[float, float, float]) -> None:
    assert zips_within(*bad) == []


def test_distances_are_great_circles_in_miles() -> None:
    new_york, los_angeles = (40.7128, -74.0060), (34.0522, -118.2437)
    assert miles_between(*new_york, *los_angeles) == pytest.approx(2_445.6, abs=0.5)
    assert miles_between(*new_york, *new_york) == 0
    assert miles_between(0, 179.5, 0, -179.5) == pytest.approx(69.09, abs=0.01)
    assert miles_between(90, 0, -90, 0) == pytest.approx(12_436.8, abs=0.5)


def test_area_codes_belong_to_the_state_the_number_plan_names() -> None:
    assert area_code_states("302") == {"DE"}
    assert area_code_states("307") == {"WY"}
    assert area_code_states("202") == {"DC"}
    for elsewhere in ("800", "416", "204", "000", "", "3 2", "abc"):
        assert area_code_states(elsewhere) == frozenset()
    codes = {code for zip_code in all_zips() for code in area_codes_of_zip(zip_code)}
    for code in codes:
        number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{code}2345678"))
        named = geocoder.description_for_number(number, "en").rpartition(", ")[2].removesuffix(" State")
        states = area_code_states(code)
        if phonenumbers.region_code_for_number(number) == "US":
            assert states == {state_code(named)}, code
        assert len(states) <= 1


def test_cities_fit_their_zip_under_every_name_in_use() -> None:
    assert city_fits_zip("RAWLINS", "82301") is True
    assert city_fits_zip("Ft. Steele", "82301") is True
    assert city_fits_zip("Cheyenne", "82301") is False
    assert city_fits_zip("Saint Louis", "63101") is True


@pytest.mark.parametrize("text", ["x" * 300_000, "st " * 100_000, "\u0301" * 300_000, "\ufdfa" * 100_000])
def test_long_texts_are_answered_at_once_and_not_kept(text: str) -> None:
    started = monotonic()
    assert state_code(text) is None
    assert normal_zip(text) is None
    assert by_zip(text) is None
    assert zips_of_county(text, text) == ()
    assert city_fits_zip(text, "82301") is False
    assert monotonic() - started < 1


@given(st.text(alphabet=st.characters()))
@settings(deadline=None)
def test_no_text_breaks_a_place_question(text: str) -> None:
    assert by_zip(text) is None or text in all_zips()
    assert normal_zip(text) is None or len(text) >= 5
    assert state_code(text) is None or len(str(state_code(text))) == 2
    assert county_key(text).isascii()
    assert city_key(text).isascii()
    assert isinstance(zips_of_county(text, text), tuple)
    assert isinstance(zips_of_state(text), tuple)
    assert isinstance(area_code_states(text), frozenset)
