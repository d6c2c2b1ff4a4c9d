"""Every 4xx and 5xx under /v1 is an answer with a code and a reason."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from leadhouse.web.api.answers import ApiFaults

pytestmark = pytest.mark.django_db


def answered(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
    response = Client().generic(method, path, headers=headers)
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"outcome", "code", "reason"}
    assert body["outcome"] == "error"
    return response.status_code, body


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/v1/leads/", "/v1/leads/a/b/c", "/v1//leads"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_none_is_told_so(path: str, method: str) -> None:
    status, body = answered(path, method)
    assert (status, body["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/wallets", "/v1/leads/x", "/v1/feedback"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_is_not_served_is_told_with_those_that_are(path: str, method: str) -> None:
    status, body = answered(path, method)
    assert (status, body["code"]) == (405, "method_not_allowed")
    assert Client().generic(method, path)["Allow"]


def test_a_bad_host_is_a_bad_request() -> None:
    status, body = answered("/v1/wallets", Host="a b")
    assert (status, body["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("crash", "status", "code"),
    [(OperationalError("gone"), 503, "unavailable"), (KeyError("secret"), 500, "internal_error")],
)
def test_a_crash_is_an_answer_that_gives_nothing_away(crash: Exception, status: int, code: str) -> None:
    faults = ApiFaults(lambda request: None)  # type: ignore[arg-type, return-value]
    response = faults.process_exception(RequestFactory().get("/v1/wallets"), crash)
    assert response is not None
    assert response.status_code == status
    assert f'"code":"{code}"'.encode() in response.content
    assert b"gone" not in response.content
    assert b"secret" not in response.content


def test_pages_outside_the_api_are_left_as_they_are() -> None:
    response = Client().get("/nothing-at-all")
    assert response.status_code == 404
    assert not response["Content-Type"].startswith("application/json")
    faults = ApiFaults(lambda request: None)  # type: ignore[arg-type, return-value]
    assert faults.process_exception(RequestFactory().get("/leads"), KeyError("x")) is None
