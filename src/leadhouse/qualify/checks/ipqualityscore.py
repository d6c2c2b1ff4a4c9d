"""IPQualityScore's phone, email and IP checks, as its API documentation describes them.

GET /api/json/<phone|email|ip>/<key>/<value>; the answer is JSON with `success`, and every value that is not
known is "N/A" or null. A quota used up or an unknown key is HTTP 200 with `success` false and a `message`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import orjson

from leadhouse.kit.phones import LineType
from leadhouse.kit.text import clean
from leadhouse.outbound.types import Reply, Request, Trouble
from leadhouse.qualify.types import Check, Need, Verdict, Verification

URL = "https://www.ipqualityscore.com"
# So many questions go out side by side.
AT_ONCE = 32
# "Consider results as high risk when … fraud_score is at least 90" (phone documentation).
HIGH_RISK = 90
# The best of smtp_score, -1 to 3: the server confirmed the mailbox.
_CONFIRMED_MAILBOX = 3
_PASSING_STATUSES = frozenset({408, 425, 429})
_LINE_TYPES = {
    "wireless": LineType.MOBILE,
    "mobile": LineType.MOBILE,
    "landline": LineType.FIXED_LINE,
    "voip": LineType.VOIP,
    "toll free": LineType.TOLL_FREE,
    "premium rate": LineType.PREMIUM_RATE,
    "pager": LineType.PAGER,
}

Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is and who we are to it."""

    url: str
    key: str = field(repr=False)


def build(need: Need, service: Service) -> Request:
    """Write the request of one check."""
    value = need.value.removeprefix("+") if need.check is Check.PHONE else need.value
    path = f"/api/json/{need.check}/{quote(service.key, safe='')}/{quote(value, safe='')}"
    return Request(
        "GET",
        f"{service.url}{path}?{urlencode(_options(need))}",
        {"Accept": "application/json"},
        timeout_seconds=need.timeout_seconds,
        # The operator's environment names the service, not a stranger.
        is_guarded=False,
        at_once=AT_ONCE,
        is_kept=True,
    )


def _options(need: Need) -> dict[str, object]:
    if need.check is Check.EMAIL:
        # How long it may wait for the mailbox's server: a little less than we wait for it.
        return {"timeout": min(60, max(1, int(need.timeout_seconds) - 1)), "abuse_strictness": 0}
    if need.check is Check.IP:
        lenient = {"strictness": 0, "allow_public_access_points": "true", "lighter_penalties": "true"}
        return lenient | ({"user_agent": need.user_agent[:500]} if need.user_agent else {})
    return {"strictness": 0}


def may_pass(reply: Reply) -> bool:
    """Return whether asking again could help: no answer, or an answer that says later."""
    return isinstance(reply, Trouble) or reply.status >= 500 or reply.status in _PASSING_STATUSES


def read(check: Check, reply: Reply) -> Verification:
    """Read the answer; whatever is no proper answer means that the service is unavailable."""
    if isinstance(reply, Trouble):
        return Verification(Verdict.UNAVAILABLE, detail=f"no answer ({reply.kind})")
    answer = _json(reply.body) if reply.status == 200 else None
    if answer is None:
        return Verification(Verdict.UNAVAILABLE, detail=f"no readable answer (HTTP {reply.status})")
    if answer.get("success") is not True:
        return Verification(
            Verdict.UNAVAILABLE, detail=_text(answer.get("message")) or "refused without a word"
        )
    verdict, detail, facts = _READERS[check](answer)
    return Verification(
        verdict,
        {name: value for name, value in facts.items() if value is not None},
        detail,
        _text(answer.get("request_id")) or "",
    )


_Read = tuple[Verdict, str, dict[str, object]]


def _phone(answer: Answer) -> _Read:
    valid, active, score = _flag(answer.get("valid")), _flag(answer.get("active")), _score(answer)
    line_type = _LINE_TYPES.get((_text(answer.get("line_type")) or "").lower())
    facts: dict[str, object] = {
        "phone_valid": valid,
        "phone_active": active,
        "phone_line_type": LineType.VOIP if _flag(answer.get("VOIP")) else line_type,
        "phone_risky": _any(answer, "risky", "recent_abuse", "spammer"),
        "phone_carrier": _text(answer.get("carrier")),
        "phone_fraud_score": score,
    }
    if valid is False:
        return Verdict.FAILED, "The number is not in service", facts | {"phone_active": False}
    if active is False:
        return Verdict.FAILED, _text(answer.get("active_status")) or "The line is not active", facts
    if score is not None and score >= HIGH_RISK:
        return Verdict.FAILED, f"High risk (fraud score {score})", facts
    if not (valid and active):
        return Verdict.UNKNOWN, "The line's state could not be found out", facts
    return Verdict.VERIFIED, "", facts | {"phone_verified": True}


def _email(answer: Answer) -> _Read:
    valid, smtp_score = _flag(answer.get("valid")), answer.get("smtp_score")
    facts: dict[str, object] = {
        "email_disposable": _flag(answer.get("disposable")),
        "email_fraud_score": _score(answer),
    }
    if valid is False and _flag(answer.get("timed_out")):
        return Verdict.UNKNOWN, "The mailbox's server did not answer in time", facts
    if valid is False:
        return Verdict.FAILED, "The mailbox does not exist", facts | {"email_deliverable": False}
    if _any(answer, "honeypot") or _text(answer.get("spam_trap_score")) == "high":
        return Verdict.FAILED, "A spam trap", facts | {"email_deliverable": False}
    if not valid or _any(answer, "catch_all", "suspect", "timed_out") or smtp_score != _CONFIRMED_MAILBOX:
        return Verdict.UNKNOWN, "The mailbox's server does not tell", facts
    return Verdict.VERIFIED, "", facts | {"email_deliverable": True}


def _ip(answer: Answer) -> _Read:
    score, hides = _score(answer), _any(answer, "proxy", "vpn", "tor")
    facts: dict[str, object] = {
        "ip_country": _text(answer.get("country_code")),
        "ip_region": _text(answer.get("region")),
        "ip_proxy": hides,
        "ip_fraud_score": score,
    }
    if hides:
        return Verdict.FAILED, "The address hides another (proxy, VPN or Tor)", facts
    if score is not None and score >= HIGH_RISK:
        return Verdict.FAILED, f"High risk (fraud score {score})", facts
    return Verdict.VERIFIED, "", facts


_READERS = {Check.PHONE: _phone, Check.EMAIL: _email, Check.IP: _ip}


def _json(body: bytes) -> Answer | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _any(answer: Answer, *names: str) -> bool:
    return any(answer.get(name) is True for name in names)


def _text(value: object) -> str | None:
    text = clean(value)[:200] if isinstance(value, str) else ""
    return text if text not in ("", "N/A") else None


def _score(answer: Answer) -> int | None:
    score = answer.get("fraud_score")
    return round(score) if isinstance(score, int | float) and not isinstance(score, bool) else None
