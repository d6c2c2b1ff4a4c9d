"""IPQualityScore's wire contract: the requests we write, and what its documented answers mean."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.outbound.types import Response, Trouble, TroubleKind
from leadhouse.qualify.checks.ipqualityscore import Service, build, may_pass, read
from leadhouse.qualify.types import Check, Need, Verdict, Verification

SERVICE = Service("https://www.ipqualityscore.com", "k/ey")


def told(check: Check, **answer: object) -> Verification:
    return read(check, Response(200, {}, json.dumps({"success": True, **answer}).encode()))


@pytest.mark.parametrize(
    ("need", "url"),
    [
        (Need(Check.PHONE, "+13073245560"), "/api/json/phone/k%2Fey/13073245560?strictness=0"),
        (
            Need(Check.EMAIL, "a+b/c@x.example", timeout_seconds=5),
            "/api/json/email/k%2Fey/a%2Bb%2Fc%40x.example?timeout=4&abuse_strictness=0",
        ),
        (
            Need(Check.IP, "2001:4860:4860::8888", user_agent="Mozilla/5.0 (X11)"),
            "/api/json/ip/k%2Fey/2001%3A4860%3A4860%3A%3A8888?strictness=0&allow_public_access_points=true"
            "&lighter_penalties=true&user_agent=Mozilla%2F5.0+%28X11%29",
        ),
    ],
)
def test_a_request_is_written_as_documented(need: Need, url: str) -> None:
    request = build(need, SERVICE)
    assert (request.method, request.url, request.body) == ("GET", "https://www.ipqualityscore.com" + url, b"")
    assert request.timeout_seconds == need.timeout_seconds
    assert not request.is_guarded


def test_texts_that_the_database_cannot_store_lose_what_it_cannot() -> None:
    found = told(Check.PHONE, valid=True, active=True, carrier="A\0T&T\u0007", fraud_score=0, request_id="\0")
    assert (found.facts["phone_carrier"], found.reference) == ("AT&T", "")


def test_the_documented_example_of_a_risky_line_is_read() -> None:
    found = told(
        Check.PHONE, valid=True, active=False, active_status="N/A", fraud_score=100, risky=True, VOIP=False,
        recent_abuse=False, prepaid=False, carrier="Sistema Shyam TeleServices", line_type="Wireless",
        country="IN", name="N/A", region="N/A", zip_code="N/A", do_not_call=False, leaked=True,
        request_id="EFzhhvd0Wj", message="Phone is valid.",
    )  # fmt: skip
    assert found == Verification(
        Verdict.FAILED,
        {
            "phone_valid": True,
            "phone_active": False,
            "phone_line_type": "mobile",
            "phone_risky": True,
            "phone_carrier": "Sistema Shyam TeleServices",
            "phone_fraud_score": 100,
        },
        "The line is not active",
        "EFzhhvd0Wj",
    )


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"valid": True, "active": True}, Verdict.VERIFIED),
        ({"valid": True, "active": True, "fraud_score": 89}, Verdict.VERIFIED),
        ({"valid": True, "active": True, "fraud_score": 90}, Verdict.FAILED),
        ({"valid": True, "active": None}, Verdict.UNKNOWN),
        ({"valid": True, "active": "N/A"}, Verdict.UNKNOWN),
        ({"valid": True, "active": False}, Verdict.FAILED),
        ({"valid": False, "active": True}, Verdict.FAILED),
        ({}, Verdict.UNKNOWN),
    ],
)
def test_a_line_is_verified_only_when_it_is_known_to_be_live(
    answer: dict[str, object], verdict: Verdict
) -> None:
    found = told(Check.PHONE, **answer)
    assert found.verdict is verdict
    assert ("phone_verified" in found.facts) == (verdict is Verdict.VERIFIED)


@pytest.mark.parametrize(
    ("answer", "verdict", "deliverable"),
    [
        ({"valid": True, "smtp_score": 3}, Verdict.VERIFIED, True),
        ({"valid": True, "smtp_score": 3, "catch_all": True}, Verdict.UNKNOWN, None),
        ({"valid": True, "smtp_score": 1, "suspect": True}, Verdict.UNKNOWN, None),
        ({"valid": True, "smtp_score": 2}, Verdict.UNKNOWN, None),
        ({"valid": False, "timed_out": True, "smtp_score": 0}, Verdict.UNKNOWN, None),
        ({"valid": False, "smtp_score": -1}, Verdict.FAILED, False),
        ({"valid": True, "smtp_score": 3, "honeypot": True}, Verdict.FAILED, False),
        ({"valid": True, "smtp_score": 3, "spam_trap_score": "high"}, Verdict.FAILED, False),
    ],
)
def test_an_email_is_deliverable_only_when_its_server_confirmed_the_mailbox(
    answer: dict[str, object], verdict: Verdict, deliverable: bool | None
) -> None:
    found = told(Check.EMAIL, **answer)
    assert (found.verdict, found.facts.get("email_deliverable")) == (verdict, deliverable)


@pytest.mark.parametrize("hiding", ["proxy", "vpn", "tor"])
def test_an_address_that_hides_another_fails(hiding: str) -> None:
    found = told(Check.IP, country_code="US", region="N/A", fraud_score=75, **{hiding: True})
    assert found.verdict is Verdict.FAILED
    assert found.facts == {"ip_country": "US", "ip_proxy": True, "ip_fraud_score": 75}
    assert told(Check.IP, fraud_score=10).verdict is Verdict.VERIFIED
    assert told(Check.IP, fraud_score=95).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("reply", "detail", "again"),
    [
        (
            Response(200, {}, b'{"success":false,"message":"Quota exceeded"}'),
            "Quota exceeded",
            False,
        ),
        (Response(200, {}, b'{"success":false}'), "refused without a word", False),
        (Response(200, {}, b"<html>"), "no readable answer (HTTP 200)", False),
        (Response(200, {}, b"[]"), "no readable answer (HTTP 200)", False),
        (Response(500, {}, b"{}"), "no readable answer (HTTP 500)", True),
        (Response(429, {}, b"{}"), "no readable answer (HTTP 429)", True),
        (Response(403, {}, b"{}"), "no readable answer (HTTP 403)", False),
        (Trouble(TroubleKind.TIME_OUT, "slow"), "no answer (time_out)", True),
    ],
)
def test_no_proper_answer_means_unavailable(reply: Response | Trouble, detail: str, again: bool) -> None:
    assert read(Check.PHONE, reply) == Verification(Verdict.UNAVAILABLE, detail=detail)
    assert may_pass(reply) == again


NAMES = ("success", "valid", "active", "fraud_score", "line_type", "VOIP", "smtp_score", "message")
CHECKS = st.sampled_from([Check.PHONE, Check.EMAIL, Check.IP])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(CHECKS, st.dictionaries(st.sampled_from(NAMES), JSON) | JSON)
def test_no_answer_whatever_raises(check: Check, answer: object) -> None:
    body = json.dumps(answer, default=str).encode()
    assert isinstance(read(check, Response(200, {}, body)), Verification)
