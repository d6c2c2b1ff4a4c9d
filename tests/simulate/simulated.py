"""Small markets and a few leads for the tests of simulations, no database needed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from pyroaring import BitMap

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.rates import NO_REJECTIONS
from leadhouse.parties.types import Campaign, CapPeriod, Market
from leadhouse.simulate.playing.door import Door
from leadhouse.simulate.playing.outside import Willing
from leadhouse.simulate.playing.play import Play
from leadhouse.simulate.playing.till import Till
from leadhouse.simulate.types import Arrival, Judged, Step
from leadhouse.timeline.types import Passport, Status
from tests.allocate.allocate_markets import NOW, area, campaign, company, count, lead, market, money, weekdays

STATES = ("CA", "TX", "FL", "NY", "PA", "IL", "OH", "GA", "NC", "MI")


def busy_market(seed: int, campaigns: int = 30) -> Market:
    """Campaigns that run out of all they can run out of, some of one company, some open by day only."""
    chance = Random(seed)
    orders = [_order(number, chance) for number in range(1, campaigns + 1)]
    companies = [
        company(
            number,
            wallet_limit=chance.choice([20_000, 100_000, 10**9]),
            conflict_group="holding" if number % 7 == 0 else None,
            hours=weekdays() if number % 5 == 0 else None,
        )
        for number in {one.company_id for one in orders}
    ]
    return market(orders, companies)


def _order(number: int, chance: Random) -> Campaign:
    bid = chance.randint(1_500, 9_000)
    caps = chance.choice(
        [
            (),
            (count(chance.randint(1, 9)),),
            (money(chance.randint(5_000, 40_000)),),
            (count(20, CapPeriod.WEEK), money(90_000, CapPeriod.MONTH)),
        ]
    )
    where = chance.choice([None, area(states=chance.sample(STATES, 4))])
    bids = {size: round(bid * share) for size, share in ((1, 1.0), (2, 0.62), (3, 0.46), (4, 0.37))}
    return campaign(number, number * 2 // 3 + 1, bids=bids, caps=caps, where=where)


def arrival(
    number: int,
    at: datetime = NOW,
    *,
    consumer: int | None = None,
    wish: int | None = None,
    **changes: object,
) -> Arrival:
    """A lead of a consumer of its own, good to sell at this instant."""
    found = lead(id=UUID(int=number), received_at=at, contact_requests=wish, **changes)
    return Arrival(at, number, found, passport(found.id, consumer or 5_000_000 + number, at))


def passport(lead_id: UUID, consumer_id: int, at: datetime) -> Passport:
    return Passport(
        lead_id=lead_id,
        consumer_id=consumer_id,
        product_id=1,
        source_id=1,
        status=Status.QUALIFIED,
        reason=None,
        good_to_sell=True,
        classification=5,
        contact_requests=None,
        channel="Web Forms",
        is_test=False,
        run=1,
        unique_lead_id=None,
        sales_potential_minor=None,
        waiting_until=None,
        sale_size=None,
        revenue_minor=0,
        received_at=at,
        settled_at=None,
    )


def every(minutes: int, number: int, start: datetime = NOW) -> list[datetime]:
    return [start + timedelta(minutes=minutes * one) for one in range(number)]


def steps(market_: Market, arrivals: Iterable[Arrival]) -> list[Step]:
    """Decide leads; companies may spend their limits."""
    index = Index(market_)
    wallets = {one.id: one.wallet_limit for one in market_.companies.values()}
    outside = Willing(index, NO_REJECTIONS, BitMap())
    return list(Play(index, outside, Till(market_, wallets), Door(market_)).run(arrivals))


def judged(found: Sequence[Step]) -> list[Judged]:
    return [one for one in found if isinstance(one, Judged)]


def winners(found: Sequence[Step]) -> list[list[int]]:
    """Return who got each lead that was decided, decision by decision."""
    return [sorted(one.decided.sale.winners) if one.decided.sale else [] for one in judged(found)]
