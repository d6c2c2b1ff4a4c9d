"""Days are kept once they have been over for long enough, and anew when something in them changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.periods import US_ZONES, Period
from leadhouse.timeline.days.decide import SETTLED, Kept, due, settled_days

NEW_YORK = ZoneInfo("America/New_York")
OLDEST = datetime(2026, 10, 30, 15, tzinfo=UTC)
NOW = datetime(2026, 11, 4, 8, tzinfo=UTC)


def test_days_are_those_of_the_zone_and_the_last_has_been_over_for_more_than_a_day() -> None:
    days = settled_days(NEW_YORK, OLDEST, NOW)
    assert [one.start.astimezone(NEW_YORK).isoformat() for one in days] == [
        "2026-10-30T00:00:00-04:00",
        "2026-10-31T00:00:00-04:00",
        "2026-11-01T00:00:00-04:00",
        "2026-11-02T00:00:00-05:00",
    ][: len(days)]
    assert days[-1].end <= NOW - SETTLED
    assert days[2].end - days[2].start == timedelta(hours=25)


@given(
    st.sampled_from([*US_ZONES, "Asia/Kolkata", "Pacific/Chatham"]),
    st.integers(0, 24 * 700),
    st.integers(0, 2_000),
)
def test_days_follow_each_other_without_a_gap(zone: str, begin: int, hours: int) -> None:
    oldest = datetime(2025, 1, 1, 0, 7, tzinfo=UTC) + timedelta(hours=begin)
    now = oldest + timedelta(hours=hours)
    days = settled_days(ZoneInfo(zone), oldest, now)
    for earlier, later in pairwise(days):
        assert earlier.end == later.start
    if days:
        assert days[0].contains(oldest)
        assert days[-1].end <= now - SETTLED
        # No quarter of an hour, by which changes are marked, lies in two days.
        assert all(one.start.timestamp() % 900 == 0 for one in days)
    assert (now - SETTLED) - (days[-1].end if days else oldest) < timedelta(hours=49)


def kept(day: Period, *, is_stirred: bool = False) -> Kept:
    return Kept(day.start, day.end, is_stirred)


def test_what_is_not_kept_comes_before_what_changed_and_the_newest_first() -> None:
    one, two, three, four = settled_days(NEW_YORK, OLDEST, NOW + timedelta(days=1))[:4]
    known = [kept(one, is_stirred=True), kept(three)]
    found = due([one, two, three, four], known, 10)
    assert list(found.keep) == [four, two, one]
    assert list(found.forget) == [one.start]
    assert list(due([one, two, three, four], known, 2).keep) == [four, two]
    assert list(due([one, two, three, four], known, 2).forget) == []


def test_days_of_another_zone_are_forgotten_at_once() -> None:
    days = settled_days(NEW_YORK, OLDEST, NOW)
    others = settled_days(ZoneInfo("America/Denver"), OLDEST, NOW)
    found = due(days, map(kept, others), 1)
    assert list(found.keep) == [days[-1]]
    assert list(found.forget) == sorted(one.start for one in others)


def test_nothing_is_due_when_all_is_kept() -> None:
    days = settled_days(NEW_YORK, OLDEST, NOW)
    found = due(days, map(kept, days), 10)
    assert (list(found.keep), list(found.forget)) == ([], [])
