"""Events are appended in order under the passport's own numbers; the status is written with them."""

import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.kit.ids import new_id
from leadhouse.store.run import transaction
from leadhouse.timeline import queries
from leadhouse.timeline.types import Change, Event, NewPassport, Outcome, Status, Step

RECEIVED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def opened(count: int = 1) -> list[UUID]:
    lead_ids = [new_id() for _ in range(count)]
    queries.open_passports(
        [
            NewPassport(lead_id, 5_000_001, 1, 7, RECEIVED_AT, "Web Forms", contact_requests=3)
            for lead_id in lead_ids
        ]
    )
    return lead_ids


def received(lead_id: UUID, change: Change | None = None) -> Event:
    return Event(lead_id, Step.CAPTURE, "received", Outcome.SUCCESS, data={"bytes": 12}, ms=3, change=change)


@pytest.mark.req("R000-20", "R000-22", "R000-23", "R000-10")
@pytest.mark.django_db
def test_a_new_passport_is_initial_number_zero_and_not_good_to_sell() -> None:
    (lead_id,) = opened()
    passport = queries.passports([lead_id])[lead_id]
    assert passport.status is Status.INITIAL
    assert passport.status.number == 0
    assert passport.good_to_sell is False
    assert passport.contact_requests == 3
    assert passport.received_at == RECEIVED_AT
    assert passport.run == 1


@pytest.mark.req("R002-23", "R002-24", "R002-25")
@pytest.mark.django_db
def test_events_get_the_leads_own_numbers_in_the_order_given() -> None:
    first, second = opened(2)
    accepted = Event(first, Step.ACCEPT, "accepted", Outcome.SUCCESS)
    queries.append([received(first), received(second), accepted])
    queries.append([Event(second, Step.ACCEPT, "refused", Outcome.FAILURE, reason="missing_field")])

    told = [(event.seq, event.step, event.outcome, event.reason) for event in queries.events_of(second)]
    assert told == [(1, "capture", "success", None), (2, "accept", "failure", "missing_field")]
    one, two = queries.events_of(first)
    assert (one.seq, one.type, one.data, one.ms, one.run) == (1, "received", {"bytes": 12}, 3, 1)
    assert (two.seq, two.type) == (2, "accepted")
    assert one.at <= two.at


@pytest.mark.django_db
def test_changes_of_one_append_are_merged_and_what_is_not_given_stays() -> None:
    (lead_id,) = opened()
    qualified = Change(status=Status.QUALIFIED, good_to_sell=True, classification=2)
    queries.append([received(lead_id), received(lead_id, qualified)])
    queries.append([received(lead_id, Change(sales_potential_minor=4_200))])
    passport = queries.passports([lead_id])[lead_id]
    assert (passport.status, passport.good_to_sell, passport.classification) == (Status.QUALIFIED, True, 2)
    assert passport.sales_potential_minor == 4_200
    assert passport.reason is None


@pytest.mark.django_db
def test_a_new_status_drops_the_reason_and_the_waiting_instant_of_the_old_one() -> None:
    (lead_id,) = opened()
    until = datetime(2026, 11, 23, 15, tzinfo=UTC)
    waiting = Change(status=Status.WAITING, reason="closed_now", waiting_until=until)
    queries.append([received(lead_id, waiting)])
    before = queries.passports([lead_id])[lead_id]
    queries.append([received(lead_id, Change(status=Status.ALLOCATING))])
    after = queries.passports([lead_id])[lead_id]
    assert (before.reason, before.waiting_until) == ("closed_now", until)
    assert (after.status, after.reason, after.waiting_until) == (Status.ALLOCATING, None, None)


@pytest.mark.django_db
def test_appending_nothing_does_nothing() -> None:
    queries.append([])


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_of_the_same_leads_neither_deadlock_nor_share_a_number() -> None:
    lead_ids = opened(5)

    def write(turn: int) -> None:
        ordered = lead_ids if turn % 2 else lead_ids[::-1]
        for _ in range(5):
            with transaction():
                queries.append([received(lead_id) for lead_id in ordered])
        connection.close()

    writers = [threading.Thread(target=write, args=(turn,)) for turn in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    for lead_id in lead_ids:
        assert [event.seq for event in queries.events_of(lead_id)] == list(range(1, 81))


@pytest.mark.django_db
def test_no_index_of_a_passport_covers_what_events_change_so_that_it_is_changed_in_place() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT attname FROM pg_index JOIN pg_attribute
              ON attrelid = indrelid AND (attnum = ANY(indkey) OR pg_get_expr(indpred, indrelid) ~ attname)
            WHERE indrelid = 'timeline_passport'::regclass
            """
        )
        indexed = {name for (name,) in cursor.fetchall()}
    assert "received_at" in indexed
    assert not indexed & {*Change.__struct_fields__, "last_seq", "status_at", "credited_minor"}
