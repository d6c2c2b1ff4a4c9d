"""Posts that were no leads are written down under their source, with their answers and nothing they said."""

import json
import time
from datetime import timedelta

import pytest

from leadhouse.capture import queries
from leadhouse.capture.types import Code, Refusal
from leadhouse.parties.party_keys import rotate_key
from leadhouse.parties.queries import party_id
from leadhouse.parties.types import KeyKind
from leadhouse.store.run import execute, rows, value
from tests.capture.door_process import post

pytestmark = pytest.mark.usefixtures("committed_market")
LEAD = b'{"email":"joe@example.com","product":"solar"}'
ALL = "SELECT status, code, source_id, content_type, size, answer FROM capture_refused_post ORDER BY id"


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
    rotate_key(KeyKind.SOURCE, "several", by="operator@demo.example")
    assert post(port, LEAD).status == 401
    assert post(port, LEAD, key="whose-is-this").status == 401
    assert post(port, LEAD, authorization="").status == 401
    assert [one[:3] for one in written(3)] == [
        (401, "unknown_key", source),
        (401, "unknown_key", 0),
        (401, "no_key", 0),
    ]


def test_nonsense_in_a_loop_is_written_down_sixty_times_a_minute(port: int) -> None:
    answer = post(port, b"{\n" * 200, path="/v1/leads/batch", content_type="application/x-ndjson")
    assert answer.body.count(b"malformed_json") == 200
    post(port, b"not json", key="calculator-key")
    written(30)
    written_for = "SELECT count(*) FROM capture_refused_post WHERE source_id = %(source)s"
    assert value(written_for, {"source": party_id(KeyKind.SOURCE, "several")}, int) <= 60


def test_refused_posts_are_forgotten_after_seven_days(market: None) -> None:
    refusal = Refusal(400, Code.MALFORMED_JSON, "The body is not JSON")
    queries.note_refused([queries.NewRefused(7, b"", refusal, "text/plain", None, b"{}")])
    assert queries.forget_refused() == 0
    execute("UPDATE capture_refused_post SET at = at - %(days)s", {"days": timedelta(days=7)})
    assert queries.forget_refused() == 1
