"""One worker takes the turn, all read the same prices, and a restart changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection

from leadhouse.allocate import queries as allocate
from leadhouse.allocate.pacing.pacer import ETA
from leadhouse.allocate.selling import gathering
from leadhouse.allocate.steering import queries
from leadhouse.allocate.steering import step as module
from leadhouse.allocate.steering.step import paced_products, step
from leadhouse.parties.current import market
from leadhouse.store.run import database_now, execute, rows
from tests.allocate.allocate_world import (
    WEDNESDAY,
    be_at,
    campaign,
    campaign_id,
    company,
    decide,
    give_leads,
    given,
    install,
    sell,
    together,
)
from tests.allocate.steering.pacing_world import set_shadow_price, shadow_prices, turn

PACED = {"pacing": "paced"}
ONE_BID = {"exclusive": "60.00"}
NINE_HUNDRED_SIXTY = {"day": {"money": "960.00"}}
QUARTER = timedelta(minutes=15)
MIDNIGHT = WEDNESDAY.replace(hour=5)


def _house(**caps: object) -> None:
    install(
        company("acme", campaign("acme", bids=ONE_BID, caps=caps or NINE_HUNDRED_SIXTY)),
        company("best", campaign("best", bids={"exclusive": "50.00"})),
        product=PACED,
    )


@pytest.mark.django_db
def test_a_turn_is_due_once_in_every_quarter_of_an_hour() -> None:
    _house()
    be_at(WEDNESDAY)
    assert turn()
    assert not turn()
    be_at(WEDNESDAY + QUARTER - timedelta(seconds=1))
    assert not turn()
    be_at(WEDNESDAY + QUARTER)
    assert turn()
    assert not turn()


@pytest.mark.django_db
def test_spending_is_followed_by_the_price_and_the_plan_by_the_clock() -> None:
    _house()
    be_at(MIDNIGHT)
    assert turn()
    assert shadow_prices() == {}
    sell()
    sell()
    be_at(MIDNIGHT + QUARTER)
    assert turn()
    # Two leads of 60.00 are an eighth of the day, one ninety-sixth of which was planned by now.
    assert shadow_prices() == {"acme": pytest.approx(ETA * (2 / 16 - 1 / 96), rel=0.01)}


@pytest.mark.django_db
def test_what_a_buyer_refused_is_given_back_at_the_next_turn() -> None:
    _house()
    be_at(MIDNIGHT)
    turn()
    lead_id = sell()
    be_at(MIDNIGHT + QUARTER)
    turn()
    price = shadow_prices()["acme"]
    allocate.refuse([given(lead_id)[0].id])
    be_at(MIDNIGHT + 2 * QUARTER)
    turn()
    assert shadow_prices().get("acme", 0) == pytest.approx(max(0, price - ETA * (1 / 16 + 1 / 96)), abs=1e-3)


@pytest.mark.django_db
def test_a_month_counts_what_was_sold_before_today() -> None:
    _house(month={"count": 12})
    be_at(MIDNIGHT - timedelta(days=1))
    give_leads(9)
    decide()
    be_at(MIDNIGHT)
    turn()
    set_shadow_price("acme", 0)
    sell()
    be_at(MIDNIGHT + QUARTER)
    turn()
    # Three are left for twelve days: today's share is a quarter of a lead, so one is four days' worth.
    assert shadow_prices()["acme"] == pytest.approx(0.98)


@pytest.mark.django_db
def test_who_starts_again_goes_on_from_what_is_kept() -> None:
    _house()
    be_at(MIDNIGHT)
    turn()
    sell()
    be_at(MIDNIGHT + QUARTER)
    turn()
    (product,) = paced_products(market())
    kept = queries.paces(product.id)
    assert [one.campaign_id for one in kept] == [campaign_id("acme")]
    for begun in (kept, ()):
        queries.keep(product.id, kept, begun)
        assert queries.paces(product.id) == kept
    gathering._known = None
    known = gathering.knowledge(database_now())
    assert known.book.offer(kept[0].campaign_id, {1: 6_000}).shadow_price > 0
    assert known.book.offer(kept[0].campaign_id, {1: 6_000}).prices == {1: 6_000}


@pytest.mark.django_db
def test_a_campaign_without_caps_is_forgotten_and_one_that_pauses_is_not() -> None:
    _house()
    be_at(MIDNIGHT)
    turn()
    set_shadow_price("acme", 0.5)
    paused = {"bids": ONE_BID, "caps": NINE_HUNDRED_SIXTY, "status": "paused"}
    install(company("acme", campaign("acme", **paused)), company("best"), product=PACED)
    be_at(MIDNIGHT + 6 * QUARTER)
    turn()
    assert shadow_prices() == {"acme": 0.5}
    install(company("acme", campaign("acme", bids=ONE_BID)), company("best"), product=PACED)
    be_at(MIDNIGHT + 12 * QUARTER)
    turn()
    assert shadow_prices() == {}


@pytest.mark.django_db
def test_leads_of_the_last_days_set_the_price_before_anything_is_spent() -> None:
    """Acme can pay for four leads a day; eight came on each of the last days, and the other takes any."""
    _house(day={"count": 4})
    for day in range(3, 0, -1):
        be_at(WEDNESDAY - timedelta(days=day))
        give_leads(8)
        decide()
    be_at(MIDNIGHT)
    turn()
    # From 1/6 on the other's 50.00 are worth more than what is kept of 60.00.
    assert 0.1 < shadow_prices()["acme"] < 0.4


@pytest.mark.django_db
def test_a_product_whose_turn_fails_keeps_no_other_from_its_own(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its plan is gone, as by a hand in the database: it is told of, rests, and paces again once mended."""
    monkeypatch.setattr(module, "_resting", {})
    sunny = campaign("sunny", product="solar", bids=ONE_BID, caps=NINE_HUNDRED_SIXTY)
    install(
        company("acme", campaign("acme", bids=ONE_BID, caps=NINE_HUNDRED_SIXTY)),
        company("sunny", sunny),
        product=PACED,
        others=[{"key": "solar", "name": "Solar", **PACED}],
    )
    be_at(MIDNIGHT)
    monkeypatch.setattr(module, "_next_at", 0.0)
    assert step(100) == 2
    roofing = paced_products(market())[0]
    execute("UPDATE allocate_pace SET plan = '{}' WHERE product_id = %(id)s", {"id": roofing.id})
    for quarter, turns in ((1, 1), (2, 1)):
        be_at(MIDNIGHT + quarter * QUARTER)
        monkeypatch.setattr(module, "_next_at", 0.0)
        assert step(100) == turns
    assert caplog.text.count("pacing roofing failed and is tried again in 60 s") == 1
    execute("DELETE FROM allocate_pace WHERE product_id = %(id)s", {"id": roofing.id})
    monkeypatch.setattr(module, "_resting", {})
    monkeypatch.setattr(module, "_next_at", 0.0)
    assert step(100) == 1


@pytest.mark.django_db
def test_a_product_that_is_greedy_has_no_turns() -> None:
    install(company("acme", campaign("acme", caps=NINE_HUNDRED_SIXTY)))
    assert paced_products(market()) == []
    assert step(100) == 0
    assert rows("SELECT count(*) FROM allocate_pacing", {}, int) == [0]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_workers_one_takes_the_turn_and_all_read_the_same() -> None:
    _house()
    took: list[bool] = []
    read: list[dict[str, float]] = []

    def take() -> None:
        took.append(turn())
        connection.close()

    together(take)
    assert sum(took) == 1
    set_shadow_price("acme", 0.25)

    def look() -> None:
        known = gathering.knowledge(database_now())
        acme = next(one for one in market().campaigns.values() if one.key == "acme")
        read.append({"acme": known.book.offer(acme.id, {1: 6_000}).shadow_price})

    together(look)
    assert read == [{"acme": 0.25}] * 16
