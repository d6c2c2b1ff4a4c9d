"""Buyers refuse in every way there is: each search finds the best that is still possible."""

from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.choosing.scenario import MarketView, decide, price
from leadhouse.allocate.choosing.winners import places_of
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.selling.room import Room
from leadhouse.allocate.types import Decision, Offer, Taken
from leadhouse.parties.types import Market
from tests.allocate.allocate_markets import NOW, PRODUCT, campaign, company, lead, market
from tests.allocate.choosing.contests import brute_force

FREE, EXCLUSIVE = replace(PRODUCT, floor=0), replace(PRODUCT, floor=0, carrier_exclusive=True)


@dataclass
class Sale:
    """A lead on its way: who has accepted, which companies have been asked, what was decided so far."""

    market: Market
    rates: Rates
    contact_requests: int | None

    def __post_init__(self) -> None:
        self.index = Index(self.market)
        self.book = OfferBook(self.index, self.rates)
        self.room = Room([], dict.fromkeys(self.market.companies, 10**9))
        self.fixed: list[Taken] = []
        self.asked: set[int] = set()

    def search(self) -> Decision:
        asked = lead(contact_requests=self.contact_requests, held_by=frozenset(self.asked))
        narrowing = self.index.narrow(asked, NOW, BitMap())
        view = MarketView(self.index, self.book, Distributions(self.index))
        priced = price(self.index, self.book, asked, narrowing, self.fixed)
        return decide(view, priced, self.room, Turns({}, {}), NOW)

    def answer(self, decision: Decision, accepting: frozenset[int]) -> None:
        """Have the chosen ones answer: campaigns that are not accepting refuse."""
        assert decision.chosen
        for number, paid in zip(decision.chosen.winners, decision.chosen.prices, strict=True):
            company_id = self.market.campaigns[number].company_id
            assert company_id not in self.asked
            self.asked.add(company_id)
            if number in accepting:
                self.fixed.append(Taken(number, company_id, decision.chosen.size, paid))

    def still_possible(self) -> list[Offer]:
        """Return the offers of whoever has not been asked and may stand beside those who have accepted."""
        sellers = Sellers(self.market)
        offers = []
        for one in self.market.campaigns.values():
            behind = sellers.of(one)
            keep = self.rates.keep(one.id, one.company_id)
            offers.append(
                Offer(one.id, one.company_id, one.key, behind.group, keep, one.bids, behind.conflicts)
            )
        taken = [one for one in offers if one.campaign_id in {fixed.campaign_id for fixed in self.fixed}]
        return [
            one
            for one in offers
            if one.company_id not in self.asked and not any(in_conflict(one, other) for other in taken)
        ]

    def best_possible(self) -> tuple[int, ...] | None:
        sizes = [size for size in (1, 2, 3, 4) if size <= (self.contact_requests or 4)]
        if self.fixed:
            sizes = [self.fixed[0].size]
        return brute_force(self.still_possible(), places_of(sizes, len(self.fixed)))


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Up to nine campaigns of up to seven companies, some in groups, of carriers that cross."""
    owners = [
        company(
            number,
            conflict_group=draw(st.sampled_from([None, None, "x", "y"])),
            carriers=draw(st.frozensets(st.sampled_from("abc"), max_size=2)),
        )
        for number in range(1, 8)
    ]
    bids = st.dictionaries(st.integers(1, 4), st.sampled_from([500, 1_000, 1_500, 2_000]), min_size=1)
    campaigns = [
        campaign(number, draw(st.integers(1, 7)), bids=draw(bids))
        for number in range(1, draw(st.integers(1, 9)) + 1)
    ]
    return market(campaigns, owners, products=[draw(st.sampled_from([FREE, EXCLUSIVE]))])


@pytest.mark.req("R000-50", "R004-06")
@given(
    markets(),
    st.dictionaries(st.integers(1, 9), st.sampled_from([0.0, 0.25, 0.5])),
    st.none() | st.integers(1, 4),
    st.frozensets(st.integers(1, 9)),
)
@settings(max_examples=300, deadline=None)
def test_each_search_finds_the_best_that_is_left_until_nothing_is(
    sellers: Market, rates: dict[int, float], contact_requests: int | None, accepting: frozenset[int]
) -> None:
    sale = Sale(sellers, Rates(0.0, {}, rates), contact_requests)
    for _ in range(10):
        decision = sale.search()
        assert (decision.chosen.winners if decision.chosen else None) == sale.best_possible()
        if decision.chosen is None:
            break
        assert not sale.fixed or decision.chosen.size == sale.fixed[0].size
        sale.answer(decision, accepting)
    assert len({one.size for one in sale.fixed}) <= 1
    assert all(len(sale.fixed) <= min(one.size, contact_requests or 4) for one in sale.fixed)
    accepted = {one.campaign_id for one in sale.fixed}
    before = Sale(sale.market, sale.rates, sale.contact_requests)
    offers = [one for one in before.still_possible() if one.campaign_id in accepted]
    assert len(offers) == len(accepted)
    assert not any(in_conflict(one, other) for one, other in combinations(offers, 2))


def _bids(*bids: dict[int, int]) -> Market:
    return market([campaign(number, bids=one) for number, one in enumerate(bids, start=1)], products=[FREE])


def _sold(sale: Sale, accepting: frozenset[int]) -> list[tuple[int, ...]]:
    """Search and answer until nobody is left; return who was asked, search by search."""
    rounds = []
    while (decision := sale.search()).chosen:
        rounds.append(decision.chosen.winners)
        sale.answer(decision, accepting)
    return rounds


def test_nobody_is_locked_into_the_shared_sale_that_its_first_buyers_left() -> None:
    """Four together bring 23.00, one alone 20.00: when the four leave, the one alone still buys."""
    sellers = _bids({4: 700}, {4: 600}, {4: 500}, {4: 500}, {1: 2_000})
    assert _sold(Sale(sellers, Rates(0.0, {}, {}), None), frozenset({5})) == [(1, 2, 3, 4), (5,)]


def test_a_refused_exclusive_sale_becomes_a_shared_one_and_a_refused_shared_one_a_smaller() -> None:
    sellers = _bids({1: 5_000}, {3: 1_500}, {3: 1_400}, {3: 1_300}, {2: 1_200}, {2: 1_100}, {1: 900})
    rounds = _sold(Sale(sellers, Rates(0.0, {}, {}), None), frozenset({7}))
    assert rounds == [(1,), (2, 3, 4), (5, 6), (7,)]


def test_once_somebody_has_accepted_the_size_stands_and_the_dearest_alone_comes_too_late() -> None:
    sellers = _bids({4: 700}, {4: 600}, {4: 500}, {4: 500}, {1: 2_000, 4: 100}, {4: 90})
    sale = Sale(sellers, Rates(0.0, {}, {}), None)
    assert _sold(sale, frozenset({1, 6})) == [(1, 2, 3, 4), (5, 6)]
    assert [(one.campaign_id, one.size, one.price_minor) for one in sale.fixed] == [(1, 4, 700), (6, 4, 90)]


def test_others_may_still_buy_beside_a_buyer_whose_campaign_is_left_out_of_the_market() -> None:
    sale = Sale(_bids({2: 700}, {2: 600}, {2: 500}), Rates(0.0, {}, {}), None)
    sale.answer(sale.search(), frozenset({1}))
    without = market([campaign(number, bids={2: 600}) for number in (2, 3)], products=[FREE])
    later = Sale(without, sale.rates, None)
    later.fixed, later.asked = sale.fixed, sale.asked
    decision = later.search()
    assert decision.chosen
    assert decision.chosen.winners == (3,)
