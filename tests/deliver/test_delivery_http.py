"""Posts to buyers: what is written in each format, and what each answer means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from xml.etree.ElementTree import fromstring

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from leadhouse.deliver.channels import http
from leadhouse.deliver.types import Reason, Receipt, Verdict
from leadhouse.outbound.types import Response
from leadhouse.outbound.wire.bodies import encode
from leadhouse.outbound.wire.signature import secret_bytes
from leadhouse.outbound.wire.templates import TemplateError
from leadhouse.parties.types import AcceptRule, Method, MethodKind
from tests.deliver.delivery_content import DELIVERY, LEAD, content

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
METHOD = Method(MethodKind.HTTP, url="https://buyer.example/leads", timeout=timedelta(seconds=7))
OK_RULE = AcceptRule(path="status", equals="ok", reference="id", reason="message")


@pytest.mark.req("R004-29")
def test_the_canonical_lead_is_one_flat_json_object_with_types_kept() -> None:
    request = http.build(content(), METHOD, NOW)
    assert (request.method, request.url, request.timeout_seconds) == (
        "POST",
        "https://buyer.example/leads",
        7.0,
    )
    assert request.headers == {
        "Accept": "application/json, application/xml;q=0.9, */*;q=0.5",
        "Content-Type": "application/json",
        "X-Leadhouse-Delivery": str(DELIVERY),
    }
    assert orjson.loads(request.body) == {
        "first_name": "Ann",
        "last_name": "O'Neil & <Sons>",
        "email": "ann@example.com",
        "phone_1": "+13075551234",
        "city": "Rawlins",
        "state": "WY",
        "postal_code": "82301",
        "lat": 41.79,
        "max_contact_requests": 3,
        "roof_type": "metal",
        "is_owner": True,
        "extra": {"pets": "2 dogs"},
        "lead_id": str(LEAD),
        "product": "roofing",
        "price": "25.00",
    }


def test_a_form_holds_the_same_values_as_text() -> None:
    request = http.build(content(), replace(METHOD, format="form"), NOW)
    pairs = dict(parse_qsl(request.body.decode(), strict_parsing=True))
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert pairs["last_name"] == "O'Neil & <Sons>"
    assert (pairs["is_owner"], pairs["lat"], pairs["extra[pets]"]) == ("true", "41.79", "2 dogs")
    assert "country" not in pairs


def test_an_xml_body_holds_the_same_values_escaped() -> None:
    extra = {"pets": "2 dogs", "how many?": "a\x00b", "xmlns": "x"}
    request = http.build(content(extra=extra), replace(METHOD, format="xml"), NOW)
    root = fromstring(request.body)
    assert request.headers["Content-Type"] == "application/xml"
    assert root.tag == "lead"
    assert root.findtext("last_name") == "O'Neil & <Sons>"
    assert root.findtext("is_owner") == "true"
    assert root.findtext("extra/pets") == "2 dogs"
    assert [(one.get("name"), one.text) for one in root.findall("extra/field")] == [
        ("how many?", "ab"),
        ("xmlns", "x"),
    ]


def test_a_map_of_templates_replaces_the_canonical_lead() -> None:
    mapping = {
        "Email": "{{ lead.email }}",
        "zip": "{{ lead.postal_code | slice: 0, 3 }}",
        "owner": "{{ lead.is_owner }}",
        "pets": "{{ lead.extra.pets }}",
        "none": "[{{ lead.country }}{{ lead.nothing.at.all }}]",
        "ref": "{{ delivery.id }} {{ company.name }} {{ price }}",
        "campaign": "summer",
    }
    request = http.build(content(), replace(METHOD, map=mapping), NOW)
    assert orjson.loads(request.body) == {
        "Email": "ann@example.com",
        "zip": "823",
        "owner": "true",
        "pets": "2 dogs",
        "none": "[]",
        "ref": f"{DELIVERY} Acme Roofing 25.00",
        "campaign": "summer",
    }


def test_lead_text_is_never_a_template() -> None:
    evil = '{{ lead.email }}{% for i in (1..9) %}x{% endfor %}","admin":"1'
    request = http.build(
        content(fields={"last_name": evil}), replace(METHOD, map={"name": "{{ lead.last_name }}"}), NOW
    )
    assert orjson.loads(request.body) == {"name": evil}


@pytest.mark.parametrize(
    "template",
    [
        "{{ lead.email",
        "{% include 'passwd' %}",
        "{% for i in (1..100000) %}x{% endfor %}",
        "{{ lead.email | nothing }}",
        "{{ (1..99999999) | join: ',' }}",
        "{% assign many = (1..99999999) %}{{ 'a' | split: '' | concat: many }}",
        "x" * 20_000,
        "{{ 1 | divided_by: 0 }}",
    ],
)
def test_a_template_that_cannot_be_rendered_within_its_limits_is_said_to_be_so(template: str) -> None:
    with pytest.raises(TemplateError):
        http.build(content(), replace(METHOD, map={"a": template}), NOW)


def test_a_methods_own_headers_are_added_but_cannot_pose_as_ours() -> None:
    headers = {
        "Authorization": "Bearer x",
        "x-leadhouse-delivery": "other",
        "Content-Length": "3",
        "HOST": "in",
    }
    request = http.build(content(), replace(METHOD, headers=headers), NOW)
    assert request.headers == {
        "Accept": "application/json, application/xml;q=0.9, */*;q=0.5",
        "Authorization": "Bearer x",
        "Content-Type": "application/json",
        "X-Leadhouse-Delivery": str(DELIVERY),
    }


@pytest.mark.parametrize(
    "secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
)
def test_a_secret_signs_each_attempt_so_that_the_standards_own_library_agrees(secret: str) -> None:
    request = http.build(content(), replace(METHOD, secret=secret), datetime.now(UTC))
    assert request.headers["webhook-id"] == str(DELIVERY)
    assert Webhook(secret).verify(request.body, dict(request.headers))["email"] == "ann@example.com"


def test_a_secret_that_is_no_base64_is_taken_as_it_stands() -> None:
    assert secret_bytes("not base64!") == b"not base64!"
    assert secret_bytes("whsec_AAEC") == b"\x00\x01\x02"


WORDS = st.text(max_size=20)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | WORDS
    | st.lists(WORDS, max_size=3)
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(WORDS, VALUES | st.dictionaries(WORDS, VALUES, max_size=3), max_size=5))
def test_whatever_a_lead_says_every_format_can_carry_it(lead: dict[str, object]) -> None:
    orjson.loads(encode(lead, "json"))
    parse_qsl(encode(lead, "form").decode("ascii"))
    assert fromstring(encode(lead, "xml")).tag == "lead"


def answer(body: bytes | str, status: int = 200, **headers: str) -> Response:
    """A buyer's answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, named, body.encode() if isinstance(body, str) else body)


