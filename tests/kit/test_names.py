"""Names are shown as their owners write them and matched however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.names import name_key, normal_name

any_text = st.text(alphabet=st.characters())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  john   smith ", "John Smith"),
        ("JOHN SMITH", "John Smith"),
        ("MCDONALD", "McDonald"),
        ("mcdonald", "McDonald"),
        ("McDonald", "McDonald"),
        ("MacArthur", "MacArthur"),
        ("o'neil", "O'Neil"),
        ("O’NEIL", "O’Neil"),
        ("joe's roofing", "Joe's Roofing"),
        ("van der Berg", "van der Berg"),
        ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
        ("juan de la cruz", "Juan de la Cruz"),
        ("smith-jones", "Smith-Jones"),
        ("JOHN SMITH III", "John Smith III"),
        ("josé nuñez", "José Nuñez"),
        ("ÉLODIE", "Élodie"),
        ("李小龍", "李小龍"),
        ("j", "J"),
        ("", ""),
        (" \t\n ", ""),
        ("Eve\u202e\x00 Adams", "Eve Adams"),
    ],
)
def test_names_are_tidied_for_display(text: str, shown: str) -> None:
    assert normal_name(text) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "jose nunez"),
        ("O'Neil", "ONEIL"),
        ("O’Neil", "O'neil"),
        ("Smith-Jones", "smith  jones"),
        ("Strauß", "STRAUSS"),
        ("Łukasz Sørensen", "lukasz sorensen"),
        ("J. R. Ewing", "J R Ewing"),
    ],
)
def test_names_that_differ_in_writing_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_of_different_people_have_different_keys() -> None:
    assert len({name_key(name) for name in ("Ann Lee", "Anne Lee", "Annlee", "Lee Ann")}) == 4


@given(any_text)
def test_no_text_breaks_a_name(text: str) -> None:
    shown = normal_name(text)
    assert shown == " ".join(shown.split())
    assert name_key(name_key(text)) == name_key(text)


@given(st.text(alphabet="abcMCOo' -ÉéIV", max_size=20))
def test_a_tidied_name_stays_as_it_is(text: str) -> None:
    assert normal_name(normal_name(text)) == normal_name(text)


@given(st.text(alphabet="abcMCOo' -ÉéIV", max_size=20))
def test_a_name_and_its_display_have_one_key(text: str) -> None:
    assert name_key(normal_name(text)) == name_key(text)
