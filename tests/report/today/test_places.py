"""Where leads come from inside a state."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.places import zips_of_county, zips_of_state
from leadhouse.report.today.figures import Sums, total
from leadhouse.report.today.places import by_county
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import operator, walk, words

LEADS = st.builds(Sums, st.integers(1, 99), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def part(client: Client, state: str) -> str:
    """Return what the part of the page says of a state."""
    body = client.get(f"/today/places?period=today&state={state}").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@given(st.dictionaries(st.sampled_from([*zips_of_state("WY"), "80202", "00000", "", "x"]), LEADS))
def test_counties_add_up_to_what_the_zips_say(zips: dict[str, Sums]) -> None:
    found = by_county(zips, "WY")
    assert total(one.sums for one in found) == total(zips.values())
    assert [one.sums.leads for one in found] == sorted((one.sums.leads for one in found), reverse=True)
    carbon = total(sums for code, sums in zips.items() if code in zips_of_county("Carbon", "WY"))
    assert total(one.sums for one in found if one.key == "carbon") == carbon


@pytest.mark.django_db
def test_a_states_leads_are_told_by_county() -> None:
    open_market()
    for number, code in enumerate(("82301", "82301", "82001", "")):
        post("calculator", person(number, state="WY", postal_code=code))
    post("calculator", person(9, state="CO", postal_code="80202"))
    walk()
    client = operator()
    text = part(client, "WY")
    for told in ("Carbon County 2 ", "Laramie County 1 ", "County unknown 1 "):
        assert told in text, text
    assert "Denver" not in text
    assert "No lead from Texas in this time." in part(client, "TX")
    assert "Counting the leads of Texas." in words(client, "/?state=TX")
