"""Leads whose source was promised a price: sold now for at least as much as has to be paid, or not at all."""

from uuid import UUID

import pytest

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.winners import carrying, choose
from leadhouse.allocate.quoting import quote
from leadhouse.allocate.selling.gathering import gather, knowledge
from leadhouse.allocate.types import WHOLE, Decision, Scenario
from leadhouse.deliver.step import step as deliver
from leadhouse.store.run import database_now, value
from leadhouse.timeline.types import Stage, Status, Step
from tests.allocate.allocate_world import (
    WEDNESDAY,
    WEEKDAYS,
    be_at,
    buyers,
    campaign,
    clock_put_back,
    company,
    events,
    give_lead,
    given,
    install,
    passport,
    search_again,
    sell,
    work,
)

pytestmark = pytest.mark.django_db
SHARE = {"payout": {"kind": "share", "percent": 60}}
GROUPED = {"duplicates": {"on_duplicate": "group"}}


def only(price: str, key: str = "acme", **changes: object) -> dict[str, object]:
    return company(key, campaign(key, bids={"exclusive": price}, **changes))


def end(lead_id: UUID) -> tuple[Status, str | None]:
    return passport(lead_id).status, passport(lead_id).reason


def test_a_share_is_paid_from_a_sale_that_brings_at_least_as_much() -> None:
    install(only("20.00"), source=SHARE)
    assert buyers(sell(promised_minor=2_000)) == [("acme", 1, 2_000, "held")]
    gone = sell(promised_minor=2_001)
    assert (buyers(gone), end(gone)) == ([], (Status.UNSOLD, "price_gone"))
    assert [one.reason for one in events(gone)] == ["price_gone"]
    assert queries.decisions_of(gone)[0].least_minor == 2_001


def test_a_fixed_payout_is_paid_whatever_the_sale_brings() -> None:
    install(only("8.00"))
    assert buyers(sell(promised_minor=1_000)) == [("acme", 1, 800, "held")]


def test_of_the_sizes_the_best_that_carries_the_price_is_sold() -> None:
    """Worth more to the house is what comes back less often; dearer is the other."""
    worthy, dear = (
        Scenario(1, 2_400 * WHOLE, 2_400, (1,), (2_400,)),
        Scenario(2, 2_300 * WHOLE, 2_600, (), ()),
    )
    for least, chosen in ((2_400, worthy), (2_401, dear), (2_601, None)):
        assert choose(carrying((worthy, dear), least)) is chosen


def test_it_never_waits_for_an_opening() -> None:
    install(only("20.00", schedule=WEEKDAYS), source=SHARE)
    with clock_put_back():
        be_at(WEDNESDAY.replace(hour=3))
        assert end(sell()) == (Status.WAITING, "out_of_hours")
        assert end(sell(promised_minor=100)) == (Status.UNSOLD, "price_gone")


def test_after_a_refusal_every_size_is_open_again_at_the_promised_price() -> None:
    install(only("20.00"), only("15.00", "other"), only("12.00", "cheap"), source=SHARE)
    lead_id = sell(promised_minor=1_500)
    for key, price in (("acme", 2_000), ("other", 1_500)):
        assert buyers(lead_id)[-1 if key == "other" else 0][:3] == (key, 1, price)
        queries.refuse([one.id for one in given(lead_id) if one.is_open])
        search_again(lead_id)
    assert end(lead_id) == (Status.UNSOLD, "price_gone")
    assert [one[0] for one in buyers(lead_id)] == ["acme", "other"]


def test_once_somebody_has_accepted_the_promise_stands_whatever_the_rest_brings() -> None:
    install(
        company("acme", campaign("acme", bids={"duo": "12.00"})),
        company("other", campaign("other", bids={"duo": "10.00"})),
        company("third", campaign("third", bids={"duo": "1.00"})),
        source=SHARE,
    )
    lead_id = sell(promised_minor=2_000)
    accepted, refused = given(lead_id)
    queries.accept([accepted.id], database_now())
    queries.refuse([refused.id])
    search_again(lead_id)
    assert [one[:3] for one in buyers(lead_id)][-1] == ("third", 2, 100)
    queries.refuse([one.id for one in given(lead_id) if one.is_open])
    search_again(lead_id)
    deliver(10)
    assert end(lead_id) == (Status.DELIVERED, None)
    assert work()[Stage.PAYOUT] == 1


def test_a_duplicate_that_follows_for_nothing_carries_no_share() -> None:
    install(only("20.00"), source=SHARE, product=GROUPED)
    sell(consumer=7, unique_lead_id=70)
    gone = sell(consumer=7, unique_lead_id=70, promised_minor=100)
    assert (buyers(gone), end(gone)) == ([], (Status.UNSOLD, "price_gone"))
    install(only("20.00"), product=GROUPED)
    assert buyers(sell(consumer=7, unique_lead_id=70, promised_minor=100)) == [("acme", 1, 0, "held")]


def test_a_test_lead_ends_as_such() -> None:
    install(only("20.00"), source=SHARE)
    assert end(sell(promised_minor=100, is_test=True)) == (Status.UNSOLD, "test")


def quoted(lead_id: UUID) -> Decision:
    """Return what would be decided about a lead that is in the queue."""
    now = database_now()
    (case,) = gather([lead_id], knowledge(now).index, now)
    return quote(case.lead, now)


def test_a_quote_is_what_the_worker_decides_and_uses_nothing_up() -> None:
    install(
        company("acme"),
        only("65.00", "scarce", caps={"day": {"count": 1}}),
        company("poor", wallet={"mode": "prepaid", "balance": "19.00"}),
        company("other"),
    )
    for _ in range(3):
        lead_id = give_lead()
        quote_before, again = quoted(lead_id), quoted(lead_id)
        assert quote_before == again
        tables = ("allocate_decision", "allocate_cap_window", "allocate_assignment")
        rows = [value(f"SELECT count(*) FROM {table}", {}, int) for table in tables]
        quoted(lead_id)
        assert [value(f"SELECT count(*) FROM {table}", {}, int) for table in tables] == rows
        search_again(lead_id)
        chosen = quote_before.chosen
        assert chosen
        assert [(one.campaign_id, one.sale_size, one.price_minor) for one in given(lead_id)] == [
            (winner, chosen.size, price) for winner, price in zip(chosen.winners, chosen.prices, strict=True)
        ]
    assert {one.step for one in events(lead_id, Step.ALLOCATE)} == {"allocate"}
