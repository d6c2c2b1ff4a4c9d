"""Work on many leads: fixed when it is proposed, done in shares, stopped, taken back."""

from uuid import UUID

import pytest

from leadhouse.amend import queries
from leadhouse.amend.erasing import Erased, erase
from leadhouse.amend.step import act, step, undo
from leadhouse.amend.types import Action, State
from leadhouse.deliver.step import step as deliver
from leadhouse.report import queries as report
from leadhouse.report.types import LeadFilters
from leadhouse.store.run import execute, value
from leadhouse.timeline.queries import events_of, passports, work_left
from tests.report.report_market import open_market, person, post, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads() -> list[UUID]:
    open_market()
    found = [post("calculator", person(number)) for number in range(1, 6)]
    walk()
    return found


def begin(action: Action, lead_ids: list[UUID]) -> UUID:
    batch_id = queries.propose(action, lead_ids, by="someone@desk.example", asked="picked one by one")
    assert queries.move(batch_id, State.PROPOSED, State.RUNNING)
    return batch_id


def types_of(lead_id: UUID) -> list[str]:
    return [f"{one.step}/{one.type}" for one in events_of(lead_id)]


def test_nothing_is_done_before_it_is_confirmed(leads: list[UUID]) -> None:
    queries.propose(Action.MARK_TEST, leads, by="someone", asked="all")
    assert step(100) == 0
    assert not any(one.is_test for one in passports(leads).values())


def test_shares_are_done_until_none_is_left_and_counted(leads: list[UUID]) -> None:
    batch_id = begin(Action.MARK_TEST, leads)
    assert [step(2), step(2)] == [2, 2]
    half = queries.batch(batch_id)
    assert half is not None
    assert (half.state, half.changed, half.left, half.percent) == (State.RUNNING, 4, 1, 80)
    assert [step(2), step(2)] == [1, 0]
    done = queries.batch(batch_id)
    assert done is not None
    assert (done.state, done.changed, done.skipped, done.can_be_undone) == (State.FINISHED, 5, 0, True)
    assert all(one.is_test for one in passports(leads).values())
    assert types_of(leads[0])[-1] == "amend/marked_test"
    assert events_of(leads[0])[-1].data == {"by": "someone@desk.example"}


def test_what_was_so_already_is_skipped_and_undone_for_nobody(leads: list[UUID]) -> None:
    act(Action.MARK_TEST, leads[:2], "someone")
    batch_id = begin(Action.MARK_TEST, leads)
    step(100)
    done = queries.batch(batch_id)
    assert done is not None
    assert (done.changed, done.skipped) == (3, 2)
    undone = undo(done, "someone")
    assert undone is not None
    step(100)
    assert [passports(leads)[one].is_test for one in leads] == [True, True, False, False, False]


def test_a_stopped_batch_stands_still_until_it_goes_on(leads: list[UUID]) -> None:
    batch_id = begin(Action.MARK_TEST, leads)
    step(2)
    assert queries.move(batch_id, State.RUNNING, State.STOPPED)
    assert step(2) == 0
    assert not queries.move(batch_id, State.RUNNING, State.FINISHED)
    assert queries.move(batch_id, State.STOPPED, State.RUNNING)
    while step(2):
        pass
    done = queries.batch(batch_id)
    assert done is not None
    assert (done.state, done.changed) == (State.FINISHED, 5)


def test_leads_that_came_to_their_end_go_through_their_flow_again(leads: list[UUID]) -> None:
    fresh = post("calculator", person(9))
    batch_id = begin(Action.REPROCESS, [*leads, fresh])
    step(100)
    done = queries.batch(batch_id)
    assert done is not None
    # The one that is still on its way is left alone.
    assert (done.changed, done.skipped, done.can_be_undone) == (5, 1, False)
    walk()
    assert passports(leads)[leads[0]].run == 2
    assert passports([fresh])[fresh].run == 1
    assert value("SELECT count(*) FROM allocate_assignment", {}, int) == 12


def test_buyers_are_sent_again_what_they_accepted_and_pay_no_more(leads: list[UUID]) -> None:
    held = "SELECT sum(charged_minor)::bigint FROM billing_wallet"
    attempts = "SELECT count(*) FROM deliver_attempt"
    money, tried = value(held, {}, int), value(attempts, {}, int)
    batch_id = begin(Action.REDELIVER, leads)
    step(100)
    done = queries.batch(batch_id)
    assert done is not None
    assert done.changed == 5
    walk()
    assert value(attempts, {}, int) == 2 * tried
    assert value(held, {}, int) == money
    assert {one.status.value for one in passports(leads).values()} == {"delivered"}
    parcels = "SELECT count(*) FROM deliver_parcel WHERE kind = 'delivery' AND status <> 'accepted'"
    assert value(parcels, {}, int) == 0


def test_a_share_that_fails_is_skipped_and_the_next_goes_on(
    leads: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = begin(Action.REDELIVER, leads)
    execute("ALTER TABLE deliver_parcel ADD CONSTRAINT broken CHECK (status <> 'open') NOT VALID", {})
    step(2)
    execute("ALTER TABLE deliver_parcel DROP CONSTRAINT broken", {})
    while step(2):
        pass
    done = queries.batch(batch_id)
    assert done is not None
    assert (done.state, done.changed, done.skipped) == (State.FINISHED, 3, 2)


def test_all_of_a_filter_are_those_that_its_list_shows(leads: list[UUID]) -> None:
    post("trial", person(8))
    assert sorted(report.matching(LeadFilters(source="calculator"), 100)) == sorted(leads)


def test_proposals_that_nobody_confirms_are_forgotten_after_a_day(leads: list[UUID]) -> None:
    old = queries.propose(Action.MARK_TEST, leads, by="someone", asked="all")
    execute("UPDATE amend_batch SET created_at = created_at - interval '25 hours'", {})
    new = queries.propose(Action.MARK_TEST, leads, by="someone", asked="all")
    assert queries.forget_proposals(10) == 1
    assert (queries.batch(old), queries.batch(new) is None) == (None, False)


def test_what_is_sent_again_is_sold_to_nobody_and_changes_no_rate(leads: list[UUID]) -> None:
    before = passports(leads)
    assert act(Action.REDELIVER, leads[:1], "someone") == leads[:1]
    while deliver(100):
        pass
    assert types_of(leads[0])[-1] == "deliver/accepted"
    assert passports(leads) == before
    assert not work_left().keys() & {"fold", "allocate", "payout"}


def test_nobody_is_erased_while_their_lead_is_sent_again(leads: list[UUID]) -> None:
    consumer = passports(leads)[leads[0]].consumer_id
    act(Action.REDELIVER, leads[:1], "someone")
    assert erase(consumer, "someone") == Erased(0, 1)
    while deliver(100):
        pass
    assert erase(consumer, "someone") == Erased(1)
