"""What follows a lead's end: the consumer's mail and the source's notices."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import orjson
import pytest
from standardwebhooks import Webhook

from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage, Status, Step
from tests.delivery_world import NOTIFY_SECRET, Buyer, http, hurry, open_market, run, run_telling, sell, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
PORTAL = [{"method": "portal"}]


@pytest.mark.req("R000-63")
def test_the_consumer_gets_one_mail_naming_the_companies_that_accepted(
    buyer: Buyer, mail_folder: Path
) -> None:
    open_market(PORTAL, PORTAL, [http(buyer.url("refuse/confirm"))])
    sale = sell(1, 0)
    run()
    run_telling()
    (file,) = mail_folder.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["Subject"]) == ("ann@example.com", "Your request for Roofing")
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "  - Company 0\n  - Company 1\n" in text
    assert "Company 2" not in text
    assert "Ann" not in text
    (told,) = sale.events(Step.CONFIRM)
    assert (told.type, told.outcome) == ("accepted", "success")
    assert told.data["companies"] == ["Company 0", "Company 1"]
    enqueue([NewWork(Stage.CONFIRM, sale.lead_id)])
    run_telling()
    assert len(list(mail_folder.glob("*.eml"))) == 1
    assert work() == {"fold": 2}


def test_a_consumer_without_an_address_is_skipped_with_an_event(mail_folder: Path) -> None:
    open_market(PORTAL)
    sale = sell(0, email=None)
    run()
    run_telling()
    (told,) = sale.events(Step.CONFIRM)
    assert (told.type, told.outcome, told.reason) == ("skipped", "skip", "no_email")
    assert not mail_folder.exists() or list(mail_folder.glob("*.eml")) == []
    assert work() == {"fold": 1}


@pytest.mark.req("R002-22")
def test_the_source_is_told_of_a_sale_signed_and_without_companies_or_sale_prices(buyer: Buyer) -> None:
    open_market(PORTAL, notify=buyer.url("notify/sold"))
    sale = sell(0)
    run()
    run_telling()
    (request,) = buyer.seen("notify/sold")
    told = Webhook(NOTIFY_SECRET).verify(request["body"], request["headers"])
    assert told["type"] == "lead.sold"
    assert told["data"] == {
        "lead": {"id": str(sale.lead_id), "reference": "their-7"},
        "outcome": "sold",
        "price": "10.00",
    }
    assert [one.type for one in sale.events(Step.NOTICE)] == ["accepted"]


def test_the_source_is_told_that_nobody_took_its_lead(buyer: Buyer) -> None:
    open_market([http(buyer.url("status/500/told"))], notify=buyer.url("notify/unsold"))
    sale = sell(0)
    run()
    for _ in range(7):
        hurry()
        run()
    assert sale.status is Status.UNSOLD
    run_telling()
    (request,) = buyer.seen("notify/unsold")
    assert orjson.loads(request["body"])["data"] == {
        "lead": {"id": str(sale.lead_id), "reference": "their-7"},
        "outcome": "unsold",
        "reason": "nobody_accepted",
    }


def test_a_notice_is_repeated_with_the_same_id_and_body_until_it_arrives(buyer: Buyer) -> None:
    open_market(PORTAL, notify=buyer.url("flaky/notice"))
    sale = sell(0)
    run()
    run_telling()
    hurry()
    run_telling()
    first, second = buyer.seen("flaky/notice")
    assert first["body"] == second["body"]
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert [one.type for one in sale.events(Step.NOTICE)] == ["unknown", "accepted"]
    assert sale.status is Status.DELIVERED


def test_a_source_that_wants_no_notices_hears_nothing(buyer: Buyer) -> None:
    open_market(PORTAL)
    sale = sell(0)
    run()
    enqueue([NewWork(Stage.NOTICE, sale.lead_id)])
    run_telling()
    assert sale.events(Step.NOTICE) == []
    assert work() == {"fold": 1}
