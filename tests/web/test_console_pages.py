"""The console's pages over leads that have walked the whole road."""

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from leadhouse.report.types import Cursor
from tests.report.report_market import LOUIS, open_market, open_paced_market, person, post
from tests.web.console_desk import operator, sold_lead, walk, words
from tests.web.plans import counted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def listed(client: Client, query: str = "") -> list[str]:
    """Return the ids of the leads in a list, in order."""
    return re.findall(r'<tr id="lead-([0-9a-f-]{36})"', client.get(f"/leads{query}").content.decode())


# --- the list


def test_the_newest_lead_stands_first() -> None:
    first, second = sold_lead(1), sold_lead(2)
    assert listed(operator()) == [str(second), str(first)]


@pytest.mark.parametrize(
    "query",
    [
        "PERSON1@example.com",
        "302-321-0001",
        "+1 (302) 321 0001",
        "louis esp",
        "5000001",
        "#5000001",
    ],
)
def test_a_lead_is_found_by_whatever_is_known_of_it(query: str) -> None:
    lead_id = sold_lead(1)
    post("calculator", person(2, first_name="Ann", last_name="Other"))
    client = operator()
    consumer = re.search(r"Consumer (\d+)", client.get(f"/leads/{lead_id}").content.decode().lower().title())
    assert consumer is not None
    query = query.replace("5000001", consumer[1])
    assert listed(client, f"?q={query.replace('+', '%2B').replace('#', '%23')}") == [str(lead_id)]


def test_a_lead_is_found_by_the_beginning_of_its_id() -> None:
    lead_id = sold_lead(1)
    assert listed(operator(), f"?q={str(lead_id)[:18]}") == [str(lead_id)]


