"""Leads that wait are decided as soon as something changes for them, and only then."""

import threading
import time
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.allocate.step import step
from leadhouse.allocate.waiting import queries as waits
from leadhouse.allocate.waiting.step import step as hear
from leadhouse.billing import queries as billing
from leadhouse.kit.ids import new_id
from leadhouse.store.run import rows, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Stage, Status
from tests.allocate.allocate_world import (
    WEDNESDAY,
    WEEKDAYS,
    be_at,
    buyers,
    campaign,
    company,
    company_id,
    decide,
    events,
    give_leads,
    install,
    passport,
    sell,
    set_limit,
    statuses,
)

pytestmark = pytest.mark.django_db
NIGHT = WEDNESDAY.replace(hour=3)
OPENING = WEDNESDAY.replace(hour=14)


def _day(key: str = "day", **changes: object) -> dict[str, object]:
    """A company that is closed now and pays 60.00 once it opens."""
    return company(key, campaign(key, **changes), hours=WEEKDAYS)


def _night(key: str = "night", **changes: object) -> dict[str, object]:
    """A company that is always open and pays 10.00."""
    return company(key, campaign(key, **{"bids": {"exclusive": "10.00"}, **changes}))


def news() -> int:
    """Let all news be heard; return how many leads were decided again."""
    while hear(100):
        pass
    return decide()


def rounds(lead_id: UUID) -> list[str]:
    return [one.type for one in events(lead_id)]


def waiting() -> set[UUID]:
    return set(rows("SELECT lead_id FROM allocate_waiting", {}, UUID))


@pytest.fixture(autouse=True)
def _at_night() -> None:
    be_at(NIGHT)


@pytest.mark.parametrize(
    "before",
    [
        {"status": "paused"},
        {"bids": {"duo": "10.00"}},
        {"caps": {"day": {"count": 0}}},
        {"caps": {"day": {"money": "9.99"}}},
        {"where": {"states": ["CO"]}},
        {"sources": {"never": ["form"]}},
        {"schedule": {"wed": ["20:00-21:00"]}},
        {"classifications": [1]},
    ],
    ids=lambda one: next(iter(one)),
)
def test_a_campaign_that_is_resumed_raised_or_edited_has_the_waiting_lead_at_once(
    before: dict[str, object],
) -> None:
    install(_day(), _night(**before))
    lead_id = sell()
    assert passport(lead_id).status is Status.WAITING
    install(_day(), _night())
    assert news() == 1
    assert buyers(lead_id) == [("night", 1, 1_000, "held")]
    assert (rounds(lead_id), waiting()) == (["waiting", "sold"], set())


def test_a_campaign_that_is_new_has_it_and_so_has_one_whose_product_asks_less() -> None:
    install(_day())
    first = sell()
    install(_day(), _night(), product={"floor": "20.00"})
    assert (news(), passport(first).status) == (0, Status.WAITING)
    install(_day(), _night(), product={"floor": "5.00"})
    assert (news(), buyers(first)) == (1, [("night", 1, 1_000, "held")])


def test_a_company_that_is_funded_has_it_when_that_is_enough() -> None:
    install(_day(), _night())
    set_limit("night", 0)
    by_limit = sell()
    news()
    set_limit("night", 999)
    assert news() == 0
    set_limit("night", 1_000)
    assert (news(), buyers(by_limit)) == (1, [("night", 1, 1_000, "held")])
    by_deposit = sell()
    assert passport(by_deposit).status is Status.WAITING
    with transaction():
        billing.deposit(company_id("night"), 1_000, new_id())
    assert (news(), buyers(by_deposit)) == (1, [("night", 1, 1_000, "held")])


def test_a_credit_funds_too() -> None:
    install(_day(), _night())
    set_limit("night", 1_000)
    sold = sell()
    (assignment,) = rows("SELECT id FROM allocate_assignment WHERE lead_id = %(id)s", {"id": sold}, UUID)
    with transaction():
        billing.capture([assignment])
    waits = sell()
    news()
    assert passport(waits).status is Status.WAITING
    with transaction():
        billing.credit(assignment, 1_000)
    assert (news(), passport(waits).status) == (1, Status.SOLD)


