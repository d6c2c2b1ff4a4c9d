"""Which instants a period means, and what it is compared with."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from leadhouse.report.today.spans import Choice, spans

NEW_YORK = ZoneInfo("America/New_York")
# A Thursday, 14:30 in New York.
NOW = datetime(2026, 11, 19, 19, 30, tzinfo=UTC)


def local(instant: datetime) -> str:
    return f"{instant.astimezone(NEW_YORK):%m-%d %H:%M}"


def test_today_is_compared_with_the_same_weekday_up_to_the_same_time() -> None:
    found = spans(Choice.TODAY, NEW_YORK, NOW)
    assert (local(found.period.start), local(found.period.end)) == ("11-19 00:00", "11-19 14:30")
    assert (local(found.before.start), local(found.before.end)) == ("11-12 00:00", "11-12 14:30")
    assert (len(found.edges), len(found.edges_before)) == (24, 24)


def test_yesterday_is_compared_with_its_whole_weekday() -> None:
    found = spans(Choice.YESTERDAY, NEW_YORK, NOW)
    assert (local(found.period.start), local(found.period.end)) == ("11-18 00:00", "11-19 00:00")
    assert (local(found.before.start), local(found.before.end)) == ("11-11 00:00", "11-12 00:00")


def test_seven_days_end_today_and_follow_those_they_are_compared_with() -> None:
    found = spans(Choice.WEEK, NEW_YORK, NOW)
    assert (local(found.period.start), local(found.period.end)) == ("11-13 00:00", "11-19 14:30")
    assert (local(found.before.start), local(found.before.end)) == ("11-06 00:00", "11-12 14:30")
    assert (found.first, found.last, len(found.edges)) == (date(2026, 11, 13), date(2026, 11, 19), 7)


def test_a_month_under_way_is_compared_up_to_the_same_day_and_time() -> None:
    found = spans(Choice.MONTH, NEW_YORK, NOW)
    assert (local(found.period.start), local(found.period.end)) == ("11-01 00:00", "11-19 14:30")
    assert (local(found.before.start), local(found.before.end)) == ("10-01 00:00", "10-19 14:30")
    assert (len(found.edges), len(found.edges_before)) == (30, 31)


def test_a_month_that_is_over_is_compared_with_the_whole_one_before() -> None:
    found = spans(Choice.MONTH, NEW_YORK, NOW, date(2026, 3, 1))
    assert (local(found.period.start), local(found.period.end)) == ("03-01 00:00", "04-01 00:00")
    assert (local(found.before.start), local(found.before.end)) == ("02-01 00:00", "03-01 00:00")
    last_of_march = spans(Choice.MONTH, NEW_YORK, datetime(2026, 3, 31, 16, tzinfo=UTC))
    assert local(last_of_march.before.end) == "03-01 00:00"


def test_the_hours_of_a_day_are_those_it_has() -> None:
    short = datetime(2026, 3, 8, 20, tzinfo=UTC)
    assert len(spans(Choice.TODAY, NEW_YORK, short).edges) == 23
    assert len(spans(Choice.TODAY, NEW_YORK, datetime(2026, 11, 1, 20, tzinfo=UTC)).edges) == 25


def test_a_month_to_come_is_empty() -> None:
    found = spans(Choice.MONTH, NEW_YORK, NOW, date(2027, 1, 1))
    assert found.period.start == found.period.end


@given(
    st.sampled_from(list(Choice)),
    st.integers(946_684_800, 2_524_608_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]),
)
def test_every_period_ends_now_at_most_and_after_what_it_is_compared_with(
    choice: Choice, now: datetime, zone: str
) -> None:
    found = spans(choice, ZoneInfo(zone), now)
    assert found.before.start <= found.before.end <= found.period.start <= found.period.end <= now
    assert now - found.period.start < timedelta(days=32)
    assert list(found.edges) == sorted(set(found.edges))
    assert found.edges[0] == found.period.start
    assert found.edges_before[0] == found.before.start
    assert not set(found.edges) & set(found.edges_before)
