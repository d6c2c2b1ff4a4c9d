"""Business hours, patience, and the days, weeks and months of caps, where the company is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from leadhouse.allocate import queries
from leadhouse.allocate.selling.room import Window
from leadhouse.allocate.step import step
from leadhouse.timeline.types import Status
from tests.allocate.allocate_world import (
    WEDNESDAY,
    WEEKDAYS,
    be_at,
    buyers,
    campaign,
    company,
    decide,
    events,
    give_leads,
    given,
    install,
    passport,
    sell,
    statuses,
    together,
    used,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.mark.req("R000-42")
def test_a_lead_waits_for_business_hours_and_is_sold_in_their_first_minute() -> None:
    install(company("acme", hours=WEEKDAYS))
    be_at(WEDNESDAY.replace(hour=3))
    lead_id = sell()
    opening = WEDNESDAY.replace(hour=14)
    waiting = passport(lead_id)
    assert (waiting.status, waiting.reason, waiting.waiting_until) == (
        Status.WAITING,
        "out_of_hours",
        opening,
    )
    assert events(lead_id)[0].data["waiting_until"] == "2027-01-20T14:00:00.000Z"
    be_at(opening - timedelta(seconds=2))
    assert decide() == 0
    be_at(opening)
    assert decide() == 1
    assert buyers(lead_id) == [("acme", 1, 6_000, "held")]
    assert [one.type for one in events(lead_id)] == ["waiting", "sold"]
    assert passport(lead_id).waiting_until is None


def test_a_lead_waits_for_the_first_of_those_that_pass_all_else() -> None:
    sunday = {"sun": ["10:00-12:00"]}
    install(
        company("early", campaign("early", bids={}), hours=WEEKDAYS),
        company("capped", campaign("capped", caps={"day": {"count": 0}}), hours=WEEKDAYS),
        company("broke", wallet={"mode": "prepaid"}, hours=WEEKDAYS),
        company("late", campaign("late", schedule=sunday)),
        product={"patience_hours": 240},
    )
    be_at(WEDNESDAY.replace(hour=3))
    # Sunday the 24th, 10:00 in New York.
    assert passport(sell()).waiting_until == datetime(2027, 1, 24, 15, tzinfo=UTC)


def test_without_an_opening_within_its_patience_a_lead_ends_at_once() -> None:
    install(company("acme", campaign("acme", schedule={"sun": ["10:00-12:00"]})))
    be_at(WEDNESDAY)
    lead_id = sell()
    assert (passport(lead_id).status, passport(lead_id).reason) == (Status.UNSOLD, "no_opening")
    assert work() == {}


def test_nothing_waits_for_caps_budgets_and_wallets() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 0}}), hours=WEEKDAYS))
    be_at(WEDNESDAY.replace(hour=3))
    assert (passport(sell()).status, work()) == (Status.UNSOLD, {})


def test_a_lead_is_sold_now_rather_than_wait_for_a_better_buyer() -> None:
    install(company("acme", hours=WEEKDAYS), company("night", campaign("night", bids={"duo": "5.00"})))
    be_at(WEDNESDAY.replace(hour=3))
    # Alone it cannot be a duo: the lead waits; then both are open.
    lead_id = sell()
    assert passport(lead_id).status is Status.WAITING
    install(company("acme", hours=WEEKDAYS), company("night", campaign("night", bids={"exclusive": "5.00"})))
    assert buyers(sell()) == [("night", 1, 500, "held")]


def test_an_edit_of_a_cap_counts_from_the_next_lead_on() -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 3}})))
    leads = give_leads(3)
    decide()
    assert statuses(leads) == {"sold": 3}
    install(company("acme", campaign("acme", caps={"day": {"count": 1}})))
    assert given(sell()) == []
    queries.refuse([given(leads[0])[0].id])
    assert given(sell()) == []
    install(company("acme", campaign("acme", caps={"day": {"count": 4}})))
    more = give_leads(3)
    decide()
    assert statuses(more) == {"sold": 2, "unsold": 1}
    assert used() == [("acme", "day", "count", 4)]


def test_a_cap_that_comes_later_counts_what_its_day_week_and_month_have_sold_already() -> None:
    be_at(WEDNESDAY - timedelta(days=1))
    install(company("acme"))
    sell()
    be_at(WEDNESDAY)
    (first, second, third) = give_leads(3)
    decide()
    queries.refuse([given(third)[0].id])
    queries.accept([given(second)[0].id], WEDNESDAY)
    caps = {"day": {"count": 3}, "week": {"count": 9, "money": "300.00"}}
    install(company("acme", campaign("acme", caps=caps)))
    more = give_leads(2)
    decide()
    assert statuses(more) == {"sold": 1, "unsold": 1}
    assert sorted(used()) == [
        ("acme", "day", "count", 3),
        ("acme", "week", "count", 4),
        ("acme", "week", "money", 24_000),
    ]
    queries.refuse([given(first)[0].id])
    assert len(given(sell())) == 1


def test_a_cap_that_was_away_for_a_while_counts_what_was_sold_meanwhile() -> None:
    be_at(WEDNESDAY)
    capped = company("acme", campaign("acme", caps={"day": {"count": 3, "money": "200.00"}}))
    install(capped)
    sell()
    install(company("acme"))
    more = give_leads(3)
    decide()
    assert statuses(more) == {"sold": 3}
    install(company("acme", campaign("acme", caps={"day": {"count": 5, "money": "1000.00"}})))
    last = give_leads(2)
    decide()
    assert statuses(last) == {"sold": 1, "unsold": 1}
    assert sorted(used()) == [("acme", "day", "count", 5), ("acme", "day", "money", 30_000)]
    queries.refuse([given(more[0])[0].id])
    assert sorted(used()) == [("acme", "day", "count", 4), ("acme", "day", "money", 24_000)]
    install(capped)
    assert given(sell()) == []


@pytest.mark.django_db(transaction=True)
def test_a_cap_that_goes_while_its_window_is_made_misses_no_sale_when_it_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the window is made, the market is edited, and somebody sells by the edit."""
    capped = company("acme", campaign("acme", caps={"day": {"count": 2}}))
    install(capped)
    leads = give_leads(2)
    make, edits = queries.open_windows, iter([lambda: (install(company("acme")), step(1))])

    def made_while_the_market_is_edited(fresh: Sequence[tuple[Window, int]]) -> None:
        make(fresh)
        for edit in edits:
            together(edit, 1)

    monkeypatch.setattr(queries, "open_windows", made_while_the_market_is_edited)
    assert step(1) == 1
    assert statuses(leads) == {"sold": 2}
    install(capped)
    assert given(sell()) == []
    assert used() == [("acme", "day", "count", 2)]


