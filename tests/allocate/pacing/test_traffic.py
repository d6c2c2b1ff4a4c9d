"""When leads come is learnt from those that came, and where few came from the next wider view."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from leadhouse.allocate.pacing.traffic import (
    QUARTERS_OF_DAY,
    QUARTERS_OF_WEEK,
    Trail,
    quarter_of_week,
    traffic_of,
)
from tests.allocate.allocate_markets import NEW_YORK

FOUR_WEEKS = [4] * 7


def test_quarter_hours_are_those_of_the_wall_clock() -> None:
    assert quarter_of_week(datetime(2026, 11, 23, 5, 0, tzinfo=UTC), NEW_YORK) == 0
    assert quarter_of_week(datetime(2026, 11, 23, 5, 14, 59, tzinfo=UTC), NEW_YORK) == 0
    assert quarter_of_week(datetime(2026, 11, 25, 15, 15, tzinfo=UTC), NEW_YORK) == 2 * 96 + 41
    assert quarter_of_week(datetime(2026, 11, 30, 4, 59, tzinfo=UTC), NEW_YORK) == QUARTERS_OF_WEEK - 1


def test_without_any_lead_every_quarter_hour_is_alike() -> None:
    traffic = traffic_of(np.zeros(QUARTERS_OF_WEEK), [0] * 7, NEW_YORK)
    assert traffic.weekly == pytest.approx(np.full(QUARTERS_OF_WEEK, traffic.weekly[0]))
    assert traffic.weekly[0] > 0


def test_many_leads_are_expected_again_as_they_came() -> None:
    counts = np.zeros((7, QUARTERS_OF_DAY))
    counts[:5, 36:72] = 4_000
    counts[5:, 40:60] = 800
    weekly = traffic_of(counts.reshape(-1), FOUR_WEEKS, NEW_YORK).weekly.reshape(7, -1)
    assert weekly[0].sum() == pytest.approx(36_000, rel=0.01)
    assert weekly[6].sum() == pytest.approx(4_000, rel=0.02)
    assert weekly[6, 40:60].sum() / weekly[6].sum() > 0.98
    assert (weekly > 0).all()


def test_a_weekday_with_few_leads_takes_the_shape_of_the_others() -> None:
    counts = np.zeros((7, QUARTERS_OF_DAY))
    counts[:6, 40] = 1_000
    counts[6, 80] = 5
    weekly = traffic_of(counts.reshape(-1), FOUR_WEEKS, NEW_YORK).weekly.reshape(7, -1)
    assert weekly[6, 40] > 8 * weekly[6, 80]
    assert weekly[6].sum() < weekly[0].sum() / 10


def test_a_weekday_seen_less_often_is_no_less_busy() -> None:
    counts = np.full((7, QUARTERS_OF_DAY), 200.0)
    counts[6] = 100
    weekly = traffic_of(counts.reshape(-1), [2, 2, 2, 2, 2, 2, 1], NEW_YORK).weekly.reshape(7, -1)
    assert weekly[6].sum() == pytest.approx(weekly[0].sum(), rel=0.01)


def test_a_trail_counts_the_whole_days_of_four_weeks() -> None:
    trail = Trail(NEW_YORK)
    noon = datetime(2026, 10, 26, 16, 0, tzinfo=UTC)
    for day in range(36):
        for _ in range(96 if day >= 3 else 9_600):
            trail.add(noon + timedelta(days=day))
    # Thirty-one days on: the first three are out of sight, and the present one is not over.
    weekly = trail.traffic(noon + timedelta(days=31)).weekly.reshape(7, -1)
    assert weekly.sum(axis=1) == pytest.approx(np.full(7, 96), rel=0.01)
    assert (weekly.argmax(axis=1)).tolist() == [44] * 7
