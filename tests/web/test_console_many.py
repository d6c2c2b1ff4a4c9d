"""The list of leads: columns, order, saved lists, files of exactly what is shown, work on many leads."""

import csv
import io
import re
from uuid import UUID

import pytest
from django.test import Client

from leadhouse.amend.step import step
from leadhouse.parties.types import Role
from leadhouse.timeline.queries import passports
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import browser_of, operator, sold_lead, walk
from tests.web.plans import counted
from tests.web.test_console_pages import listed, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def analyst() -> Client:
    return browser_of("analyst@demo.example", Role.ANALYST)


def file(client: Client, query: str) -> list[list[str]]:
    answer = client.get(f"/leads.csv{query}")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_columns_are_chosen_and_the_file_has_exactly_them() -> None:
    lead_id = sold_lead(1)
    client = operator()
    text = words(client, "/leads?col=email&col=margin&col=id")
    assert "Margin Email Lead id" in text
    assert f"$59.00 USD person1@example.com {lead_id}" in text.replace("59.00 USD", "$59.00 USD")
    assert "Rawlins" not in text
    assert file(client, "?col=email&col=margin&col=id&shown") == [
        ["Person", "Margin", "Email", "Lead id"],
        ["Louis Espinoza", "59.00", "person1@example.com", str(lead_id)],
    ]
    assert file(client, "?cols=consumer,nonsense&shown")[0] == ["Person", "Consumer"]


def test_the_file_of_shown_columns_follows_filters_and_order_and_is_defused() -> None:
    post("calculator", person(1, first_name="=cmd()", last_name="Zed"))
    second = post("calculator", person(2))
    post("mysolar", person(3))
    rows = file(operator(), "?source=calculator&sort=oldest&cols=id&shown")
    assert [row[0] for row in rows[1:]] == ["'=cmd() Zed", "Louis Espinoza"]
    assert rows[2][1] == str(second)


def test_a_phone_is_shown_as_it_is_and_defused_in_a_file() -> None:
    post("calculator", person(1))
    client = operator()
    shown = words(client, "/leads?cols=phone")
    assert "+13023210001" in shown
    assert "'+1" not in shown
    assert file(client, "?cols=phone&shown")[1] == ["Louis Espinoza", "'+13023210001"]


def test_a_file_tells_how_many_leads_it_will_have() -> None:
    for number in range(3):
        post("calculator", person(number))
    assert operator().get("/leads.csv?source=calculator")["Leads"] == "3"


def picked_file(client: Client, **given: object) -> list[list[str]]:
    answer = client.post("/leads/picked.csv", given)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_file_of_picked_leads_has_exactly_them_in_the_columns_shown() -> None:
    first, _, third = (
        str(post("calculator", person(number, last_name=f"Name{number}"))) for number in range(3)
    )
    address = "source=mysolar&cols=person,email"
    rows = picked_file(operator(), lead=[third, first, third, "nonsense", str(UUID(int=7))], address=address)
    assert rows == [
        ["Person", "Email"],
        ["Louis Name2", "person2@example.com"],
        ["Louis Name0", "person0@example.com"],
    ]


def test_all_of_a_list_are_a_file_too_and_nothing_picked_is_none() -> None:
    post("calculator", person(1))
    post("mysolar", person(2))
    client = operator()
    listed_ones = picked_file(client, scope="all", address="source=mysolar&cols=email")
    assert [row[1] for row in listed_ones] == ["Email", "person2@example.com"]
    nothing = client.post("/leads/picked.csv", {"address": "source=mysolar"})
    assert (nothing.status_code, nothing["Location"]) == (302, "/leads?source=mysolar")


def test_all_of_a_list_that_cannot_be_read_are_no_file_of_those_picked() -> None:
    lead_id = str(post("calculator", person(1)))
    client = operator()
    given = {"scope": "all", "lead": [lead_id], "address": "campaign=renamed"}
    answer = client.post("/leads/picked.csv", given)
    assert (answer.status_code, answer["Location"]) == (302, "/leads?campaign=renamed")
    assert "No campaign has this key." in words(client, answer["Location"], 422)


def test_an_analysts_file_of_picked_leads_names_nobody() -> None:
    lead_id = post("calculator", person(1))
    rows = picked_file(analyst(), lead=[str(lead_id)], address="cols=person,email")
    assert "Espinoza" not in rows[1][0]
    assert "person1@" not in rows[1][1]


