"""What a campaign bids: the most specific rule that names the size, at one level the first in the file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.prices.bids import prices, sale_sizes
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.kit.places import miles_between
from leadhouse.parties.types import Area, BidRule, Radius
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


# DOMAIN.md's order; a rule that names a country alone is less specific than one that names a state.
HIERARCHY = ("zip", "prefix", "radius", "county", "state", "country", "source", "property", "default")
RAWLINS, DENVER = Radius(41.79, -107.24, 30), Radius(39.75, -104.99, 400)


def _ways(one: BidRule, asked: Lead) -> list[str] | None:
    """Return the ways in which a rule speaks about a lead; None when one of its parts does not hold."""
    spot, where = asked.spot, one.where or Area()
    named = {
        "zip": spot.zip_code in where.zips,
        "prefix": any(spot.zip_code.startswith(prefix) for prefix in where.zip_prefixes),
        "county": spot.county in where.counties,
        "state": spot.state in where.states,
    }
    is_named = bool(where.zips or where.zip_prefixes or where.counties or where.states)
    narrowing = {
        "radius": where.radius and _is_within(where.radius, asked),
        "country": spot.country in where.countries if where.countries else None,
        "source": asked.source in one.sources if one.sources else None,
        "property": one.criteria and one.criteria.matches(asked.facts),
    }
    if (is_named and not any(named.values())) or False in narrowing.values():
        return None
    return [way for way, holds in (named | narrowing).items() if holds]


def _is_within(circle: Radius, lead: Lead) -> bool:
    return (
        lead.spot.point is not None
        and miles_between(circle.lat, circle.lon, *lead.spot.point) <= circle.miles
    )


def naive_price(bids: Mapping[int, int], rules: Sequence[BidRule], asked: Lead, size: int) -> int | None:
    """Read DOMAIN.md aloud: per size, level by level, rule by rule in the order of the file."""
    for level in HIERARCHY:
        for one in rules:
            ways = _ways(one, asked)
            if ways is None or size not in one.bids:
                continue
            if min(ways or ["default"], key=HIERARCHY.index) == level:
                return one.bids[size]
    return bids.get(size)


AREAS_OF_RULES = st.none() | st.builds(
    area,
    zips=st.lists(st.sampled_from(["82301", "80202", "10001"]), max_size=2),
    zip_prefixes=st.lists(st.sampled_from(["823", "8", "802"]), max_size=2),
    counties=st.lists(st.sampled_from([("WY", "carbon"), ("CO", "denver")]), max_size=1),
    states=st.lists(st.sampled_from(["WY", "CO", "NY"]), max_size=2),
    countries=st.lists(st.sampled_from(["US", "CA"]), max_size=1),
    radius=st.sampled_from([None, None, RAWLINS, DENVER]),
)
RULES = st.lists(
    st.builds(
        BidRule,
        bids=st.dictionaries(st.integers(1, 3), st.integers(1, 9), max_size=3),
        where=AREAS_OF_RULES,
        sources=st.frozensets(st.sampled_from(["calculator", "other"]), max_size=1),
        criteria=st.none()
        | st.builds(
            lambda value: rule({"field": "estimate_low", "operator": ">=", "value": value}),
            st.sampled_from([1_000, 5_000]),
        ),
    ),
    max_size=6,
)
LEADS = st.builds(
    lambda place, estimate, source: lead(place | {"estimate_low": estimate}, source=source),
    st.sampled_from(
        [
            {"country": "US", "postal_code": "82301", "state": "WY"},
            {"country": "US", "postal_code": "80202"},
            {"country": "US", "postal_code": "82301", "lat": "39.7", "lon": "-105.0"},
            {"country": "US", "postal_code": "00000", "state": "NY"},
            {"country": "CA", "postal_code": "K1A 0B1", "lat": "45.4", "lon": "-75.7"},
            {},
        ]
    ),
    st.sampled_from([None, 500, 4_000, 9_000]),
    st.sampled_from(["calculator", "other", "third"]),
)


@pytest.mark.req("R000-46")
@given(RULES, LEADS, st.dictionaries(st.integers(1, 3), st.integers(1, 9)), st.integers(0, 6))
@settings(max_examples=500, deadline=None)
def test_bids_are_what_reading_the_hierarchy_aloud_gives(
    rules: list[BidRule], asked: Lead, bids: dict[int, int], floor: int
) -> None:
    read = {size: naive_price(bids, rules, asked, size) for size in (1, 2, 3)}
    high_enough = {size: price for size, price in read.items() if price is not None and price >= floor}
    found = prices(campaign(1, bids=bids, bid_rules=tuple(rules)), asked, (1, 2, 3), floor)
    if high_enough:
        assert found == high_enough
    else:
        has_bid = any(price is not None for price in read.values())
        assert found is (Refusal.BELOW_FLOOR if has_bid else Refusal.NO_BID)
