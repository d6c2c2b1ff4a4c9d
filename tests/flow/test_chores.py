"""What is tidied up beside the road: expired rows go, those that count stay."""

import pytest

from leadhouse.flow import chores
from leadhouse.store.run import execute, rows
from tests.allocate.allocate_world import company, company_id, given, install, sell

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
