"""What a campaign's answer means: bids that are believed, and by which reason each other one is not."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.allocate.bidding.wording import BidAnswer, price_of, read
from leadhouse.allocate.types import Refusal
from leadhouse.outbound.types import Response, Trouble, TroubleKind
from leadhouse.parties.types import BidPing

PING = BidPing("https://buyer.example/ping", most=10_000)
SIZES = (1, 2, 5)


def answered(body: object, ping: BidPing = PING, status: int = 200) -> BidAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read(Response(status, {}, raw), ping, SIZES, "USD")


def test_bids_are_read_by_the_names_or_numbers_of_their_sizes() -> None:
    found = answered({"id": "b-7", "bids": {"exclusive": "60.00", "2": 35, "5": 12.5, "quad": "1.00"}})
    assert (found.prices, found.refusal, found.reference) == ({1: 6_000, 2: 3_500, 5: 1_250}, None, "b-7")
    xml = b"<answer><id>b-8</id><bids><exclusive>60.00</exclusive><duo/></bids></answer>"
    assert (answered(xml).prices, answered(xml).reference) == ({1: 6_000}, "b-8")


def test_bids_stand_where_the_market_file_says() -> None:
    ping = BidPing("https://b.example", prices={1: "offer.alone", 2: "offer.0"}, reference="offer.ref")
    body = {"offer": {"alone": "9.99", "ref": "r"}, "bids": {"duo": "1.00"}}
    assert (answered(body, ping).prices, answered(body, ping).reference) == ({1: 999}, "r")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", Refusal.BID_MALFORMED),
        (b"ok", Refusal.BID_MALFORMED),
        (b"[]", Refusal.BID_MALFORMED),
        (b"null", Refusal.BID_MALFORMED),
        (b"<html><body>Bad gateway</body></html>", Refusal.BID_MALFORMED),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', Refusal.BID_MALFORMED),
        ({}, Refusal.NO_BID),
        ({"bids": None}, Refusal.NO_BID),
        ({"bids": {"exclusive": "0.00"}}, Refusal.NO_BID),
        ({"bids": {"exclusive": "0.009"}}, Refusal.NO_BID),
        ({"bids": {"exclusive": True}}, Refusal.BID_MALFORMED),
        ({"bids": {"exclusive": "$5"}}, Refusal.BID_MALFORMED),
        ({"bids": {"exclusive": ["5"]}}, None),
        ({"bids": {"exclusive": "Infinity"}}, Refusal.BID_MALFORMED),
        ({"bids": {"exclusive": "١٢"}}, Refusal.BID_MALFORMED),
        ({"bids": {"exclusive": -0.01}}, Refusal.BID_NEGATIVE),
        ({"bids": {"exclusive": "100.01"}}, Refusal.BID_ABOVE_MAX),
        ({"bids": {"exclusive": "100.009"}}, None),
        ({"bids": {"exclusive": 1e300}}, Refusal.BID_ABOVE_MAX),
        ({"bids": {"exclusive": "1e9999"}}, Refusal.BID_ABOVE_MAX),
        ({"bids": {"exclusive": "1e-9999"}}, Refusal.NO_BID),
        ({"currency": "EUR", "bids": {"exclusive": "5.00"}}, Refusal.BID_CURRENCY),
        ({"currency": "usd", "bids": {"exclusive": "5.00"}}, None),
    ],
)
def test_what_cannot_be_believed_has_its_reason(body: object, refusal: Refusal | None) -> None:
    assert answered(body).refusal is refusal


def test_one_bad_bid_leaves_the_others_as_they_are() -> None:
    found = answered({"bids": {"exclusive": "-1", "duo": "35.00", "5": "x"}})
    assert (found.prices, found.refusal) == ({2: 3_500}, None)
    assert found.refused == {1: Refusal.BID_NEGATIVE, 5: Refusal.BID_MALFORMED}


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(204, Refusal.NO_BID), (302, Refusal.BID_ERROR), (404, Refusal.BID_ERROR), (500, Refusal.BID_ERROR)],
)
def test_a_status_speaks_for_itself(status: int, refusal: Refusal) -> None:
    assert answered({"bids": {"exclusive": "5.00"}}, status=status).refusal is refusal


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_trouble_has_a_reason(kind: TroubleKind) -> None:
    refusal = read(Trouble(kind, "words"), PING, SIZES, "USD").refusal
    assert refusal is not None
    assert refusal.value.startswith("bid_")


@given(st.decimals(0, 100, places=6))
def test_parts_of_a_cent_are_dropped(amount: Decimal) -> None:
    minor = price_of(str(format(amount, "f")), "USD", 10_000)
    assert isinstance(minor, int)
    assert minor <= amount * 100 < minor + 1


@given(st.text(max_size=60) | st.floats().map(repr) | st.integers().map(str))
def test_any_text_is_a_price_within_bounds_or_refused(text: str) -> None:
    found = price_of(text, "USD", 10_000)
    assert isinstance(found, Refusal) or 0 <= found <= 10_000


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer(body: bytes) -> None:
    found = answered(body)
    assert bool(found.prices) is (found.refusal is None)
