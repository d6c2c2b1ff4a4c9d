"""The console's thinking without a page: filters, months, the funnel's shape, campaigns in order, words."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.parties.types import Market, Thresholds
from leadhouse.report.story_types import CampaignTold
from leadhouse.report.types import LeadFilters
from leadhouse.timeline.types import Status, StoredEvent
from leadhouse.web.console import words
from leadhouse.web.console.decision_view import HEIGHT, WIDTH, campaign_page, funnel
from leadhouse.web.console.export import in_threads
from leadhouse.web.console.filters import read_asked
from leadhouse.web.console.months import Month, read_month, read_months
from leadhouse.web.console.timeline_view import runs
from leadhouse.web.templatetags.console import lasting, pretty, shown_money

DENVER = ZoneInfo("America/Denver")
MARKET = Market(1, "Test", DENVER, "USD", Thresholds(), {}, {}, {}, {})


def test_days_are_the_readers_and_the_last_one_is_included() -> None:
    asked = read_asked(QueryDict("since=2026-03-08&until=2026-03-08"), MARKET, DENVER)
    assert asked.filters == LeadFilters(
        since=datetime(2026, 3, 8, 7, tzinfo=UTC),
        # The clocks went forward that night: the day had 23 hours.
        until=datetime(2026, 3, 9, 6, tzinfo=UTC),
    )


def test_filters_that_cannot_be_understood_say_so_beside_their_field() -> None:
    asked = read_asked(QueryDict("since=yesterday&classification=9&status=lost&q=smith"), MARKET, DENVER)
    assert asked.filters is None
    assert set(asked.form.errors) == {"since", "classification", "status"}


def test_the_last_day_is_not_before_the_first() -> None:
    asked = read_asked(QueryDict("since=2026-03-09&until=2026-03-08"), MARKET, DENVER)
    assert asked.form.errors == {"until": ["The last day must not be before the first."]}


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
def test_no_address_breaks_the_filters(q: str, since: str, after: str) -> None:
    query = QueryDict(mutable=True)
    query.update({"q": q, "since": since, "after": after, "test": q})
    asked = read_asked(query, MARKET, DENVER)
    assert asked.filters is None or "\0" not in asked.filters.search


def test_an_address_repeats_what_was_asked_and_not_where_the_page_was() -> None:
    asked = read_asked(QueryDict("q=smith+%26+sons&status=sold&after=x&seen=y&source="), MARKET, DENVER)
    assert asked.address == "q=smith+%26+sons&status=sold"
    assert (asked.narrowed, asked.is_everything, asked.is_top) == (1, False, False)


def test_months_go_over_the_turn_of_the_year() -> None:
    december = read_month("2025-12", date(2026, 1, 5))
    assert (december.next, december.previous, december.last) == (
        Month(2026, 1),
        Month(2025, 11),
        date(2025, 12, 31),
    )
    assert december.period(DENVER).end == datetime(2026, 1, 1, 7, tzinfo=UTC)


def test_months_end_with_the_present_one_and_begin_with_the_first_that_has_something() -> None:
    now, first = datetime(2026, 3, 1, 6, 30, tzinfo=UTC), datetime(2026, 1, 31, 23, tzinfo=UTC)
    # In Denver it is still February.
    for text, shown, previous, following in (
        ("", 2, 1, None),
        ("2026-03", 2, 1, None),
        ("2199-01", 2, 1, None),
        ("2026-01", 1, None, 2),
    ):
        months = read_months(text, DENVER, now, first)
        assert months.shown == Month(2026, shown)
        assert months.previous == (Month(2026, previous) if previous else None)
        assert months.next == (Month(2026, following) if following else None)
    never = read_months("", DENVER, now, None)
    assert (never.previous, never.next) == (None, None)
    assert read_months("2020-05", DENVER, now, first).previous is None


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-00", "9999-01", "2026-1", "٢٠٢٦-٠١", "20260-1", "x" * 900]
)
def test_what_is_no_month_is_this_month(text: str) -> None:
    assert read_month(text, date(2026, 1, 5)) == Month(2026, 1)


@pytest.mark.req("R000-52")
def test_the_funnel_narrows_from_each_count_to_the_next() -> None:
    steps = funnel({"net": 40, "priced": 30, "budget": 20, "winners": 3})
    assert [(one.count, one.lost) for one in steps] == [(40, 0), (30, 10), (20, 10), (3, 17)]
    assert steps[0].points == "0.0,0 200.0,0 175.0,44 25.0,44"
    assert steps[3].points == "92.5,0 107.5,0 107.5,44 92.5,44"


@given(st.lists(st.integers(0, 200_000), min_size=4, max_size=4))
def test_the_funnel_stays_in_its_frame(counts: list[int]) -> None:
    net, priced, budget, winners = sorted(counts, reverse=True)
    for step in funnel({"net": net, "priced": priced, "budget": budget, "winners": winners}):
        corners = [tuple(map(float, corner.split(","))) for corner in step.points.split()]
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)


CAMPAIGNS = (
    CampaignTold("far", "a", refusal="out_of_area"),
    CampaignTold("never", "b"),
    CampaignTold("near", "c", size=2, more_minor=100),
    CampaignTold("won", "d", price_minor=1900),
    CampaignTold("close", "e", size=2, more_minor=5),
    *(CampaignTold(f"full-{number:02d}", "f", refusal="cap") for number in range(20)),
)


def test_campaigns_come_winners_first_then_by_how_little_they_missed() -> None:
    page = campaign_page(CAMPAIGNS)
    assert [one.campaign for one in page.rows[:5]] == ["won", "close", "near", "never", "full-00"]
    assert (page.found, page.first, page.last, page.previous, page.next) == (25, 1, 15, None, 2)
    assert [(one.key, one.count) for one in page.fates] == [
        ("won", 1),
        ("outbid", 3),
        ("cap", 20),
        ("out_of_area", 1),
    ]


def test_campaigns_are_paged_and_filtered() -> None:
    assert [one.campaign for one in campaign_page(CAMPAIGNS, fate="out_of_area").rows] == ["far"]
    assert [one.campaign for one in campaign_page(CAMPAIGNS, search="FULL-1", page=99).rows] == [
        f"full-{number}" for number in range(10, 20)
    ]
    nothing = campaign_page(CAMPAIGNS, search="nobody")
    assert (nothing.rows, nothing.found, nothing.first) == ((), 0, 0)


def event(seq: int, run: int, second: int, **data: object) -> StoredEvent:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return StoredEvent(seq, run, at, "qualify", "verify_phone", "failure", "wrong_number", data, 3)


def test_a_timeline_tells_runs_and_the_time_between_events() -> None:
    first, second = runs([event(1, 1, 0, line="mobile", nested={"a": 1}), event(2, 1, 2), event(3, 2, 62)])
    assert (first.number, second.number) == (1, 2)
    assert [one.since for one in (*first.moments, *second.moments)] == [None, 2.0, 60.0]
    assert (first.moments[0].title, first.moments[0].gist) == (
        "Qualify: verify phone",
        "Wrong number · line mobile",
    )


def test_every_status_and_class_has_words() -> None:
    assert {words.status_tone(one) for one in Status} == {"blue", "red", "orange", "yellow", "teal", "green"}
    assert words.classification(5) == "Phone verified by an automated check"
    assert (words.classification(None), words.classification(12)) == ("Not classified yet", "Class 12")
    assert (words.sale_size(3), words.sale_size(7), words.plain("missing_field")) == (
        "Trio",
        "7 companies",
        "Missing field",
    )


def test_money_and_time_are_written_for_people() -> None:
    assert (shown_money(922_000, "USD"), shown_money(None, "USD")) == ("$9,220.00", "–")
    spans = (0.0123, 2.06, 61, 3_660, 200_000)
    assert [lasting(span) for span in spans] == ["12 ms", "2.1 s", "1 min 1 s", "1 h 1 min", "2 d 7 h"]


def test_a_file_is_sent_piece_by_piece_without_holding_up_the_server() -> None:
    async def received() -> list[str]:
        return [piece async for piece in in_threads(iter(["id\r\n", "1\r\n"]))]

    assert asyncio.run(received()) == ["id\r\n", "1\r\n"]


def test_data_that_is_too_long_is_cut() -> None:
    assert pretty({"id": UUID(int=1)}) == '{\n  "id": "00000000-0000-0000-0000-000000000001"\n}'
    assert pretty({"a": "x" * 50_000}).endswith("… cut here")
