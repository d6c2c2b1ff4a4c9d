"""Turns, shares and places as they are kept: exact under many workers, over refusals and lost room."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.explain import story_of
from leadhouse.allocate.selling import applying
from leadhouse.allocate.step import step
from leadhouse.parties.current import market
from leadhouse.store.run import execute, rows
from leadhouse.store.run import transaction as committed
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import NewWork, Stage, Step
from tests.allocate.allocate_world import (
    buyers,
    campaign,
    company,
    decide,
    events,
    give_leads,
    given,
    install,
    search_again,
    sell,
    set_limit,
    statuses,
)

EXCLUSIVE = {"exclusive": "20.00"}
PRODUCT: dict[str, object] = {"distribution": "round_robin", "sale_sizes": [1]}


def _sellers(count: int, **changes: object) -> list[dict[str, object]]:
    return [
        company(f"c{number}", campaign(f"c{number}", bids=EXCLUSIVE, **changes)) for number in range(count)
    ]


def _install(*companies: dict[str, object], distribution: str = "round_robin", **product: object) -> None:
    install(*companies, product={"distribution": distribution, "sale_sizes": [1], **product})
    for one in companies:
        set_limit(str(one["key"]), 10**9)


def _had(lead_ids: list[UUID]) -> Counter[str]:
    """Return how many of the leads each campaign was given."""
    return Counter(buyer[0] for lead_id in lead_ids for buyer in buyers(lead_id))


def _line() -> list[tuple[str, int, int]]:
    """Return what is kept: campaign, number of its last turn, what it is owed."""
    keys = {one.id: one.key for one in market().campaigns.values()}
    found = rows("SELECT campaign_id, last_turn, owed FROM allocate_turn ORDER BY 2", {}, lambda *one: one)
    return [(keys[one[0]], one[1], one[2]) for one in found]


@contextmanager
def _just_before_the_lock(act: object) -> Iterator[None]:
    """Have something happen once, in another connection, between a decision and its sale."""
    locked, done = applying.lines.lock, []

    def lock(ids: object) -> object:
        if not done:
            done.append(True)
            thread = threading.Thread(target=lambda: (act(), connection.close()))  # type: ignore[operator]
            thread.start()
            thread.join(30)
        return locked(ids)  # type: ignore[arg-type]

    applying.lines.lock = lock  # type: ignore[assignment]
    try:
        yield
    finally:
        applying.lines.lock = locked


@pytest.mark.req("A004-2", "R004-05")
@pytest.mark.django_db
def test_four_in_turn_over_a_hundred_leads_have_25_each_whatever_the_batches() -> None:
    _install(*_sellers(4))
    leads = give_leads(100)
    for batch in (1, 7, 30, 2):
        step(batch)
    decide(13)
    assert _had(leads) == dict.fromkeys(("c0", "c1", "c2", "c3"), 25)
    assert _line() == [("c0", 97, 0), ("c1", 98, 0), ("c2", 99, 0), ("c3", 100, 0)]
    order = [buyers(lead_id)[0][0] for lead_id in leads]
    assert order == ["c0", "c1", "c2", "c3"] * 25


@pytest.mark.req("A004-2")
@pytest.mark.parametrize("distribution", ["round_robin", "weighted"])
@pytest.mark.django_db(transaction=True)
def test_turns_are_exact_when_eight_workers_sell(distribution: str) -> None:
    sellers = [company(f"c{one}", campaign(f"c{one}", bids=EXCLUSIVE, weight=one + 1)) for one in range(4)]
    _install(*sellers, distribution=distribution)
    leads = give_leads(200)
    ready = threading.Barrier(8)

    def work(_: int) -> None:
        try:
            ready.wait()
            while step(5):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    decide()
    shares = {"c0": 20, "c1": 40, "c2": 60, "c3": 80}
    assert _had(leads) == (shares if distribution == "weighted" else dict.fromkeys(shares, 50))
    assert rows("SELECT turns FROM allocate_line", {}, int) == [200]
    assert sum(owed for _, _, owed in _line()) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_oversold_and_nobody_disturbed_where_turns_caps_edits_and_refusals_meet() -> None:
    """Sixteen at once on caps of 0, 1, 2, 7 and 50; every sale has its turn, and every turn its sale."""
    caps = [0, 1, 2, 7, 50] * 2
    sellers = [
        company(f"c{number}", campaign(f"c{number}", bids=EXCLUSIVE, caps={"day": {"count": cap}}))
        for number, cap in enumerate(caps)
    ]
    _install(*sellers)
    leads = give_leads(160)
    turn = iter(range(16))

    def act(_: int) -> None:
        try:
            me = next(turn)
            if me < 2:
                for patience in (71, 72):
                    with committed():
                        install(*sellers, product={**PRODUCT, "patience_hours": patience})
            elif me < 4:
                _refuse(leads, 5)
            else:
                while step(4):
                    pass
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(act, range(16)))
    decide()
    had = _had([one for one in leads if given(one)])
    held = Counter(buyer[0] for one in leads for buyer in buyers(one) if buyer[3] == "held")
    assert {key: held[key] for key in (f"c{number}" for number in range(10))} == {
        f"c{number}": cap for number, cap in enumerate(caps)
    }
    assert rows("SELECT turns FROM allocate_line", {}, int) == [had.total()]
    assert max(last for _, last, _ in _line()) == had.total()


def _refuse(leads: list[UUID], times: int) -> None:
    """Have buyers refuse some leads at the door, which are then searched for again."""
    for _ in range(times):
        with committed():
            found = queries.assignments_of(leads).values()
            open_ones = [one for each in found for one in each if one.is_open][:2]
            refused = queries.refuse([one.id for one in open_ones])
            again = [one.lead_id for one in open_ones if one.id in refused]
            timeline.enqueue([NewWork(Stage.ALLOCATE, one) for one in again])


@pytest.mark.django_db(transaction=True)
def test_a_batch_whose_line_moved_meanwhile_is_decided_anew_as_it_stands() -> None:
    """Its windows are there already, also for those whom only the second decision chooses."""
    _install(*_sellers(4, caps={"day": {"count": 2}}))
    (first, second) = give_leads(2)
    execute(
        "UPDATE timeline_work SET due_at = due_at + interval '1 hour' WHERE lead_id = %(id)s", {"id": first}
    )
    put_back = "UPDATE timeline_work SET due_at = leadhouse_now() WHERE lead_id = %(id)s"
    execute(put_back, {"id": first})
    execute(
        "UPDATE timeline_work SET due_at = due_at + interval '1 hour' WHERE lead_id = %(id)s", {"id": second}
    )

    def other_worker() -> None:
        execute(put_back, {"id": second})
        assert step(1) == 1

    with _just_before_the_lock(other_worker):
        assert step(1) == 1
    assert (buyers(second)[0][0], buyers(first)[0][0]) == ("c0", "c1")
    assert [one[:2] for one in _line()] == [("c0", 1), ("c1", 2)]
    decide()


@pytest.mark.django_db(transaction=True)
def test_where_a_sale_falls_those_after_it_in_line_are_decided_again() -> None:
    """The first in line has lost its money meanwhile: nobody else had the turn that was meant for it."""
    _install(*_sellers(3))
    leads = give_leads(3)
    with _just_before_the_lock(lambda: set_limit("c0", 0)):
        assert step(3) == 3
    assert statuses(leads) == {"qualified": 3}
    assert (_line(), rows("SELECT turns FROM allocate_line", {}, int)) == ([], [0])
    decide()
    assert [buyers(one)[0][0] for one in leads] == ["c1", "c2", "c1"]


@pytest.mark.django_db
def test_a_refusal_at_the_door_hands_the_lead_to_the_next_in_turn() -> None:
    _install(*_sellers(3))
    lead_id = sell()
    queries.refuse([given(lead_id)[0].id])
    search_again(lead_id)
    assert buyers(lead_id) == [("c0", 1, 2_000, "refused"), ("c1", 1, 2_000, "held")]
    # Who refused has had the turn: the next lead is the third's.
    assert [buyers(sell())[0][0] for _ in range(3)] == ["c2", "c0", "c1"]


@pytest.mark.django_db
def test_caps_and_wallets_count_as_ever_and_who_lacks_room_keeps_the_place() -> None:
    _install(*_sellers(2, caps={"day": {"count": 3}}), *_sellers(3)[2:])
    set_limit("c2", 2_000)
    leads = give_leads(10)
    decide()
    assert _had(leads) == {"c0": 3, "c1": 3, "c2": 1}
    assert statuses(leads) == {"sold": 7, "unsold": 3}


@pytest.mark.req("A004-3", "R004-08")
@pytest.mark.django_db
def test_send_to_all_gives_a_lead_to_all_that_want_it_each_at_its_price_for_so_many() -> None:
    bids = {str(size): f"{30 - size}.00" for size in range(1, 9)}
    sellers = [company(f"c{one}", campaign(f"c{one}", bids=bids)) for one in range(5)]
    _install(*sellers, distribution="send_to_all", sale_sizes=list(range(1, 9)))
    assert buyers(sell()) == [(f"c{one}", 5, 2_500, "held") for one in range(5)]
    assert len(buyers(sell(contact_requests=3))) == 3


@pytest.mark.django_db
def test_a_distribution_centre_sells_to_three_to_five_unless_its_product_says_otherwise() -> None:
    bids = {"trio": "9.00", "quad": "8.00", "5": "7.00"}
    sellers = [
        company(f"c{one}", campaign(f"c{one}", bids=bids), plan="premium" if one > 4 else "basic")
        for one in range(7)
    ]
    install(*sellers, product={"distribution": "distribution_centre", "sale_sizes": None})
    assert [one[0] for one in buyers(sell())] == ["c0", "c1", "c2", "c5", "c6"]
    assert [one[0] for one in buyers(sell(contact_requests=3))] == ["c0", "c5", "c6"]


@pytest.mark.django_db
def test_a_place_is_its_owners_who_is_waited_for() -> None:
    sunday = {"sun": ["10:00-12:00"]}
    owner = company("owner", campaign("owner", bids=EXCLUSIVE, where={"zips": ["82301"]}, schedule=sunday))
    state = company("state", campaign("state", bids={"exclusive": "90.00"}, where={"states": ["WY"]}))
    _install(owner, state, distribution="territory", patience_hours=240)
    waiting = sell()
    assert statuses([waiting]) == {"waiting": 1}
    assert [one[0] for one in buyers(sell(postal_code="82001"))] == ["state"]


@pytest.mark.django_db
def test_a_test_lead_takes_nobodys_turn() -> None:
    _install(*_sellers(2))
    sell(is_test=True)
    assert _line() == []
    assert buyers(sell())[0][0] == "c0"


@pytest.mark.django_db
def test_a_group_has_its_turns_within_the_best_revenue() -> None:
    _install(
        company("east", campaign("east", bids={"exclusive": "30.00"}, group="pair")),
        company("west", campaign("west", bids={"exclusive": "25.00"}, group="pair")),
        company("alone", campaign("alone", bids={"exclusive": "20.00", "duo": "12.00"})),
        distribution="best_revenue",
        groups=[{"key": "pair", "distribution": "round_robin"}],
    )
    leads = [sell() for _ in range(4)]
    assert [buyers(one)[0][0] for one in leads] == ["east", "west", "east", "west"]
    assert rows("SELECT group_key, turns FROM allocate_line", {}, lambda *one: one) == [("pair", 4)]


@pytest.mark.django_db
def test_one_of_a_group_at_most_has_a_lead_also_after_a_refusal() -> None:
    duo = {"duo": "12.00"}
    _install(
        company("east", campaign("east", bids=duo, group="pair")),
        company("west", campaign("west", bids=duo, group="pair")),
        company("alone", campaign("alone", bids=duo)),
        distribution="best_revenue",
        sale_sizes=[2],
        groups=[{"key": "pair"}],
    )
    lead_id = sell()
    by_key = {market().campaigns[one.campaign_id].key: one for one in given(lead_id)}
    assert sorted(by_key) == ["alone", "east"]
    queries.accept([by_key["east"].id], by_key["east"].decided_at)
    queries.refuse([by_key["alone"].id])
    search_again(lead_id)
    assert [(one[0], one[3]) for one in buyers(lead_id)] == [("alone", "refused"), ("east", "accepted")]


@pytest.mark.req("R000-52")
@pytest.mark.django_db
def test_every_decision_tells_whose_turn_it_was_and_why() -> None:
    _install(*_sellers(3), company("closed", campaign("closed", status="paused")))
    sell()
    lead_id = sell()
    (told,) = events(lead_id, Step.ALLOCATE)
    assert told.data["distribution"] == "round_robin"
    assert told.data["line"] == {"c1": "place 1 of 3 in line: has had no turn yet"}
    (stored,) = queries.decisions_of(lead_id)
    fates = {
        market().campaigns[one.campaign_id].key: (
            one.price_minor,
            one.refusal,
            one.place and one.place.told("USD"),
        )
        for one in story_of(stored, market())
    }
    assert fates == {
        "c1": (2_000, None, "place 1 of 3 in line: has had no turn yet"),
        "c2": (None, None, "place 2 of 3 in line: has had no turn yet"),
        "c0": (None, None, "place 3 of 3 in line: had the last turn"),
        "closed": (None, "inactive", None),
    }
