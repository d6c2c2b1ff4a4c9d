"""Faults as answers: every 4xx and 5xx under /v1 is {"outcome": "error", "code", "reason"}."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from leadhouse.store.adapt import dump_json

log = logging.getLogger(__name__)


class Code(StrEnum):
    """Why a request was not answered."""

    INVALID_REQUEST = "invalid_request"
    NO_KEY = "no_key"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_FOR_THIS = "key_not_for_this"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INTERNAL_ERROR = "internal_error"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer to a request that cannot be met; the reason says what to do."""

    status: int
    code: Code
    reason: str


class FaultError(Exception):
    """Ends a request with a fault as its answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


NO_KEY = Fault(401, Code.NO_KEY, "Send your key in the header Authorization: Bearer KEY, or in X-Api-Key")
UNKNOWN_KEY = Fault(401, Code.UNKNOWN_KEY, "This key is not known here, or was revoked")
KEY_NOT_FOR_THIS = Fault(403, Code.KEY_NOT_FOR_THIS, "This key may not be used for this")
NO_SUCH_LEAD = Fault(404, Code.NOT_FOUND, "There is no such lead")
NO_SUCH_PATH = Fault(404, Code.NOT_FOUND, "There is nothing at this address; see /v1/docs")
INTERNAL_ERROR = Fault(500, Code.INTERNAL_ERROR, "The fault is ours and has been logged; try again later")
UNAVAILABLE = Fault(503, Code.UNAVAILABLE, "The database does not answer; try again in a moment")

_BY_STATUS = {
    400: Code.INVALID_REQUEST,
    401: Code.NO_KEY,
    403: Code.KEY_NOT_FOR_THIS,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    500: Code.INTERNAL_ERROR,
    503: Code.UNAVAILABLE,
}


def told(fault: Fault) -> HttpResponse:
    """Return a fault as the response it is."""
    body = dump_json({"outcome": "error", "code": fault.code.value, "reason": fault.reason})
    response = HttpResponse(body, status=fault.status, content_type="application/json")
    if fault.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def fault_of(exception: Exception) -> Fault:
    """Return what to answer when a view raised this; what nobody foresaw is logged."""
    if isinstance(exception, FaultError):
        return exception.fault
    log.error("a request under /v1 failed", exc_info=exception)
    return UNAVAILABLE if isinstance(exception, OperationalError | InterfaceError) else INTERNAL_ERROR


# Django makes 4xx of these by itself, which `process_response` then turns into ours.
_KNOWN_TO_DJANGO = (Http404, PermissionDenied, SuspiciousOperation, BadRequest)


class ApiFaults(MiddlewareMixin):
    """Turns whatever Django itself answers under /v1 (405, bad hosts, crashes) into our faults."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_api(request) or isinstance(exception, _KNOWN_TO_DJANGO):
            return None
        return told(fault_of(exception))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code < HTTPStatus.BAD_REQUEST or not _is_api(request) or _is_json(response):
            return response
        answer = told(_fault_of_status(response.status_code))
        if "Allow" in response:
            answer["Allow"] = response["Allow"]
        return answer


def _fault_of_status(status: int) -> Fault:
    phrase = HTTPStatus(status).phrase
    default = Code.INTERNAL_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Code.INVALID_REQUEST
    return Fault(status, _BY_STATUS.get(status, default), f"{phrase}; see /v1/docs")


def _is_api(request: HttpRequest) -> bool:
    return request.path_info == "/v1" or request.path_info.startswith("/v1/")


def _is_json(response: HttpResponseBase) -> bool:
    return str(response.get("Content-Type", "")).startswith("application/json")
