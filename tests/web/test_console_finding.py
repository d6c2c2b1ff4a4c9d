"""How operators find leads: by buyer, campaign, state and reason, and by whatever they know of a person."""

import re

import pytest

from leadhouse.parties.types import Role
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import browser_of, operator, sold_lead, walk, words
from tests.web.test_console_pages import listed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


@pytest.mark.parametrize(
    ("query", "is_sold"),
    [
        ("?buyer=acme", True),
        ("?buyer=Acme+roofing", True),
        ("?campaign=best-west", True),
        ("?buyer=best&campaign=best-west&state=WY", True),
        ("?state=UT", False),
        ("?reason=criteria", False),
    ],
)
def test_a_list_is_narrowed_to_a_buyer_a_campaign_a_state_a_reason(query: str, is_sold: bool) -> None:
    sold = str(sold_lead(1))
    refused = str(post("calculator", person(2, state="UT", postal_code="84101")))
    walk()
    assert listed(operator(), query) == [sold if is_sold else refused]


def test_a_buyer_or_a_campaign_that_is_none_is_said_beside_its_field() -> None:
    text = words(operator(), "/leads?buyer=nobody&campaign=nothing", 422)
    assert "No company has this key or name." in text
    assert "No campaign has this key." in text


def test_what_is_typed_into_a_filter_is_offered_by_key_or_name() -> None:
    client = operator()
    offers = client.get("/leads/offers?buyer=roof").content.decode()
    assert re.findall(r'value="([^"]+)"', offers) == ["acme", "best"]
    assert re.findall(r'value="([^"]+)"', client.get("/leads/offers?campaign=ACME").content.decode()) == [
        "acme-west"
    ]
    assert "<option" not in client.get("/leads/offers?buyer=zzz").content.decode()


def test_a_list_saved_by_buyer_and_state_comes_back_as_it_was() -> None:
    sold = sold_lead(1)
    client = operator()
    address = "state=WY&buyer=acme&campaign=acme-west&reason="
    answer = client.post("/leads/saved", {"name": "Acme in Wyoming", "address": address})
    assert answer["Location"] == "/leads?buyer=acme&campaign=acme-west&state=WY"
    assert listed(client, answer["Location"].removeprefix("/leads")) == [str(sold)]


def test_who_finds_nobody_hears_what_was_searched_and_what_to_try() -> None:
    post("calculator", person(1))
    client = operator()
    assert "We searched “565-0000” as the last seven digits of a phone and as the beginning of an id." in (
        text := words(client, "/leads?q=565-0000")
    )
    assert "Try a whole email or what stands before its @" in text
    assert "“(99)” is nothing that can be searched." in words(client, "/leads?q=%2899%29")


def test_an_analyst_searches_numbers_and_ids_only() -> None:
    lead_id = post("calculator", person(1))
    client = browser_of("analyst@demo.example", Role.ANALYST)
    for hidden in ("person1", "espinoza, louis", "person1@example", "(302) 321-0001"):
        assert client.get("/leads", {"q": hidden}).status_code == 422, hidden
    # A consumer's number has as many digits as the end of a phone, which nobody may learn by it.
    assert listed(client, "?q=3210001") == listed(client, "?q=321-0001") == []
    assert listed(client, f"?q={lead_id}") == [str(lead_id)]
    assert "Try a consumer's number" in words(client, "/leads?q=5999999")
