"""Phone numbers are read as people write them, and nothing that people write breaks the reading."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.phones import LineType, Phone, display, parse_phone

phone_like = st.text(alphabet="0123456789+()-. xext#*;=,:/～＋٣\u200b\x00\ud800", max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        "(302) 321-5560",
        "302-321-5560",
        "302.321.5560",
        "3023215560",
        "1 302 321 5560",
        "+1 (302) 321-5560",
        " +13023215560 ",
        "+１（３０２）３２１－５５６０",
        "tel:302-321-5560",
    ],
)
def test_one_number_has_one_form_however_it_is_written(text: str) -> None:
    assert parse_phone(text) == Phone(
        e164="+13023215560",
        national="3023215560",
        country="US",
        is_valid=True,
        is_fictional=False,
        line_type=LineType.FIXED_LINE_OR_MOBILE,
        time_zones=("America/New_York",),
    )


@pytest.mark.parametrize("text", ["302-321-5560 x12", "(302) 321-5560 ext. 12", "302 321 5560 #12"])
def test_an_extension_is_kept_apart_from_the_number(text: str) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert (phone.e164, phone.extension) == ("+13023215560", "12")


@pytest.mark.parametrize("text", ["", " ", "none", "n/a", "x", "+", "0" * 300, "7", "call me"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_phone(text) is None


@pytest.mark.parametrize("text", ["123-456-7890", "302-321-556", "5555555555", "0000000000", "1112223333"])
def test_a_number_outside_the_plan_is_not_valid(text: str) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert not phone.is_valid
    assert phone.area_code is None


@pytest.mark.parametrize(
    ("text", "is_fictional"),
    [
        ("302-555-0100", True),
        ("302-555-0199", True),
        ("212 555 0123", True),
        ("302-555-0200", False),
        ("302-555-0099", False),
        ("302-321-0155", False),
        ("+44 20 5550 1234", False),
    ],
)
def test_numbers_kept_for_fiction_are_told(text: str, is_fictional: bool) -> None:
    phone = parse_phone(text)
    assert phone is not None
    assert phone.is_fictional is is_fictional


def test_lines_and_countries_follow_the_number_plan() -> None:
    toll_free, british = parse_phone("800 253 0000"), parse_phone("020 7946 0018", "gb")
    mobile = parse_phone("+33 6 12 34 56 78")
    assert toll_free is not None
    assert british is not None
    assert mobile is not None
    assert toll_free.line_type is LineType.TOLL_FREE
    assert (british.e164, british.country, british.line_type) == ("+442079460018", "GB", LineType.FIXED_LINE)
    assert british.time_zones == ("Europe/London",)
    assert british.area_code is None
    assert (mobile.country, mobile.line_type) == ("FR", LineType.MOBILE)


def test_the_area_code_and_all_zones_it_may_mean_are_known() -> None:
    rawlins = parse_phone("307-321-5560")
    idaho = parse_phone("208-334-2100")
    assert rawlins is not None
    assert rawlins.area_code == "307"
    assert rawlins.time_zones == ("America/Denver",)
    assert idaho is not None
    assert set(idaho.time_zones) <= {"America/Boise", "America/Denver", "America/Los_Angeles"}


@pytest.mark.req("R000-05")
def test_numbers_are_shown_in_readable_form() -> None:
    assert display("+13023215560") == "(302) 321-5560"
    assert display("+442079460018") == "+44 20 7946 0018"
    assert display("not a number") == "not a number"


@given(
    st.one_of(st.text(), phone_like),
    st.one_of(st.sampled_from(["US", "us", "GB", "001", ""]), st.text(max_size=3)),
)
def test_no_text_breaks_the_reading(text: str, region: str) -> None:
    phone = parse_phone(text, region)
    if phone is not None:
        assert phone.e164.startswith("+")
        assert phone.e164[1:].isdecimal()
        assert phone.e164.isascii()
        assert isinstance(display(phone.e164), str)
    assert isinstance(display(text), str)


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True), st.sampled_from(["US", "CA", "GB"]))
def test_the_stored_form_is_read_as_the_library_reads_it(text: str, region: str) -> None:
    found = phonenumbers.parse(text, region)
    kind = phonenumbers.number_type(found)
    phone = parse_phone(text, region)
    assert phone is not None
    assert (phone.e164, phone.national) == (text, str(found.national_number))
    assert phone.is_valid == (kind != phonenumbers.PhoneNumberType.UNKNOWN)
    assert phone.country == phonenumbers.region_code_for_number(found)
    assert phone == parse_phone(f" {text}", region)
