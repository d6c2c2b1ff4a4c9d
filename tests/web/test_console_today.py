"""The page that tells how business goes."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from leadhouse.store.run import execute
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import operator, sold_lead, walk
from tests.web.plans import counted
from tests.web.test_console_pages import listed, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def text_of(client: Client, address: str) -> str:
    body = client.get(address).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.req("R000-72")
def test_the_day_is_told_in_figures_and_by_source_buyer_reason_and_state() -> None:
    sold_lead(1)
    post("calculator", person(2, state="TX", postal_code="75001"))
    walk()
    text = words(operator(), "/")
    for told in (
        "Leads 2 nothing before",
        "Accepted 1 nothing before 50 % of leads",
        "Revenue $69.00",
        "Payout $10.00",
        "Margin $59.00",
        "Roofing Calculator 2 1 50.0 % $59.00",
        "Acme Roofing 1 $35.00 0 Best Roofs 1 $34.00 0",
        "Criteria 1",
        "Texas 1 0 $0.00",
        "Wyoming 1 1 $69.00",
        "Every parcel arrives",
    ):
        assert told in text, told
    assert re.search(r"May have the lead .*? 2.0 a decision .* Winners .*? 2.0 a decision", text)


def test_the_same_weekday_before_stands_beside_it() -> None:
    sold_lead(1)
    execute("UPDATE timeline_passport SET received_at = received_at - interval '7 days'", {})
    for number in (2, 3, 4):
        post("calculator", person(number))
    assert "Leads 3 +200 % from 1" in words(operator(), "/")


def test_every_period_has_its_page_and_an_unknown_one_is_today() -> None:
    sold_lead(1)
    client = operator()
    for query in ("", "?period=today", "?period=week", "?period=month", "?period=nonsense&month=x"):
        assert "Leads 1" in words(client, f"/{query}"), query
    assert "Leads 0" in words(client, "/?period=yesterday")
    text = words(client, "/?period=month&month=2024-03")
    assert "March 2024" in text
    assert "No leads in March 2024 Choose another time above." in text


def test_figures_lead_to_the_leads_they_count_in_whatever_zone_they_are_read() -> None:
    # In New York, the market's zone, it is still March; in Tokyo, where they are read, April.
    late = datetime(2025, 4, 1, 3, 30, tzinfo=UTC)
    lead_ids = {str(post("calculator", person(number), received_at=late)) for number in (1, 2)}
    refused = str(post("calculator", person(4, state="TX", postal_code="75001"), received_at=late))
    walk()
    client = operator()
    client.post("/zone", {"zone": "Asia/Tokyo"})
    page = client.get("/?period=month&month=2025-03").content.decode()
    links = [unescape(one) for one in re.findall(r'href="(/leads\?[^"]*since=[^"]*)"', page)]
    of_source = next(one for one in links if "source=calculator" in one)
    of_reason = next(one for one in links if "status=disqualified" in one)
    assert all("until=2025-03-31&zone=America/New_York&test=no" in one for one in (of_source, of_reason))
    assert set(listed(client, of_source.removeprefix("/leads"))) == lead_ids | {refused}
    assert listed(client, of_reason.removeprefix("/leads")) == [refused]


def test_an_empty_market_says_what_to_do() -> None:
    text = words(operator(), "/")
    assert "No leads yet today" in text
    assert "leadhouse import-leads FILE.csv --source KEY" in text
    assert "No lead has named its place yet." in text


def test_the_figures_are_asked_for_again_as_a_part_that_replaces_itself() -> None:
    client = operator()
    (address,) = re.findall(r'hx-get="(/today/live\?[^"]+)"', client.get("/?period=week").content.decode())
    assert address == "/today/live?period=week"
    sold_lead(1)
    part = client.get(address).content.decode()
    assert part.lstrip().startswith('<div id="today"')
    assert 'hx-swap-oob="morph"' in part
    assert '"place--WY" data-place="WY" data-leads="1" data-sold="1" data-revenue="$69.00"' in part


def test_a_past_month_is_asked_for_once_and_the_present_one_again_and_again() -> None:
    sold_lead(1)
    client = operator()
    for month, is_over in (("", False), ("&month=2024-03", True)):
        asked = f"period=month{month}"
        page = client.get(f"/?{asked}&state=WY").content.decode()
        assert ("every 30s" in page) is not is_over
        # A state's counties are counted once the page is there.
        assert page.count('hx-trigger="load') == 1
        counties = client.get(f"/today/places?{asked}&state=WY").content.decode()
        assert ("hx-trigger" in counties.partition(">")[0]) is not is_over


def test_work_that_nobody_takes_is_an_alarm_with_the_way_to_it() -> None:
    lead_id = post("calculator", person(1))
    client = operator()
    assert "Work is waiting" not in words(client, "/")
    execute("UPDATE timeline_work SET due_at = leadhouse_now() - interval '2 hours'", {})
    assert "Work is waiting. 1 qualify item, the oldest due for 2 h 0 min" in words(client, "/")
    assert f'<a href="/leads/{lead_id}">see its lead</a>' in client.get("/").content.decode()


def test_a_buyer_that_parcels_do_not_reach_is_an_alarm_with_the_way_to_a_lead() -> None:
    lead_id = sold_lead(1)
    execute("UPDATE allocate_assignment SET status = 'failed' WHERE price_minor = 3500", {})
    client = operator()
    assert "Acme Roofing 1 given up in the last day" in words(client, "/")
    assert f'<a href="/leads/{lead_id}">see a lead</a>' in client.get("/").content.decode()


def test_more_leads_ask_the_database_no_more() -> None:
    client = operator()
    sold_lead(1)
    client.get("/")
    figures = []
    for number in range(2):
        with counted() as sent:
            client.get("/?period=month")
        figures.append(len(sent))
        for other in range(10):
            post("calculator", person(100 * number + other + 10))
        walk()
    assert figures[0] == figures[1] <= 20