ACCEPTED = [
    (b'{"status":"ok"}', OK_RULE),
    (b'\xef\xbb\xbf  {"status":" OK "}', OK_RULE),
    (b"<r><status>Ok</status></r>", OK_RULE),
    (b'{"a":[{"b":1}]}', AcceptRule(path="a.0.b", equals="1")),
    (b'{"a":1.0}', AcceptRule(path="a", equals="1.0")),
    (b'{"a":true}', AcceptRule(path="$.a", equals="TRUE")),
    (b'{"a":true}', AcceptRule(path="a")),
    (b'{"a":"id-7"}', AcceptRule(path="a")),
    (b"<r code='0'/>", AcceptRule(path="@code", equals="0")),
    (b"<x:r xmlns:x='u'><x:a><x:b>yes</x:b></x:a></x:r>", AcceptRule(path="/r/a/b", equals="yes")),
    (b"<r><a>no</a><a>yes</a></r>", AcceptRule(path="a", equals="yes")),
    (
        "<?xml version='1.0' encoding='ISO-8859-1'?><r><a>h\xe9</a></r>".encode("latin-1"),
        AcceptRule("a", "H\xc9"),
    ),
    (b"Thanks", AcceptRule(equals="thanks")),
    (b"anything at all", None),
    (b"", None),
]


@pytest.mark.parametrize(("body", "rule"), ACCEPTED)
def test_an_answer_that_matches_the_rule_is_accepted(body: bytes, rule: AcceptRule | None) -> None:
    assert http.read(answer(body), rule, NOW).verdict is Verdict.ACCEPTED


