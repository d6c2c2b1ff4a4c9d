"""Leads by mail over real SMTP."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from leadhouse.outbound import post_office
from tests.delivery_world import open_market, run, sell, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]


@dataclass
class Desk:
    """A mail server's mailbox; `answers` says what it answers to recipients, by address."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        message = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 queued as 7"


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """A mail server that listens, and a post office that hands its mails to it."""
    mailbox = Desk()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.LEADHOUSE = replace(settings.LEADHOUSE, smtp_url=f"smtp://127.0.0.1:{port}")
    post_office.close()
    yield mailbox
    controller.stop()


TO_DESK = [{"method": "email", "to": ["desk@acme.example", "boss@acme.example"]}]


@pytest.mark.req("R000-60")
@pytest.mark.req("R004-25")
def test_a_lead_arrives_by_mail_with_its_delivery_id(desk: Desk) -> None:
    open_market(TO_DESK)
    sale = sell(0)
    run()
    (mail,) = desk.mails
    assert mail["To"] == "desk@acme.example, boss@acme.example"
    assert mail["X-Leadhouse-Delivery"] == str(sale.assignments[0])
    body = mail.get_body(("plain",))
    assert body
    assert "Phone 1: +13075551234" in body.get_content()
    assert sale.types() == ["started", "accepted"]
    assert sale.events()[1].data["reference"] == "queued as 7"
    assert work() == {"confirm": 1, "fold": 1}


def test_a_mail_that_nobody_there_takes_fails_and_the_lead_is_searched_again(desk: Desk) -> None:
    desk.answers = {"desk@acme.example": "550 no such user", "boss@acme.example": "550 no such user"}
    open_market(TO_DESK)
    sale = sell(0)
    run()
    assert (sale.events()[1].type, sale.events()[1].reason) == ("failed", "mail_refused")
    assert sale.statuses() == ["failed"]
    assert work() == {"allocate": 1, "fold": 1}


def test_a_mail_server_that_asks_for_patience_gets_it(desk: Desk) -> None:
    desk.answers = {"desk@acme.example": "451 later", "boss@acme.example": "451 later"}
    open_market(TO_DESK)
    sale = sell(0)
    run()
    assert (sale.events()[1].type, sale.events()[1].reason) == ("retry", "mail_try_later")
    assert sale.statuses() == ["delivering"]
    assert work() == {"deliver": 1}
