"""Posted values are cleaned by what their fields mean; bad ones stay as they were posted, marked with why."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.capture.reading.normalise import normalise
from leadhouse.capture.reading.parsing import Several
from leadhouse.capture.reading.readers import CANONICAL_READERS
from leadhouse.rules.types import Field, FieldType

OWN = {
    field.key: field
    for field in (
        Field("roof_type", FieldType.CHOICE, "Roof", ("Shingle", "Metal")),
        Field("extras", FieldType.MULTICHOICE, "Extras", ("gutters", "skylight", "solar, tiles")),
        Field("stories", FieldType.NUMBER, "Stories"),
        Field("budget", FieldType.MONEY, "Budget"),
        Field("owner", FieldType.BOOLEAN, "Owner"),
        Field("start", FieldType.DATE, "Start"),
        Field("seen", FieldType.DATETIME, "Seen"),
        Field("notes", FieldType.TEXT, "Notes"),
    )
}


@pytest.mark.req("R000-15", "R000-14", "R000-13", "R000-12", "R000-07")
@pytest.mark.parametrize(
    ("name", "posted", "kept"),
    [
        ("first_name", "  MARY ANN ", "Mary Ann"),
        ("email", " Joe@EXAMPLE.com ", "Joe@example.com"),
        ("phone_1", "(302) 321-5560", "+13023215560"),
        ("phone_1", 3023215560, "+13023215560"),
        ("phone_1", "+44 20 7946 0018", "+442079460018"),
        ("address_1", "1 Main\0 St", "1 Main St"),
        ("state", "wyoming", "WY"),
        ("country", "United States", "US"),
        ("country", "uk", "GB"),
        ("lat", "41.79", 41.79),
        ("ip", "2001:DB8::1", "2001:db8::1"),
        ("max_contact_requests", "3", 3),
        ("max_contact_requests", 4.0, 4),
        ("estimate_low", "$9,220", "9220.00"),
        ("estimate_high", 25355.5, "25355.50"),
        ("source_url", "https://x.test/a?b=c", "https://x.test/a?b=c"),
        ("xxTrustedFormCertUrl", "https://cert.trustedform.com/x", None),
        ("roof_type", "METAL", "Metal"),
        ("extras", "gutters|Skylight", ["gutters", "skylight"]),
        ("extras", ["Solar, Tiles"], ["solar, tiles"]),
        ("extras", Several(("gutters", "gutters")), ["gutters"]),
        ("stories", "2.50", 2.5),
        ("stories", "2", 2),
        ("budget", "100", "100.00"),
        ("owner", "Yes", True),
        ("start", "2026-11-30", "2026-11-30"),
        ("seen", "2026-11-30T09:30:00-05:00", "2026-11-30T14:30:00.000Z"),
        ("notes", Several(("first", "last")), "last"),
    ],
)
def test_good_values_are_cleaned(name: str, posted: object, kept: object) -> None:
    cleaned = normalise({name: posted}, OWN)
    if kept is None:
        assert cleaned.fields == {"trustedform_cert_url": posted}
    else:
        assert cleaned.fields[name] == kept
    assert cleaned.marks == ({"lat": "given without lon"} if name == "lat" else {})
    assert cleaned.extra == {}


@pytest.mark.req("R000-24")
@pytest.mark.parametrize(
    ("name", "posted"),
    [
        ("email", "joe@"),
        ("phone_1", "12345"),
        ("state", "Bavaria"),
        ("postal_code", "8230"),
        ("country", "Atlantis"),
        ("lat", "91"),
        ("lon", "east"),
        ("ip", "1.2.3.4.5"),
        ("max_contact_requests", "5"),
        ("max_contact_requests", "0"),
        ("max_contact_requests", "two"),
        ("estimate_low", "-5"),
        ("estimate_low", "1.234"),
        ("source_url", "javascript:alert(1)"),
        ("roof_type", "straw"),
        ("stories", "1e400"),
        ("owner", "perhaps"),
        ("start", "30.11.2026"),
        ("seen", "now"),
    ],
)
def test_bad_values_stay_as_they_were_posted_and_are_marked(name: str, posted: str) -> None:
    cleaned = normalise({name: posted}, OWN)
    assert cleaned.fields[name] == posted
    assert list(cleaned.marks) == [name]
    assert name not in cleaned.facts()


@pytest.mark.req("R000-09", "R000-08")
def test_the_zip_fills_in_what_was_not_posted_and_only_that() -> None:
    posted = {"postal_code": "82301", "city": "Sinclair", "lat": "41.7", "lon": "-107.1"}
    cleaned = normalise(posted, {})
    assert cleaned.fields == {
        "postal_code": "82301",
        "city": "Sinclair",
        "lat": 41.7,
        "lon": -107.1,
        "state": "WY",
        "county": "Carbon County",
        "country": "US",
        "time_zone": "America/Denver",
    }


def test_a_bad_state_gives_way_to_the_zips_for_rules_and_stays_as_posted() -> None:
    cleaned = normalise({"postal_code": "82301", "state": "Wyo?"}, {})
    assert (cleaned.fields["state"], cleaned.facts()["state"]) == ("Wyo?", "WY")
    assert list(cleaned.marks) == ["state"]


def test_places_elsewhere_are_not_measured_by_american_rules() -> None:
    cleaned = normalise({"country": "Canada", "state": "Ontario", "postal_code": "K1A 0B1"}, {})
    assert cleaned.fields == {"country": "CA", "state": "Ontario", "postal_code": "K1A 0B1"}
    assert cleaned.marks == {}


def test_the_rest_is_kept_as_extra_whatever_its_shape() -> None:
    cleaned = normalise({"lead": {"a": [1, "x\0"]}, "colour": "green", "nothing": None, "blank": " "}, {})
    assert cleaned.extra == {"lead": {"a": [1, "x"]}, "colour": "green"}
    assert cleaned.fields == {}
    assert normalise({"email": {"a": 1}}, {}).marks == {"email": "not a plain value: post text or a number"}


def test_long_texts_are_cut_and_say_so() -> None:
    cleaned = normalise({"reference": "x" * 300, "user_agent": "y" * 1_024}, {})
    assert cleaned.fields["reference"] == "x" * 255
    assert cleaned.marks == {"reference": "cut after 255 characters"}


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
names = st.sampled_from([*CANONICAL_READERS, *OWN]) | st.text(max_size=10)


@given(st.dictionaries(names, values, max_size=10))
def test_whatever_is_posted_can_be_stored_and_no_bad_value_is_a_fact(posted: dict[str, object]) -> None:
    cleaned = normalise(posted, OWN)
    for part in (cleaned.fields, cleaned.extra, cleaned.marks):
        assert b"\\u0000" not in orjson.dumps(dict(part))
    assert cleaned.marks.keys() <= cleaned.fields.keys()
    assert not (cleaned.marks.keys() - {"state"}) & cleaned.facts().keys()


@given(st.dictionaries(names, values, max_size=10))
def test_normalising_twice_changes_nothing_more(posted: dict[str, object]) -> None:
    once = normalise(posted, OWN)
    good = {name: value for name, value in once.fields.items() if name not in once.marks}
    good = {name: value for name, value in good.items() if name not in ("county", "time_zone")}
    again = normalise(good, OWN)
    assert {name: again.fields[name] for name in good} == good