def test_a_cap_counts_what_is_sold_without_it_until_its_period_is_over() -> None:
    be_at(WEDNESDAY)
    install(company("acme", campaign("acme", caps={"day": {"count": 1}, "week": {"count": 9}})))
    sell()
    install(company("acme", campaign("acme", caps={"week": {"count": 9}})))
    sell()
    be_at(WEDNESDAY + timedelta(days=1))
    sell()
    assert used() == [("acme", "week", "count", 3), ("acme", "day", "count", 2)]


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("America/New_York", datetime(2027, 1, 21, 5, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2027, 1, 20, 10, tzinfo=UTC)),
        # The day before the clocks go forward, and the 23-hour day itself.
        ("America/New_York", datetime(2027, 3, 14, 5, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 15, 4, tzinfo=UTC)),
        # The 25-hour day.
        ("America/New_York", datetime(2027, 11, 8, 5, tzinfo=UTC)),
    ],
)
def test_a_day_of_a_cap_ends_at_midnight_where_the_company_is(zone: str, midnight: datetime) -> None:
    install(company("acme", campaign("acme", caps={"day": {"count": 1}}), timezone=zone))
    be_at(midnight - timedelta(seconds=30))
    assert [len(given(sell())) for _ in range(2)] == [1, 0]
    be_at(midnight + timedelta(seconds=1))
    assert [len(given(sell())) for _ in range(2)] == [1, 0]
    assert used() == [("acme", "day", "count", 1)] * 2


def test_a_week_of_a_cap_begins_on_monday_and_a_month_on_its_first() -> None:
    caps = {"week": {"count": 1}, "month": {"money": "120.00"}}
    install(company("acme", campaign("acme", caps=caps)))
    instants = [
        datetime(2027, 1, 25, 4, tzinfo=UTC),  # Sunday night
        datetime(2027, 1, 25, 6, tzinfo=UTC),  # Monday
        datetime(2027, 1, 28, 6, tzinfo=UTC),  # the same week
        datetime(2027, 2, 1, 4, tzinfo=UTC),  # still that week and January
        datetime(2027, 2, 1, 6, tzinfo=UTC),  # Monday and February
    ]
    sold = []
    for instant in instants:
        be_at(instant)
        sold.append(len(given(sell())))
    assert sold == [1, 1, 0, 0, 1]