@pytest.mark.parametrize("sort", ["oldest", "revenue", "consumer"])
def test_every_order_pages_without_gap_or_repetition(sort: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadhouse.web.console.leads.PAGE_SIZE", 2)
    ids = [sold_lead(number, max_contact_requests=str(1 + number % 2)) for number in range(1, 6)]
    post("mysolar", person(9))
    client = operator()
    seen: list[str] = []
    query = f"?source=calculator&sort={sort}"
    while query:
        page = client.get(f"/leads{query}").content.decode()
        seen += listed(client, query)
        older = re.search(r'rel="next" href="/leads([^"]+)"', page)
        query = older[1].replace("&amp;", "&") if older else ""
    expected = [str(one) for one in ids]
    assert sorted(seen) == sorted(expected)
    found = passports(ids)
    if sort == "oldest":
        assert seen == expected
    if sort == "consumer":
        numbers = [found[UUID(one)].consumer_id for one in seen]
        assert numbers == sorted(numbers, reverse=True)
    if sort == "revenue":
        ranks = [(found[one].revenue_minor, found[one].received_at, one) for one in map(UUID, seen)]
        assert ranks == sorted(ranks, reverse=True)
        assert len({revenue for revenue, _, _ in ranks}) > 1
        assert listed(client, "?source=mysolar&sort=revenue") == []


def test_the_heads_lead_to_other_orders_and_say_how_it_is_sorted() -> None:
    sold_lead(1)
    client = operator()
    page = client.get("/leads?status=delivered").content.decode()
    assert (
        'aria-sort="descending"><a class="sort-link" href="/leads?status=delivered&amp;sort=oldest">Received'
        in page
    )
    assert 'href="/leads?status=delivered&amp;sort=revenue">Revenue' in page
    assert 'aria-sort="ascending"' in client.get("/leads?sort=oldest").content.decode()
    assert "sort-link" not in client.get("/leads?q=louis").content.decode()


def test_a_list_is_saved_shared_and_forgotten() -> None:
    mine, other = operator(), analyst()
    saved = {
        "name": "Sold in Wyoming",
        "address": "status=delivered&sort=oldest&cols=person,email&after=x&q=espinoza",
    }
    answer = mine.post("/leads/saved", saved)
    address = "/leads?status=delivered&cols=person%2Cemail&sort=oldest"
    assert answer["Location"] == address
    assert "Sold in Wyoming" in words(mine, "/leads")
    assert "Sold in Wyoming" not in words(other, "/leads")
    mine.post("/leads/saved", saved | {"shared": "on"})
    assert "Sold in Wyoming operator@demo.example" in words(other, "/leads")
    (number,) = re.findall(r"/leads/saved/(\d+)/forget", mine.get("/leads").content.decode())
    assert other.post(f"/leads/saved/{number}/forget").status_code == 404
    assert mine.post(f"/leads/saved/{number}/forget").status_code == 302
    assert "Sold in Wyoming" not in words(mine, "/leads")


def propose(client: Client, **given: object) -> str:
    answer = client.post("/leads/many/new", given)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_all_of_a_filter_are_marked_after_saying_how_many_and_undone() -> None:
    ids = [sold_lead(1), sold_lead(2)]
    trial = post("mysolar", person(3))
    client = operator()
    address = propose(client, action="mark_test", scope="all", address="source=calculator")
    text = words(client, address)
    assert "Mark as test for 2 leads? Which: source calculator." in text
    assert "Yes, 2 leads" in text
    step(100)
    assert not any(one.is_test for one in passports(ids).values())
    client.post(f"{address}/move", {"wish": "start"})
    assert 'hx-trigger="every 1s"' in client.get(address).content.decode()
    step(100)
    assert "Finished Changed 2 Nothing to do 0 Left 0 Undo for 2" in words(client, address)
    assert [one.is_test for one in passports([*ids, trial]).values()].count(True) == 2
    undoing = client.post(f"{address}/move", {"wish": "undo"})["Location"]
    step(100)
    assert "Mark as real: 2 leads Which: undoing: source calculator." in words(client, undoing)
    assert not any(one.is_test for one in passports(ids).values())
    assert "Mark as real" in words(client, "/leads/many")


def test_picked_leads_are_processed_again_and_a_batch_can_be_stopped() -> None:
    ids = [sold_lead(number) for number in (1, 2, 3)]
    client = operator()
    address = propose(client, action="reprocess", lead=[str(ids[0]), str(ids[1]), "nonsense"], address="")
    assert "Process again for 2 leads? Which: picked one by one." in words(client, address)
    client.post(f"{address}/move", {"wish": "start"})
    step(1)
    client.post(f"{address}/move", {"wish": "stop"})
    step(1)
    assert "Stopped Changed 1 Nothing to do 0 Left 1 Go on with 1" in words(client, address)
    client.post(f"{address}/move", {"wish": "resume"})
    step(1)
    walk()
    assert sorted(one.run for one in passports(ids).values()) == [1, 2, 2]


def test_nothing_picked_leads_back_and_unknown_work_is_nowhere() -> None:
    client = operator()
    assert propose(client, action="redeliver", address="status=sold") == "/leads?status=sold"
    assert client.post("/leads/many/new", {"action": "explode"}).status_code == 400
    assert client.get(f"/leads/many/{UUID(int=1)}").status_code == 404


def test_an_analyst_sees_no_person_and_can_do_nothing_to_leads() -> None:
    lead_id = sold_lead(1)
    client = analyst()
    for address in ("/leads", "/leads?cols=person,email,phone", "/leads/newest?seen=x", f"/leads/{lead_id}"):
        page = client.get(address).content.decode()
        assert [one for one in ("Espinoza", "person1@", "321-0001", "Mountain View") if one in page] == [], (
            address
        )
    for query in ("", "?cols=person,email&shown"):
        text = repr(file(client, query))
        assert [one for one in ("Espinoza", "person1@", "3210001", "Mountain") if one in text] == [], query
    assert 'name="action"' not in client.get("/leads").content.decode()
    for sought in ("e", "Espinoza", "person1@example.com", "307-321-0001", "Louise Espinoza"):
        for address in (f"/leads?q={sought}", f"/leads.csv?q={sought}"):
            asked = client.get(address)
            assert asked.status_code == 422, address
            assert "Names and contacts are hidden from you" in asked.content.decode()
    assert client.get(f"/leads?q={lead_id}").status_code == 200
    for address in ("/leads/many", f"/leads/{lead_id}/submission", f"/leads/{lead_id}/correct"):
        assert client.get(address).status_code == 403, address
    assert client.post("/leads/many/new", {"action": "mark_test", "lead": str(lead_id)}).status_code == 403


def test_more_rows_ask_the_database_no_more() -> None:
    client = operator()
    sold_lead(1)
    address = "/leads?cols=person,email,margin,channel&sort=revenue"
    client.get(address)
    figures = []
    for number in range(2):
        with counted() as sent:
            client.get(address)
        figures.append(len(sent))
        for other in range(8):
            sold_lead(20 + 10 * number + other)
    assert figures[0] == figures[1] <= 10
