"""What operators do to one lead on its page, and what if."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from leadhouse.amend.correcting import PERSON_ERASED
from leadhouse.amend.erasing import erase
from leadhouse.capture.queries import facts_of
from leadhouse.store.run import execute, value
from leadhouse.timeline.queries import passports
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import operator, sold_lead, walk
from tests.web.test_console_pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def test_a_wrong_phone_is_corrected_and_a_bad_one_told_beside_its_field() -> None:
    lead_id = sold_lead(1)
    client = operator()
    known = facts_of([lead_id])[lead_id].fields
    given = {name: str(known[name]) for name in ("first_name", "last_name", "email", "address_1")}
    answer = client.post(f"/leads/{lead_id}/correct", given | {"phone_1": "12"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="12"' in page
    assert 'id="id_phone_1-fault"' in page
    answer = client.post(f"/leads/{lead_id}/correct", given | {"phone_1": "(302) 321-9999"})
    assert answer["Location"] == f"/leads/{lead_id}?did=corrected"
    text = words(client, answer["Location"])
    assert "The corrected values count from now on." in text
    assert "Phone (302) 321-9999" in text
    assert "Amend: corrected" in text
    assert client.post(f"/leads/{lead_id}/correct", given)["Location"].endswith("did=nothing")


class Form(HTMLParser):
    """What a browser posts of a form: a line drops where lines end, an area ends them with CRLF."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._name = ""
        self.feed(client.get(address).content.decode())
        self.values = {name: text.replace("\n", "\r\n") for name, text in self.values.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        if tag == "input" and "name" in given:
            self.values[given["name"]] = given.get("value", "").replace("\n", "")
        elif tag in ("select", "textarea"):
            self._name, self.values[given["name"]] = given["name"], ""
        elif tag == "option" and "selected" in given:
            self.values[self._name] = given["value"]

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea":
            self.values[self._name] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.lasttag = ""


def test_correcting_one_field_leaves_long_and_many_lined_texts_as_they_are() -> None:
    texts = {
        "consent_text": "I agree.\nReally & truly.\n" + "x" * 8_000,
        "favourite_colour": "\nblue\n\ngreen",
    }
    lead_id = post("calculator", person(1, **texts))
    before = facts_of([lead_id])[lead_id]
    address = f"/leads/{lead_id}/correct"
    client = operator()
    assert client.post(address, Form(client, address).values)["Location"].endswith("did=nothing")
    client.post(address, Form(client, address).values | {"last_name": "Garcia"})
    after = facts_of([lead_id])[lead_id]
    assert after.fields == {**before.fields, "last_name": "Garcia"}
    assert after.extra == before.extra
    answer = client.post(address, Form(client, address).values | {"consent_text": "x" * 10_001})
    assert answer.status_code == 422
    assert "At most 10,000 characters." in answer.content.decode()
    client.post(address, Form(client, address).values | {"consent_text": "Yes.\r\nI do."})
    assert facts_of([lead_id])[lead_id].fields["consent_text"] == "Yes.\nI do."


def test_a_form_that_is_older_than_anothers_correction_overwrites_nothing() -> None:
    lead_id = sold_lead(1)
    address = f"/leads/{lead_id}/correct"
    client = operator()
    old = Form(client, address).values
    client.post(address, Form(client, address).values | {"email": "right@example.org"})
    assert client.post(address, old | {"first_name": "Luis"})["Location"].endswith("did=corrected")
    fields = facts_of([lead_id])[lead_id].fields
    assert (fields["email"], fields["first_name"]) == ("right@example.org", "Luis")
    answer = client.post(address, old | {"email": "mine@example.org", "last_name": "Garcia"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "It says now: right@example.org" in page
    assert 'value="mine@example.org"' in page
    assert 'value="Luis"' in page
    fields = facts_of([lead_id])[lead_id].fields
    assert (fields["email"], fields["last_name"]) == ("right@example.org", "Espinoza")


def test_a_form_that_is_older_than_the_erasure_brings_nobody_back() -> None:
    lead_id = sold_lead(1)
    address = f"/leads/{lead_id}/correct"
    client = operator()
    old = Form(client, address).values
    erase(passports([lead_id])[lead_id].consumer_id, "op@demo.example")
    for given in (old, old | {"last_name": "Garcia"}):
        answer = client.post(address, given)
        assert answer.status_code == 409
        assert PERSON_ERASED in answer.content.decode()
    assert facts_of([lead_id])[lead_id].fields == {}
    answer = client.get(address)
    assert answer.status_code == 409
    assert PERSON_ERASED in answer.content.decode()


def test_a_lead_is_processed_sent_and_marked_again_from_its_page() -> None:
    lead_id = sold_lead(1)
    client = operator()
    for action, told in {
        "redeliver": "Its buyers are sent it again.",
        "mark_test": "It counts as a test now.",
        "mark_real": "It counts as real now.",
        "reprocess": "It goes through its flow again.",
    }.items():
        address = client.post(f"/leads/{lead_id}/act", {"action": action})["Location"]
        assert told in words(client, address)
        walk()
    assert passports([lead_id])[lead_id].run == 2
    fresh = post("calculator", person(2))
    address = client.post(f"/leads/{fresh}/act", {"action": "reprocess"})["Location"]
    assert "There was nothing to do" in words(client, address)
    assert client.post(f"/leads/{lead_id}/act", {"action": "explode"}).status_code == 400


def test_money_is_given_back_once() -> None:
    lead_id = sold_lead(1)
    client = operator()
    page = client.get(f"/leads/{lead_id}").content.decode()
    address = next(part.split('"')[0] for part in page.split('href="') if "/give-back/" in part)
    assert "Give money back to Acme Roofing" in words(client, address)
    for amount in ("a lot", "0", "99.00"):
        answer = client.post(address, {"amount": amount, "reason": "bogus"})
        assert answer.status_code == 422
        assert 'id="id_amount-fault"' in answer.content.decode()
    answer = client.post(address, {"amount": "10.00", "reason": "wrong_number"})
    text = words(client, answer["Location"])
    assert "The money was given back." in text
    assert "$10.00 credited back" in text
    assert "Margin $49.00" in text
    assert client.post(address, {"amount": "10.00", "reason": "bogus"}).status_code == 422


def test_a_person_is_erased_only_when_its_number_was_typed() -> None:
    lead_id = sold_lead(1)
    client = operator()
    consumer = passports([lead_id])[lead_id].consumer_id
    execute(
        """INSERT INTO web_note (assignment_id, company_id, at, by, text)
        SELECT id, company_id, decided_at, 'agent@acme.example', 'Louis wants tiles'
        FROM allocate_assignment""",
        {},
    )
    address = f"/leads/{lead_id}/erase"
    assert f"Everything that says who consumer {consumer} is goes from 1 lead:" in words(client, address)
    answer = client.post(address, {"consumer": "123"})
    assert answer.status_code == 422
    assert 'id="id_consumer-fault"' in answer.content.decode()
    assert facts_of([lead_id])[lead_id].fields
    note = """INSERT INTO web_note (assignment_id, company_id, at, by, text)
              SELECT id, company_id, leadhouse_now(), 'x', 'at 5' FROM allocate_assignment LIMIT 1"""
    assert execute(note, {}) == 1
    answer = client.post(address, {"consumer": str(consumer)})
    assert value("SELECT count(*) FROM web_note", {}, int) == 0
    text = words(client, answer["Location"])
    assert "The person was erased" in text
    assert "Espinoza" not in text
    assert "Revenue $69.00" in text
    assert "Correct a field" not in text
    assert value("SELECT count(*) FROM web_note", {}, int) == 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("campaign=best-west&size=1&price=75.00", "best-west would have won"),
        ("campaign=best-west&size=2&price=6.00", "Less would have been expected."),
        ("campaign=best-utah&size=1&price=99.00", "A bid changes nothing. best-utah was out"),
        ("campaign=nobody&size=1&price=99.00", "There is no such campaign"),
        ("campaign=best-west&size=1&price=much", "Give a price as an amount"),
        ("campaign=%3Cscript%3E&size=x&price=1", "Give a price as an amount"),
    ],
)
def test_what_if_a_campaign_had_bid_otherwise(query: str, told: str) -> None:
    lead_id = sold_lead(1)
    answer = operator().get(f"/leads/{lead_id}/what-if?decision=1&{query}")
    assert told in " ".join(answer.content.decode().replace("<strong>", "").replace("</strong>", "").split())
