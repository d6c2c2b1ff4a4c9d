"""Buyers sign in, find the leads they bought, and say what became of them: theirs and nobody else's."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from leadhouse.amend.crediting import give_back
from leadhouse.feedback.types import Reason
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, rows, value
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import browser_of, walk, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def buyer(company: str, role: Role = Role.COMPANY_AGENT) -> Client:
    return browser_of(f"{role}@{company}.example", role, company=company)


def sold(number: int = 1, **changes: object) -> dict[str, UUID]:
    """Sell one lead to both companies; return each one's delivery."""
    lead_id = post("calculator", person(number, **changes))
    walk()
    found = rows(
        "SELECT company_id, id FROM allocate_assignment WHERE lead_id = %(id)s", {"id": lead_id}, tuple_of
    )
    return {market().companies[company_id].key: delivery for company_id, delivery in found}


def tuple_of(company_id: int, delivery: UUID) -> tuple[int, UUID]:
    return company_id, delivery


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def file_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


@pytest.mark.req("R004-35")
def test_a_buyer_sees_the_leads_it_bought_with_who_they_are() -> None:
    deliveries = sold(1, first_name="Louis", last_name="Espinoza")
    client = buyer("acme")
    listed = page(client, "/buyer/leads")
    assert "Louis Espinoza" in listed
    assert "(302) 321-0001" in listed
    assert "$35.00" in listed
    shown = page(client, f"/buyer/leads/{deliveries['acme']}")
    for text in ("person1@example.com", "2156 Mountain View Rd", "Shingle", "may be rejected", "Accepted"):
        assert text.lower() in shown.lower(), text
    for hidden in ("Roofing Calculator", "best-west", "Best Roofs", "34.00"):
        assert hidden not in shown + listed, hidden


def test_a_leads_contact_stands_on_its_page_once() -> None:
    client = buyer("acme")
    shown = words(client, f"/buyer/leads/{sold(1)['acme']}")
    for once in ("(302) 321-0001", "person1@example.com", "2156 Mountain View Rd", "Rawlins", "82301"):
        assert shown.count(once) == 1, once
    assert "Shingle" in shown or "shingle" in shown


def test_who_was_given_money_back_is_promised_none_for_rejecting_too() -> None:
    delivery = sold()["acme"]
    client, address = buyer("acme"), f"/buyer/leads/{delivery}"
    assert "Reject: credits $35.00" in page(client, address)
    assert give_back(delivery, 1_000, Reason.BOGUS, by="op@demo.example", market=market()) is None
    shown = page(client, address)
    assert "$10.00 credited" in shown
    assert "Reject: credited once already, no further credit" in shown


def test_foreign_missing_and_malformed_deliveries_answer_alike() -> None:
    deliveries = sold()
    client = buyer("acme")
    for address in ("", "/feedback", "/notes"):
        answers = set()
        for delivery in (deliveries["best"], new_id()):
            path = f"/buyer/leads/{delivery}{address}"
            answer = client.post(path, {"type": "conversion", "text": "x"}) if address else client.get(path)
            answers.add((answer.status_code, answer.content))
        ((status, _),) = answers
        assert status == 404
    assert rows("SELECT id FROM web_note", {}, int) == []


def test_leads_are_found_by_contact_name_id_and_standing() -> None:
    first = sold(1, last_name="Espinoza")
    sold(2, first_name="Ann", last_name="Vandenberghe")
    client = buyer("acme")
    for search in ("person1@example.com", "302-321-0001", "espin", "louis espin", str(first["acme"])[:13]):
        listed = page(client, f"/buyer/leads?q={search}")
        assert ("Espinoza" in listed, "Vandenberghe" in listed) == (True, False), search
    assert "No lead is like that" in page(client, f"/buyer/leads?q={first['best']}")
    assert "No lead is like that" in page(client, "/buyer/leads?standing=converted")
    assert "Espinoza" in page(client, "/buyer/leads?standing=rejectable&since=2020-01-01")
    assert "cannot be understood" in page(client, "/buyer/leads?since=yesterday", 422)


