"""The best set of buyers is the best of all sets, ties included."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.choosing.explain import Margin, Question, Verdict, margin, verdicts
from leadhouse.allocate.types import WHOLE, Offer, Refusal, Scenario


def offer(
    number: int,
    prices: dict[int, int],
    *,
    group: str | None = None,
    keep: int = WHOLE,
    carriers: frozenset[str] = frozenset(),
) -> Offer:
    return Offer(number, number, f"c{number:03d}", group or f"company {number}", keep, prices, carriers)


def _best(offers: list[Offer], sizes: list[int]) -> Scenario | None:
    return winners.choose(winners.best_scenarios(offers, winners.places_of(sizes)))


@pytest.mark.req("R000-50")
def test_the_size_that_earns_most_wins_and_each_winner_pays_its_own_bid() -> None:
    offers = [offer(1, {1: 6_000, 2: 3_500}), offer(2, {1: 5_000, 2: 2_600}), offer(3, {2: 2_000})]
    assert _best(offers, [1, 2]) == Scenario(2, 6_100 * WHOLE, 6_100, (1, 2), (3_500, 2_600))
    assert _best(offers, [1]) == Scenario(1, 6_000 * WHOLE, 6_000, (1,), (6_000,))


@pytest.mark.req("R000-47")
def test_what_is_expected_to_come_back_decides_and_the_price_stays() -> None:
    offers = [offer(1, {1: 6_000}, keep=WHOLE // 2), offer(2, {1: 4_000}, keep=WHOLE * 9 // 10)]
    assert _best(offers, [1]) == Scenario(1, 4_000 * (WHOLE * 9 // 10), 4_000, (2,), (4_000,))


@pytest.mark.parametrize(
    ("offers", "winner"),
    [
        # Equal value: fewer companies, then the higher price, then the smaller keys.
        ([offer(1, {1: 6_000, 2: 3_000}), offer(2, {2: 3_000})], (1,)),
        ([offer(1, {1: 3_000}), offer(2, {1: 6_000}, keep=WHOLE // 2)], (2,)),
        ([offer(3, {2: 1_000}), offer(2, {2: 1_000}), offer(1, {2: 500})], (2, 3)),
        ([offer(2, {1: 1_000}), offer(1, {1: 1_000})], (1,)),
    ],
)
def test_ties_are_settled_one_way_only(offers: list[Offer], winner: tuple[int, ...]) -> None:
    for order in (offers, offers[::-1]):
        best = _best(order, [1, 2])
        assert best is not None
        assert best.winners == winner


@pytest.mark.req("R004-17")
def test_two_of_one_conflict_group_or_one_carrier_never_share_a_lead() -> None:
    both = frozenset({"state farm"})
    grouped = [offer(1, {2: 5_000}, group="g"), offer(2, {2: 4_000}, group="g"), offer(3, {2: 1_000})]
    carried = [offer(1, {2: 5_000}, carriers=both), offer(2, {2: 4_000}, carriers=both), offer(3, {2: 1_000})]
    for offers in (grouped, carried):
        best = _best(offers, [2])
        assert best is not None
        assert best.winners == (1, 3)
    assert _best(grouped[:2], [2]) is None
    assert _best(carried[:2], [2]) is None


def test_a_sale_begun_is_filled_up_as_far_as_it_can_be() -> None:
    offers = [offer(1, {3: 900}), offer(2, {3: 800})]
    best = winners.choose(winners.best_scenarios(offers, winners.places_of([3], taken=1)))
    assert best == Scenario(3, 1_700 * WHOLE, 1_700, (1, 2), (900, 800))
    alone = winners.choose(winners.best_scenarios(offers[1:], winners.places_of([3], taken=1)))
    assert alone == Scenario(3, 800 * WHOLE, 800, (2,), (800,))
    assert winners.places_of([3], taken=3) == []


_KEEPS = st.sampled_from([WHOLE, WHOLE // 2, WHOLE * 3 // 4, 0])
_PRICES = st.dictionaries(
    st.integers(1, 4), st.sampled_from([500, 1_000, 1_500, 2_000, 3_000]), min_size=1, max_size=4
)
_SHAPES = st.lists(
    st.tuples(
        _PRICES,
        _KEEPS,
        st.integers(0, 5),
        st.frozensets(st.sampled_from("abc"), max_size=2),
    ),
    max_size=9,
)


def _brute_force(offers: list[Offer], places: list[winners.Places]) -> tuple[int, ...] | None:
    """Look at every set; prefer value, fewer companies, price, keys."""
    candidates = []
    for size, count in places:
        for members in combinations([one for one in offers if size in one.prices], count):
            if any(winners.in_conflict(one, other) for one, other in combinations(members, 2)):
                continue
            ranked = sorted(members, key=lambda one: one.key)
            value = sum(one.prices[size] * one.keep for one in members)
            price = sum(one.prices[size] for one in members)
            keys = tuple(one.key for one in ranked)
            candidates.append((-value, count, -price, keys, tuple(one.campaign_id for one in ranked)))
    return min(candidates)[-1] if candidates else None


@given(_SHAPES, st.booleans(), st.permutations(range(9)))
@settings(max_examples=500, deadline=None)
def test_the_winners_equal_those_of_looking_at_every_set(
    shapes: list[tuple[dict[int, int], int, int, frozenset[str]]], with_carriers: bool, order: list[int]
) -> None:
    offers = [
        offer(
            order[place] + 1,
            prices,
            keep=keep,
            group=f"g{group}",
            carriers=carriers if with_carriers else frozenset(),
        )
        for place, (prices, keep, group, carriers) in enumerate(shapes)
    ]
    for places in (winners.places_of([1, 2, 3, 4]), winners.places_of([3], taken=1)):
        best = winners.choose(winners.best_scenarios(offers, places))
        assert (best.winners if best else None) == _brute_force(offers, places)


def test_many_equal_offers_with_carriers_are_settled_at_once() -> None:
    offers = [offer(number, {4: 1_000}, carriers=frozenset({f"x{number % 40}"})) for number in range(1, 121)]
    best = winners.best_of_size(offers, 4, 4)
    assert best is not None
    assert best.winners == (1, 2, 3, 4)


@pytest.mark.req("R000-52")
def test_every_campaign_learns_why_it_got_the_lead_or_not() -> None:
    offers = [offer(1, {1: 6_000}), offer(2, {1: 4_000}), offer(3, {1: 5_000}, keep=WHOLE // 2)]
    question = Question(tuple(offers), (1,), floor=500)
    assert list(verdicts(question, {1: 6_000}, {Refusal.CAP: [9], Refusal.OUT_OF_AREA: [7, 8]})) == [
        Verdict(1, price_minor=6_000),
        # The tie goes to the smaller key: one minor unit more is needed.
        Verdict(2, margin=Margin(1, 6_001, 2_001)),
        # Half of it is expected back, so it must bid twice; at equal value the higher price wins the tie.
        Verdict(3, margin=Margin(1, 12_000, 7_000)),
        Verdict(7, refusal=Refusal.OUT_OF_AREA),
        Verdict(8, refusal=Refusal.OUT_OF_AREA),
        Verdict(9, refusal=Refusal.CAP),
    ]


def test_no_price_wins_for_a_company_that_would_have_nobody_beside_it() -> None:
    offers = [offer(1, {2: 6_000}), offer(2, {2: 4_000}), offer(3, {2: 100}, group="company 1", keep=0)]
    question = Question(tuple(offers), (2,), floor=0)
    assert margin(question, 3) is None


@given(_SHAPES.filter(bool), st.data())
@settings(max_examples=200, deadline=None)
def test_the_margin_is_the_least_rise_that_wins(
    shapes: list[tuple[dict[int, int], int, int, frozenset[str]]], data: st.DataObject
) -> None:
    offers = [
        offer(place, prices, keep=keep or WHOLE // 3, group=f"g{group}")
        for place, (prices, keep, group, _) in enumerate(shapes, start=1)
    ]
    sizes = [1, 2, 3]
    chosen = _best(offers, sizes)
    losers = [one for one in offers if chosen is None or one.campaign_id not in chosen.winners]
    if not losers:
        return
    own = data.draw(st.sampled_from(losers))
    found = margin(Question(tuple(offers), tuple(sizes), floor=0), own.campaign_id)

    def wins(size: int, price: int) -> bool:
        raised = Offer(
            own.campaign_id, own.company_id, own.key, own.group, own.keep, {**own.prices, size: price}
        )
        best = _best([raised if one is own else one for one in offers], sizes)
        return best is not None and own.campaign_id in best.winners

    if found is None:
        assert not any(wins(size, 1_000_000) for size in sizes)
        return
    assert wins(found.size, found.price_minor)
    for size in sizes:
        bid = own.prices.get(size, 0)
        assert not wins(size, bid + found.more_minor - 1) or found.more_minor == 0
