"""The door for companies' feedback: `POST /v1/feedback`."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

import orjson
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from leadhouse.feedback import decide
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Code, Fault, Given
from leadhouse.parties.current import holder_of, market

MOST_BYTES = 262_144
_MOST_FIELDS = 100
_CHUNK = 65_536
# What is read and thrown away of a body that is too large, so that its sender gets to read why.
_MOST_DRAINED = 16 * 1024 * 1024


@csrf_exempt
def feedback(request: HttpRequest) -> HttpResponse:
    """Answer a company's feedback (CONTRACTS.md, Feedback)."""
    try:
        return _heard(request)
    except (OperationalError, InterfaceError):
        connection.close()
        return _refusal(Fault(503, Code.NOT_STORED, "Nothing was stored; send the feedback again"))


def _heard(request: HttpRequest) -> HttpResponse:
    company_id = _company(request)
    body = _body(request)
    if isinstance(company_id, Fault):
        return _refusal(company_id)
    values = body if isinstance(body, Fault) else _values(request, body)
    if isinstance(values, Fault):
        return _refusal(values)
    configured = market()
    given = decide.read(values, configured.currency)
    heard = hear(given, company_id, configured) if isinstance(given, Given) else given
    if isinstance(heard, Fault):
        return _refusal(heard)
    return _answer(201, decide.answer(heard, configured.currency))


def _company(request: HttpRequest) -> int | Fault:
    if request.method != "POST":
        return Fault(405, Code.METHOD_NOT_ALLOWED, "Feedback is posted: use POST")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else request.headers.get("X-Api-Key", "").strip()
    if not key:
        return Fault(401, Code.NO_KEY, "Send your company's key as Authorization: Bearer or X-Api-Key")
    owner = holder_of(key)
    if owner is None:
        return Fault(401, Code.UNKNOWN_KEY, "This key is not known, or was taken back")
    if owner.company_id is None:
        return Fault(403, Code.KEY_NOT_FOR_THIS, "This key is not a company's: only buyers give feedback")
    return owner.company_id


def _body(request: HttpRequest) -> bytes | Fault:
    body = request.read(MOST_BYTES + 1)
    if len(body) <= MOST_BYTES:
        return body
    drained = len(body)
    while drained < _MOST_DRAINED and (chunk := request.read(_CHUNK)):
        drained += len(chunk)
    return Fault(413, Code.TOO_LARGE, f"The body may have {MOST_BYTES:,} bytes at most")


def _values(request: HttpRequest, body: bytes) -> Mapping[str, object] | Fault:
    kind = (request.content_type or "").lower()
    if kind == "application/json":
        return _json(body)
    if kind == "application/x-www-form-urlencoded":
        return _form(body)
    reason = "Send application/json or application/x-www-form-urlencoded"
    return Fault(415, Code.UNSUPPORTED_MEDIA_TYPE, reason)


def _json(body: bytes) -> Mapping[str, object] | Fault:
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        return Fault(400, Code.MALFORMED_BODY, f"The body is not JSON: {fault}")
    if not isinstance(values, dict):
        return Fault(400, Code.MALFORMED_BODY, "The body must be one JSON object")
    return values


def _form(body: bytes) -> Mapping[str, object] | Fault:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as fault:
        return Fault(400, Code.MALFORMED_BODY, f"The body is no form: {fault}")
    return dict(pairs)


def _refusal(fault: Fault) -> HttpResponse:
    outcome = "error" if fault.status >= 400 else "failure"
    answer = _answer(fault.status, {"outcome": outcome, "code": fault.code.value, "reason": fault.reason})
    if fault.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if fault.status == 405:
        answer["Allow"] = "POST"
    return answer


def _answer(status: int, body: Mapping[str, str]) -> HttpResponse:
    return HttpResponse(orjson.dumps(dict(body)), status=status, content_type="application/json")
