"""The door over real sockets: every answer that sources are promised, word by word."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.capture import queries
from leadhouse.store.run import rows, value
from tests.capture.capture_market import JOE, MARKET, apply_market
from tests.capture.door_process import is_error, post, raw, running, told

pytestmark = pytest.mark.usefixtures("committed_market")

LEAD = b'{"email":"joe@example.com","product":"solar"}'
OTHERS = "pid <> pg_backend_pid() AND datname = current_database()"


def leads() -> int:
    return value("SELECT count(*) FROM capture_lead", {}, int)


@pytest.mark.req("R001-02", "R002-04", "R002-05", "R000-01")
def test_json_form_and_xml_are_leads(port: int) -> None:
    accepted = post(port, LEAD)
    assert accepted.status == 201
    assert accepted.headers["content-type"] == "application/json"
    lead_id = str(told(accepted)["lead"]["id"])  # type: ignore[index]
    assert accepted.body == b'{"outcome":"success","lead":{"id":"%s"},"price":"3.00"}' % lead_id.encode()
    form = post(
        port,
        b"email=ann%40example.com&product=solar&first_name=Zo%C3%AB",
        content_type="application/x-www-form-urlencoded; charset=utf-8",
    )
    xml = post(
        port,
        b"<?xml version='1.0'?><lead><email>eve@example.com</email><product>solar</product></lead>",
        content_type="text/xml",
    )
    assert (form.status, xml.status) == (201, 201)
    assert rows("SELECT created_by FROM capture_lead ORDER BY id", {}, str) == ["api", "form", "api"]
    assert rows("SELECT fields->>'first_name' FROM capture_lead WHERE created_by = 'form'", {}, str) == [
        "Zoë"
    ]


def test_a_failure_tells_what_is_missing_word_by_word(port: int) -> None:
    reply = post(port, json.dumps({**JOE, "email": ""}).encode(), key="calculator-key")
    lead_id = told(reply)["lead"]["id"]  # type: ignore[index]
    assert reply.status == 201
    assert reply.body.decode() == (
        '{"outcome":"failure","code":"missing_field","reason":"Missing required email",'
        '"errors":[{"field":"email","code":"missing","message":"Missing required email"}],'
        f'"lead":{{"id":"{lead_id}"}},"price":"0.00"}}'
    )


def test_answers_come_in_xml_with_the_same_names(port: int) -> None:
    reply = post(port, b'{"product":"solar"}', accept="text/xml")
    assert (reply.status, reply.headers["content-type"]) == (201, "application/xml; charset=utf-8")
    root = fromstring(reply.body)
    assert root.tag == "result"
    assert [element.tag for element in root] == ["outcome", "code", "reason", "errors", "lead", "price"]
    assert root.findtext("errors/error/field") == "email"
    assert UUID(root.findtext("lead/id", ""))
    error = fromstring(post(port, b"{", accept="application/xml").body)
    assert [element.tag for element in error] == ["outcome", "code", "reason"]


def test_a_posted_redir_url_is_gone_to(port: int) -> None:
    body = json.dumps(
        {"email": "a@x.test", "product": "solar", "redir_url": "https://x.test/thanks?a=ü#b"}
    ).encode()
    reply = post(port, body)
    assert (reply.status, reply.headers["location"]) == (303, "https://x.test/thanks?a=%C3%BC#b")
    assert told(reply)["outcome"] == "success"
    assert post(port, body).headers["location"] == reply.headers["location"]
    failed = post(port, b'{"product":"solar","redir_url":"http://x.test/"}')
    assert (failed.status, told(failed)["outcome"]) == (303, "failure")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//x.test",
        "https://x.test/\r\nSet-Cookie: a=b",
        "ftp://x.test",
        "https://",
        "/home",
        7,
        # A host that IDNA folds into one with a space, and one that is cut off by a wide slash.
        "http://¯",
        "http://good.test\uff0f.evil.test",
    ],
)
def test_an_unsafe_redir_url_is_refused_and_nothing_is_stored(port: int, url: object) -> None:
    reply = post(port, json.dumps({"email": "a@x.test", "product": "solar", "redir_url": url}).encode())
    assert is_error(reply, 400, "invalid_redir_url")
    assert "location" not in reply.headers
    assert leads() == 0


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_json"),
        (b"", "application/json", 400, "malformed_json"),
        (b"[]", "application/json", 400, "malformed_json"),
        (b'{"a":NaN}', "application/json", 400, "malformed_json"),
        (b'{"a":"\\ud800"}', "application/json", 400, "malformed_json"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "application/json", 400, "too_deep"),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, "application/json", 400, "too_deep"),
        (b"email=%ff", "application/x-www-form-urlencoded", 400, "malformed_form"),
        (b"", "application/x-www-form-urlencoded", 400, "malformed_form"),
        (b"a=1&" * 600, "application/x-www-form-urlencoded", 400, "too_many_fields"),
        (b"<lead>", "application/xml", 400, "malformed_xml"),
        (b"<person/>", "application/xml", 400, "malformed_xml"),
        (b"<a>" * 9000, "application/xml", 400, "too_deep"),
        (b'<!DOCTYPE lead [<!ENTITY a "b">]><lead>&a;</lead>', "application/xml", 400, "malformed_xml"),
        (b'<!DOCTYPE lead SYSTEM "file:///etc/passwd"><lead/>', "text/xml", 400, "malformed_xml"),
        (b"{}", "text/plain", 415, "unsupported_media_type"),
        (b"{}", "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
        (b"{}", "", 415, "unsupported_media_type"),
        (b"{}", "application/json; charset=klingon", 415, "unsupported_media_type"),
        (b'{"a":"' + b"x" * 262_144 + b'"}', "application/json", 413, "too_large"),
        (b'{"a":"' + b"x" * 10_000_000 + b'"}', "application/json", 413, "too_large"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str | bytes) else value,
)  # fmt: skip
def test_what_is_no_lead_at_all_gets_a_code_and_a_reason(
    port: int, body: bytes, content_type: str, status: int, code: str
) -> None:
    assert is_error(post(port, body, content_type=content_type), status, code)
    assert leads() == 0


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/csv, image/*"])
def test_an_accept_that_takes_none_of_ours_is_406(port: int, accept: str) -> None:
    assert is_error(post(port, LEAD, accept=accept), 406, "not_acceptable")
    assert leads() == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_405_with_allow(port: int, method: str) -> None:
    for path in ("/v1/leads", "/v1/leads/batch"):
        reply = post(port, b"", method=method, path=path)
        assert is_error(reply, 405, "method_not_allowed")
        assert reply.headers["allow"] == "POST"


def test_keys_are_asked_for_known_and_for_this(port: int) -> None:
    nothing = post(port, LEAD, authorization="")
    assert is_error(nothing, 401, "no_key")
    assert nothing.headers["www-authenticate"] == 'Bearer realm="leadhouse"'
    assert is_error(post(port, LEAD, key="nobodys"), 401, "unknown_key")
    assert is_error(post(port, LEAD, authorization="Basic c2V2ZXJhbC1rZXk6"), 401, "no_key")
    assert is_error(post(port, LEAD, key="acme-key"), 403, "key_not_for_this")
    assert is_error(post(port, LEAD, key="the-operators-key"), 403, "key_not_for_this")
    assert leads() == 0
    assert post(port, LEAD, authorization="", x_api_key="several-key").status == 201
    assert post(port, LEAD, authorization="bearer several-key").status == 201


def test_a_key_taken_back_or_given_to_another_source_holds_at_once(port: int) -> None:
    assert post(port, LEAD).status == 201
    apply_market(MARKET.replace("several-key", "another-key"))
    assert is_error(post(port, LEAD), 401, "unknown_key")
    assert post(port, LEAD, key="another-key").status == 201
    apply_market(MARKET.replace("several-key", "new-key").replace("capped-key", "another-key"))
    assert post(port, LEAD, key="another-key").status == 201
    ids = rows("SELECT id FROM capture_lead", {}, UUID)
    assert sorted(one.source for one in queries.facts_of(ids).values()) == ["capped", "several"]


def test_trying_keys_is_slowed_down_but_known_keys_go_on(port: int) -> None:
    assert post(port, LEAD).status == 201
    statuses = [post(port, LEAD, key=f"wrong-{n}").status for n in range(40)]
    assert statuses[-1] == 429
    assert statuses.count(401) <= 20
    late = post(port, LEAD, key="wrong")
    assert is_error(late, 429, "rate_limited")
    assert 1 <= int(late.headers["retry-after"]) <= 61
    assert post(port, LEAD).status == 201


def test_a_repeated_post_is_answered_byte_for_byte(port: int) -> None:
    first = post(port, LEAD, idempotency_key="k-1", accept="text/xml")
    assert [post(port, LEAD, idempotency_key="k-1").body for _ in range(3)] == [first.body] * 3
    again = post(port, LEAD, idempotency_key="k-1")
    assert (again.status, again.headers["content-type"]) == (first.status, first.headers["content-type"])
    assert is_error(
        post(port, b'{"email":"b@x.test","product":"solar"}', idempotency_key="k-1"),
        422,
        "idempotency_key_reused",
    )
    assert is_error(post(port, LEAD, idempotency_key="x" * 256), 400, "invalid_idempotency_key")
    assert leads() == 1


def test_refused_requests_are_never_replayed(port: int) -> None:
    assert is_error(post(port, b"{", idempotency_key="k-1"), 400, "malformed_json")
    assert post(port, LEAD, idempotency_key="k-1").status == 201


def test_sixteen_twins_at_the_same_time_are_one_lead(port: int) -> None:
    for body, key in ((LEAD, "twin"), (b'{"email":"t@x.test","product":"solar"}', "")):
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: post(port, body, idempotency_key=key), range(16)))  # noqa: B023
        assert {reply.status for reply in replies} == {201}
        assert len({reply.body for reply in replies}) == 1
    assert leads() == 2


def test_a_batch_is_answered_line_by_line_in_order(port: int) -> None:
    lines = [LEAD, b'{"product":"solar"}', b"{", b"", LEAD, b'{"a":"' + b"x" * 262_144 + b'"}', b'["x"]']
    lines += [b'{"email":"p%d@x.test","product":"solar"}' % n for n in range(600)]
    reply = post(port, b"\n".join(lines), path="/v1/leads/batch", content_type="application/x-ndjson")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/x-ndjson")
    answers = [json.loads(line) for line in reply.body.splitlines()]
    assert [one.get("code") for one in answers[:6]] == [
        None, "missing_field", "malformed_json", None, "too_large", "malformed_json"
    ]  # fmt: skip
    assert answers[0] == answers[3]
    assert {one["outcome"] for one in answers[6:]} == {"success"}
    assert len(answers) == 606
    assert leads() == 602
    again = post(port, b"\n".join(lines), path="/v1/leads/batch", content_type="application/x-ndjson")
    assert again.body == reply.body
    assert leads() == 602


def test_a_batch_has_its_own_limits(port: int) -> None:
    path = "/v1/leads/batch"
    assert is_error(
        post(port, b"\n \n", path=path, content_type="application/x-ndjson"), 400, "malformed_batch"
    )
    assert is_error(post(port, LEAD, path=path, content_type="text/csv"), 415, "unsupported_media_type")
    assert is_error(post(port, LEAD, path=path, accept="text/html"), 406, "not_acceptable")
    assert is_error(post(port, b"x" * (16 * 1024 * 1024 + 1), path=path), 413, "too_large")
    assert is_error(
        post(port, b"1\n" * 100_001, path=path, content_type="application/x-ndjson"), 413, "too_large"
    )
    keyed = [post(port, LEAD + b"\n" + LEAD, path=path, idempotency_key="b").body for _ in range(2)]
    assert keyed[0] == keyed[1]
    assert leads() == 2


def test_headers_are_kept_but_never_keys(port: int) -> None:
    post(port, LEAD, user_agent="Robot/1", cookie="a=b", x_api_key="several-key")
    (kept,) = rows("SELECT headers FROM capture_lead", {}, dict)
    assert kept == {"user-agent": "Robot/1", "client": "127.0.0.1"}


def test_requests_that_are_hardly_http_never_get_a_5xx(port: int) -> None:
    head = b"POST /v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer several-key\r\n"
    odd = [
        head + b"Content-Type: application/json\r\nX-A: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
        head + b"Content-Type: \xff\r\nContent-Length: 2\r\n\r\n{}",
        head + b"Content-Type: application/json\r\nIdempotency-Key: \xff\r\nContent-Length: 2\r\n\r\n{}",
        head + b"Content-Type: application/json\r\nAccept: ;;q=\xff,\r\nContent-Length: 2\r\n\r\n{}",
        head + b"Content-Type: application/json\r\nContent-Length: -1\r\n\r\n{}",
        head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET\r\n\r\n",
        b"\0" * 100,
    ]
    for request in odd:
        assert b" 50" not in raw(port, request).split(b"\r\n")[0]
    assert post(port, LEAD).status == 201


def test_connections_that_broke_are_opened_again_without_anybody_noticing(port: int) -> None:
    for n in range(3):
        assert post(port, b'{"email":"p%d@x.test","product":"solar"}' % n).status == 201
        rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}", {}, bool)
    assert is_error(post(port, LEAD, key="nobodys"), 401, "unknown_key")
    assert leads() == 3


def test_without_a_database_nothing_is_accepted_and_the_source_may_post_again() -> None:
    with running(database="postgresql:///none?host=/nowhere") as port:
        for path in ("/v1/leads", "/v1/leads/batch"):
            reply = post(port, LEAD, path=path)
            assert is_error(reply, 503, "not_stored")
            assert reply.headers["retry-after"] == "1"
    assert leads() == 0


texts = st.text(max_size=30)
bodies = st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
).map(lambda tree: json.dumps(tree).encode())


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=bodies,
    content_type=st.sampled_from(
        ["application/json", "application/xml", "application/x-www-form-urlencoded", "x"]
    ),
)
def test_no_body_ever_gets_a_5xx(port: int, body: bytes, content_type: str) -> None:
    assert post(port, body, content_type=content_type).status in (201, 303, 400, 413, 415)


def test_posts_are_facts_for_the_later_rooms(port: int) -> None:
    lead_id = UUID(told(post(port, LEAD))["lead"]["id"])  # type: ignore[index]
    assert queries.facts_of([lead_id])[lead_id].good("email") == "joe@example.com"
    assert queries.facts_of([UUID(int=1)]) == {}
