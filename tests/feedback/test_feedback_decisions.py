"""What posted feedback says, and what it comes to."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.feedback.decide import answer, judge, read
from leadhouse.feedback.types import Code, Fault, Given, Judgement, Kind, Reason, Response

DELIVERY = UUID("019a0000-0000-7000-8000-000000000001")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def posted(**changes: object) -> dict[str, object]:
    """A rejection as it is posted."""
    return {"delivery": str(DELIVERY), "type": "rejection", "reason": "disconnected"} | changes


def test_a_rejection_is_read() -> None:
    assert read(posted(), "USD") == Given(DELIVERY, Kind.REJECTION, Reason.DISCONNECTED)


def test_a_conversion_brings_its_value_and_needs_no_reason() -> None:
    for value in ("1234.00", 1234, 1234.0, " 1234.00 "):
        read_value = read(posted(type="conversion", reason=None, value=value), "USD")
        assert read_value == Given(DELIVERY, Kind.CONVERSION, None, 123_400)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_the_closed_list_is_taken(reason: Reason) -> None:
    assert read(posted(reason=reason.value), "USD") == Given(DELIVERY, Kind.REJECTION, reason)


FAULTS = [
    ({"delivery": None}, 400, Code.MISSING_FIELD, "Missing required delivery"),
    ({"delivery": " "}, 400, Code.MISSING_FIELD, "Missing required delivery"),
    ({"delivery": ["x"]}, 400, Code.MISSING_FIELD, "Missing required delivery"),
    ({"type": ""}, 400, Code.MISSING_FIELD, "Missing required type"),
    ({"type": "refund"}, 400, Code.INVALID_FIELD, "type: must be one of rejection, return, conversion"),
    ({"type": True}, 400, Code.MISSING_FIELD, "Missing required type"),
    ({"value": "-1.00", "type": "conversion"}, 400, Code.INVALID_FIELD, "value: must not be negative"),
    ({"delivery": "no-such-id"}, 404, Code.UNKNOWN_DELIVERY, "There is no delivery with this id among yours"),
]


@pytest.mark.parametrize(("changes", "status", "code", "reason"), FAULTS)
def test_each_fault_says_what_to_do(changes: dict[str, object], status: int, code: Code, reason: str) -> None:
    assert read(posted(**changes), "USD") == Fault(status, code, reason)


@pytest.mark.parametrize("reason", ["too_expensive", ["disconnected"], {"a": 1}, 7])
def test_a_reason_outside_the_list_is_named_with_the_list(reason: object) -> None:
    fault = read(posted(reason=reason), "USD")
    assert isinstance(fault, Fault)
    assert (fault.status, fault.code) == (400, Code.INVALID_FIELD)
    assert fault.reason.endswith(
        "wrong_service, not_interested, did_not_request, bogus, language, no_authority, other"
    )


@pytest.mark.parametrize("kind", ["rejection", "return"])
def test_who_wants_money_back_says_why(kind: str) -> None:
    fault = read(posted(type=kind, reason=""), "USD")
    assert isinstance(fault, Fault)
    assert (fault.status, fault.code) == (400, Code.MISSING_FIELD)


@pytest.mark.parametrize("value", ["12.345", "1e3", "abc", float("1e20"), "9" * 30, [1], True])
def test_a_value_that_is_no_amount_is_refused(value: object) -> None:
    fault = read(posted(type="conversion", value=value), "USD")
    assert isinstance(fault, Fault)
    assert (fault.status, fault.code) == (400, Code.INVALID_FIELD)
    assert fault.reason.startswith("value: ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("delivery", "type", "reason", "value"), JSON)))
def test_whatever_is_posted_is_read_or_refused(values: dict[str, object]) -> None:
    read(values, "USD")
    read(posted() | values, "USD")


@pytest.mark.parametrize(
    ("kind", "is_in_window", "judgement"),
    [
        (Kind.REJECTION, True, Judgement(2_500)),
        (Kind.REJECTION, False, Judgement(0, Code.WINDOW_CLOSED)),
        (Kind.RETURN, True, Judgement(0)),
        (Kind.RETURN, False, Judgement(0)),
        (Kind.CONVERSION, True, Judgement(0)),
        (Kind.CONVERSION, False, Judgement(0)),
    ],
)
def test_only_a_rejection_inside_its_window_is_credited(
    kind: Kind, is_in_window: bool, judgement: Judgement
) -> None:
    assert judge(kind, is_in_window=is_in_window, price_minor=2_500) == judgement


def heard(credit_minor: int, code: Code | None) -> Response:
    return Response(
        DELIVERY, DELIVERY, DELIVERY, 1, Kind.REJECTION, Reason.BOGUS, None, NOW, credit_minor, code, None
    )


def test_the_answer_says_what_was_credited_or_why_not() -> None:
    assert answer(heard(2_500, None), "USD") == {"outcome": "success", "credit": "25.00"}
    assert answer(heard(0, Code.WINDOW_CLOSED), "USD") == {
        "outcome": "failure",
        "code": "window_closed",
        "reason": "The rejection window of this delivery is over",
    }
