"""The best set of buyers is the best of all sets, ties included."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.types import FREE, LEAST_PACE, WHOLE, Held, Offer, Scenario
from tests.allocate.choosing.contests import brute_force, contests, offer
from tests.timing import processor_seconds


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


def test_a_paced_campaign_ranks_lower_and_pays_its_own_bid() -> None:
    offers = [
        replace(offer(1, {1: 6_000}), held=Held(WHOLE // 2)),
        offer(2, {1: 4_000}),
        offer(3, {1: 2_900}),
    ]
    assert _best(offers, [1]) == Scenario(1, 4_000 * WHOLE, 4_000, (2,), (4_000,))
    found = _best([offers[0], offers[2]], [1])
    assert found == Scenario(1, 6_000 * WHOLE, 6_000, (1,), (6_000,), kept_back=3_000 * WHOLE)
    assert found.adjusted == 3_000 * WHOLE


def test_a_toll_weighs_the_same_on_a_low_price_as_on_a_high_one_and_leaves_some_of_both() -> None:
    tolled = [replace(offer(one, {1: 6_000, 2: 3_500}), held=Held(toll=3_000)) for one in (1, 2)]
    # Alone one brings 3,000 more than a place is worth, two together 1,000.
    assert _best(tolled, [2, 1]).adjusted == pytest.approx(3_000 * WHOLE, rel=1e-5)
    assert _best(tolled, [1, 2]).winners == (1,)
    dearer = [replace(one, held=Held(toll=9_000)) for one in tolled]
    found = _best(dearer, [1])
    assert (found.prices, found.adjusted) == ((6_000,), 6_000 * LEAST_PACE)


def test_ties_of_paced_offers_are_ties() -> None:
    paced = [replace(offer(number, {1: 3_000}), held=Held(WHOLE * 7 // 10)) for number in (3, 1, 2)]
    assert _best(paced, [1]) == _best(paced[1:2], [1])
    dearer = replace(offer(9, {1: 6_000}), held=Held(WHOLE // 2))
    assert _best([offer(4, {1: 3_000}), dearer], [1]) == _best([dearer], [1])


@given(contests(most=8))
def test_pacing_sells_what_greedy_sells_and_at_the_bids(offers: list[Offer]) -> None:
    greedy = [replace(one, held=FREE) for one in offers]
    paced, plain = _best(offers, [1, 2, 3, 4]), _best(greedy, [1, 2, 3, 4])
    assert (paced is None) == (plain is None)
    if paced and plain:
        bids = {one.campaign_id: one.prices for one in offers}
        assert paced.prices == tuple(bids[one][paced.size] for one in paced.winners)
        assert paced.price_minor == sum(paced.prices)
        assert paced.value <= plain.value
        assert paced.adjusted <= paced.value


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
    grouped = [offer(1, {2: 5_000}, group="g"), offer(2, {2: 4_000}, group="g"), offer(3, {2: 1_000})]
    carried = [offer(1, {2: 5_000}, carriers="s"), offer(2, {2: 4_000}, carriers="s"), offer(3, {2: 1_000})]
    for offers in (grouped, carried):
        best = _best(offers, [2])
        assert best is not None
        assert best.winners == (1, 3)
    assert _best(grouped[:2], [2]) is None
    assert _best(carried[:2], [2]) is None


def test_the_dearest_stands_back_when_two_it_shuts_out_bring_more() -> None:
    offers = [
        offer(1, {2: 5_000}, carriers="ab"),
        offer(2, {2: 4_500}, carriers="a"),
        offer(3, {2: 4_000}, carriers="b"),
        offer(4, {2: 3_000}),
    ]
    best = _best(offers, [2])
    assert best is not None
    assert best.winners == (2, 3)
    assert best.price_minor == 8_500


def test_a_sale_begun_is_filled_up_as_far_as_it_can_be() -> None:
    offers = [offer(1, {3: 900}), offer(2, {3: 800})]
    best = winners.choose(winners.best_scenarios(offers, winners.places_of([3], taken=1)))
    assert best == Scenario(3, 1_700 * WHOLE, 1_700, (1, 2), (900, 800))
    alone = winners.choose(winners.best_scenarios(offers[1:], winners.places_of([3], taken=1)))
    assert alone == Scenario(3, 800 * WHOLE, 800, (2,), (800,))
    assert winners.places_of([3], taken=3) == []


@pytest.mark.req("R000-49")
@given(contests(most=10, sizes=6), st.integers(0, 5))
@settings(max_examples=400, deadline=None)
def test_the_winners_equal_those_of_looking_at_every_set(offers: list[Offer], taken: int) -> None:
    for places in (winners.places_of([1, 2, 3, 4, 5, 6]), winners.places_of([6], taken=taken)):
        best = winners.choose(winners.best_scenarios(offers, places))
        assert (best.winners if best else None) == brute_force(offers, places)


@given(contests(most=8), st.integers(0, 20_000), st.sampled_from([([1, 2, 3, 4], 0), ([2, 4], 0), ([4], 1)]))
@settings(max_examples=150, deadline=None)
def test_the_sale_that_is_made_is_the_best_of_all_that_bring_enough(
    offers: list[Offer], least: int, sizes: tuple[list[int], int]
) -> None:
    places = winners.places_of(*sizes)
    scenarios = winners.best_scenarios(offers, places)
    best = winners.choose(winners.carrying(scenarios, least))
    assert winners.best_sale(offers, places, least) == (best, bool(scenarios))


@given(contests(most=10))
@settings(max_examples=150, deadline=None)
def test_the_best_sale_of_every_size_is_kept_not_the_winners_alone(offers: list[Offer]) -> None:
    found = {one.size: one.winners for one in winners.best_scenarios(offers, winners.places_of([1, 2, 3, 4]))}
    assert found == {
        size: best for size in (1, 2, 3, 4) if (best := brute_force(offers, [(size, size)])) is not None
    }


def test_many_equal_offers_with_carriers_are_settled_at_once() -> None:
    offers = [offer(number, {4: 1_000}, carriers="abcdefgh"[number % 8]) for number in range(1, 121)]
    (best,) = winners.best_scenarios(offers, [(4, 4)])
    assert best.winners == (1, 2, 3, 4)


def _crowd(seed: int, *, carriers: int, most: int, sizes: range) -> list[Offer]:
    """Five hundred campaigns of some 350 companies, each of up to `most` carriers."""
    chance = random.Random(seed)
    companies = [
        sum(1 << one for one in chance.sample(range(carriers), chance.randint(1, most))) for _ in range(350)
    ]
    found = []
    for number in range(500):
        company = chance.randrange(350)
        prices = {size: chance.randint(500, 9_000) // size for size in sizes}
        keep = WHOLE - chance.randrange(WHOLE // 4)
        found.append(
            Offer(number, company, f"c{number:03d}", f"company {company}", keep, prices, companies[company])
        )
    return found


@pytest.mark.parametrize(("carriers", "most"), [(5, 1), (12, 2), (40, 3), (200, 5), (20, 4)])
def test_five_hundred_campaigns_that_conflict_are_searched_in_a_moment(carriers: int, most: int) -> None:
    """One carrier a company is the rule; where they have many, few companies can be together."""
    offers = _crowd(1, carriers=carriers, most=most, sizes=range(1, 9))
    seconds, found = processor_seconds(
        lambda: winners.best_scenarios(offers, winners.places_of(list(range(1, 9))))
    )
    # Some 2 ms where measured; looking at every set of four alone would take hours.
    assert seconds < 0.5
    assert [one.size for one in found] == list(range(1, 1 + min(8, carriers)))
    bits = {one.campaign_id: one.conflicts for one in offers}
    for one in found:
        assert sum(bits[winner].bit_count() for winner in one.winners) == _union(bits, one).bit_count()


def _union(bits: dict[int, int], scenario: Scenario) -> int:
    together = 0
    for winner in scenario.winners:
        together |= bits[winner]
    return together
