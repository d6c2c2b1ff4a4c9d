"""How operators find leads: by buyer, campaign, state and reason, and by whatever they know of a person."""

import re
from datetime import UTC, datetime

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


def test_a_shared_list_of_days_means_the_same_leads_in_every_zone() -> None:
    late = str(post("calculator", person(1), received_at=datetime(2025, 7, 1, 3, 30, tzinfo=UTC)))
    mine, abroad = operator(), browser_of("abroad@demo.example", Role.OPERATOR)
    abroad.post("/zone", {"zone": "Asia/Tokyo"})
    days = "since=2025-06-30&until=2025-06-30"
    saved = {"name": "The last of June", "address": days, "shared": "on"}
    address = mine.post("/leads/saved", saved)["Location"]
    assert address == f"/leads?{days}&zone=America%2FNew_York"
    told = words(abroad, address)
    assert "dates in Asia/Tokyo. The days asked for are those of America/New_York." in told
    query = address.removeprefix("/leads")
    assert listed(abroad, query) == listed(mine, query) == [late]
    assert listed(abroad, f"?{days}") == []
    for sent in ("/leads.csv?shown&" + query[1:], "/leads.csv" + query):
        assert b"".join(abroad.get(sent).streaming_content).count(b"Louis") == 1
    all_of_it = {"scope": "all", "address": query[1:], "action": "mark_test"}
    work = words(abroad, abroad.post("/leads/many/new", all_of_it)["Location"])
    assert "received to 2025-06-30, days of America/New_York" in work


def test_a_zone_stands_beside_dates_only_and_must_be_one() -> None:
    client = operator()
    saved = {"name": "All of Wyoming", "address": "state=WY&zone=Asia/Tokyo"}
    assert client.post("/leads/saved", saved)["Location"] == "/leads?state=WY"
    text = words(client, "/leads?since=2025-06-30&zone=Moon/Crater", 422)
    assert "No time zone has this name: choose one." in text


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
