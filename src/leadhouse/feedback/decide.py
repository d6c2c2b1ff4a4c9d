"""What feedback says, and what it comes to (DOMAIN.md, Money)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from leadhouse.feedback.types import Code, Fault, Given, Judgement, Kind, Reason, Response
from leadhouse.kit.money import to_minor, to_text

M = TypeVar("M", bound=StrEnum)

_UNKNOWN_DELIVERY = Fault(404, Code.UNKNOWN_DELIVERY, "There is no delivery with this id among yours")
_WINDOW_CLOSED = "The rejection window of this delivery is over"
_NEEDS_REASON = frozenset({Kind.REJECTION, Kind.RETURN})


def read(values: Mapping[str, object], currency: str) -> Given | Fault:
    """Read posted values as feedback; the first fault is told, with what to do about it."""
    for name in ("delivery", "type"):
        if _text(values, name) is None:
            return Fault(400, Code.MISSING_FIELD, f"Missing required {name}")
    kind = _member(Kind, values, "type")
    if isinstance(kind, Fault):
        return kind
    reason = _reason(values, kind)
    if isinstance(reason, Fault):
        return reason
    value = _value(values, currency)
    if isinstance(value, Fault):
        return value
    delivery = _delivery(values)
    return delivery if isinstance(delivery, Fault) else Given(delivery, kind, reason, value)


def unknown_delivery() -> Fault:
    """Return the one answer for ids that are foreign, malformed or nobody's."""
    return _UNKNOWN_DELIVERY


def contradiction(given: Given, heard: Response, currency: str) -> Fault | None:
    """Say that a conversion was heard before with another value: the first stands, and no figure is lost."""
    if given.kind is not Kind.CONVERSION or given.value_minor in (None, heard.value_minor):
        return None
    before = "without a value" if heard.value_minor is None else f"at {to_text(heard.value_minor, currency)}"
    return Fault(
        201, Code.ALREADY_HEARD, f"This delivery's conversion was heard before, {before}, and that stands"
    )


def judge(kind: Kind, *, is_in_window: bool, price_minor: int) -> Judgement:
    """Say what feedback comes to: a rejection inside its window is worth the full price, all else nothing."""
    if kind is not Kind.REJECTION:
        return Judgement()
    return Judgement(price_minor) if is_in_window else Judgement(code=Code.WINDOW_CLOSED)


def answer(response: Response, currency: str) -> dict[str, str]:
    """Return what the company is told, the first time and every time after."""
    if response.code is not None:
        return {"outcome": "failure", "code": response.code.value, "reason": _WINDOW_CLOSED}
    return {"outcome": "success", "credit": to_text(response.credit_minor, currency)}


def _text(values: Mapping[str, object], name: str) -> str | None:
    """Return a value as text, None when it is blank or no plain value."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _delivery(values: Mapping[str, object]) -> UUID | Fault:
    try:
        return UUID(_text(values, "delivery") or "")
    except ValueError:
        return _UNKNOWN_DELIVERY


def _reason(values: Mapping[str, object], kind: Kind) -> Reason | Fault | None:
    if values.get("reason") in (None, ""):
        if kind in _NEEDS_REASON:
            return Fault(400, Code.MISSING_FIELD, f"A {kind} needs a reason: {', '.join(Reason)}")
        return None
    return _member(Reason, values, "reason")


def _value(values: Mapping[str, object], currency: str) -> int | Fault | None:
    """Return a conversion's value; what others bring along is checked all the same."""
    if values.get("value") in (None, ""):
        return None
    try:
        value = to_minor(_text(values, "value") or "?", currency)
    except ValueError as fault:
        return Fault(400, Code.INVALID_FIELD, f"value: {fault}")
    return value if value >= 0 else Fault(400, Code.INVALID_FIELD, "value: must not be negative")


def _member(kind: type[M], values: Mapping[str, object], name: str) -> M | Fault:
    try:
        return kind((_text(values, name) or "").lower())
    except ValueError:
        return Fault(400, Code.INVALID_FIELD, f"{name}: must be one of {', '.join(kind)}")
