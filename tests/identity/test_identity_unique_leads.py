"""All leads of one consumer for one product inside its window are one opportunity to earn."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from leadhouse.identity.queries import join_unique_lead, recognise
from leadhouse.identity.types import Joining, Person, UniqueLead
from leadhouse.kit.ids import new_id
from leadhouse.store.run import rows, transaction

START = datetime(2026, 11, 1, tzinfo=UTC)
MONTH = timedelta(days=30)


def lead(consumer: int, days: float = 0, product: int = 1) -> Joining:
    return Joining(new_id(), consumer, product, START + timedelta(days=days), MONTH)


def joined(*leads: Joining) -> list[UniqueLead]:
    with transaction():
        found = join_unique_lead(leads)
    return [found[one.lead_id] for one in leads]


@pytest.fixture
def joe(db: None) -> int:
    return recognise([Person("joe@example.com")])[0]


def test_leads_inside_the_window_join_the_first(joe: int) -> None:
    first, second = lead(joe), lead(joe, 29.99)
    begun, joining = joined(first, second)
    assert begun == joining
    assert begun.first_lead_id == first.lead_id
    assert joined(lead(joe, 10)) == [begun]


def test_the_window_is_half_open_and_counts_from_the_first_lead(joe: int) -> None:
    first, later, much_later = joined(lead(joe), lead(joe, 30), lead(joe, 59.9))
    assert first != later
    assert later == much_later


def test_other_consumers_and_products_are_strangers(joe: int) -> None:
    (ann,) = recognise([Person("ann@example.com")])
    assert len({one.id for one in joined(lead(joe), lead(ann), lead(joe, product=2))}) == 3


def test_asking_again_for_the_same_lead_changes_nothing(joe: int) -> None:
    first = lead(joe)
    assert joined(first) == joined(first)
    without_window = Joining(first.lead_id, joe, 1, first.received_at, timedelta(0))
    assert joined(without_window) == joined(first)
    assert rows("SELECT count(*) FROM identity_unique_lead", {}, int) == [1]


def test_a_lead_imported_late_joins_what_began_inside_its_window(joe: int) -> None:
    (begun,) = joined(lead(joe, 10))
    assert joined(lead(joe, 3)) == [begun]
    assert joined(lead(joe, -25)) != [begun]


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_begin_one_unique_lead() -> None:
    (joe,) = recognise([Person("joe@example.com")])
    found: list[UUID] = []
    barrier = threading.Barrier(8)

    def join() -> None:
        barrier.wait()
        try:
            found.extend(one.first_lead_id for one in joined(lead(joe)))
        finally:
            connection.close()

    threads = [threading.Thread(target=join) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
