"""What somebody types into the search is understood in every way it can be meant."""

from uuid import UUID

import pytest

from leadhouse.report.search import Search, Span, id_span, understand

LEAD = UUID("0198f3c2-6c1e-7d3a-9b0e-2f5d8c1a4e77")


def test_an_email_is_looked_up_by_its_key() -> None:
    assert understand("  Louis@EXAMPLE.com ") == Search(email="louis@example.com")


def test_what_only_looks_like_an_email_is_still_looked_up() -> None:
    assert understand("louis@") == Search(email="louis@")


@pytest.mark.parametrize(
    "typed", ["(302) 321-5560", "302.321.5560", "+1 302 321 5560", "1-302-321-5560", "3023215560"]
)
def test_a_phone_is_understood_in_any_format(typed: str) -> None:
    assert understand(typed).phone == "+13023215560"


@pytest.mark.parametrize("typed", ["5605956", "#5605956"])
def test_a_consumer_number_may_carry_its_sign(typed: str) -> None:
    assert understand(typed).consumer == 5_605_956


def test_numbers_below_the_first_consumer_are_no_consumers() -> None:
    assert understand("5000000").consumer is None
    assert understand("9" * 40).consumer is None


def test_a_whole_id_names_exactly_one_lead() -> None:
    assert understand(str(LEAD)).ids == (LEAD, LEAD)
    assert understand(str(LEAD).upper()).ids == (LEAD, LEAD)


def test_the_beginning_of_an_id_names_all_ids_that_begin_so() -> None:
    lowest, highest = id_span("0198f3c2-6c") or (LEAD, LEAD)
    assert lowest == UUID("0198f3c2-6c00-0000-0000-000000000000")
    assert highest == UUID("0198f3c2-6cff-ffff-ffff-ffffffffffff")


@pytest.mark.parametrize("typed", ["0198f", "zebra-1", "", "0198f3c2-6c1e-7d3a-9b0e-2f5d8c1a4e77a"])
def test_what_is_too_short_or_no_beginning_of_an_id_names_none(typed: str) -> None:
    assert id_span(typed) is None


def test_one_name_may_be_either_and_two_are_given_and_family_name() -> None:
    assert understand("Espi").any_name == Span("espi", "espi\U0010ffff")
    both = understand("Louis Espinoza")
    assert (both.first_name, both.last_name) == (
        Span("louis", "louis\U0010ffff"),
        Span("espinoza", "espinoza\U0010ffff"),
    )
    assert both.any_name is None


@pytest.mark.parametrize("typed", ["\x00", "٣" * 12, "(((", "%", "a" * 100_000, "\ud800", "+", "@"])
def test_anything_typed_is_understood_as_something(typed: str) -> None:
    understand(typed)
