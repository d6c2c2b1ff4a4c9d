"""A market edited again and again: what is patched answers as what is made anew, and as the plainest way."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import structs
from pyroaring import BitMap

from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.choosing.scenario import MarketView, decide, price
from leadhouse.allocate.matching.targeting import Index, changed_campaigns
from leadhouse.allocate.packing import packed, unpacked
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import NO_REJECTIONS, Rates
from leadhouse.allocate.selling.room import Room, Window, WindowKey
from leadhouse.allocate.types import Decision, Lead
from leadhouse.parties.types import BidRule, CapUnit, Market
from tests.allocate.allocate_markets import NOW, PRODUCT, campaign, company, market, weekdays
from tests.allocate.matching.plain_matching import AREAS, LEADS, NOBODY, RULES, WISHES, some
from tests.allocate.plain_sale import PlainRoom, plain_sale

SOLAR = replace(PRODUCT, id=2, key="solar", carrier_exclusive=True, sale_sizes=(1, 3))
AMOUNTS = st.sampled_from([0, 300, 500, 700, 1_000, 1_500, 2_000])
BIDS = st.dictionaries(st.integers(1, 4), AMOUNTS, max_size=4)
BID_RULES = st.lists(
    st.builds(
        BidRule,
        bids=st.dictionaries(st.integers(1, 4), AMOUNTS, min_size=1, max_size=2),
        where=st.none() | AREAS,
        sources=some(["calculator", "form"]),
        criteria=st.sampled_from(RULES),
    ),
    max_size=2,
).map(tuple)
CAMPAIGNS = st.builds(
    lambda wish, bids, rules, product: {**wish, "bids": bids, "bid_rules": rules, "product": product},
    WISHES,
    BIDS,
    BID_RULES,
    st.sampled_from(["roofing", "roofing", "solar"]),
)
COMPANIES = st.builds(
    dict,
    hours=st.sampled_from([None, weekdays("09:00-11:00"), weekdays("12:00-13:00")]),
    conflict_group=st.sampled_from([None, None, "x"]),
    carriers=st.frozensets(st.sampled_from("ab"), max_size=2),
    is_closed=st.sampled_from([False, False, False, True]),
)
ROOMS = st.builds(
    PlainRoom,
    counts=st.dictionaries(st.integers(1, 12), st.integers(0, 2), max_size=4),
    money=st.dictionaries(st.integers(1, 12), AMOUNTS, max_size=4),
    wallets=st.dictionaries(st.integers(1, 4), AMOUNTS | st.just(10**6), min_size=2, max_size=4),
)
SALES = st.builds(
    lambda lead, product, most: structs.replace(lead, product=product, contact_requests=most),
    LEADS,
    st.sampled_from(["roofing", "solar"]),
    st.none() | st.integers(1, 4),
)
RATES = st.sampled_from([NO_REJECTIONS, Rates(0.5, {1: 0.25}, {3: 1.0}), Rates(0.1, {}, {2: 0.4, 99: 0.2})])


def room_of(plain: PlainRoom) -> Room:
    """The same room, as read from windows and wallets."""

    def window(campaign_id: int, unit: CapUnit, left: int) -> Window:
        return Window(WindowKey(campaign_id, "day", unit, NOW), NOW, left)

    windows = [window(one, CapUnit.COUNT, left) for one, left in plain.counts.items()]
    windows += [window(one, CapUnit.MONEY, left) for one, left in plain.money.items()]
    return Room(((one, 0) for one in windows), plain.wallets)


def decided(index: Index, book: OfferBook, lead: Lead, room: Room) -> Decision:
    view = MarketView(index, book, Distributions(index))
    priced = price(index, book, lead, index.narrow(lead, NOW, NOBODY), ())
    return decide(view, priced, room, Turns({}, {}), NOW)


class EditedMarket(RuleBasedStateMachine):
    """Campaigns, companies and products come and change; the index and the book follow."""

    @initialize(wishes=st.lists(CAMPAIGNS, min_size=1, max_size=6))
    def begin(self, wishes: list[dict[str, object]]) -> None:
        self.rates, self.paces = NO_REJECTIONS, {}
        campaigns = [campaign(number, **wish) for number, wish in enumerate(wishes, start=1)]
        companies = [company(number) for number in (1, 2, 3, 4)]
        self.market = market(campaigns, companies, products=(PRODUCT, SOLAR))
        self.index = Index(self.market)
        self.book = OfferBook(self.index, self.rates, self.paces)

    def become(self, after: Market) -> None:
        changed = changed_campaigns(self.market, after)
        self.index = self.index.edited(after, changed)
        self.book = self.book.edited(self.index, changed, self.rates, self.paces)
        self.market = after

    def with_campaign(self, number: int, wish: Mapping[str, object]) -> None:
        one = campaign(number, **wish)  # type: ignore[arg-type]
        self.become(replace(self.market, campaigns={**self.market.campaigns, number: one}))

    @rule(wish=CAMPAIGNS)
    def a_campaign_comes(self, wish: dict[str, object]) -> None:
        self.with_campaign(len(self.market.campaigns) + 1, wish)

    @rule(data=st.data(), wish=CAMPAIGNS)
    def a_campaign_is_rewritten(self, data: st.DataObject, wish: dict[str, object]) -> None:
        self.with_campaign(data.draw(st.sampled_from(sorted(self.market.campaigns))), wish)

    @rule(data=st.data())
    def a_campaign_is_paused_or_resumed(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.market.campaigns)))
        one = self.market.campaigns[number]
        changed = replace(one, is_active=not one.is_active)
        self.become(replace(self.market, campaigns={**self.market.campaigns, number: changed}))

    @rule(number=st.integers(1, 4), changes=COMPANIES)
    def a_company_changes(self, number: int, changes: dict[str, object]) -> None:
        companies = {**self.market.companies, number: company(number, **changes)}
        self.become(replace(self.market, companies=companies))

    @rule(
        key=st.sampled_from(["roofing", "solar"]),
        floor=st.sampled_from([0, 500, 1_000]),
        sizes=st.sampled_from([(1, 2, 3, 4), (1, 3), (2,)]),
        is_closed=st.booleans(),
    )
    def a_product_changes(self, key: str, floor: int, sizes: tuple[int, ...], is_closed: bool) -> None:
        one = replace(self.market.products[key], floor=floor, sale_sizes=sizes, is_closed=is_closed)
        self.become(replace(self.market, products={**self.market.products, key: one}))

    @rule(rates=RATES)
    def rates_move(self, rates: Rates) -> None:
        self.rates = rates
        self.become(self.market)

    @rule(
        lead=LEADS,
        room=ROOMS,
        product=st.sampled_from(["roofing", "solar"]),
        most=st.none() | st.integers(1, 4),
    )
    def a_lead_is_sold(self, lead: Lead, room: PlainRoom, product: str, most: int | None) -> None:
        lead = structs.replace(lead, product=product, contact_requests=most)
        plain = plain_sale(self.market, lead, room, self.rates, self.paces)
        anew = Index(self.market)
        for index, book in ((self.index, self.book), (anew, OfferBook(anew, self.rates, self.paces))):
            one = decided(index, book, lead, room_of(room))
            refused = {number: reason for reason, found in one.refused.items() for number in found}
            assert refused == plain.refused
            assert one.offers is not None
            assert {each.campaign_id: each.prices for each in one.offers} == plain.offers
            assert (one.chosen.winners if one.chosen else ()) == plain.winners
            assert one.funnel.budget == len(plain.offers)
            self.columns_tell_the_same(one)

    def columns_tell_the_same(self, one: Decision) -> None:
        assert one.offers is not None
        kept = sorted((each.campaign_id, each.keep, dict(each.prices)) for each in one.offers)
        assert list(unpacked(packed(one.offers))) == kept
        campaigns, keep, prices = one.offers.columns()
        told = {}
        for row, number in enumerate(campaigns.tolist()):
            asked = {size: column.item(row) for size, column in prices.items() if column[row] >= 0}
            told[number] = (keep.item(row), asked)
        assert told == {each.campaign_id: (each.keep, each.prices) for each in one.offers}

    @invariant()
    def nobody_is_lost(self) -> None:
        if hasattr(self, "market"):
            assert self.index.everyone == BitMap(self.market.campaigns)


TestEditedMarket = EditedMarket.TestCase
TestEditedMarket.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