def test_nothing_waits_for_a_campaign_that_opens_no_more() -> None:
    install(_day(), _day("later", schedule={"thu": ["12:00-13:00"]}))
    lead_id = sell()
    assert passport(lead_id).waiting_until == OPENING
    install(_day(status="paused"), _day("later", schedule={"thu": ["12:00-13:00"]}))
    assert news() == 1
    assert passport(lead_id).waiting_until == OPENING.replace(day=21, hour=17)
    install(_day(status="paused"))
    assert news() == 1
    assert (passport(lead_id).status, passport(lead_id).reason) == (Status.UNSOLD, "no_campaign")
    assert waiting() == set()


def test_an_earlier_opening_shortens_the_wait() -> None:
    install(_day())
    lead_id = sell()
    install(_day(), _day("early"), company("dawn", campaign("dawn"), hours={"wed": ["06:00-07:00"]}))
    assert news() == 1
    assert passport(lead_id).waiting_until == WEDNESDAY.replace(hour=11)
    assert rounds(lead_id) == ["waiting", "waiting"]


def test_a_lead_for_which_nothing_changes_is_not_decided_again() -> None:
    install(_day(), _day("twin"), _night(status="paused", where={"states": ["CO"]}))
    lead_id = sell()
    # Somebody else opens at the same time, and the resumed one wants leads of another state.
    install(_day(), _day("twin", status="paused"), _night(where={"states": ["CO"]}))
    assert (news(), rounds(lead_id)) == (0, ["waiting"])
    install(_day(status="paused"), _day("twin", status="paused"), _night(where={"states": ["CO"]}))
    assert (news(), passport(lead_id).status) == (1, Status.UNSOLD)


def test_news_of_more_leads_than_are_looked_at_in_one_go_reaches_them_all() -> None:
    install(_day(), _night(status="paused"))
    leads = give_leads(25)
    decide()
    install(_day(), _night())
    # What was decided while it was being heard may have missed it: all who wait of late hear it twice.
    assert [hear(10) for _ in range(7)] == [10, 10, 5, 10, 10, 5, 0]
    decide()
    assert statuses(leads) == {"sold": 25}


def test_news_that_is_for_nobody_is_forgotten() -> None:
    install(_day(), _night())
    assert hear(100) > 0
    assert (hear(100), rows("SELECT id FROM timeline_news", {}, int)) == (0, [])


def test_a_lead_that_cannot_be_looked_at_is_decided_again_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(_day(), _night(status="paused"))
    leads = give_leads(2)
    decide()
    install(_day(), _night())
    from leadhouse.allocate.waiting import step as module

    def broken(*_: object) -> object:
        raise ValueError("poisoned")

    monkeypatch.setattr(module, "gather", broken)
    news()
    assert statuses(leads) == {"sold": 2}


@pytest.mark.parametrize("limit", ["_MOST_CAMPAIGNS", "_MOST_PLACES"])
def test_after_a_large_edit_everything_of_the_product_is_looked_through(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"leadhouse.allocate.waiting.step.{limit}", 0)
    install(_day(), _night(status="paused"))
    lead_id = sell()
    install(_day(), _night(where={"states": ["WY"], "zips": ["8*"]}))
    assert news() == 1
    assert buyers(lead_id) == [("night", 1, 1_000, "held")]


def test_whoever_is_asked_for_its_bids_is_asked_when_it_is_resumed() -> None:
    asked: dict[str, object] = {"bids": {}, "bid": {"ping": {"url": "http://127.0.0.1:9/bids"}}}
    install(_day(), _night(status="paused", **asked))
    lead_id = sell()
    assert passport(lead_id).status is Status.WAITING
    install(_day(), _night(**asked))
    assert (news(), timeline.work_left().get("bid")) == (1, 1)


def test_news_that_cannot_be_heard_is_forgotten_and_keeps_nobody_from_hearing_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    install(_day(), _night(status="paused"))
    lead_id = sell()
    with transaction():
        timeline.announce(campaigns=[-1])
    install(_day(), _night())
    assert news() == 1
    assert buyers(lead_id) == [("night", 1, 1_000, "held")]
    assert rows("SELECT id FROM timeline_news", {}, int) == []
    assert "campaigns=[-1]" in caplog.text
    assert "cannot be heard and is forgotten" in caplog.text


