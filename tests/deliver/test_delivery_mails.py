"""Mails to buyers and consumers, and notices to sources: what stands in them, and what cannot get in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import pytest
from standardwebhooks import Webhook

from leadhouse.deliver.channels import confirmation, email, notice, portal
from leadhouse.deliver.types import Reason, Receipt, Verdict
from leadhouse.outbound.message import message_bytes
from leadhouse.outbound.types import Mail, MailReceipt, Trouble, TroubleKind
from leadhouse.outbound.wire.templates import TemplateError
from leadhouse.parties.types import Method, MethodKind, Notify
from tests.deliver.delivery_content import DELIVERY, LEAD, content

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = "Demo <leads@market.example>"
METHOD = Method(MethodKind.EMAIL, to=("desk@acme.example", "boss@acme.example"))
PARCEL = UUID("019a0000-0000-7000-8000-0000000000ff")


@pytest.mark.req("R000-60")
def test_a_mail_lists_every_field_under_its_category() -> None:
    mail = email.build(content(), METHOD, SENDER)
    assert (mail.sender, mail.to) == (SENDER, ("desk@acme.example", "boss@acme.example"))
    assert mail.subject == "New Roofing lead in 82301"
    assert mail.headers == {"X-Leadhouse-Delivery": str(DELIVERY)}
    assert mail.message_id == f"{DELIVERY}@market.example"
    assert mail.text == (
        "Contact\n  First name: Ann\n  Last name: O'Neil & <Sons>\n  Email: ann@example.com\n"
        "  Phone 1: +13075551234\n\n"
        "Location\n  City: Rawlins\n  State: WY\n  Postal code: 82301\n  Lat: 41.79\n\n"
        "User preference\n  Max contact requests: 3\n\n"
        "Industry specific\n  Roof type: metal\n  Is owner: true\n  Pets: 2 dogs\n\n"
        f"System\n  Lead id: {LEAD}\n  Product: roofing\n  Price: 25.00\n\n"
        f"Delivery: {DELIVERY}\n"
    )
    assert mail.html
    assert "<h3>Contact</h3>" in mail.html
    assert "<td>O&#x27;Neil &amp; &lt;Sons&gt;</td>" in mail.html
    assert str(DELIVERY) in mail.html


@pytest.mark.req("R004-32")
def test_a_methods_own_words_replace_the_list() -> None:
    method = replace(
        METHOD, subject="{{ lead.city }}!", body="Call {{ lead.last_name }}\nat {{ lead.phone_1 }}"
    )
    mail = email.build(content(), method, SENDER)
    assert mail.subject == "Rawlins!"
    assert mail.text == f"Call O'Neil & <Sons>\nat +13075551234\n\nDelivery: {DELIVERY}\n"
    assert mail.html == (
        f"<p>Call O&#x27;Neil &amp; &lt;Sons&gt;<br>\nat +13075551234</p><p>Delivery: {DELIVERY}</p>"
    )


def test_no_lead_can_add_a_header_or_a_line_of_its_own() -> None:
    evil = "Ann\r\nBcc: all@victim.example\r\n\r\nLocation\n  City: Paris"
    fields = {"first_name": evil, "postal_code": evil, "city": evil}
    mail = email.build(content(fields=fields), replace(METHOD, subject="{{ lead.first_name }}"), SENDER)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    written = message_bytes(mail, NOW)
    assert isinstance(written, bytes)
    head, _, body = written.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in head
    assert b"\nBcc:" not in body
    assert "  City: Paris\n" not in mail.text


def test_a_template_that_cannot_be_rendered_is_said_to_be_so() -> None:
    with pytest.raises(TemplateError):
        email.build(content(), replace(METHOD, subject="{{ oops"), SENDER)


def test_a_mail_waits_at_least_half_a_minute_for_a_mail_server() -> None:
    assert email.build(content(), METHOD, SENDER).timeout_seconds == 30.0
    assert (
        email.build(content(), replace(METHOD, timeout=timedelta(seconds=45)), SENDER).timeout_seconds == 45.0
    )


def test_one_recipient_taken_is_a_delivery_and_none_is_a_failure() -> None:
    taken = email.read(MailReceipt(("a@x.example",), {"b@x.example": "550 no such user"}, "queued as 7"))
    assert taken == Receipt(Verdict.ACCEPTED, None, "b@x.example: 550 no such user", "queued as 7")
    assert email.read(MailReceipt((), {"a@x.example": "550 no"})).verdict is Verdict.FAILED
    refused = email.read(Trouble(TroubleKind.REFUSED, "550 no such user"))
    assert (refused.verdict, refused.reason) == (Verdict.FAILED, Reason.MAIL_REFUSED)
    assert email.read(Trouble(TroubleKind.TRY_LATER, "451 later")).verdict is Verdict.RETRY
    assert email.read(Trouble(TroubleKind.TIME_OUT, "")).verdict is Verdict.UNKNOWN


@pytest.mark.req("R004-31")
def test_the_portal_always_accepts() -> None:
    assert portal.receipt() == Receipt(Verdict.ACCEPTED)


@pytest.mark.req("R000-63")
def test_the_confirmation_names_the_companies_and_says_nothing_of_the_consumers_own_words() -> None:
    mail = confirmation.build(
        parcel_id=PARCEL,
        email="ann@example.com",
        product="Roofing",
        market="Demo",
        companies=["Acme Roofing", "Smith & Sons"],
        sender=SENDER,
    )
    assert mail == Mail(
        message_id=f"{PARCEL}@market.example",
        sender=SENDER,
        to=("ann@example.com",),
        subject="Your request for Roofing",
        text="Thank you for your request for Roofing. We have passed it to these 2 companies, who may contact"
        " you:\n\n  - Acme Roofing\n  - Smith & Sons\n\nIf you did not ask for this, you need do nothing."
        "\n\nDemo\n",
        html="<p>Thank you for your request for Roofing. We have passed it to these 2 companies, who may"
        " contact you:</p><ul><li>Acme Roofing</li><li>Smith &amp; Sons</li></ul>"
        "<p>If you did not ask for this, you need do nothing.<br><br>Demo</p>",
        headers={"X-Leadhouse-Delivery": str(PARCEL)},
    )


@pytest.mark.req("R002-22")
def test_a_notice_is_signed_and_its_body_is_the_same_in_every_attempt() -> None:
    notify = Notify("https://source.example/outcomes", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    now = datetime.now(UTC)
    bodies = []
    for later in (timedelta(0), timedelta(seconds=30)):
        request = notice.build(
            notify, parcel_id=PARCEL, topic="sold", at=NOW, data={"outcome": "sold"}, now=now + later
        )
        assert Webhook(notify.secret).verify(request.body, dict(request.headers))
        assert request.headers["webhook-id"] == str(PARCEL)
        bodies.append(request.body)
    assert bodies[0] == bodies[1]
    assert orjson.loads(bodies[0]) == {
        "type": "lead.sold",
        "timestamp": "2026-03-01T12:00:00.000Z",
        "data": {"outcome": "sold"},
    }
