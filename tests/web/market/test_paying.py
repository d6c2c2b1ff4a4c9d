"""An operator books what a company paid, once, and takes a mistake back so that everybody sees it."""

import re

import pytest
from django.test import Client

from leadhouse.billing.queries import balances, prove, set_limit
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import Note, NoteFilters
from leadhouse.parties.types import Role, WalletMode
from leadhouse.report.statement.queries import lines
from tests.report.report_market import open_market, person, post
from tests.report.statement.test_queries import company, this_while
from tests.web.console_desk import browser_of, operator, walk, words

pytestmark = pytest.mark.django_db
NEW = "/companies/acme/payments/new"


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def paid_in() -> int:
    return next(one.deposits_minor for one in balances() if one.company_id == company("acme"))


def notes() -> list[Note]:
    return find_notes(NoteFilters(what="payment"))


def token_of(client: Client) -> str:
    return token_in(client.get(NEW).content)


def token_in(page: bytes) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.decode())
    assert found
    return found[1]


def pay(client: Client, amount: str, **more: str) -> str:
    """Book a payment as people do, and return the token of its page."""
    form = {"amount": amount, "note": "Wire 7", "token": token_of(client), **more}
    looked_at = client.post(NEW, {**form, "step": "look"})
    assert looked_at.status_code == 200, looked_at.content
    assert client.post(NEW, {**form, "step": "book"}).status_code == 302
    return form["token"]


def take_back_address(client: Client) -> str:
    found = re.search(
        r'href="(/companies/acme/payments/[^"]+/take-back)"', client.get("/companies/acme").content.decode()
    )
    assert found
    return found[1]


def test_a_payment_is_looked_at_once_more_then_booked_and_told_everywhere() -> None:
    client = operator()
    form = {"amount": "250.00", "note": "Wire 7", "token": token_of(client)}
    looked_at = client.post(NEW, {**form, "step": "look"}).content.decode()
    for text in ("Book $250.00 for Acme Roofing?", "Wire 7", "$500.00", "$750.00"):
        assert text in looked_at, text
    assert (paid_in(), notes()) == (0, [])
    assert client.post(NEW, {**form, "step": "change"}).status_code == 200
    assert paid_in() == 0
    assert client.post(NEW, {**form, "step": "book"}).headers["Location"] == "/companies/acme"
    assert paid_in() == 25_000
    assert "$250.00 booked" in words(client, "/companies/acme")
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    assert "Payment Wire 7 $250.00" in words(owner, "/buyer/wallet")
    (note,) = notes()
    assert (note.by, note.path) == ("operator@demo.example", "companies[acme].wallet.payment")
    assert note.new == {"amount": "250.00", "currency": "USD", "note": "Wire 7"}


def test_a_page_sent_twice_books_once_and_a_new_page_books_again() -> None:
    client = operator()
    token = pay(client, "10.00")
    again = client.post(
        NEW, {"amount": "10.00", "note": "Wire 7", "token": token, "step": "book"}, follow=True
    )
    assert "booked before" in again.content.decode()
    assert (paid_in(), len(notes())) == (1_000, 1)
    pay(client, "10.00")
    assert paid_in() == 2_000


@pytest.mark.parametrize(
    "typed", [{"amount": "40.00", "note": "Wire 7"}, {"amount": "10.00", "note": "Wire 8"}]
)
def test_another_payment_typed_on_a_page_that_booked_one_is_told_and_booked_when_sent_again(
    typed: dict[str, str],
) -> None:
    client = operator()
    used = pay(client, "10.00")
    refused = client.post(NEW, {**typed, "token": used, "step": "book"})
    assert refused.status_code == 422
    assert "This page booked $10.00 (Wire 7) already" in refused.content.decode()
    assert f'name="amount" value="{typed["amount"]}"' in refused.content.decode()
    assert (paid_in(), len(notes())) == (1_000, 1)
    form = {**typed, "token": token_in(refused.content)}
    assert client.post(NEW, {**form, "step": "look"}).status_code == 200
    assert client.post(NEW, {**form, "step": "book"}).status_code == 302
    assert (paid_in(), len(notes())) == (1_000 + int(float(typed["amount"]) * 100), 2)
    assert prove() == []


@pytest.mark.parametrize("spoilt", [{}, {"token": ""}, {"token": "None"}])
@pytest.mark.parametrize("step", ["look", "book"])
def test_a_page_whose_token_is_spoilt_says_so_and_works_when_sent_again(
    spoilt: dict[str, str], step: str
) -> None:
    client = operator()
    form = {"amount": "10.00", "note": "Wire 7"}
    refused = client.post(NEW, {**form, **spoilt, "step": step})
    assert refused.status_code == 422
    assert "nothing was booked" in refused.content.decode()
    assert paid_in() == 0
    assert client.post(NEW, {**form, "token": token_in(refused.content), "step": "book"}).status_code == 302
    assert paid_in() == 1_000


@pytest.mark.parametrize("amount", ["", "ten", "0", "-5", "1.005", "9" * 19])
def test_what_is_no_payment_is_told_beside_its_field(amount: str) -> None:
    client = operator()
    for step in ("look", "book"):
        answer = client.post(NEW, {"amount": amount, "note": "", "token": token_of(client), "step": step})
        assert answer.status_code == 422
        assert b'id="id_amount-fault"' in answer.content
    assert (paid_in(), notes()) == (0, [])


def test_a_payment_taken_back_stays_to_be_seen_with_its_counter_entry() -> None:
    client = operator()
    pay(client, "250.00")
    address = take_back_address(client)
    for text in ("Take back $250.00 of Acme Roofing?", "what it spent of it comes out of its limit"):
        assert text in words(client, address)
    assert client.post(address, {"note": ""}).status_code == 422
    assert paid_in() == 25_000
    for _ in range(2):
        assert client.post(address, {"note": "Wrong company"}).status_code == 302
    assert paid_in() == 0
    told = [(one.kind, one.signed_minor, one.note) for one in lines(company("acme"), this_while()).lines]
    assert told == [("reversal", -25_000, "Wrong company"), ("deposit", 25_000, "Wire 7")]
    shown = words(client, "/companies/acme")
    assert "Payment taken back Wrong company −$250.00" in shown
    assert "Payment taken back Wire 7 +$250.00" in shown
    assert "Paid in $0.00, charged $0.00" in shown
    assert [(one.old, one.new) for one in notes()] == [
        ({"amount": "250.00", "currency": "USD"}, {"taken back": "Wrong company"}),
        (None, {"amount": "250.00", "currency": "USD", "note": "Wire 7"}),
    ]
    assert prove() == []


def test_what_was_spent_of_a_payment_cannot_be_taken_back() -> None:
    client = operator()
    pay(client, "500.00")
    set_limit(company("acme"), WalletMode.PREPAID, 0)
    post("calculator", person(1))
    walk()
    refused = client.post(take_back_address(client), {"note": "Wrong"})
    assert refused.status_code == 422
    assert "less than the payment" in refused.content.decode()
    assert paid_in() == 50_000
    assert prove() == []


def test_another_companys_payment_is_nowhere() -> None:
    client = operator()
    pay(client, "5.00")
    address = take_back_address(client).replace("/acme/", "/best/")
    assert client.post(address, {"note": "Wrong"}).status_code == 404
    assert paid_in() == 500
