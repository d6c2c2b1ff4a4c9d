"""Waiting for an answer while the database is away."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from leadhouse.capture.door.writer import Desk, Waiter
from leadhouse.capture.types import Answer, AnswerFormat, Waiting
from leadhouse.kit.clock import now
from leadhouse.kit.ids import new_id

PENDING = b'{"outcome":"success","price":"0.00","pending":true}'


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiter]:
    """A waiter whose questions nobody answers."""
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    desk = Desk("waiting")
    yield Waiter(desk)
    desk.close()


def answer(overdue: timedelta) -> Answer:
    waiting = Waiting(
        lead_id=new_id(), source_id=1, digest=b"key", until=now() - overdue, format=AnswerFormat.JSON
    )
    return Answer(status=201, body=PENDING, content_type="application/json", waiting=waiting)


@pytest.mark.django_db
def test_what_is_not_written_down_is_not_told_for_it_might_be_told_differently_later(away: Waiter) -> None:
    told = asyncio.run(away.final(answer(timedelta(seconds=6))))
    assert (told.status, told.retry_after) == (409, 1)
    assert b'"code":"in_progress"' in told.body


@pytest.mark.django_db
def test_a_database_that_is_away_for_a_moment_is_waited_for(away: Waiter) -> None:
    async def impatient() -> Answer:
        return await asyncio.wait_for(away.final(answer(timedelta(seconds=1))), 0.5)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
