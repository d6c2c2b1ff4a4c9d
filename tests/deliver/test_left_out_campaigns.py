"""Parcels of campaigns that can no longer be read and so are left out of the market."""

import pytest

from leadhouse.deliver.courier import Courier
from leadhouse.deliver.queries import parcels_of
from leadhouse.deliver.writing import prepare
from leadhouse.parties.queries import bump_revision
from leadhouse.store.run import execute
from leadhouse.timeline.types import Stage
from tests.delivery_world import Buyer, http, open_market, run, sell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]


def test_a_campaign_that_cannot_be_read_fails_with_its_reason_and_holds_up_no_other(
    buyer: Buyer,
) -> None:
    open_market([http(buyer.url("accept/lost"))], [http(buyer.url("accept/other"))])
    lost, other = sell(0), sell(1)
    spoilt = "UPDATE parties_campaign SET config = '{}', revision = %(now)s WHERE key = 'c0-west'"
    execute(spoilt, {"now": bump_revision()})
    run()
    assert ("failed", "left_out") in [(one.type, one.reason) for one in lost.events()]
    assert lost.statuses() == ["failed"]
    assert buyer.seen("accept/lost") == []
    assert other.statuses() == ["accepted"]


def test_a_yes_counts_though_the_campaign_can_no_longer_be_read(buyer: Buyer) -> None:
    open_market([http(buyer.url("slow/unread")), http(buyer.url("accept/further"))])
    sale = sell(0)
    courier = Courier(Stage.DELIVER, prepare)
    courier.round(10, 0.0)
    spoilt = "UPDATE parties_campaign SET config = '{}', revision = %(now)s WHERE key = 'c0-west'"
    execute(spoilt, {"now": bump_revision()})
    courier.round(10, 20.0)
    assert sale.statuses() == ["accepted"]
    assert len(parcels_of(sale.lead_id)) == 1
