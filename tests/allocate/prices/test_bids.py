"""What a campaign bids: the most specific rule that names the size, at one level the first in the file."""

from dataclasses import replace

import pytest

from leadhouse.allocate.prices.bids import prices, sale_sizes
from leadhouse.allocate.types import Refusal
from leadhouse.parties.types import BidRule, Radius
from tests.allocate.allocate_markets import area, campaign, lead, rule

SIZES = (1, 2, 3, 4)
AREAS = [
    ("zip", {"where": area(zips=["82301"])}),
    ("prefix", {"where": area(zip_prefixes=["823"])}),
    ("radius", {"where": area(radius=Radius(41.79, -107.24, 30))}),
    ("county", {"where": area(counties=[("WY", "carbon")])}),
    ("state", {"where": area(states=["WY"])}),
    ("source", {"sources": frozenset({"calculator"})}),
    ("property", {"criteria": rule({"field": "state", "operator": "=", "value": "WY"})}),
]


def _rule(bid: int, size: int = 1, **parts: object) -> BidRule:
    return replace(BidRule({size: bid}), **parts)  # type: ignore[arg-type]


@pytest.mark.req("R000-46")
def test_the_more_specific_rule_wins_whatever_its_place_in_the_file() -> None:
    bids = [_rule(1_000 + place, **parts) for place, (_, parts) in enumerate(AREAS)]  # type: ignore[arg-type]
    for first in range(len(bids)):
        rules = tuple(bids[first:][::-1])
        assert prices(campaign(1, bid_rules=rules), lead(), (1,), 0) == {1: 1_000 + first}
    assert prices(campaign(1), lead(), (1,), 0) == {1: 6_000}


def test_each_size_finds_its_own_rule() -> None:
    rules = (
        _rule(7_500, 1, where=area(zips=["82301"])),
        _rule(4_000, 2, where=area(states=["WY"])),
        _rule(9_999, 1, where=area(states=["WY"])),
    )
    assert prices(campaign(1, bid_rules=rules, bids={3: 2_500}), lead(), SIZES, 0) == {
        1: 7_500,
        2: 4_000,
        3: 2_500,
    }


def test_at_one_level_the_first_in_the_file_wins() -> None:
    rules = (_rule(1_111, where=area(states=["WY"])), _rule(2_222, where=area(states=["WY", "CO"])))
    assert prices(campaign(1, bid_rules=rules), lead(), (1,), 0) == {1: 1_111}
    assert prices(campaign(1, bid_rules=rules[::-1]), lead(), (1,), 0) == {1: 2_222}


def test_all_parts_of_a_rule_must_hold_and_its_most_specific_part_gives_its_level() -> None:
    both = _rule(5_000, where=area(states=["WY"]), sources=frozenset({"other"}))
    assert prices(campaign(1, bid_rules=(both,)), lead(), (1,), 0) == {1: 6_000}
    by_zip = _rule(5_000, where=area(zips=["82301"], states=["CO"]), sources=frozenset({"calculator"}))
    rules = (_rule(4_000, where=area(zip_prefixes=["823"])), by_zip)
    assert prices(campaign(1, bid_rules=rules), lead(), (1,), 0) == {1: 5_000}
    by_state = _rule(5_000, where=area(zips=["82301"], states=["CO"]))
    rules = (_rule(4_000, where=area(zip_prefixes=["802"])), by_state)
    assert prices(campaign(1, bid_rules=rules), lead({"postal_code": "80202"}), (1,), 0) == {1: 4_000}


def test_a_rule_for_nothing_in_particular_comes_before_the_campaigns_own_bids_only() -> None:
    rules = (_rule(3_000), _rule(2_000, criteria=rule({"field": "state", "operator": "=", "value": "WY"})))
    assert prices(campaign(1, bid_rules=rules), lead(), (1,), 0) == {1: 2_000}
    assert prices(campaign(1, bid_rules=rules[:1]), lead(), (1,), 0) == {1: 3_000}


def test_bids_below_the_floor_are_refused_size_by_size() -> None:
    assert prices(campaign(1), lead(), SIZES, 2_500) == {1: 6_000, 2: 3_500, 3: 2_500}
    assert prices(campaign(1), lead(), SIZES, 6_001) is Refusal.BELOW_FLOOR
    assert prices(campaign(1, bids={}), lead(), SIZES, 0) is Refusal.NO_BID
    assert prices(campaign(1, bids={4: 9_000}), lead(), (1, 2), 0) is Refusal.NO_BID


@pytest.mark.req("R000-51")
@pytest.mark.req("R004-06")
@pytest.mark.req("R004-07")
@pytest.mark.req("R004-08")
@pytest.mark.parametrize(
    ("offered", "wish", "sizes"),
    [
        ((4, 1, 2, 3), None, (1, 2, 3, 4)),
        ((1, 2, 3, 4), 2, (1, 2)),
        ((1, 2, 3, 4), 9, (1, 2, 3, 4)),
        ((1, 2, 3, 4), 0, (1, 2, 3, 4)),
        ((1,), 4, (1,)),
        ((2, 4), 1, ()),
        ((1, 5, 8), 6, (1, 5)),
    ],
)
def test_never_more_companies_than_the_consumer_asked_for(
    offered: tuple[int, ...], wish: int | None, sizes: tuple[int, ...]
) -> None:
    assert sale_sizes(offered, wish) == sizes