def test_news_waits_for_the_decisions_that_were_claimed_before_it_was_heard_itself() -> None:
    """Two pieces of news are heard by nobody, one before and one after a worker has claimed a lead."""
    install(_day(), _night())
    set_limit("night", 0)
    while hear(100):
        pass
    give_leads(2)
    first, second = NIGHT + timedelta(seconds=2), NIGHT + timedelta(seconds=4)
    be_at(NIGHT + timedelta(seconds=1))
    early = timeline.claim(Stage.ALLOCATE, 1)
    be_at(first)
    set_limit("night", 1)
    assert hear(100) == 0
    be_at(NIGHT + timedelta(seconds=3))
    late = timeline.claim(Stage.ALLOCATE, 1)
    be_at(second)
    set_limit("night", 2)
    assert hear(100) == 0
    timeline.finish(early.claims)
    assert hear(100) == 1
    assert rows("SELECT seen_at FROM timeline_news", {}, datetime) == [
        pytest.approx(second, abs=timedelta(milliseconds=900))
    ]
    timeline.finish(late.claims)
    assert hear(100) == 1
    assert rows("SELECT id FROM timeline_news", {}, int) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "ends", ["after it was heard by all", "before leads are looked for", "after they were"]
)
def test_a_lead_that_was_being_decided_when_news_came_hears_it_too(
    ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision knows nothing of the deposit, and its lead waits only once the news is being heard."""
    install(_day(), _night())
    set_limit("night", 0)
    while hear(100):
        pass
    (lead_id,) = give_leads(1)
    decided, heard = threading.Event(), threading.Event()

    def slow_worker() -> None:
        from leadhouse.allocate import step as module

        try:
            be_at(NIGHT + timedelta(seconds=5))
            claimed = timeline.claim(Stage.ALLOCATE, 10)
            apply = module.apply

            def late(*arguments: object) -> None:
                decided.set()
                heard.wait(20)
                apply(*arguments)  # type: ignore[arg-type]

            module.apply = late  # type: ignore[assignment]
            try:
                module._handle(claimed)
            finally:
                module.apply = apply
        finally:
            connection.close()

    thread = threading.Thread(target=slow_worker)
    thread.start()
    assert decided.wait(20)
    be_at(NIGHT + timedelta(seconds=10))
    set_limit("night", 1_000)

    def end() -> None:
        heard.set()
        thread.join(20)

    if ends == "after it was heard by all":
        assert hear(100) == 0
        end()
    else:
        of, name = (
            (timeline, "under_way_since") if ends == "before leads are looked for" else (waits, "concerned")
        )
        look = getattr(of, name)

        def and_then_it_ends(*given: object, **named: object) -> object:
            found = look(*given, **named)
            end()
            return found

        monkeypatch.setattr(of, name, and_then_it_ends)
        hear(100)
        monkeypatch.setattr(of, name, look)
    while hear(100):
        pass
    step(10)
    assert buyers(lead_id) == [("night", 1, 1_000, "held")]
    assert (hear(100), rows("SELECT id FROM timeline_news", {}, int)) == (0, [])


@pytest.mark.req("R000-42")
@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_waiting_leads_only_those_of_the_resumed_campaigns_state_are_decided_again() -> None:
    wyoming = {"where": {"states": ["WY"]}}
    install(_day(), _night(status="paused", **wyoming))
    set_limit("night", 10**9)
    places = {"WY": "82301", "CO": "80202", "NY": "10001", "TX": "73301"}
    leads = {state: give_leads(250, postal_code=code, state=state) for state, code in places.items()}
    decide(500)
    everybody = [one for each in leads.values() for one in each]
    assert statuses(everybody) == {"waiting": 1_000}
    install(_day(), _night(**wyoming))
    began, cpu = time.perf_counter(), time.process_time()
    assert sum(iter(lambda: hear(500), 0)) >= 250
    taken = 0
    while moved := step(500):
        taken += moved
    print(f"{time.perf_counter() - began:.2f} s, {time.process_time() - cpu:.2f} s of processor")
    assert taken == 250
    assert {state: statuses(each) for state, each in leads.items()} == {
        "WY": {"sold": 250},
        "CO": {"waiting": 250},
        "NY": {"waiting": 250},
        "TX": {"waiting": 250},
    }
    assert all(rounds(one) == ["waiting"] for one in leads["CO"])
    assert waiting() == {one for state, each in leads.items() if state != "WY" for one in each}
