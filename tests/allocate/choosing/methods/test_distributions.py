"""Each method's choice among the offers for a lead, and the turns that it takes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest
from pyroaring import BitMap

from leadhouse.allocate.choosing.methods.distributions import Asked, Choice, Distributions
from leadhouse.allocate.choosing.methods.places import places
from leadhouse.allocate.choosing.methods.turns import LineState, Turns
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import NO_REJECTIONS
from leadhouse.allocate.types import Taken
from leadhouse.parties.types import Campaign, Company, Distribution, Plan, Product
from tests.allocate.allocate_markets import PRODUCT, campaign, company, lead, market


class Shop:
    """A market whose leads are given out one after the other."""

    def __init__(self, product: Product, *campaigns: Campaign, companies: Iterable[Company] = ()) -> None:
        index = Index(market(campaigns, companies, [product]))
        self.distributions = Distributions(index)
        self.book, self.everybody = OfferBook(index, NO_REJECTIONS), index.everyone
        keys = [(product.id, group) for group in ("", *product.groups)]
        self.turns = Turns({key: LineState() for key in keys}, dict.fromkeys(keys, 0))
        self.product = product

    def ask(self, *among: int, fixed: tuple[Taken, ...] = (), least: int = 0) -> Choice:
        """Ask who gets a lead that these campaigns may have, all unless given."""
        sizes = (fixed[0].size,) if fixed else self.product.sale_sizes
        asked = BitMap(among) if among else self.everybody
        offers, _ = self.book.offers(lead(), sizes, asked)
        return self.distributions.choose(Asked(lead(), sizes, offers, fixed, least), self.turns)

    def sell(self, *among: int) -> tuple[int, ...]:
        """Give a lead out; return who got it."""
        choice = self.ask(*among)
        self.turns.take(choice.turns)
        return choice.chosen.winners if choice.chosen else ()

    def told(self, *among: int) -> dict[int, str]:
        """Return in words where everybody stands for a lead."""
        choice = self.ask(*among)
        won = dict.fromkeys(choice.chosen.winners, 0) if choice.chosen else {}
        size = choice.chosen.size if choice.chosen else None
        stood = places(choice.lines, choice.offers.get, won, size)
        return {one: place.told("USD") for one, place in stood.items()}


def product(distribution: Distribution, *sizes: int, **changes: object) -> Product:
    return replace(PRODUCT, distribution=distribution, sale_sizes=sizes or (1,), **changes)  # type: ignore[arg-type]


@pytest.mark.req("R004-05")
def test_round_robin_goes_by_the_longest_wait() -> None:
    shop = Shop(product(Distribution.ROUND_ROBIN), *map(campaign, range(1, 5)))
    assert [shop.sell() for _ in range(6)] == [(1,), (2,), (3,), (4,), (1,), (2,)]
    # Who may not have a lead keeps the place, and is the first for the next one that he may.
    assert [shop.sell(1, 2), shop.sell(1, 2), shop.sell(1, 2), shop.sell()] == [(1,), (2,), (1,), (3,)]
    assert shop.told() == {
        4: "place 1 of 4 in line: had its last turn 7 turns ago",
        2: "place 2 of 4 in line: had its last turn 3 turns ago",
        1: "place 3 of 4 in line: had its last turn 2 turns ago",
        3: "place 4 of 4 in line: had the last turn",
    }


def test_the_bid_does_not_matter_where_campaigns_take_turns() -> None:
    shop = Shop(product(Distribution.ROUND_ROBIN), campaign(1, bids={1: 600}), campaign(2, bids={1: 90_000}))
    assert [shop.sell() for _ in range(4)] == [(1,), (2,), (1,), (2,)]


def test_a_lead_for_several_goes_to_the_several_that_waited_longest() -> None:
    shop = Shop(product(Distribution.ROUND_ROBIN, 2), *map(campaign, range(1, 6)))
    had = Counter(one for _ in range(10) for one in shop.sell())
    assert had == dict.fromkeys(range(1, 6), 4)


@pytest.mark.parametrize("method", [one for one in Distribution if one is not Distribution.BEST_REVENUE])
def test_a_lead_for_which_a_price_was_promised_goes_to_the_first_who_brings_it(method: Distribution) -> None:
    shop = Shop(product(method), campaign(1, bids={1: 2_000}), campaign(2, bids={1: 3_000}, priority=-1))
    brings = shop.ask(least=2_500).chosen
    assert brings is not None
    assert brings.winners == (2,)
    gone = shop.ask(least=3_001)
    assert (gone.chosen, gone.could_sell, gone.turns) == (None, True, ())


def test_one_that_conflicts_with_the_first_is_passed_over_and_told_so() -> None:
    shop = Shop(product(Distribution.ROUND_ROBIN, 2), campaign(1), campaign(2, company_id=1), campaign(3))
    assert shop.told() == {
        1: "place 1 of 3 in line: has had no turn yet",
        2: "place 2 of 3 in line: has had no turn yet; passed over: conflicts with a company that got it",
        3: "place 3 of 3 in line: has had no turn yet",
    }
    assert [shop.sell(), shop.sell()] == [(1, 3), (2, 3)]


def test_the_places_that_a_refusal_left_are_filled_by_the_next_in_line() -> None:
    shop = Shop(product(Distribution.ROUND_ROBIN, 3), *map(campaign, range(1, 5)))
    shop.sell(2, 3, 4)
    choice = shop.ask(2, 3, 4, fixed=(Taken(1, 1, 3, 2_500),))
    assert choice.chosen is not None
    assert (choice.chosen.winners, choice.chosen.prices) == ((2, 3), (2_500, 2_500))


def test_weights_are_kept_and_given_to_the_others_when_one_cannot() -> None:
    weights = {1: 5, 2: 3, 3: 2}
    shop = Shop(
        product(Distribution.WEIGHTED), *(campaign(one, weight=weight) for one, weight in weights.items())
    )
    assert Counter(one for _ in range(100) for one in shop.sell()) == {1: 50, 2: 30, 3: 20}
    assert Counter(one for _ in range(100) for one in shop.sell(2, 3)) == {2: 60, 3: 40}
    # Whoever was away does not make up for it.
    assert Counter(one for _ in range(10) for one in shop.sell()) == {1: 5, 2: 3, 3: 2}
    assert shop.told()[1] == "place 1 of 3 in line: is owed 0.50 of a lead"
    shop.sell()
    assert shop.told()[1] == "place 3 of 3 in line: is owed 0.00 of a lead"


def test_by_priority_the_higher_comes_first_and_equals_take_turns() -> None:
    shop = Shop(
        product(Distribution.PRIORITY),
        campaign(1, priority=1),
        campaign(2, priority=5),
        campaign(3, priority=5),
    )
    assert [shop.sell() for _ in range(4)] == [(2,), (3,), (2,), (3,)]
    assert [shop.sell(1, 2), shop.sell(1)] == [(2,), (1,)]
    assert shop.told()[1] == "place 3 of 3 in line: priority 1, had the last turn"


@pytest.mark.req("R004-08")
def test_send_to_all_sells_to_as_many_as_want_it_up_to_the_largest_size() -> None:
    bids = dict.fromkeys(range(1, 9), 1000)
    campaigns = [campaign(one, bids={**bids, 1: 90_000, 4: 1_000 + one}) for one in range(1, 7)]
    assert Shop(product(Distribution.SEND_TO_ALL, *range(1, 9)), *campaigns).sell() == (1, 2, 3, 4, 5, 6)
    limited = Shop(product(Distribution.SEND_TO_ALL, *range(1, 5)), *campaigns)
    assert limited.sell() == (3, 4, 5, 6)
    assert limited.told()[1] == "place 6 of 6 in line: expected to bring $10.01"


@pytest.mark.req("R003-26", "R003-27")
def test_the_centre_passes_a_lead_to_three_to_five_sellers_premium_ones_first() -> None:
    plans = {1: Plan.BASIC, 2: Plan.BASIC, 3: Plan.PREMIUM, 4: Plan.BASIC, 5: Plan.PREMIUM, 6: Plan.BASIC}
    bids = dict.fromkeys((3, 4, 5), 1000)
    campaigns = [campaign(one, bids={size: price + one for size, price in bids.items()}) for one in plans]
    centre = Shop(
        product(Distribution.DISTRIBUTION_CENTRE, 3, 4, 5),
        *campaigns,
        companies=[company(one, plan=plan) for one, plan in plans.items()],
    )
    assert centre.sell() == (2, 3, 4, 5, 6)
    assert centre.sell(1, 2, 3, 4) == (1, 2, 3, 4)
    assert centre.sell(1, 2) == ()
    assert centre.told()[5] == "place 1 of 6 in line: premium plan, expected to bring $10.05"
    assert centre.told()[1] == "place 6 of 6 in line: basic plan, expected to bring $10.01"


def test_a_group_puts_forward_whose_turn_it_is_and_the_best_sale_of_all_is_chosen() -> None:
    grouped = product(Distribution.BEST_REVENUE, 1, 2, groups={"west": Distribution.ROUND_ROBIN})
    shop = Shop(
        grouped,
        campaign(1, group="west", bids={1: 5_000}),
        campaign(2, group="west", bids={1: 5_000, 2: 3_000}),
        campaign(3, bids={1: 4_000, 2: 1_000}),
        campaign(4, bids={1: 9_000}),
    )
    # Without the best bidder of all the group has the best, one of it after the other.
    assert [shop.sell(1, 2, 3) for _ in range(4)] == [(1,), (2,), (1,), (2,)]
    # Whoever loses against others keeps the turn.
    assert [shop.sell(), shop.sell(1, 2, 3)] == [(4,), (1,)]
    # For each size it is the first in line who bids for it.
    assert [(one.campaign_id, one.prices) for one in shop.ask(1, 2, 3).offers] == [
        (3, {1: 4_000, 2: 1_000}),
        (2, {1: 5_000, 2: 3_000}),
    ]
    assert shop.told(1, 2, 3)[1] == "place 2 of 2 in line of west: had the last turn"


def test_a_product_says_which_of_its_lines_some_campaigns_stand_in() -> None:
    grouped = product(
        Distribution.BEST_REVENUE, groups={"a": Distribution.WEIGHTED, "b": Distribution.PRIORITY}
    )
    campaigns = [campaign(1, group="a"), campaign(2, group="b"), campaign(3)]
    one = Distributions(Index(market(campaigns, products=[grouped])))
    assert one.lines_of("roofing", BitMap([1, 3])) == [(1, "a")]
    assert not one.is_plain("roofing")
    assert list(one.groups_of("roofing", [Taken(1, 1, 1, 1)])) == [1]
    plain = Distributions(Index(market([campaign(1)])))
    assert (plain.is_plain("roofing"), plain.lines_of("roofing", BitMap([1]))) == (True, [])