REFUSED = [
    (b'{"status":"REJECTED"}', OK_RULE),
    (b'{"status":"okay"}', OK_RULE),
    (b'{"Status":"ok"}', OK_RULE),
    (b"{}", OK_RULE),
    (b'"ok"', OK_RULE),
    (b'{"status":{"ok":1}}', OK_RULE),
    (b'{"status":null}', OK_RULE),
    (b"<r><state>ok</state></r>", OK_RULE),
    (b'{"a":false}', AcceptRule(path="a")),
    (b'{"a":""}', AcceptRule(path="a")),
    (b"Sorry", AcceptRule(equals="thanks")),
]


@pytest.mark.parametrize(("body", "rule"), REFUSED)
def test_an_answer_that_does_not_match_is_refused(body: bytes, rule: AcceptRule | None) -> None:
    receipt = http.read(answer(body), rule, NOW)
    assert (receipt.verdict, receipt.reason) == (Verdict.REFUSED, Reason.NOT_ACCEPTED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"{",
        b"<html><body><status>ok</status></body></html>",
        b"<!DOCTYPE r [<!ENTITY a 'ok'>]><r><status>&a;</status></r>",
        b"<r><status>ok</r>",
        b"\x00\xff\xfe",
        b"[" * 5_000,
    ],
)
def test_a_2xx_that_the_rule_cannot_read_is_unknown(body: bytes) -> None:
    receipt = http.read(answer(body), OK_RULE, NOW)
    assert (receipt.verdict, receipt.reason) == (Verdict.UNKNOWN, Reason.UNREADABLE)


def test_reference_and_reason_are_read_and_bounded() -> None:
    accepted = http.read(answer('{"status":"ok","id":77}'), OK_RULE, NOW)
    assert accepted == Receipt(Verdict.ACCEPTED, None, "", "77", 200, '{"status":"ok","id":77}')
    refused = http.read(answer('{"status":"no","message":"' + "we have\\nhim " * 99 + '"}'), OK_RULE, NOW)
    assert refused.detail.startswith("we have him we have him")
    assert (len(refused.detail), len(refused.excerpt)) == (300, 500)


def test_a_buyers_words_lose_what_cannot_be_stored() -> None:
    receipt = http.read(answer('{"status":"no","id":"7\\u0000","message":"had\\u0000 him"}'), OK_RULE, NOW)
    assert (receipt.reference, receipt.detail) == ("7", "had him")


STATUSES = [
    (200, Verdict.ACCEPTED, None),
    (204, Verdict.ACCEPTED, None),
    (299, Verdict.ACCEPTED, None),
    (301, Verdict.REFUSED, Reason.REDIRECTED),
    (400, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (401, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (404, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (408, Verdict.RETRY, Reason.BUSY),
    (409, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (422, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (425, Verdict.RETRY, Reason.BUSY),
    (429, Verdict.RETRY, Reason.BUSY),
    (499, Verdict.REFUSED, Reason.REFUSING_STATUS),
    (500, Verdict.UNKNOWN, Reason.SERVER_ERROR),
    (503, Verdict.UNKNOWN, Reason.SERVER_ERROR),
    (599, Verdict.UNKNOWN, Reason.SERVER_ERROR),
]


@pytest.mark.parametrize(("status", "verdict", "reason"), STATUSES)
def test_each_status_means_what_the_domain_says(status: int, verdict: Verdict, reason: Reason | None) -> None:
    receipt = http.read(answer("", status), None, NOW)
    assert (receipt.verdict, receipt.reason, receipt.status) == (verdict, reason, status)


def test_a_failing_status_is_not_saved_by_a_body_that_matches() -> None:
    assert http.read(answer('{"status":"ok"}', 500), OK_RULE, NOW).verdict is Verdict.UNKNOWN
    refused = http.read(answer('{"status":"ok","message":"duplicate"}', 409), OK_RULE, NOW)
    assert (refused.verdict, refused.detail) == (Verdict.REFUSED, "duplicate")


def test_a_busy_buyers_wish_is_kept_with_the_receipt() -> None:
    assert http.read(answer("", 429, retry_after="90"), None, NOW).retry_after_seconds == 90.0


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=60), st.integers(100, 599))
def test_nothing_that_does_not_match_is_ever_accepted(body: bytes, status: int) -> None:
    receipt = http.read(Response(status, {}, body), AcceptRule(path="status", equals="ok"), NOW)
    assert receipt.verdict is not Verdict.ACCEPTED
