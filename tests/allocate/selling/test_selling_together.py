"""Many workers on the same caps, wallets and consumers: nothing over, nothing left over, nobody disturbed."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from leadhouse.allocate import queries
from leadhouse.allocate.selling.sales import Use
from leadhouse.allocate.step import step
from leadhouse.billing import queries as billing
from leadhouse.store.run import database_now, rows
from leadhouse.store.run import transaction as committed
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Change, Event, NewWork, Outcome, Stage, Status, Step
from tests.allocate.allocate_world import (
    campaign,
    company,
    decide,
    events,
    give_leads,
    given,
    install,
    sell_all,
    set_limit,
    statuses,
    together,
    used,
    wait_for_a_lock,
)


@pytest.mark.req("R000-48", "R004-09")
@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_on_one_cap_of_fifty_sell_exactly_fifty() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 50}})))
    set_limit("acme", 10**9)
    leads = give_leads(160)
    together(lambda: sell_all(3))
    assert decide() == 0
    assert statuses(leads) == {"sold": 50, "unsold": 110}
    assert used() == [("acme", "day", "count", 50)]


@pytest.mark.django_db(transaction=True)
def test_a_wallet_is_spent_to_the_last_cent_and_no_further() -> None:
    install(company("acme", campaign("acme", bids={"exclusive": "7.00"})))
    set_limit("acme", 20 * 700 + 699)
    leads = give_leads(96)
    together(lambda: sell_all(2))
    assert decide() == 0
    assert statuses(leads) == {"sold": 20, "unsold": 76}
    assert [one.room_minor for one in billing.balances()] == [699]


@pytest.mark.django_db(transaction=True)
def test_many_caps_and_wallets_are_never_exceeded_nor_is_anybody_disturbed() -> None:
    """Every seller has all kinds of caps; meanwhile caps are edited and buyers refuse."""
    sellers = [
        company(
            f"c{number}",
            campaign(
                f"c{number}",
                bids={"exclusive": f"{30 + number}.00", "duo": "20.00", "trio": "15.00"},
                caps={
                    "day": {"count": (0, 1, 2, 7, 50)[number % 5], "money": "400.00"},
                    "week": {"count": 40},
                    "month": {"count": 45, "money": "1000.00"},
                },
            ),
        )
        for number in range(10)
    ]
    install(*sellers)
    for number in range(10):
        set_limit(f"c{number}", 2_500 * (number + 1))
    leads = give_leads(240)
    turn = iter(range(1_000))

    def work() -> None:
        me = next(turn)
        if me == 0:
            _edit_caps(sellers)
        elif me == 1:
            _refuse_some(leads)
        else:
            sell_all(4)

    together(work)
    decide()
    highest = {f"c{number}": (0, 1, 2, 7, 50)[number % 5] for number in range(10)} | {"c4": 60}
    counted = [(key, amount) for key, period, unit, amount in used() if (period, unit) == ("day", "count")]
    assert counted
    assert all(amount <= highest[key] for key, amount in counted)
    assert all(one.room_minor >= 0 for one in billing.balances())
    ended = statuses(leads)
    assert sum(ended.values()) == 240
    assert set(ended) <= {"sold", "unsold"}


def _edit_caps(sellers: list[dict[str, object]]) -> None:
    for count in (60, 3, 60):
        edited = json.loads(json.dumps(sellers))
        edited[4]["campaigns"][0]["caps"]["day"]["count"] = count
        with committed():
            install(*edited)


def _refuse_some(leads: list[object]) -> None:
    for _ in range(10):
        open_ones = [
            one.id
            for group in queries.assignments_of(leads[:60]).values()  # type: ignore[arg-type]
            for one in group
            if one.is_open
        ]
        with committed():
            queries.refuse(open_ones[:3])


@pytest.mark.django_db(transaction=True)
def test_a_company_gets_a_consumer_once_however_many_workers_sell() -> None:
    install(company("acme"), company("other", campaign("other", bids={"duo": "20.00"})))
    leads = give_leads(32, consumer=7)
    together(lambda: sell_all(1))
    assert decide() == 0
    companies = [one.company_id for lead_id in leads for one in given(lead_id)]
    assert len(companies) == len(set(companies))
    assert statuses(leads)["sold"] >= 1


@pytest.mark.django_db(transaction=True)
def test_a_cap_that_comes_while_a_sale_is_under_way_counts_it() -> None:
    install(company("acme"))
    first, second = give_leads(2)

    def edit_and_sell() -> None:
        install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
        sell_all(10)

    other = threading.Thread(target=lambda: together(edit_and_sell, 1))
    with committed():
        assert step(1) == 1
        other.start()
        wait_for_a_lock()
    other.join(20)
    assert decide() == 0
    assert (statuses([first]), statuses([second])) == ({"sold": 1}, {"unsold": 1})
    assert used() == [("acme", "day", "count", 1)]


@pytest.mark.django_db
def test_the_constraint_alone_stops_a_cap_from_being_exceeded() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
    give_leads(1)
    decide()
    (window,) = rows("SELECT id FROM allocate_cap_window", {}, int)
    unconditional, condition, _ = queries.SQL["use_windows"].partition("AND cap.used_amount")
    assert condition
    with pytest.raises(IntegrityError, match="cap_never_exceeded"), transaction.atomic():
        queries.execute(unconditional, {"ids": [window], "amounts": [1], "limits": [1]})
    with pytest.raises(RuntimeError, match="lost its room"):
        queries.use_windows([Use(window, limit=1, amount=1)])
    assert used() == [("acme", "day", "count", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_comes_back_too_late_changes_nothing() -> None:
    """Its lease went to another worker, who has sold the lead by now."""
    install(company("acme"))
    (lead_id,) = give_leads(1)
    seen = threading.Event()
    go_on = threading.Event()

    def late() -> None:
        from leadhouse.allocate import step as module

        try:
            claimed = timeline.claim(Stage.ALLOCATE, 10)
            seen.set()
            go_on.wait(10)
            module._handle(claimed)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert seen.wait(10)
    queries.execute("UPDATE timeline_work SET due_at = leadhouse_now()", {})
    assert step(10) == 1
    sold = (given(lead_id), events(lead_id, *Step))
    go_on.set()
    thread.join(20)
    assert (given(lead_id), events(lead_id, *Step)) == sold
    assert len(sold[0]) == 1
    assert sold[0][0].decided_at < database_now() + timedelta(seconds=1)


@pytest.mark.req("R004-06")
@pytest.mark.django_db(transaction=True)
def test_a_lead_that_is_searched_for_twice_at_once_is_sold_once() -> None:
    """Each lead is queued several times, as after a rejection while a search is under way."""
    install(
        *(
            company(key, campaign(key, bids={"exclusive": f"{bid}.00"}))
            for bid, key in enumerate("abcdef", 20)
        )
    )
    leads = give_leads(12, contact_requests=1)
    timeline.append(
        [
            Event(one, Step.DELIVER, "search", Outcome.FAILURE, change=Change(status=Status.ALLOCATING))
            for one in leads
        ]
    )
    timeline.enqueue([NewWork(Stage.ALLOCATE, one) for one in leads for _ in range(3)])
    together(lambda: sell_all(5))
    assert decide() == 0
    assert [len(given(one)) for one in leads] == [1] * 12
    assert statuses(leads) == {"sold": 12}


@pytest.mark.django_db
def test_a_lead_that_is_queued_twice_in_one_batch_is_decided_once() -> None:
    install(company("a"), company("b"))
    (lead_id,) = give_leads(1, contact_requests=1)
    timeline.enqueue([NewWork(Stage.ALLOCATE, lead_id)])
    assert decide() == 2
    assert [len(given(lead_id)), len(queries.decisions_of(lead_id))] == [1, 1]
