"""What is kept of each attempt is what left, without a secret, and goes with the person."""

from pathlib import Path

import orjson
import pytest

from leadhouse.amend.erasing import erase
from leadhouse.deliver.queries import parcels_of
from leadhouse.deliver.sent import CUT, LONGEST, sent
from leadhouse.outbound.types import Mail, Request
from leadhouse.store.run import value
from tests.delivery_world import Buyer, Sale, http, hurry, open_market, run, run_telling, sell

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def attempts(sale: Sale) -> list[tuple[str, str]]:
    return [(one.head, one.body) for told in parcels_of(sale.lead_id) for one in told.attempts]


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_folder")
@pytest.mark.req("R000-66")
@pytest.mark.parametrize("form", ["json", "form", "xml"])
def test_of_every_attempt_the_very_body_is_kept_that_the_buyer_saw(buyer: Buyer, form: str) -> None:
    open_market([http(buyer.url(f"flaky/sent-{form}"), format=form, secret=SECRET)])
    sale = sell(0)
    run()
    hurry()
    run()
    seen = buyer.seen(f"flaky/sent-{form}")
    kept = attempts(sale)
    assert len(seen) == len(kept) == 2
    assert [body for _, body in kept] == [one["body"] for one in seen]
    assert "Neil" in kept[0][1]
    for (head, _), request in zip(kept, seen, strict=True):
        assert head.startswith(f"POST {buyer.url(f'flaky/sent-{form}')}\n")
        assert f"webhook-timestamp: {request['headers']['webhook-timestamp']}" in head
        assert "webhook-signature: (hidden)" in head
        assert request["headers"]["webhook-signature"] not in head


@pytest.mark.django_db
def test_of_a_mail_its_words_are_kept(mail_folder: Path) -> None:
    open_market([{"method": "email", "to": ["desk@c0.example"]}])
    sale = sell(0)
    run()
    ((head, body),) = attempts(sale)
    assert "To: desk@c0.example" in head
    assert "  Email: ann@example.com" in body
    (mail,) = mail_folder.glob("*.eml")
    assert "Email: ann@example.com" in mail.read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_folder")
def test_what_was_sent_goes_when_its_person_is_erased(buyer: Buyer) -> None:
    open_market([http(buyer.url("accept/erase-sent"))])
    sale = sell(0)
    run()
    run_telling()
    assert value("SELECT count(*) FROM deliver_sent", {}, int) == 2
    assert erase(5_000_001, "operator@demo.example").leads == 1
    assert value("SELECT count(*) FROM deliver_sent", {}, int) == 0
    assert set(attempts(sale)) == {("", "")}


def test_neither_queries_nor_added_headers_are_kept_and_long_bodies_are_cut() -> None:
    headers = {"X-Partner": "s3cret", "Authorization": "Bearer s3cret", "Content-Type": "text/plain"}
    told = sent(Request("POST", "https://buyer.example/in?key=s3cret#s", headers, b"a" * (LONGEST + 1)))
    assert told.head == (
        "POST https://buyer.example/in\nX-Partner: (hidden)\n"
        "Authorization: (hidden)\nContent-Type: text/plain"
    )
    assert told.body == "a" * LONGEST + f"\n{CUT}"


def test_whatever_a_template_brings_in_can_be_kept() -> None:
    mail = Mail("id@x", "Demo <a@b.example>", ("desk@c.example",), "Le\0ad", "one\0two\ud800")
    assert sent(mail).body == "onetwo?"
    assert "Subject: Lead" in sent(mail).head
    assert orjson.dumps(sent(Request("POST", "http://x", {}, b"\xff\0")).body) == '"�"'.encode()
