"""Outcomes are folded in once, each as what it is, and read again only where they have changed."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.allocate import fold, queries
from leadhouse.allocate.prices.experience import NOTHING_KNOWN, Experience, hour_of, weight
from leadhouse.allocate.selling.gathering import knowledge
from leadhouse.allocate.types import Assignment, Feedback
from leadhouse.flow import chores
from leadhouse.store.run import database_now, rows, transaction
from leadhouse.timeline.queries import enqueue
from leadhouse.timeline.types import NewWork, Stage
from tests.allocate.allocate_world import (
    WEDNESDAY,
    be_at,
    campaign,
    clock_put_back,
    company,
    given,
    install,
    sell,
)
from tests.allocate.prices.outcomes import Outcome, experience_of


@pytest.fixture
def wednesday() -> Iterator[None]:
    with clock_put_back():
        be_at(WEDNESDAY)
        yield


def sold(count: int = 1) -> list[UUID]:
    return [given(sell())[0].id for _ in range(count)]


def told() -> Experience:
    """Return all that is known, read anew."""
    return NOTHING_KNOWN.after(queries.changes(0), database_now())


def rows_of(known: Experience) -> list[list[list[float]]]:
    return [sorted(table.rows.tolist()) for table in (known.records, known.cohorts, known.delays)]


@pytest.mark.django_db
def test_outcomes_are_folded_once_and_each_as_what_it_is() -> None:
    install(company("acme", campaign("acme", bids={"exclusive": "10.00"})))
    accepted, refused, failed, timed_out, rejected = everyone = sold(5)
    queries.accept([accepted, rejected], database_now())
    queries.refuse([refused])
    queries.fail([failed, timed_out], uncertain=[timed_out])
    queries.mark_feedback(rejected, Feedback.REJECTED)
    queries.fold(everyone)
    queries.mark_feedback(rejected, Feedback.RETURNED)
    queries.fold(everyone)
    ((_, _, *sums, decisions),) = queries.changes(0).records
    sold_for, failed_for, rejected_for, trials, taken, refusals = (one / sums[-1] for one in sums)
    assert (sold_for, failed_for, rejected_for) == pytest.approx((4_000, 2_000, 1_000))
    assert (trials, taken, refusals, decisions) == pytest.approx((4, 2, 1, 5))


@pytest.mark.django_db
def test_what_comes_back_is_counted_by_the_hours_that_have_begun_since(wednesday: None) -> None:
    install(company("acme", campaign("acme", bids={"exclusive": "10.00"}, rejection_window_hours=24)))
    soon, later, after_it, kept = everyone = sold(4)
    be_at(WEDNESDAY + timedelta(minutes=20))
    queries.accept(everyone, database_now())
    queries.fold(everyone)
    for minutes, one, feedback in (
        (50, soon, Feedback.REJECTED),
        (20 + 180, later, Feedback.RETURNED),
        (20 + 25 * 60, after_it, Feedback.RETURNED),
    ):
        be_at(WEDNESDAY + timedelta(minutes=minutes))
        queries.mark_feedback(one, feedback)
        queries.fold([one])
    changes = queries.changes(0)
    unit = weight(WEDNESDAY)
    ((_, hour, window, sold_for, trials),) = changes.cohorts
    assert (hour, window) == (hour_of(WEDNESDAY), 24)
    assert (sold_for / unit, trials / unit) == pytest.approx((4_000, 4))
    # A return after the window is a loss, and says nothing about the delays inside it.
    delays = sorted(
        (hours, round(count / unit), round(back / unit)) for _, hours, count, back in changes.delays
    )
    assert delays == [(0, 4, 1), (3, 0, 1)]
    ((_, _, _, _, rejected_for, *_),) = changes.records
    assert rejected_for / unit == pytest.approx(3_000)
    assert kept


@pytest.mark.django_db
def test_what_is_kept_equals_what_all_assignments_say(wednesday: None) -> None:
    """Folded in pieces, hours apart, read in pieces: the same as counting everything anew."""
    install(company("a", campaign("a"), campaign("a-too", bids={"duo": "40.00"})), company("b"))
    known, mark = NOTHING_KNOWN, 0
    for hours in range(0, 60, 6):
        be_at(WEDNESDAY + timedelta(hours=hours, minutes=5))
        lead = given(sell())
        ids = [one.id for one in lead]
        if hours % 18 == 0:
            queries.fail(ids[:1])
        queries.accept(ids, database_now())
        queries.fold(ids)
        be_at(WEDNESDAY + timedelta(hours=hours + 1, minutes=7 + hours))
        queries.mark_feedback(ids[-1], Feedback.REJECTED)
        queries.fold(ids[-1:])
        changes = queries.changes(mark)
        known, mark = known.after(changes, database_now()), changes.mark
    assert rows_of(known) == rows_of(told())
    counted = experience_of(map(_outcome, _everyone()), database_now())
    for kept, anew in zip(rows_of(known), rows_of(counted), strict=True):
        assert kept == [pytest.approx(row) for row in anew]
    assert len(known.cohorts) > 3


def _everyone() -> list[Assignment]:
    ids = rows("SELECT DISTINCT lead_id FROM allocate_assignment", {}, UUID)
    return [one for found in queries.assignments_of(ids).values() for one in found]


def _outcome(one: Assignment) -> Outcome:
    back = one.rejected_at - one.delivered_at if one.rejected_at and one.delivered_at else None
    return Outcome(
        one.campaign_id,
        one.company_id,
        one.price_minor,
        one.decided_at,
        back,
        has_failed=one.status == "failed",
    )


@pytest.mark.django_db
def test_feedback_is_known_to_the_next_decision_and_nothing_else_is_read_again() -> None:
    install(company("a"), company("b"))
    first, second = (one.id for one in given(sell(contact_requests=2)))
    before = knowledge(database_now())
    assert knowledge(before.at) is before
    queries.fail([first])
    enqueue([NewWork(Stage.FOLD, first, first)])
    assert fold.step(10) == 1
    after = knowledge(before.at)
    assert after.index is before.index
    assert after.experience.records.rows[0][-1] == 1
    assert knowledge(before.at) is after
    # As if all of that had been long ago: only what comes after it is read.
    for table in ("allocate_rate", "allocate_cohort", "allocate_delay"):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET changed = 1")
    queries.accept([second], database_now())
    queries.fold([second])
    changes = queries.changes(after.mark)
    assert [len(found) for found in (changes.records, changes.cohorts, changes.delays)] == [1, 1, 1]
    assert len(knowledge(before.at).experience.records) == 2


@pytest.mark.django_db
def test_old_cohorts_are_forgotten_and_were_not_counted_as_young_any_more(wednesday: None) -> None:
    install(company("acme", campaign("acme", rejection_window_hours=2)))
    (one,) = sold()
    queries.accept([one], database_now())
    queries.fold([one])
    be_at(WEDNESDAY + timedelta(hours=1, minutes=59))
    assert queries.forget_cohorts(10) == 0
    assert len(told().cohorts) == 1
    be_at(WEDNESDAY + timedelta(hours=2))
    assert len(told().cohorts) == 0
    chores._next_at.clear()
    assert chores.step(10) == 0
    assert queries.changes(0).cohorts == []


@contextmanager
def _folding(ids: Sequence[UUID]) -> Iterator[None]:
    """Have another connection fold, and commit only when the block ends."""
    folded, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction():
                queries.fold(ids)
                folded.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert folded.wait(20)
    try:
        yield
    finally:
        go_on.set()
        thread.join(20)


@pytest.mark.django_db(transaction=True)
def test_no_fold_is_missed_in_whatever_order_they_commit() -> None:
    """The earlier one commits last, after somebody has read the later one."""
    install(company("a", campaign("a", rejection_window_hours=24)), company("b", conflict_group="b"))
    earlier, later = (one.id for one in given(sell()))
    queries.accept([earlier, later], database_now())
    with _folding([earlier]):
        # The later one waits for nothing that the earlier one holds: it is of another window and campaign.
        queries.fold([later])
        changes = queries.changes(0)
        known = NOTHING_KNOWN.after(changes, database_now())
        assert len(known.records) == 1
    known = known.after(queries.changes(changes.mark), database_now())
    assert len(known.records) == 2
    assert rows_of(known) == rows_of(told())
