"""Promises: what a ping_id says is what was signed, and a claim is that of the lead that was pinged."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.capture.pings import promises
from leadhouse.capture.reading.normalise import normalise
from leadhouse.capture.types import Cleaned, Code

NOW = datetime(2026, 11, 25, 15, 0, 0, 123_456, tzinfo=UTC)
ID = UUID(int=7)
KEY = "a secret key"
values = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    | st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=3),
    max_size=8,
)


def promised(told: dict[str, object], product: str = "roofing", price: int = 1_250) -> promises.Ping:
    return promises.promise(ID, told, source_id=3, product=product, price_minor=price, now=NOW, key=KEY)


def claimed(
    ping: promises.Ping | None, told: dict[str, object], *, source: int = 3, product: str = "roofing",
    at: datetime = NOW,
) -> tuple[Code | None, list[str]]:  # fmt: skip
    found = promises.claim(ping, source, product, Cleaned({}, told, {}), now=at, key=KEY)
    return found.code, [one.field for one in found.errors]


@given(values, st.text(max_size=10), st.integers(0, 10**15))
def test_what_is_signed_is_what_is_read(told: dict[str, object], product: str, price: int) -> None:
    ping = promised(told, product, price)
    assert promises.read(promises.signed(ping, KEY), KEY) == ping


@given(values, st.data())
def test_nothing_else_is_a_promise(told: dict[str, object], data: st.DataObject) -> None:
    text = promises.signed(promised(told), KEY)
    assert promises.read(text, "another key") is None
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("aB3-_.=~ é\x00"))
    changed = text[:place] + sign + text[place + 1 :]
    assert promises.read(changed, KEY) is None or changed == text
    assert promises.read(text[place + 1 :], KEY) is None


@given(values, values)
def test_a_claim_is_that_of_the_lead_that_was_pinged(
    told: dict[str, object], other: dict[str, object]
) -> None:
    ping = promised(told)
    assert claimed(ping, {**other, **told}) == (None, [])
    posted = {**told, **other}
    different = [name for name, value in told.items() if repr(posted[name]) != repr(value)]
    # Equal is what is written alike: 1 is not True, nor 1.0.
    assert claimed(ping, posted) == ((Code.PING_MISMATCH, different) if different else (None, []))
    for name in told:
        rest = {key: value for key, value in told.items() if key != name}
        assert claimed(ping, rest) == (Code.PING_MISMATCH, [name])


def test_a_promise_is_one_sources_for_one_product_and_two_minutes() -> None:
    ping = promised({"a": 1})
    assert claimed(ping, {"a": 1}, source=4) == (Code.PING_INVALID, [])
    assert claimed(None, {"a": 1}) == (Code.PING_INVALID, [])
    assert claimed(ping, {"a": 1}, product="solar") == (Code.PING_MISMATCH, ["product"])
    assert ping.expires_at == NOW.replace(microsecond=123_000) + timedelta(seconds=120)
    last = ping.expires_at - timedelta(microseconds=1)
    assert claimed(ping, {"a": 1}, at=last) == (None, [])
    assert claimed(ping, {"a": 1}, at=ping.expires_at) == (Code.PING_EXPIRED, [])


@pytest.mark.parametrize(
    ("pinged", "posted", "is_same"),
    [
        ({"state": "Wyoming"}, {"state": "wy"}, True),
        ({"postal_code": "82301"}, {"postal_code": "82301-1234", "city": "Elsewhere"}, True),
        ({"state": "WY", "postal_code": "82301"}, {"postal_code": "82301"}, True),
        ({"phone_1": "(302) 321-5560"}, {"phone_1": "+1 302 321 5560"}, True),
        ({"email": "Joe@EXAMPLE.com"}, {"email": "Joe@example.com "}, True),
        ({"email": ""}, {"email": "joe@example.com"}, True),
        ({"postal_code": "no ZIP"}, {"postal_code": "no ZIP"}, True),
        ({"postal_code": "no ZIP"}, {"postal_code": "82301"}, False),
        ({"page": {"a": [1, 2]}}, {"page": {"a": [1, 2]}}, True),
        ({"page": {"a": [1, 2]}}, {"page": {"a": [2, 1]}}, False),
        ({"page": "A"}, {"page": "a"}, False),
    ],
)
def test_values_are_compared_as_they_are_understood(
    pinged: dict[str, object], posted: dict[str, object], is_same: bool
) -> None:
    told = promises.pinged_values(normalise(pinged, {}), frozenset(pinged))
    found = promises.claim(promised(told), 3, "roofing", normalise(posted, {}), now=NOW, key=KEY)
    assert (found.code is None) is is_same
