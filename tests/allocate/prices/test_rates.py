"""Rejection rates: by money, fading, shrunk; exactly nothing while nothing came back."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.prices.experience import HALF_LIFE, NOTHING_KNOWN, Changes, Experience, Row, weight
from leadhouse.allocate.prices.rates import (
    NO_REJECTIONS,
    Rates,
    over_threshold,
    rejection_rates,
)
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.types import Thresholds
from tests.allocate.allocate_markets import NOW
from tests.allocate.prices.outcomes import Outcome, experience_of


def record(
    number: int,
    company: int,
    sold: float,
    rejected: float,
    *,
    price: float = 100,
    failed: float = 0,
    refused: float = 0,
    decisions: int = 100,
) -> Row:
    """A campaign's record, all of it of this instant, in minor units; one price for all sales."""
    trials, accepted = sold / price, (sold - failed) / price
    faded = [weight(NOW) * one for one in (sold, failed, rejected, trials, accepted, refused)]
    return (number, company, *faded, decisions)


def known(*records: Row) -> Experience:
    return NOTHING_KNOWN.after(Changes(0, records, [], []), NOW)


def rates_of(*records: Row, days: float = 0) -> Rates:
    return rejection_rates(known(*records), NOW + timedelta(days=days))


def test_while_nothing_was_ever_rejected_every_rate_is_exactly_zero() -> None:
    sold = [Outcome(1, 1, 6_000, NOW - timedelta(minutes=minutes)) for minutes in range(90)]
    for rates in (
        rates_of(),
        rates_of(record(1, 1, 9_000, 0)),
        rejection_rates(experience_of(sold, NOW), NOW),
    ):
        assert rates is NO_REJECTIONS
        assert [rates.of(1, 1), rates.of(99, 99)] == [0.0, 0.0]
        assert rates.keep(1, 1) == WHOLE


def test_rates_are_weighed_by_money_not_by_number() -> None:
    sold = [Outcome(1, 1, 1_000, NOW - timedelta(days=3)) for _ in range(9)]
    back = Outcome(1, 1, 9_000, NOW - timedelta(days=3), back_after=timedelta(hours=1))
    assert rejection_rates(experience_of([*sold, back], NOW), NOW).network == pytest.approx(0.5)


@pytest.mark.parametrize(
    "lost", [{"failed": 2_000}, {"rejected": 2_000}, {"failed": 1_000, "rejected": 1_000}]
)
def test_what_fails_and_what_comes_back_counts_alike(lost: dict[str, float]) -> None:
    rates = rates_of(record(1, 1, 10_000, lost.get("rejected", 0), failed=lost.get("failed", 0)))
    assert rates.network == pytest.approx(0.2)


@pytest.mark.req("R000-47")
def test_who_has_no_record_is_expected_to_do_as_its_company_and_the_network_do() -> None:
    rates = rates_of(record(1, 1, 10_000, 5_000), record(2, 1, 10_000, 3_000), record(3, 2, 20_000, 0))
    assert rates.network == pytest.approx(0.2)
    assert rates.of(99, 99) == rates.network
    assert rates.of(98, 1) == rates.companies[1]
    assert rates.network < rates.of(2, 1) < rates.companies[1] < rates.of(1, 1) < 0.5
    assert 0 < rates.of(3, 2) < rates.network


def test_a_long_record_speaks_for_itself_and_a_short_one_hardly() -> None:
    rates = rates_of(record(1, 1, 1_000_000, 300_000), record(2, 2, 100, 100), record(3, 3, 1_000_000, 0))
    assert rates.of(1, 1) == pytest.approx(0.3, abs=0.01)
    assert rates.of(2, 2) < 0.6
    assert rates.of(3, 3) < 0.01


def test_dear_sales_weigh_by_their_money_and_convince_by_their_number() -> None:
    """Ten sales at 500.00 are no more proof than ten at 1.00."""
    network = [record(number, number, 100_000, 10_000) for number in range(3, 9)]
    cheap, dear = record(1, 1, 1_000, 500, price=100), record(2, 2, 500_000, 250_000, price=50_000)
    alone = [rates_of(*network, cheap).of(1, 1), rates_of(*network, dear).of(2, 2)]
    assert [one < 0.45 for one in alone] == [True, True]


