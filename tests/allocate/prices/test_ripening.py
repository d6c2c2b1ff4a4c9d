"""An assignment counts by as much of its rejections as has come by its age."""

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.prices.experience import NOTHING_KNOWN, Changes, Experience, hour_of
from leadhouse.allocate.prices.ripening import AgeCurve
from tests.allocate.allocate_markets import NOW
from tests.allocate.prices.outcomes import Outcome, experience_of

HOUR = timedelta(hours=1)


def shares_of(experience: Experience, ages: Iterable[int], window: int) -> list[float]:
    asked = np.array(list(ages))
    return AgeCurve(experience, NOW).shares(asked, np.full_like(asked, window)).tolist()


def test_before_there_are_rejections_they_are_expected_in_all_hours_that_sales_have_lived_through() -> None:
    def shares(*hours_ago: int) -> list[float]:
        sold = [Outcome(1, 1, 100, NOW - ago * HOUR, window_hours=3) for ago in hours_ago]
        return shares_of(experience_of(sold, NOW), range(5), 3)

    assert shares() == [1, 1, 1, 1, 1]
    # Nobody has seen later hours: what was sold in this one counts in full.
    assert shares(0, 0) == [1, 1, 1, 1, 1]
    assert shares(0, 1) == pytest.approx([2 / 3, 1, 1, 1, 1], abs=0.001)
    assert shares(*range(3, 100)) == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1, 1])


def test_what_all_buyers_do_is_what_each_is_expected_to_do() -> None:
    """Half of a thousand rejections come in the hour of the sale, the others ten hours later."""
    old = NOW.replace(minute=0) - timedelta(days=3)
    back = [Outcome(1, 1, 100, old, back_after=(number % 2) * 10 * HOUR) for number in range(1_000)]
    kept = [Outcome(2, 2, 100, old) for _ in range(9_000)]
    shares = shares_of(experience_of(back + kept, NOW), (0, 9, 10, 47), 48)
    assert shares == pytest.approx([0.5, 0.5, 1, 1], abs=0.01)


def test_a_single_early_rejection_hardly_bends_the_curve_and_many_do() -> None:
    old = [Outcome(1, 1, 100, NOW - timedelta(days=9))] * 10_000

    def share(rejections: int) -> float:
        back = [Outcome(1, 1, 100, NOW, back_after=timedelta(0)) for _ in range(rejections)]
        return shares_of(experience_of(old + back, NOW), [0], 48)[0]

    assert share(1) == pytest.approx((1 + 1 / 49) / 2, abs=0.001)
    assert share(9) == pytest.approx((9 + 1 / 49) / 10, abs=0.001)


def test_the_young_do_not_make_late_rejections_look_rare() -> None:
    """A hundred times more was sold in the last hours than ever before."""
    hours = [hour for hour in range(48 * 4) for _ in range(100 if hour < 6 else 1)]
    sold = [_some(hour, number) for hour in hours for number in range(20)]
    shares = shares_of(experience_of(sold, NOW), (11, 23, 35), 48)
    assert shares == pytest.approx([0.25, 0.5, 0.75], abs=0.05)


def test_short_windows_do_not_make_late_rejections_look_rare() -> None:
    """They come evenly over 48 hours, and half of the buyers may reject for 12 only."""
    rest = timedelta(days=10)
    sold = [_some(hour, number) for hour in range(48 * 4) for number in range(20)]
    short = [
        Outcome(1, 1, 100, one.at - rest, _within(one.back_after, 12), window_hours=12)
        for one in sold
        for _ in range(3)
    ]
    long = [Outcome(1, 1, 100, one.at - rest, one.back_after) for one in sold]
    known = experience_of(short + long, NOW)
    assert shares_of(known, [11], 48) == pytest.approx([0.25], abs=0.04)
    assert shares_of(known, [5], 12) == pytest.approx([0.5], abs=0.08)


def _some(hours_ago: int, number: int) -> Outcome:
    """A sale that comes back in one of five cases, at any time of its window alike."""
    chance = random.Random(f"{hours_ago} {number}")
    back_after = chance.random() * 48 * HOUR if chance.random() < 0.2 else None
    return Outcome(1, 1, 100, NOW - (hours_ago + chance.random()) * HOUR, back_after)


def _within(delay: timedelta | None, hours: int) -> timedelta | None:
    return delay if delay is not None and delay < hours * HOUR else None


ROWS = st.tuples(st.integers(1, 60), st.integers(0, 60), st.floats(0, 1e6), st.floats(0, 1e6))


@given(st.lists(ROWS, max_size=20), st.lists(st.tuples(st.integers(0, 80), ROWS), max_size=20))
@settings(max_examples=200, deadline=None)
def test_the_curve_never_falls_and_ends_at_one(
    told: Sequence[tuple[int, int, float, float]],
    young: Sequence[tuple[int, tuple[int, int, float, float]]],
) -> None:
    delays = [(window, min(hours, window), *counts) for window, hours, *counts in told]
    cohorts = [(1, hour_of(NOW) - ago, window, 1, count) for ago, (window, _, count, _) in young]
    known = NOTHING_KNOWN.after(Changes(0, [], cohorts, delays), NOW)
    for window in (1, 24, 48, 72):
        shares = shares_of(known, range(window + 3), window)
        assert all(0 <= one <= other <= 1 for one, other in pairwise(shares))
        assert shares[window:] == [1, 1, 1]
