"""What is tidied up beside the road: expired rows go, those that count stay."""

from datetime import timedelta

import pytest

from leadhouse.allocate import queries
from leadhouse.allocate.queries import decisions_of
from leadhouse.flow import chores
from leadhouse.store.run import execute, rows, value
from tests.allocate.allocate_world import (
    WEDNESDAY,
    be_at,
    campaign,
    company,
    company_id,
    given,
    install,
    sell,
    used,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _due(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every chore be due, whatever this process has done before."""
    monkeypatch.setattr(chores, "_next_at", {})


def holding() -> list[int]:
    """Return the consumers that somebody has."""
    return rows("SELECT consumer_id FROM allocate_holding ORDER BY consumer_id, company_id", {}, int)


def expire(consumer: int) -> None:
    execute(
        "UPDATE allocate_holding SET until = leadhouse_now() WHERE consumer_id = %(consumer)s",
        {"consumer": consumer},
    )


def test_a_consumer_whose_window_is_over_is_forgotten_and_may_be_given_again() -> None:
    install(company("acme"))
    for consumer in (7, 8):
        sell(consumer=consumer)
    assert chores.step(100) == 0
    assert holding() == [7, 8]
    expire(7)
    again = sell(consumer=8)
    chores._next_at.clear()
    assert chores.step(100) == 0
    assert holding() == [8]
    assert given(again) == []
    assert [one.company_id for one in given(sell(consumer=7))] == [company_id("acme")]
    assert holding() == [7, 8]


def test_many_are_forgotten_in_steps_and_then_not_looked_for_for_a_minute() -> None:
    install(company("acme"))
    for consumer in (7, 8):
        sell(consumer=consumer)
        expire(consumer)
    assert (chores.step(1), holding()) == (1, [8])
    assert (chores.step(1), holding()) == (1, [])
    assert chores.step(1) == 0
    sell(consumer=9)
    expire(9)
    assert (chores.step(10), holding()) == (0, [9])


def test_cap_windows_are_forgotten_a_day_after_their_end_and_what_was_sold_in_them_is_told_as_before() -> (
    None
):
    """A refusal long after gives the month its room back, and those that are gone nothing."""
    install(company("acme", campaign("acme", caps={"day": {"count": 9}, "month": {"money": "900.00"}})))
    be_at(WEDNESDAY)
    lead_id = sell()
    told = decisions_of(lead_id)
    be_at(WEDNESDAY + timedelta(hours=37))
    assert chores.step(100) == 0
    assert [one[1:] for one in used()] == [("month", "money", 6_000), ("day", "count", 1)]
    chores._next_at.clear()
    be_at(WEDNESDAY + timedelta(hours=38))
    assert chores.step(100) == 0
    assert [one[1:] for one in used()] == [("month", "money", 6_000)]
    assert decisions_of(lead_id) == told
    assert queries.refuse([given(lead_id)[0].id])
    assert [one[1:] for one in used()] == [("month", "money", 0)]
    assert queries.prove() == []


def test_a_window_that_is_needed_after_it_was_forgotten_counts_what_was_sold_in_it() -> None:
    """A clock that was put back: no cap is begun anew by it."""
    install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
    be_at(WEDNESDAY)
    sell()
    be_at(WEDNESDAY + timedelta(days=3))
    chores.step(100)
    assert used() == []
    be_at(WEDNESDAY)
    assert given(sell()) == []
    assert [one[1:] for one in used()] == [("day", "count", 1)]


def test_a_chore_that_fails_keeps_no_other_from_being_done(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(limit: int) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(chores, "CHORES", (broken, *chores.CHORES))
    install(company("acme"))
    sell(consumer=7)
    expire(7)
    assert (chores.step(100), holding()) == (0, [])
    assert "broken failed and is tried again in 60 s" in caplog.text


def test_windows_of_sources_caps_are_forgotten_a_day_after_their_end() -> None:
    install(company("acme"))
    execute(
        "INSERT INTO capture_source_window (source_id, period, starts_at, ends_at, most, used) "
        "SELECT 1, 'day', day, day + interval '1 day', 10, 3 "
        "FROM generate_series(leadhouse_now() - interval '3 days', leadhouse_now(), interval '1 day') AS day",
        {},
    )
    assert chores.step(100) == 0
    kept = "SELECT count(*) FROM capture_source_window WHERE ends_at > leadhouse_now() - interval '1 day'"
    assert (value(kept, {}, int), value("SELECT count(*) FROM capture_source_window", {}, int)) == (2, 2)


def test_days_of_shadow_spending_are_forgotten_when_no_running_month_holds_them() -> None:
    install(company("acme"))
    execute(
        "INSERT INTO allocate_shadow_day (campaign_id, starts_at, spent_minor, spent_count) "
        "SELECT 1, leadhouse_now() - days * interval '1 day', 100, 1 "
        "FROM unnest(ARRAY[1, 39, 41, 400]) AS days",
        {},
    )
    assert chores.step(1) == 1
    chores._next_at.clear()
    assert chores.step(100) == 0
    ages = "SELECT extract(day FROM leadhouse_now() - starts_at)::int FROM allocate_shadow_day ORDER BY 1"
    assert rows(ages, {}, int) == [1, 39]
