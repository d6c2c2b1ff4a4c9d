"""Work is leased with a fence, taken over when its worker dies, and one bad item stops nothing but itself."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.kit.ids import new_id
from leadhouse.store.run import database_now, execute, transaction
from leadhouse.timeline import queries, work
from leadhouse.timeline.types import Claim, Claimed, NewWork, Stage

pytestmark = pytest.mark.django_db


def queued(count: int = 1) -> list[UUID]:
    lead_ids = [new_id() for _ in range(count)]
    queries.enqueue([NewWork(Stage.QUALIFY, lead_id) for lead_id in lead_ids])
    return lead_ids


def let_leases_expire() -> None:
    execute("UPDATE timeline_work SET due_at = leadhouse_now() - interval '1 second'", {})


@pytest.mark.django_db(transaction=True)
def test_queued_work_wakes_a_listener_at_commit() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {queries.WORK_CHANNEL}")
    with transaction():
        queued(3)
    heard = connection.connection.notifies(timeout=5, stop_after=1)
    assert [one.channel for one in heard] == [queries.WORK_CHANNEL]


def test_a_claimed_item_is_nobody_elses_until_its_lease_ends() -> None:
    (lead_id,) = queued()
    (claim,) = queries.claim(Stage.QUALIFY, 10).claims
    assert (claim.lead_id, claim.stage, claim.attempts) == (lead_id, Stage.QUALIFY, 1)
    assert queries.claim(Stage.QUALIFY, 10).claims == []
    assert queries.claim(Stage.ALLOCATE, 10).claims == []


def test_a_dead_workers_item_is_taken_over_and_the_late_worker_changes_nothing() -> None:
    queued()
    (late,) = queries.claim(Stage.QUALIFY, 10).claims
    let_leases_expire()
    (heir,) = queries.claim(Stage.QUALIFY, 10).claims
    assert heir.attempts == 2
    assert queries.finish([late]) == []
    assert queries.postpone([late], [database_now()]) == []
    assert queries.extend([late]) == []
    assert queries.finish([heir]) == [heir]
    assert queries.work_left() == {}


def test_leases_end_early_enough_for_a_death_to_be_made_good_within_thirty_seconds() -> None:
    queued()
    claimed = queries.claim(Stage.QUALIFY, 1)
    due = queries.next_due([Stage.QUALIFY])
    assert due is not None
    assert timedelta(seconds=15) < due - claimed.now <= timedelta(seconds=21)


def test_work_for_later_is_not_due_before() -> None:
    later = database_now() + timedelta(hours=1)
    queries.enqueue([NewWork(Stage.ALLOCATE, new_id(), due_at=later)])
    assert queries.claim(Stage.ALLOCATE, 10).claims == []
    assert queries.next_due([Stage.ALLOCATE]) == later
    assert queries.oldest_work_seconds() == 0


def test_the_oldest_due_item_tells_how_long_it_has_waited() -> None:
    queries.enqueue([NewWork(Stage.QUALIFY, new_id(), due_at=database_now() - timedelta(minutes=5))])
    assert 300 <= queries.oldest_work_seconds() < 310


def test_postponing_keeps_the_item_with_a_clean_count() -> None:
    queued()
    (claim,) = queries.claim(Stage.QUALIFY, 1).claims
    assert queries.postpone([claim], [database_now() - timedelta(seconds=1)]) == [claim]
    (again,) = queries.claim(Stage.QUALIFY, 1).claims
    assert again.attempts == 1


def test_one_poisonous_item_stops_nothing_but_itself() -> None:
    poison, *good = queued(5)
    done: list[UUID] = []
    given_up: list[UUID] = []

    def handle(claimed: Claimed) -> int:
        if any(claim.lead_id == poison for claim in claimed.claims):
            raise ZeroDivisionError
        done.extend(claim.lead_id for claim in queries.finish(claimed.claims))
        return len(claimed.claims)

    def give_up(claim: Claim) -> None:
        given_up.append(claim.lead_id)

    assert work.walk(Stage.QUALIFY, 10, handle, give_up) == 5
    assert sorted(done) == sorted(good)
    for _ in range(2):
        let_leases_expire()
        work.walk(Stage.QUALIFY, 10, handle, give_up)
    assert given_up == [poison]
    assert queries.work_left() == {}


def unfinished(times: int) -> None:
    for _ in range(times):
        queries.claim(Stage.QUALIFY, 1)
        let_leases_expire()


def test_an_item_that_was_never_finished_six_times_is_given_up_without_another_try() -> None:
    (lead_id,) = queued()
    unfinished(6)
    tried: list[UUID] = []
    given_up: list[UUID] = []

    def handle(claimed: Claimed) -> int:
        tried.extend(claim.lead_id for claim in claimed.claims)
        return 0

    work.walk(Stage.QUALIFY, 1, handle, lambda claim: given_up.append(claim.lead_id))
    assert (tried, given_up) == ([], [lead_id])


def test_outages_of_the_database_cost_no_lead() -> None:
    (lead_id,) = queued()
    unfinished(4)
    done: list[UUID] = []

    def handle(claimed: Claimed) -> int:
        done.extend(claim.lead_id for claim in queries.finish(claimed.claims))
        return len(done)

    def give_up(claim: Claim) -> None:
        raise AssertionError("must not be given up")

    assert work.walk(Stage.QUALIFY, 1, handle, give_up) == 1
    assert done == [lead_id]


def test_who_loses_a_deadlock_goes_again_at_once() -> None:
    queued(2)
    moves = 0

    def handle(claimed: Claimed) -> int:
        nonlocal moves
        moves += 1
        with transaction():
            held = queries.finish(claimed.claims)
            if moves == 1:
                execute("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$", {})
        return len(held)

    assert work.walk(Stage.QUALIFY, 10, handle) == 2
    assert moves == 2
    assert queries.work_left() == {}


def test_an_item_nobody_may_give_up_is_parked_not_lost() -> None:
    queued()
    unfinished(6)
    work.walk(Stage.QUALIFY, 1, lambda claimed: 0)
    due = queries.next_due([Stage.QUALIFY])
    assert due is not None
    assert due - database_now() > timedelta(minutes=59)
