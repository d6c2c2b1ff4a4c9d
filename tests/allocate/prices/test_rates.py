"""Rejection rates: by money, fading, shrunk; exactly nothing while nothing came back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.prices.rates import (
    HALF_LIFE,
    NO_REJECTIONS,
    Sums,
    acceptance_rate,
    over_threshold,
    rejection_rates,
    weight,
)
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.types import Thresholds
from tests.allocate.allocate_markets import NOW


def record(
    number: int,
    company: int,
    sold: float,
    rejected: float,
    *,
    price: float = 100,
    refused: float = 0,
    decisions: int = 100,
) -> Sums:
    """A campaign's record, all of it of this instant, in minor units; one price for all sales."""
    now = weight(NOW)
    trials = sold / price
    return Sums(
        number, company, sold * now, rejected * now, trials * now, trials * now, refused * now, decisions
    )


def test_while_nothing_was_ever_rejected_every_rate_is_exactly_zero() -> None:
    rates = rejection_rates([record(1, 1, 9_000, 0), record(2, 2, 10, 0)], NOW)
    assert rates is NO_REJECTIONS
    assert [rates.of(1, 1), rates.of(99, 99)] == [0.0, 0.0]
    assert rates.keep(1, 1) == WHOLE


def test_rates_are_weighed_by_money_not_by_number() -> None:
    # One sale of 90.00 came back out of ten that brought 180.00.
    one = Sums(1, 1, 18_000, 9_000, 10, 10, 0, 10)
    assert rejection_rates([one], NOW).network == 0.5


@pytest.mark.req("R000-47")
def test_who_has_no_record_is_expected_to_do_as_its_company_and_the_network_do() -> None:
    rates = rejection_rates(
        [record(1, 1, 10_000, 5_000), record(2, 1, 10_000, 3_000), record(3, 2, 20_000, 0)], NOW
    )
    assert rates.network == pytest.approx(0.2)
    assert rates.of(99, 99) == rates.network
    assert rates.of(98, 1) == rates.companies[1]
    assert rates.network < rates.of(2, 1) < rates.companies[1] < rates.of(1, 1) < 0.5
    assert 0 < rates.of(3, 2) < rates.network


def test_a_long_record_speaks_for_itself_and_a_short_one_hardly() -> None:
    rates = rejection_rates(
        [record(1, 1, 1_000_000, 300_000), record(2, 2, 100, 100), record(3, 3, 1_000_000, 0)], NOW
    )
    assert rates.of(1, 1) == pytest.approx(0.3, abs=0.01)
    assert rates.of(2, 2) < 0.6
    assert rates.of(3, 3) < 0.01


def test_equal_rates_everywhere_are_pulled_together_and_unequal_ones_left_apart() -> None:
    alike = [record(number, number, 1_000, 100 if number % 2 else 200) for number in range(1, 9)]
    apart = [record(number, number, 100_000, 0 if number % 2 else 30_000) for number in range(1, 9)]
    pulled, left = (rejection_rates(records, NOW) for records in (alike, apart))
    assert pulled.of(2, 2) - pulled.of(1, 1) < 0.01
    assert left.of(2, 2) - left.of(1, 1) > 0.29


def test_an_old_rejection_counts_half_as_much_every_thirty_days() -> None:
    assert weight(NOW + HALF_LIFE) == 2 * weight(NOW)
    then = NOW - HALF_LIFE
    faded = Sums(1, 1, 1_000 * weight(NOW) + 1_000 * weight(then), 1_000 * weight(then), 1, 1, 0, 1)
    assert rejection_rates([faded], NOW).network == pytest.approx(1 / 3)


def test_time_alone_changes_no_rate_of_the_network_and_lets_each_record_weigh_less() -> None:
    records = [record(1, 1, 10_000, 5_000), record(2, 2, 10_000, 0), record(3, 3, 10_000, 1_000)]
    today, later = (rejection_rates(records, at) for at in (NOW, NOW + timedelta(days=300)))
    assert later.network == today.network
    assert abs(later.of(1, 1) - later.network) < abs(today.of(1, 1) - today.network)


@pytest.mark.req("R000-45")
def test_thresholds_judge_only_who_has_answered_often_enough() -> None:
    records = [
        record(1, 1, 1_000_000, 900_000),
        record(2, 2, 1_000_000, 900_000, decisions=49),
        record(3, 3, 1_000_000, 0, refused=90_000),
        record(4, 4, 1_000_000, 0, refused=9_000),
    ]
    rates = rejection_rates(records, NOW)
    assert over_threshold(records, rates, Thresholds(0.4, 0.3, 50)) == BitMap([1, 3])
    assert over_threshold(records, rates, Thresholds(0.4, None, 50)) == BitMap([1])
    assert over_threshold(records, rates, Thresholds()) == BitMap()
    assert acceptance_rate(records[3]) == pytest.approx(10 / 19)
    assert acceptance_rate(Sums(9, 9, 0, 0, 0, 0, 0, 0)) == 1.0


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5), st.floats(1, 1e9), st.floats(0, 1), st.floats(1, 1e6), st.integers(0, 3_000)
        ),
        max_size=12,
    )
)
@settings(deadline=None)
def test_every_rate_is_a_share_between_its_own_record_and_those_it_is_drawn_to(
    shapes: list[tuple[int, float, float, float, int]],
) -> None:
    records = [
        record(number, company, sold, sold * lost, price=price)
        for number, (company, sold, lost, price, _) in enumerate(shapes, start=1)
    ]
    rates = rejection_rates(records, NOW + timedelta(days=shapes[0][4] if shapes else 0))
    for one in records:
        assert 0 <= rates.of(one.campaign_id, one.company_id) <= 1
        assert 0 <= rates.keep(one.campaign_id, one.company_id) <= WHOLE
