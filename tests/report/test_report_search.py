"""What somebody types into the search is understood in every way it can be meant."""

from uuid import UUID

import pytest

from leadhouse.report.search import Search, Span, id_span, told, understand

LEAD = UUID("0198f3c2-6c1e-7d3a-9b0e-2f5d8c1a4e77")


def test_an_email_is_looked_up_by_its_key() -> None:
    assert understand("  Louis@EXAMPLE.com ") == Search(email="louis@example.com")


@pytest.mark.parametrize("typed", ["louis@", "louis@exa", "@"])
def test_what_is_no_whole_email_is_the_beginning_of_one(typed: str) -> None:
    assert understand(typed) == Search(emails=Span(typed, typed + "\U0010ffff"))


@pytest.mark.parametrize("typed", ["jane.doe", "JANE.DOE ", "jane.doe@"])
def test_what_stands_before_an_emails_at_sign_is_enough(typed: str) -> None:
    assert understand(typed).emails == Span("jane.doe@", "jane.doe@\U0010ffff")


@pytest.mark.parametrize(
    "typed", ["(302) 321-5560", "302.321.5560", "+1 302 321 5560", "1-302-321-5560", "3023215560"]
)
def test_a_phone_is_understood_in_any_format(typed: str) -> None:
    assert understand(typed).phones == ("+13023215560",)


@pytest.mark.parametrize("typed", ["565-9930", "565 9930", "5659930", "565.9930"])
def test_seven_digits_are_the_end_of_a_phone_in_any_area(typed: str) -> None:
    phones = understand(typed).phones
    assert {"+13025659930", "+12015659930", "+19895659930"} <= set(phones)
    assert len(phones) == len(set(phones)) == 792


@pytest.mark.parametrize("typed", ["65-9930", "+565-9930", "9930", "(302)"])
def test_fewer_digits_are_no_phone(typed: str) -> None:
    assert understand(typed).phones == ()


@pytest.mark.parametrize(
    "typed", ["5605956", "#5605956", "Consumer 5605956", "consumer #5605956", "consumer5605956", "# 5605956"]
)
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
    assert understand("Espinoza,").any_name == Span("espinoza", "espinoza\U0010ffff")


def readings(text: str) -> set[tuple[str, str]]:
    search = understand(text)
    assert search.any_name is None
    return {(first.first, last.first) for first, last in search.names}


def test_a_whole_name_is_meant_in_either_order_and_a_comma_says_in_which() -> None:
    assert readings("Louis Espinoza") == {("louis", "espinoza"), ("espinoza", "louis")}
    assert readings("Espinoza, Louis") == {("louis", "espinoza")}
    assert readings("Van den Berg, Jan") == {("jan", "van den berg")}


def test_names_of_several_words_are_met_wherever_they_part() -> None:
    assert ("jan", "van den berg") in readings("jan van den berg") & readings("van den berg jan")
    assert ("mary ann", "smith") in readings("mary ann smith") & readings("smith mary ann")


def test_who_may_not_see_people_searches_none() -> None:
    for typed in ("louis", "espinoza, louis", "louis@example.com", "(302) 321-5560", "jane.doe"):
        assert understand(typed, by_person=False) == Search(), typed
    assert understand("5659930", by_person=False) == Search(consumer=5_659_930, ids=id_span("5659930"))
    assert understand(str(LEAD), by_person=False) == Search(ids=(LEAD, LEAD))


def test_a_search_says_as_what_it_was_meant() -> None:
    assert told(understand("louis@example.com")) == ["an email"]
    assert told(understand("louis@exa")) == ["the beginning of an email"]
    assert told(understand("565-9930")) == [
        "the last seven digits of a phone",
        "the beginning of an id",
    ]
    assert told(understand("espinoza, louis")) == ["a first and a last name"]
    assert told(understand("Consumer 5605956")) == ["a consumer's number"]
    assert told(understand("9930")) == []


@pytest.mark.parametrize("typed", ["\x00", "٣" * 12, "(((", "%", "a" * 100_000, "\ud800", "+", "@"])
def test_anything_typed_is_understood_as_something(typed: str) -> None:
    understand(typed)