def test_equal_rates_everywhere_are_pulled_together_and_unequal_ones_left_apart() -> None:
    alike = [record(number, number, 1_000, 100 if number % 2 else 200) for number in range(1, 9)]
    apart = [record(number, number, 100_000, 0 if number % 2 else 30_000) for number in range(1, 9)]
    pulled, left = (rates_of(*records) for records in (alike, apart))
    assert pulled.of(2, 2) - pulled.of(1, 1) < 0.01
    assert left.of(2, 2) - left.of(1, 1) > 0.29


def test_an_old_rejection_counts_half_as_much_every_thirty_days() -> None:
    assert weight(NOW + HALF_LIFE) == 2 * weight(NOW)
    sold = [
        Outcome(1, 1, 1_000, NOW - timedelta(days=3)),
        Outcome(1, 1, 1_000, NOW - timedelta(days=33), HALF_LIFE / 30),
    ]
    assert rejection_rates(experience_of(sold, NOW), NOW).network == pytest.approx(1 / 3)


def test_time_alone_changes_no_rate_of_the_network_and_lets_each_record_weigh_less() -> None:
    records = [record(1, 1, 10_000, 5_000), record(2, 2, 10_000, 0), record(3, 3, 10_000, 1_000)]
    today, later = rates_of(*records), rates_of(*records, days=300)
    assert later.network == today.network
    assert abs(later.of(1, 1) - later.network) < abs(today.of(1, 1) - today.network)


def test_a_first_rejection_within_minutes_of_the_first_sales_frightens_nobody() -> None:
    sold = [Outcome(number, number, 5_000, NOW - timedelta(minutes=9)) for number in range(1, 21)]
    back = Outcome(21, 21, 5_000, NOW - timedelta(minutes=9), back_after=timedelta(minutes=5))
    rates = rejection_rates(experience_of([*sold, back], NOW), NOW)
    assert rates.network == pytest.approx(1 / 21)
    assert rates.of(21, 21) < 0.2
    assert rates.of(1, 1) < rates.network


@pytest.mark.req("R000-45")
def test_thresholds_judge_only_who_has_answered_often_enough() -> None:
    records = [
        record(1, 1, 1_000_000, 900_000),
        record(2, 2, 1_000_000, 900_000, decisions=49),
        record(3, 3, 1_000_000, 0, refused=90_000),
        record(4, 4, 1_000_000, 0, refused=9_000),
    ]
    rates = rates_of(*records)
    learned = known(*records)
    assert over_threshold(learned, rates, Thresholds(0.4, 0.3, 50)) == BitMap([1, 3])
    assert over_threshold(learned, rates, Thresholds(0.4, None, 50)) == BitMap([1])
    # Three of four answers at the door were no; the others' were one of nineteen and none.
    assert over_threshold(learned, rates, Thresholds(None, 10 / 20, 50)) == BitMap([3])
    assert over_threshold(learned, rates, Thresholds(None, 10 / 18, 50)) == BitMap([3, 4])
    assert over_threshold(learned, rates, Thresholds()) == BitMap()
    assert over_threshold(NOTHING_KNOWN, NO_REJECTIONS, Thresholds(0.4, 0.3)) == BitMap()


OUTCOMES = st.builds(
    lambda campaign, price, hours, back, has_failed, window: Outcome(
        campaign,
        campaign % 4,
        price,
        NOW - timedelta(hours=hours),
        None if back is None or has_failed else timedelta(hours=back * window),
        has_failed,
        window,
    ),
    st.integers(1, 9),
    st.integers(1, 10**7),
    st.floats(0, 3_000),
    st.none() | st.floats(0, 1),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([1, 24, 48]),
)


@given(st.lists(OUTCOMES, max_size=40))
@settings(deadline=None)
def test_every_rate_is_a_share_whatever_has_happened(outcomes: list[Outcome]) -> None:
    rates = rejection_rates(experience_of(outcomes, NOW), NOW)
    for one in outcomes:
        assert 0 <= rates.of(one.campaign_id, one.company_id) <= 1
        assert 0 <= rates.keep(one.campaign_id, one.company_id) <= WHOLE
