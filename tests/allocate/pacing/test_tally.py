"""Sales add up by the company's days, and by what its caps had used before them."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.pacing.days import Spent
from leadhouse.allocate.pacing.tally import Tally
from leadhouse.parties.types import Cap, CapPeriod, CapUnit
from tests.allocate.allocate_markets import NOW, campaign, market

WEEK = Cap(CapPeriod.WEEK, CapUnit.COUNT, 100)
MONTH = Cap(CapPeriod.MONTH, CapUnit.MONEY, 300_000)


def test_today_and_what_came_before_it_are_kept_apart() -> None:
    tally = Tally(market([campaign(1, caps=(WEEK, MONTH)), campaign(2)]))
    tally.add(1, 900, NOW - timedelta(days=30))
    tally.add(1, 1_000, NOW - timedelta(days=5))
    tally.add(1, 2_000, NOW - timedelta(days=1))
    tally.add(1, 3_000, NOW - timedelta(hours=1))
    tally.add(1, 4_000, NOW)
    tally.add(2, 5_000, NOW)
    assert tally.spent(NOW) == {1: Spent(7_000, 2, {WEEK: 1, MONTH: 3_000}), 2: Spent(5_000, 1)}
    tally.add(1, 500, NOW)
    tally.add(1, -500, NOW)
    assert tally.spent(NOW + timedelta(days=1))[1] == Spent(0, 0, {WEEK: 3, MONTH: 10_000})


def test_a_sale_undone_leaves_its_day() -> None:
    tally = Tally(market([campaign(1)]))
    tally.add(1, 3_000, NOW)
    tally.add(1, 4_000, NOW)
    tally.add(1, -3_000, NOW)
    assert tally.spent(NOW) == {1: Spent(4_000, 1)}


def test_what_is_undone_on_an_earlier_day_is_gone_from_its_month() -> None:
    tally = Tally(market([campaign(1, caps=(MONTH,))]))
    tally.add(1, 3_000, NOW - timedelta(days=1))
    tally.add(1, 4_000, NOW)
    assert tally.spent(NOW) == {1: Spent(4_000, 1, {MONTH: 3_000})}
    tally.add(1, -3_000, NOW - timedelta(days=1))
    assert tally.spent(NOW) == {1: Spent(4_000, 1, {MONTH: 0})}


SALES = st.lists(
    st.tuples(st.integers(1, 2), st.sampled_from([700, 900, -700]), st.integers(0, 900)), max_size=12
)


@given(SALES)
@settings(deadline=None)
def test_one_that_is_asked_over_and_over_says_what_a_fresh_one_says(
    sales: list[tuple[int, int, int]],
) -> None:
    whole = market([campaign(1, caps=(WEEK, MONTH)), campaign(2, caps=(MONTH,))])
    often, now, past = Tally(whole), NOW, []
    for number, price, minutes in sales:
        now += timedelta(minutes=minutes)
        past.append((number, price, now))
        often.add(number, price, now)
        fresh = Tally(whole)
        for one in past:
            fresh.add(*one)
        assert often.spent(now) == fresh.spent(now)
        assert often.spent(now + timedelta(hours=9)) == fresh.spent(now + timedelta(hours=9))
