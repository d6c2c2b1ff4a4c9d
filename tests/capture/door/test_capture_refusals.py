"""Posts that were no leads are written down under their source, with their answers and nothing they said."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connections

from leadhouse.capture import queries
from leadhouse.capture.answers import refused
from leadhouse.capture.door.http import Head
from leadhouse.capture.door.refusals import RefusalLog
from leadhouse.capture.door.writer import Desk
from leadhouse.capture.types import Code, Refusal
from leadhouse.parties.party_keys import rotate_key
from leadhouse.parties.queries import party_id
from leadhouse.parties.types import KeyKind
from leadhouse.store.run import execute, rows, value
from tests.capture.door_process import post

pytestmark = pytest.mark.usefixtures("committed_market")
LEAD = b'{"email":"joe@example.com","product":"solar"}'
ALL = "SELECT status, code, source_id, content_type, size, answer FROM capture_refused_post ORDER BY id"
BY_SOURCE = "SELECT source_id, count(*) FROM capture_refused_post GROUP BY source_id"
REFUSAL = Refusal(400, Code.MALFORMED_JSON, "The body is not JSON")
# The key that a post carried, and its source where the door knew it.
Noted = tuple[str, int | None]


def written(count: int) -> list[tuple[object, ...]]:
    """Return what was written down, once so many posts are: that is after they were answered."""
    until = time.monotonic() + 60
    while value("SELECT count(*) FROM capture_refused_post", {}, int) < count:
        assert time.monotonic() < until, "refused posts were not written down"
        time.sleep(0.05)
    return rows(ALL, {}, lambda *one: one)


def test_each_refused_post_is_written_down_with_its_answer(port: int) -> None:
    source = party_id(KeyKind.SOURCE, "several")
    answers = [
        post(port, b'{"email":'),
        post(port, LEAD, content_type="image/png"),
        post(port, LEAD, idempotency_key="one"),
        post(port, LEAD + b" ", idempotency_key="one"),
        post(port, b'{}\n{"email"\n', path="/v1/leads/batch", content_type="application/x-ndjson"),
        post(port, LEAD, method="GET"),
    ]
    assert [one.status for one in answers] == [400, 415, 201, 422, 200, 405]
    found = written(4)
    assert [(status, code, source_id) for status, code, source_id, *_ in found] == [
        (400, "malformed_json", source),
        (415, "unsupported_media_type", source),
        (422, "idempotency_key_reused", source),
        (400, "malformed_json", source),
    ]
    assert [bytes(one[5]) for one in found[:3]] == [answers[0].body, answers[1].body, answers[3].body]  # type: ignore[arg-type]
    assert found[1][3:5] == ("image/png", len(LEAD))
    assert "joe@example.com" not in json.dumps(
        rows("SELECT post::text FROM capture_refused_post post", {}, str)
    )


def test_a_key_that_was_taken_back_is_its_sources_and_an_unknown_one_is_nobodys(port: int) -> None:
    source = party_id(KeyKind.SOURCE, "several")
    assert post(port, LEAD).status == 201
    assert post(port, LEAD, accept="image/png").status == 406
    rotate_key(KeyKind.SOURCE, "several", by="operator@demo.example")
    assert post(port, LEAD).status == 401
    assert post(port, LEAD, key="whose-is-this").status == 401
    assert post(port, LEAD, authorization="").status == 401
    assert [one[:3] for one in written(4)] == [
        (406, "not_acceptable", source),
        (401, "unknown_key", source),
        (401, "unknown_key", 0),
        (401, "no_key", 0),
    ]


def test_nonsense_in_a_loop_is_answered_each_time(port: int) -> None:
    answer = post(port, b"{\n" * 200, path="/v1/leads/batch", content_type="application/x-ndjson")
    assert answer.body.count(b"malformed_json") == 200


def test_of_each_source_and_of_all_without_one_sixty_are_written_down_a_minute() -> None:
    source = party_id(KeyKind.SOURCE, "several")
    loop = [*[("several-key", source)] * 200, *[("", None)] * 200, *_tried_keys(300)]
    assert _written_each_minute(loop, loop) == [{source: 60, 0: 60}, {source: 120, 0: 120}]


def test_who_tries_keys_or_sends_none_hides_no_sources_own_posts() -> None:
    several, calculator = party_id(KeyKind.SOURCE, "several"), party_id(KeyKind.SOURCE, "calculator")
    rotate_key(KeyKind.SOURCE, "several", by="operator@demo.example")
    own: list[Noted] = [("several-key", None), ("calculator-key", None), ("several-key", None)]
    noise = [*[("", None)] * 500, *_tried_keys(300)]
    assert _written_each_minute([*noise, *own]) == [{0: 60, several: 2, calculator: 1}]


def _tried_keys(count: int) -> list[Noted]:
    return [(f"tried-{number}", None) for number in range(count)]


def _written_each_minute(*minutes: Sequence[Noted]) -> list[dict[int, int]]:
    """Note each minute's refused posts; return by source, 0 for nobody, how many are written down by then."""
    return asyncio.run(_note_all(minutes))


async def _note_all(minutes: Sequence[Sequence[Noted]]) -> list[dict[int, int]]:
    now, desk, found = [0.0], Desk("refusals"), []
    log = RefusalLog(desk, lambda: now[0])
    for posts in minutes:
        for key, source in posts:
            head = Head("POST", "/v1/leads", {"x-api-key": key}, "192.0.2.1")
            log.note(head, source, [refused(REFUSAL)])
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
        found.append(dict(await desk.ask(lambda: rows(BY_SOURCE, {}, lambda *one: one))))
        now[0] += 60
    await desk.ask(connections.close_all)
    desk.close()
    return found


def test_refused_posts_are_forgotten_after_seven_days(market: None) -> None:
    queries.note_refused([queries.NewRefused(7, REFUSAL, "text/plain", None, b"{}")])
    assert queries.forget_refused() == 0
    execute("UPDATE capture_refused_post SET at = at - %(days)s", {"days": timedelta(days=7)})
    assert queries.forget_refused() == 1
