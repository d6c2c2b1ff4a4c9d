"""The writer of one event loop: whatever is put in is written, whoever has just finished."""

import asyncio
import time

import psycopg
import pytest
from django.db import connection

from leadhouse.capture.door.writer import Writer
from leadhouse.capture.types import Answer
from tests.capture.capture_market import submission


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _hold_up_until_stored(count: int, server: dict[str, object]) -> None:
    with psycopg.connect(**server, autocommit=True) as watching:  # type: ignore[arg-type]
        while watching.execute("SELECT count(*) FROM capture_lead").fetchone() != (count,):
            time.sleep(0.05)
    # What is stored has still to be told to the loop.
    time.sleep(0.5)


@pytest.mark.usefixtures("committed_market")
def test_what_is_put_in_while_all_writers_end_is_written_as_well() -> None:
    mails = [f"{name}@example.com" for name in ("ann", "bob", "eve")]
    first, second, other = [submission("several", {"email": one, "product": "solar"}) for one in mails]

    server = connection.get_connection_params()

    async def posts() -> list[Answer]:
        writer = Writer()

        async def twice() -> list[Answer]:
            return [await writer.put(first), await writer.put(second)]

        busy = asyncio.create_task(twice())
        await _settle()
        beside = asyncio.create_task(writer.put(other))
        await _settle()
        # Both threads end meanwhile, and the loop hears of both at once.
        _hold_up_until_stored(2, server)
        try:
            return [*await asyncio.wait_for(busy, 5), await beside]
        finally:
            writer.close()

    assert [answer.status for answer in asyncio.run(posts())] == [201, 201, 201]