def test_filters_narrow_the_list_and_the_file_alike() -> None:
    sold, refused = sold_lead(1), post("calculator", person(2, state="TX", postal_code="75001"))
    trial = post("trial", person(3))
    walk()
    client = operator()
    for query, expected in {
        "?status=delivered": [sold],
        "?status=disqualified": [refused],
        "?source=trial": [trial],
        "?product=roofing&test=no": [refused, sold],
        "?test=yes": [trial],
        "?classification=2&source=calculator": [sold],
        "?since=2000-01-01&until=2000-12-31": [],
        "?since=2000-01-01": [trial, refused, sold],
    }.items():
        ids = [str(one) for one in expected]
        assert listed(client, query) == ids, query
        assert [row["id"] for row in exported(client, query)] == ids, query


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/leads.csv{query}")
    assert answer["Content-Type"].startswith("text/csv")
    assert re.fullmatch(r'attachment; filename="leads-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"])
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.req("R002-34")
def test_the_list_has_a_button_that_downloads_exactly_what_is_shown() -> None:
    sold_lead(1)
    client = operator()
    assert 'href="/leads.csv" download' in client.get("/leads").content.decode()
    assert 'href="/leads.csv?status=sold" download' in client.get("/leads?status=sold").content.decode()
    (row,) = exported(client)
    assert (row["email"], row["status"], row["revenue"], row["companies"]) == (
        "person1@example.com",
        "delivered",
        "69.00",
        "acme; best",
    )


def test_pages_follow_one_another_without_gap_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadhouse.web.console.leads.PAGE_SIZE", 2)
    ids = [str(post("calculator", person(number))) for number in range(5)][::-1]
    client = operator()
    seen, query = [], "?source=calculator"
    while query:
        page = client.get(f"/leads{query}").content.decode()
        seen.append(listed(client, query))
        older = re.search(r'rel="next" href="/leads([^"]+)"', page)
        query = unescape(older[1]) if older else ""
    assert seen == [ids[:2], ids[2:4], ids[4:]]


def test_the_list_says_what_to_do_when_it_is_empty() -> None:
    client = operator()
    assert "No leads yet" in words(client, "/leads")
    assert "No lead is like that" in words(client, "/leads?q=nobody@example.com")
    assert "The last day must not be before the first." in words(
        client, "/leads?since=2026-02-02&until=2026-01-01", status=422
    )
    assert client.get("/leads.csv?since=never").status_code == 422


def test_only_the_first_page_of_everything_keeps_itself_fresh() -> None:
    lead_id = sold_lead(1)
    client = operator()
    page = client.get("/leads").content.decode()
    (address,) = re.findall(r'hx-get="(/leads/newest\?seen=\w+)"', page)
    assert client.get(address).status_code == 204
    newer = post("calculator", person(2))
    fresh = client.get(address).content.decode()
    assert re.findall(r'<tr id="lead-([0-9a-f-]{36})"', fresh) == [str(newer), str(lead_id)]
    assert fresh.lstrip().startswith("<tbody")
    after = Cursor(datetime.now(UTC), UUID(int=2**128 - 1))
    for query in ("?status=delivered", f"?after={str(after).replace('+', '%2B')}"):
        assert "/leads/newest" not in client.get(f"/leads{query}").content.decode()
        assert client.get(f"/leads/newest{query}").status_code == 204


@pytest.mark.parametrize(
    "query", ["?q=%00", "?q=%ff%fe", "?after=x", "?since=0001-01-01", "?until=9999-12-31", "?q=" + "x" * 999]
)
def test_no_address_breaks_the_list(query: str) -> None:
    assert operator().get(f"/leads{query}").status_code in (200, 422)


# --- one lead


@pytest.mark.req("R000-18")
@pytest.mark.req("R000-75")
def test_a_leads_page_shows_its_fields_by_category_and_its_status_in_words() -> None:
    text = words(operator(), f"/leads/{sold_lead(1)}")
    for category in (
        "System",
        "Contact Info",
        "Location",
        "Processing",
        "User Preference",
        "Industry Specific",
        "Attribution",
        "Verification",
    ):
        assert category in text
    assert "Status Delivered 9" in text
    assert "Classification 2 Unverified phone Good to sell" in text
    assert "First name Louis Last name Espinoza" in text
    assert "ZIP 82301" in text


@pytest.mark.req("R000-52")
@pytest.mark.req("R000-75")
def test_a_leads_page_draws_the_funnel_and_tells_every_campaigns_fate() -> None:
    lead_id = sold_lead(1)
    client = operator()
    text = words(client, f"/leads/{lead_id}")
    assert re.search(r"May have the lead .*? 2 Priced .*? 2 Have room .*? 2 Winners .*? 2 Sold", text)
    page = client.get(f"/leads/{lead_id}").content.decode()
    assert page.count("<polygon points=") == 4
    assert "Exclusive acme-west $60.00" in text
    assert "Duo chosen acme-west, best-west $69.00" in text
    assert "best-utah best Outside its area" in text
    refused = words(client, f"/leads/{lead_id}?fate=out_of_area")
    assert "best-utah best Outside its area" in refused
    assert "best-west best Won" not in refused


def test_a_decisions_campaigns_can_be_asked_for_alone() -> None:
    lead_id = sold_lead(1)
    client = operator()
    part = client.get(f"/leads/{lead_id}/decision?campaign=UTAH&page=7").content.decode()
    assert part.lstrip().startswith('<section class="card" id="decision"')
    assert "best-utah" in part
    assert part.partition('id="campaigns"')[2].count("campaign-fate") == 1
    assert (
        "No campaign is called that" in client.get(f"/leads/{lead_id}/decision?campaign=zz").content.decode()
    )


@pytest.mark.req("R002-33")
def test_a_leads_page_has_its_timeline_each_event_openable_with_its_data() -> None:
    lead_id = sold_lead(1)
    page = operator().get(f"/leads/{lead_id}").content.decode()
    timeline = page.partition('id="timeline-title"')[2].partition("<aside")[0]
    events = re.findall(r'<li class="event.*?</li>', timeline, re.DOTALL)
    steps = [re.findall(r'event-title">(\w+):', event)[0] for event in events]
    assert [step for at, step in enumerate(steps) if step not in steps[:at]] == [
        "Capture",
        "Accept",
        "Qualify",
        "Prevalidate",
        "Allocate",
        "Assign",
        "Deliver",
    ] + (["Settle"] if "Settle" in steps else [])
    assert all("<details>" in event and "The step took" in event for event in events)
    allocated = next(event for event in events if "Allocate:" in event)
    assert "&quot;net&quot;: 2" in allocated


def test_a_leads_page_tells_who_got_it_and_what_it_earned() -> None:
    text = words(operator(), f"/leads/{sold_lead(1)}")
    assert "Revenue $69.00 Payout $10.00 to the source Margin $59.00" in text
    assert "Acme Roofing acme-west Accepted $35.00 Sale Duo" in text
    assert "Best Roofs best-west Accepted $34.00" in text
    assert "Method 1 Accepted" in text


def test_a_lead_that_was_not_wanted_says_why_and_that_no_buyer_was_looked_for() -> None:
    text = words(operator(), f"/leads/{post('calculator', person(1, state='TX', postal_code='75001'))}")
    assert "Disqualified 3 Criteria" in text
    assert "Nobody Reason: Criteria." in text
    assert "The lead was not good to sell, so no buyer was looked for." in text


def test_a_lead_on_its_way_says_so() -> None:
    text = words(operator(), f"/leads/{post('calculator', LOUIS)}")
    assert "The lead is still on its way" in text
    assert "It is made once the lead is good to sell." in text


def test_the_submission_is_shown_in_part_and_given_whole() -> None:
    lead_id = post("calculator", LOUIS, raw=b'{"a": "\xff' + b"x" * 30_000 + b'"}')
    client = operator()
    page = client.get(f"/leads/{lead_id}").content.decode()
    assert "\\xff" in page
    assert "x" * 17_000 not in page
    assert "Only the beginning is shown" in page
    file = client.get(f"/leads/{lead_id}/submission")
    assert file.content == b'{"a": "\xff' + b"x" * 30_000 + b'"}'
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"] == f'attachment; filename="lead-{lead_id}.txt"'
    assert file["X-Content-Type-Options"] == "nosniff"


def test_dates_are_in_the_readers_zone_and_name_it() -> None:
    lead_id = post("calculator", LOUIS, received_at=datetime(2025, 7, 1, 3, 30, tzinfo=UTC))
    client = operator()
    shown = words(client, f"/leads/{lead_id}")
    assert "received Jun 30, 2025, 23:30 EDT" in shown
    assert "Created at 2025-06-30 23:30:00 EDT" in shown
    assert listed(client, "?since=2025-06-30&until=2025-06-30") == [str(lead_id)]
    client.post("/zone", {"zone": "Asia/Tokyo"})
    shown = words(client, f"/leads/{lead_id}")
    assert "received Jul 1, 2025, 12:30 JST" in shown
    assert "Created at 2025-07-01 12:30:00 JST" in shown
    assert "EDT" not in shown
    assert listed(client, "?since=2025-06-30&until=2025-06-30") == []


def test_no_page_asks_the_database_more_for_more_leads() -> None:
    client = operator()
    lead_id = sold_lead(1)

    def questions() -> list[int]:
        figures = []
        for address in ("/", "/leads", "/leads?q=louis", f"/leads/{lead_id}", "/leads.csv"):
            with counted() as sent:
                answer = client.get(address)
                _ = b"".join(answer.streaming_content) if answer.streaming else answer.content
            figures.append(len(sent))
        return figures

    questions()
    few = questions()
    for number in range(2, 12):
        post("calculator", person(number))
    walk()
    assert questions() == few
    assert max(few) <= 20


# --- pacing


def test_a_paced_decision_tells_what_held_back_and_what_greedy_would_sell() -> None:
    open_paced_market("paced", 0.5)
    text = words(operator(), f"/leads/{sold_lead()}")
    assert "Sold Exclusive was the best of 1 scenario paced" in text
    assert "Greedy would sell it to 1, $60.00 expected: acme-west" in text
    # Ten leads a day, half of its dearest bid a place: its own 60.00 stands at 30.00.
    assert "$10.00 more for Exclusive would have won held back by 50.0 %" in text


def test_in_the_shadow_the_page_tells_what_paced_would_sell() -> None:
    open_paced_market("shadow", 0.5)
    text = words(operator(), f"/leads/{sold_lead()}")
    assert "Paced would sell it to 1, $40.00 expected: best-west" in text
    assert "held back" not in text
