"""Shares of a lead by weight: nobody more than one place, all of it given out, converging."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.choosing.methods.orders import in_turn
from leadhouse.allocate.choosing.methods.shares import changes, shares
from leadhouse.allocate.choosing.methods.turns import MOST_OWED, WHOLE_LEAD, LineState
from leadhouse.allocate.matching.geography import Spot
from leadhouse.allocate.types import WHOLE, Offer, Turn
from leadhouse.parties.types import Distribution
from tests.allocate.allocate_markets import campaign

_WEIGHTS = st.dictionaries(st.integers(1, 9), st.integers(1, 1_000_000_000), min_size=1, max_size=9)


def test_a_lead_is_shared_by_weight() -> None:
    assert shares({1: 3, 2: 1}, 1) == {1: WHOLE_LEAD * 3 // 4, 2: WHOLE_LEAD // 4}


def test_who_would_have_more_than_one_place_has_one_and_the_others_the_rest() -> None:
    assert shares({1: 10, 2: 1, 3: 1}, 2) == {1: WHOLE_LEAD, 2: WHOLE_LEAD // 2, 3: WHOLE_LEAD // 2}
    assert shares({1: 10, 2: 1}, 2) == {1: WHOLE_LEAD, 2: WHOLE_LEAD}


@given(_WEIGHTS, st.integers(1, 9))
def test_all_places_are_shared_out_and_more_weight_never_has_less(
    weights: dict[int, int], places: int
) -> None:
    places = min(places, len(weights))
    found = shares(weights, places)
    assert all(0 <= share <= WHOLE_LEAD for share in found.values())
    assert places * WHOLE_LEAD - len(weights) < sum(found.values()) <= places * WHOLE_LEAD
    for one in weights:
        assert all(found[one] >= found[other] for other in weights if weights[one] >= weights[other])
    assert sum(changes(weights, list(weights)[:places]).values()) == 0


def _sell(weights: dict[int, int], line: LineState) -> int:
    """Give a lead to the first in line and return who it is."""
    campaigns = {one: campaign(one, weight=weight) for one, weight in weights.items()}
    offers = [Offer(one, one, f"c{one}", f"g{one}", WHOLE, {1: 1_000}) for one in weights]
    stood = in_turn(Distribution.WEIGHTED, offers, campaigns, line, Spot())
    taker = stood[0][0].campaign_id
    line.take(Turn((1, ""), (taker,), changes(weights, [taker])))
    return taker


@given(st.dictionaries(st.integers(1, 6), st.integers(1, 20), min_size=1, max_size=6), st.integers(1, 300))
@settings(max_examples=100, deadline=None)
def test_shares_converge_to_the_weights(weights: dict[int, int], leads: int) -> None:
    line, had = LineState(), Counter[int]()
    for _ in range(leads):
        had[_sell(weights, line)] += 1
    for one, weight in weights.items():
        target = leads * weight / sum(weights.values())
        assert target - len(weights) < had[one] < target + 1


@pytest.mark.req("R004-04")
def test_when_one_drops_out_its_share_goes_to_the_others_by_their_weights() -> None:
    line, had = LineState(), Counter[int]()
    for number in range(1_200):
        weights = {1: 3, 2: 2, 3: 1} if number < 600 else {2: 2, 3: 1}
        had[_sell(weights, line)] += 1
    assert [had[one] for one in (1, 2, 3)] == [300, 200 + 400, 100 + 200]


def test_what_is_owed_is_no_hoard() -> None:
    line = LineState()
    for _ in range(100):
        line.take(Turn((1, ""), (1,), {1: -WHOLE_LEAD, 2: WHOLE_LEAD}))
    assert line.owed == {1: -MOST_OWED, 2: MOST_OWED}
