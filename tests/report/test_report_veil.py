"""What an analyst may not see is nowhere in what an analyst is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.report import queries as report
from leadhouse.report.export import lead_rows
from leadhouse.report.story import lead_story
from leadhouse.report.types import LeadFilters
from leadhouse.report.veil import HIDDEN, Veil, veiled_export, veiled_row, veiled_story
from leadhouse.store.run import execute
from tests.report.report_market import open_market, person, post, walk

SECRETS = ("Espinoza", "person1@example.com", "321-0001", "3210001", "2156 Mountain", "green")


@pytest.mark.django_db
def test_a_veiled_story_holds_nothing_of_the_person_but_all_of_the_sale() -> None:
    open_market()
    lead_id = post("calculator", person(1))
    walk()
    execute(
        "UPDATE deliver_attempt SET excerpt = 'bad phone (302) 321-0001 of LOUIS ESPINOZA', "
        "detail = 'person1@example.com'",
        {},
    )
    told = lead_story(lead_id)
    assert told is not None
    assert "Espinoza" in repr(told)
    veiled = veiled_story(told)
    text = repr(veiled)
    assert [secret for secret in SECRETS if secret.lower() in text.lower()] == []
    assert veiled.name == "L. E."
    assert (veiled.assignments, veiled.money, veiled.decisions) == (
        told.assignments,
        told.money,
        told.decisions,
    )
    assert "Rawlins" in text


@pytest.mark.django_db
def test_a_veiled_list_and_file_hold_nothing_of_the_person() -> None:
    open_market()
    lead_id = post("calculator", person(1))
    (row,) = report.find_leads(LeadFilters()).rows
    veiled = veiled_row(row)
    assert (veiled.name, veiled.email, veiled.phone) == ("L. E.", "p***@example.com", "***0001")
    text = repr(veiled_export(lead_rows([lead_id], "USD")[0]))
    assert [secret for secret in SECRETS if secret in text] == []
    assert "82301" in text


@given(st.text(min_size=3, max_size=20), st.text(max_size=30), st.text(max_size=30))
def test_whatever_stands_around_it_a_secret_is_masked(secret: str, before: str, after: str) -> None:
    hidden = Veil([secret]).text(before + secret + after)
    assert secret not in hidden.replace(HIDDEN, "\x00" * 3) or secret in HIDDEN


@pytest.mark.parametrize(
    "text", ["302-321-5560", "(302) 321 5560", "+1 302.321.5560", "13023215560", "mail a.b+c@d.example now"]
)
def test_contacts_are_masked_in_any_spelling(text: str) -> None:
    assert HIDDEN in Veil([]).text(f"call {text}")
    assert Veil([]).text("order 123456, 42.50 USD, 2026-11-27") == "order 123456, 42.50 USD, 2026-11-27"
