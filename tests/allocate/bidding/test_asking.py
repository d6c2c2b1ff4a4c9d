"""One campaign or lead for which asking fails keeps no other from being asked, or from being sold."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from leadhouse.allocate.bidding import queries
from leadhouse.allocate.bidding.asking import NewBid, questions
from leadhouse.allocate.bidding.step import Asker
from leadhouse.allocate.types import Refusal
from leadhouse.outbound.types import Request
from leadhouse.parties.current import market
from tests.allocate.allocate_markets import NOW, lead
from tests.allocate.allocate_world import campaign, campaign_id, company, decide, give_leads, install, work

PING = {"bids": {}, "bid": {"ping": {"url": "https://buyer.example/bids"}}}


@pytest.mark.django_db
def test_a_campaign_whose_question_cannot_be_written_is_not_asked_and_the_others_are(
    caplog: pytest.LogCaptureFixture,
) -> None:
    install(company("acme", campaign("acme", **PING)), company("best", campaign("best", **PING)))
    numbers = [campaign_id("acme"), campaign_id("best")]
    ping = market().campaigns[numbers[0]].ping
    assert ping
    # No market file says so: a fault of ours, or of another release, may.
    broken = replace(market().campaigns[numbers[0]], ping=replace(ping, format="smoke signals"))  # type: ignore[arg-type]
    changed = replace(market(), campaigns={**market().campaigns, numbers[0]: broken})
    first, second = questions(lead(), numbers, (1,), changed, NOW)
    assert getattr(first.item, "refusal", None) is Refusal.BID_UNSENDABLE
    assert isinstance(second.item, Request)
    assert f"campaign {numbers[0]} cannot be asked for its bids" in caplog.text


@pytest.mark.django_db
def test_bids_that_cannot_be_kept_keep_no_others_from_being_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = {"bids": {}, "bid": {"ping": {"url": "http://127.0.0.1:9/bids"}}}
    install(company("acme", campaign("acme", **nowhere)))
    first, second = give_leads(2)
    assert decide() == 2
    assert work() == {"bid": 2}
    keep = queries.write_bids

    def failing_once(asked_for: UUID, bids: Sequence[NewBid]) -> None:
        if asked_for == first:
            raise ValueError("poisoned")
        keep(asked_for, bids)

    monkeypatch.setattr(queries, "write_bids", failing_once)
    asker = Asker()
    while asker.round(10):
        pass
    assert work() == {"bid": 1, "allocate": 1}
    assert f"the bids for lead {first} could not be kept" in caplog.text
    assert [one.campaign_id for one in queries.bids_of([second])[second]] == [campaign_id("acme")]
