"""What is left of caps and wallets while simulated time goes by, against counting every sale anew."""

from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.prices.price_list import ENDLESS
from leadhouse.allocate.selling.room import Window
from leadhouse.parties.types import CapPeriod, CapUnit
from leadhouse.simulate.playing.till import Till
from tests.allocate.allocate_markets import NOW, campaign, company, count, market, money
from tests.simulate.test_playing import SPANS

CAPS = (count(6), count(30, CapPeriod.WEEK), money(9_000), money(60_000, CapPeriod.MONTH))
MARKET = market([campaign(1, caps=CAPS), campaign(2)], [company(1), company(2)])
Sale = tuple[datetime, int]


def plainly_left(sales: list[Sale], now: datetime) -> tuple[int, int]:
    """Count anew what the tightest cap by count, and by money, leaves now."""
    left = {CapUnit.COUNT: ENDLESS, CapUnit.MONEY: ENDLESS}
    for cap in CAPS:
        span = SPANS[cap.period](MARKET.companies[1].zone, now)
        prices = [price for at, price in sales if span.contains(at)]
        used = len(prices) if cap.unit is CapUnit.COUNT else sum(prices)
        left[cap.unit] = min(left[cap.unit], cap.limit - used)
    return left[CapUnit.COUNT], left[CapUnit.MONEY]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**6))
def test_what_is_left_is_what_counting_every_sale_of_each_window_leaves(seed: int) -> None:
    chance, now = Random(seed), NOW
    till = Till(MARKET, {1: 100_000, 2: 5_000})
    sales: list[tuple[Sale, tuple[Window, ...]]] = []
    paid_in = 0
    for _ in range(60):
        now += timedelta(hours=chance.choice([0, 0, 1, 7, 30]))
        room = till.room(now)
        assert room.left(1) == plainly_left([sale for sale, _ in sales], now)
        assert room.left(2) == (ENDLESS, ENDLESS)
        assert room.wallets == {1: 100_000 + paid_in - sum(price for (_, price), _ in sales), 2: 5_000}
        happening = chance.random()
        if happening < 0.6:
            price = chance.randint(500, 3_000)
            room.take(1, 1, price)
            sales.append(((now, price), till.windows_of(1)))
        elif happening < 0.8 and sales:
            (_, price), windows = sales.pop(chance.randrange(len(sales)))
            till.give_back(windows, 1, price)
        elif happening < 0.9:
            till.pay_in(1, 700)
            paid_in += 700
    assert till.windows_of(2) == ()
