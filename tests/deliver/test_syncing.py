"""The operator's own system is told every lead, and again after each change; what it missed is caught up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from pytest_django import Settings
from standardwebhooks import Webhook

from leadhouse.deliver.step import step_syncs
from leadhouse.deliver.syncing import catch_up
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind
from leadhouse.parties.current import market
from leadhouse.store.run import value
from leadhouse.timeline.queries import events_of
from tests.delivery_world import NOTIFY_SECRET, Buyer, Sale, hurry, open_market, run, run_telling, sell, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
PORTAL = [{"method": "portal"}]

Crm = Callable[[str], None]


@pytest.fixture
def crm(settings: Settings, buyer: Buyer) -> Crm:
    """Where the operator's own system is, from now on; at no path there is none."""

    def be_at(path: str) -> None:
        url = buyer.url(path) if path else None
        settings.LEADHOUSE = replace(settings.LEADHOUSE, crm_url=url, crm_secret=NOTIFY_SECRET)

    return be_at


def sync() -> int:
    """Tell what is to be told, until nothing is due; return of how many leads something was not known."""
    behind = catch_up(100)
    while step_syncs(100):
        pass
    return behind


def told(buyer: Buyer, path: str) -> list[dict[str, Any]]:
    return [orjson.loads(one["body"])["data"] for one in buyer.seen(path)]


def convert(sale: Sale) -> None:
    company = market().companies[next(iter(market().companies))]
    hear(Given(sale.assignments[0], Kind.CONVERSION, value_minor=100_000), company.id, market())


@pytest.mark.req("R000-64")
def test_it_is_told_the_whole_lead_and_again_after_each_change(crm: Crm, buyer: Buyer) -> None:
    open_market(PORTAL)
    crm("accept/whole")
    sale = sell(0)
    assert (sync(), sync()) == (1, 0)
    run()
    assert (sync(), sync()) == (1, 0)
    convert(sale)
    assert (sync(), sync()) == (1, 0)
    sold, delivered, converted = told(buyer, "accept/whole")
    assert (sold["id"], sold["status"], sold["payout"]) == (str(sale.lead_id), "sold", "10.00")
    assert (sold["fields"]["email"], sold["extra"]) == ("ann@example.com", {"pets": "2 dogs"})
    assert (delivered["status"], delivered["revenue"]) == ("delivered", "25.00")
    (given,) = converted["assignments"]
    assert (given["company"], given["price"], given["status"]) == ("c0", "25.00", "accepted")
    assert given["delivery"] == str(sale.assignments[0])
    assert (delivered["assignments"][0]["converted_at"], given["rejected_at"]) == (None, None)
    assert given["converted_at"].endswith("Z")
    assert sold["seq"] < delivered["seq"] < converted["seq"] == events_of(sale.lead_id)[-1].seq


def test_what_it_is_told_is_signed_and_leaves_no_event(crm: Crm, buyer: Buyer) -> None:
    open_market(PORTAL)
    crm("accept/signed")
    sale = sell(0)
    before = events_of(sale.lead_id)
    sync()
    (request,) = buyer.seen("accept/signed")
    assert Webhook(NOTIFY_SECRET).verify(request["body"], request["headers"])["type"] == "lead.changed"
    assert events_of(sale.lead_id) == before


@pytest.mark.req("R000-64")
@pytest.mark.parametrize("trouble", ["status/503", "status/401", "reset"])
def test_a_failed_sync_is_caught_up_with_the_lead_as_it_is_by_then(
    crm: Crm, buyer: Buyer, trouble: str
) -> None:
    open_market(PORTAL)
    crm(f"{trouble}/away")
    sale = sell(0)
    sync()
    run()
    hurry()
    assert sync() == 0
    crm(f"accept/back-{trouble.replace('/', '-')}")
    hurry()
    sync()
    assert [one["status"] for one in told(buyer, f"accept/back-{trouble.replace('/', '-')}")] == ["delivered"]
    assert sync() == 0
    assert sale.types()[-1] == "accepted"


def test_a_sync_that_was_given_up_is_begun_again(crm: Crm, buyer: Buyer) -> None:
    open_market(PORTAL)
    crm("status/500/given-up")
    sell(0)
    for _ in range(8):
        hurry()
        sync()
    assert (
        value("SELECT count(*) FROM deliver_parcel WHERE kind = 'sync' AND status = 'failed'", {}, int) == 1
    )
    crm("accept/again")
    assert sync() == 1
    assert len(told(buyer, "accept/again")) == 1


def test_without_such_a_system_nothing_is_told_and_with_one_again_nothing_is_missed(
    crm: Crm, buyer: Buyer
) -> None:
    open_market(PORTAL)
    crm("")
    sell(0)
    assert (sync(), work()) == (0, {"deliver": 1})
    crm("status/503/gone")
    assert sync() == 1
    crm("")
    hurry()
    sync()
    assert "sync" not in work()
    crm("accept/new")
    assert sync() == 1
    assert len(told(buyer, "accept/new")) == 1
    run()
    run_telling()