def test_a_buyer_rejects_within_the_window_and_is_credited_once() -> None:
    delivery = sold()["acme"]
    client = buyer("acme")
    address = f"/buyer/leads/{delivery}"
    assert "47 h 59 min left" in page(client, address)
    missing = client.post(f"{address}/feedback", {"type": "rejection"})
    assert (missing.status_code, "Choose a reason." in missing.content.decode()) == (400, True)
    for _ in range(2):
        done = client.post(f"{address}/feedback", {"type": "rejection", "reason": "wrong_number"})
        assert done.status_code == 302
    shown = page(client, address)
    assert "$35.00 credited" in shown
    assert "Wrong number" in shown
    assert rows("SELECT credited_minor FROM billing_wallet WHERE credited_minor > 0", {}, int) == [3500]
    assert "Rejected" in page(client, "/buyer/leads?standing=rejected")


def test_after_the_window_only_a_return_can_be_asked_for() -> None:
    delivery = sold()["acme"]
    execute(
        "UPDATE allocate_assignment SET rejection_until = rejection_until - %(span)s",
        {"span": timedelta(days=3)},
    )
    client = buyer("acme")
    address = f"/buyer/leads/{delivery}"
    assert "The window for rejecting it is over" in page(client, address)
    late = client.post(f"{address}/feedback", {"type": "rejection", "reason": "bogus"})
    assert (late.status_code, "rejection window" in late.content.decode()) == (409, True)
    assert client.post(f"{address}/feedback", {"type": "return", "reason": "bogus"}).status_code == 302
    assert client.post(f"{address}/feedback", {"type": "conversion", "value": "1,2"}).status_code == 400
    assert client.post(f"{address}/feedback", {"type": "conversion", "value": "12500"}).status_code == 302
    assert "worth $12,500.00" in page(client, address)


def test_notes_are_the_companys_own() -> None:
    deliveries = sold()
    client = buyer("acme")
    address = f"/buyer/leads/{deliveries['acme']}"
    assert client.post(f"{address}/notes", {"text": " "}).status_code == 422
    assert client.post(f"{address}/notes", {"text": "Called, <b>nobody</b> there"}).status_code == 302
    assert "Called, &lt;b&gt;nobody&lt;/b&gt; there" in page(client, address)
    assert "Called" not in page(buyer("best"), f"/buyer/leads/{deliveries['best']}")


def test_a_lead_that_was_refused_shows_nobody() -> None:
    delivery = sold(1, last_name="Espinoza")["acme"]
    execute("UPDATE allocate_assignment SET status = 'refused' WHERE id = %(id)s", {"id": delivery})
    client = buyer("acme")
    listed = page(client, "/buyer/leads?standing=refused")
    shown = page(client, f"/buyer/leads/{delivery}")
    assert "not sold to you" in shown
    for text in ("Espinoza", "person1@example.com", "Mountain View"):
        assert text not in listed + shown


def test_the_file_holds_what_the_filters_ask_for_page_after_page() -> None:
    for number in range(1, 4):
        sold(number, first_name="=cmd()")
    answer = buyer("acme").get("/buyer/leads.csv")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode()  # type: ignore[arg-type]
    lines = list(csv.DictReader(StringIO(text)))
    assert [one["email"] for one in lines] == [f"person{number}@example.com" for number in (3, 2, 1)]
    assert lines[0]["first_name"] == "'=cmd()"
    assert lines[0]["price"] == "35.00"
    assert '"roof_type":"shingle"' in lines[0]["details"]
    assert value("SELECT count(*) FROM allocate_assignment", {}, int) == 6


def test_what_is_wrong_with_feedback_stands_beside_its_field() -> None:
    client, address = buyer("acme"), f"/buyer/leads/{sold()['acme']}"
    for posted, field, said in (
        (
            {"type": "conversion", "value": "lots"},
            'id="value"',
            "is not an amount of money: write it like 12.50.",
        ),
        ({"type": "conversion", "value": "-1"}, 'id="value"', "Must not be negative."),
        ({"type": "rejection", "reason": ""}, 'id="reason-rejection"', "Choose a reason."),
        ({"type": "return", "reason": "mood"}, 'id="reason-return"', "Must be one of disconnected"),
    ):
        answer = client.post(f"{address}/feedback", posted)
        (form,) = [
            one for one in answer.content.decode().split("<form")[1:] if field in one.split("</form>")[0]
        ]
        assert answer.status_code == 400
        assert 'aria-describedby="say-fault"' in form.split(field)[1].split(">")[0]
        assert said in form.split('id="say-fault"')[1].split("</p>")[0], posted
        assert answer.content.decode().count("say-fault") == 2
