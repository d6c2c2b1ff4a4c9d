"""All campaigns' days as columns say what each day says by itself."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.pacing.course import Courses, Standing
from leadhouse.allocate.pacing.days import Calendar, Spent
from leadhouse.allocate.pacing.traffic import QUARTERS_OF_WEEK, Traffic
from leadhouse.parties.types import Cap, CapPeriod, CapUnit
from tests.allocate.allocate_markets import NEW_YORK, NOW, campaign, company, market

# The day on which clocks go forward has 92 quarter hours, the one on which they go back 100.
INSTANTS = [NOW, NOW.replace(month=3, day=9), NOW.replace(month=11, day=2)]
CAPS = (Cap(CapPeriod.DAY, CapUnit.MONEY, 96_000), Cap(CapPeriod.DAY, CapUnit.COUNT, 12))
PLACES = market(
    [campaign(1, caps=CAPS), campaign(2, caps=CAPS[1:]), campaign(3, caps=CAPS[:1])],
    [company(1), company(2, zone=ZoneInfo("America/Los_Angeles")), company(3, zone=ZoneInfo("Asia/Tokyo"))],
)
BUSY = Traffic(NEW_YORK, 1 + np.arange(QUARTERS_OF_WEEK) % 7.0)
STANDING = st.lists(
    st.tuples(st.integers(0, 200_000), st.integers(0, 30), st.floats(0, 1)), min_size=3, max_size=3
)


@given(st.sampled_from(INSTANTS), STANDING)
@settings(deadline=None)
def test_columns_say_what_each_day_says(now: datetime, standing: list[tuple[int, int, float]]) -> None:
    calendar, courses, expected, at = Calendar(PLACES, BUSY), Courses(3), [], []
    for place, (one, (money, leads, share)) in enumerate(
        zip(PLACES.campaigns.values(), standing, strict=True)
    ):
        day = calendar.day(one, now)
        budget = day.budget(one.caps, Spent())
        courses.begin(place, day)
        courses.allow(place, budget)
        instant = day.span.start + share * (day.span.end - day.span.start)
        at.append(instant.timestamp())
        expected.append(budget.used(money, leads) - day.planned(instant))
    columns = (np.array([one[place] for one in standing], float) for place in (0, 1))
    assert courses.ahead(Standing(*columns, np.array(at))) == pytest.approx(np.array(expected), abs=1e-6)


def test_a_day_is_over_when_the_next_begins() -> None:
    courses, calendar = Courses(1), Calendar(PLACES, BUSY)
    day = calendar.day(PLACES.campaigns[1], NOW)
    courses.begin(0, day)
    end = day.span.end
    told = [list(courses.over((end + one).timestamp())) for one in (-timedelta(seconds=1), timedelta(0))]
    assert told == [[], [0]]
    assert courses.is_paced.tolist() == [True]
    courses.allow(0, day.budget(CAPS, Spent(before={})))
    courses.allow(0, day.budget((Cap(CapPeriod.DAY, CapUnit.COUNT, 0),), Spent()))
    assert courses.is_paced.tolist() == [False]
