"""A period's figures are the same whether its days are kept or counted, whatever has changed since."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection

from leadhouse.allocate.days.queries import DAYS as DECISIONS
from leadhouse.billing.queries import set_limit
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.flow.days import keep_days
from leadhouse.parties.current import market
from leadhouse.parties.types import WalletMode
from leadhouse.report.today.business import Business, business
from leadhouse.report.today.spans import Choice, spans
from leadhouse.store.run import database_now, execute, rows, value
from leadhouse.timeline.days.queries import DAYS as LEADS
from leadhouse.timeline.queries import append
from leadhouse.timeline.types import Change, Event, Outcome, Step
from tests.report.report_market import open_market, person, post, walk
from tests.web.plans import counted

ALL_MARKS = "SELECT count(*) FROM timeline_stirred"


@dataclass(frozen=True, slots=True)
class Past:
    """Leads, the newest first, and the instant at which reports are asked."""

    leads: list[UUID]
    now: datetime

    def of(self, choice: Choice = Choice.MONTH, zone: str = "America/New_York") -> Business:
        local = ZoneInfo(zone)
        return business(spans(choice, local, self.now.astimezone(local)), market())

    def every(self) -> list[Business]:
        return [self.of(choice) for choice in Choice]


@pytest.fixture
def past(db: None) -> Past:
    """Leads of the last 60 days, one every 30 hours, and what was decided about them then."""
    open_market()
    for company in market().companies.values():
        set_limit(company.id, WalletMode.CREDIT, 5_000_000)
    now = database_now()
    found = []
    for number in range(48):
        place = {"state": "TX", "postal_code": "75001"} if number % 5 == 0 else {}
        found.append(
            post("calculator", person(number, **place), received_at=now - timedelta(hours=30 * number))
        )
    walk()
    execute(
        "UPDATE allocate_assignment AS given SET decided_at = lead.received_at "
        "FROM timeline_passport AS lead WHERE lead.lead_id = given.lead_id",
        {},
    )
    execute("UPDATE allocate_tally SET at = at - interval '9 days'", {})
    return Past(found, database_now())


def test_kept_days_tell_what_counting_tells(past: Past) -> None:
    counted_one_by_one = past.every()
    assert keep_days(100) > 25
    assert marks() == 0
    assert past.every() == counted_one_by_one
    keep_days(100)
    assert keep_days(100) == 0
    assert past.every() == counted_one_by_one


def test_a_lead_of_a_kept_day_that_changes_is_counted_as_it_is_now(past: Past) -> None:
    kept_whole()
    configured = market()
    acme = next(one for one in configured.companies.values() if one.key == "acme")
    old = rows(
        "SELECT id FROM allocate_assignment WHERE company_id = %(id)s AND status = 'accepted' "
        "ORDER BY decided_at DESC OFFSET 3 LIMIT 1",
        {"id": acme.id},
        UUID,
    )
    before = past.of(Choice.WEEK)
    hear(Given(old[0], Kind.REJECTION, Reason.BOGUS, None), acme.id, configured)
    after = past.of(Choice.WEEK)
    assert after.sums.credited_minor == before.sums.credited_minor + 3_500
    assert sum(one.rejected for one in after.buyers) == sum(one.rejected for one in before.buyers) + 1
    assert keep_days(100) == 1
    assert past.of(Choice.WEEK) == after


def test_changes_of_young_leads_leave_no_mark_and_of_older_ones_one(past: Past) -> None:
    kept_whole()
    before = value(ALL_MARKS, {}, int)
    mark_as_test(past.leads[0])
    assert value(ALL_MARKS, {}, int) == before
    mark_as_test(past.leads[4])
    mark_as_test(past.leads[4])
    assert marks() == 1
    kept_whole()
    assert marks() == 0


def test_days_of_the_zone_that_the_market_had_before_are_forgotten(past: Past) -> None:
    kept_whole()
    told = past.of(zone="America/Los_Angeles")
    now = database_now()
    while LEADS.keep(ZoneInfo("America/Los_Angeles"), now, 100):
        pass
    while DECISIONS.keep(ZoneInfo("America/Los_Angeles"), now, 100):
        pass
    assert past.of(zone="America/Los_Angeles") == told
    hours = "SELECT DISTINCT extract(hour FROM starts_at AT TIME ZONE %(zone)s)::int FROM timeline_day"
    assert rows(hours, {"zone": "America/Los_Angeles"}, int) == [0]


def test_figures_take_as_many_statements_as_before(past: Past) -> None:
    with counted() as few:
        past.of()
    kept_whole()
    with counted() as many:
        past.of()
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_has_not_committed_yet_is_counted_when_it_has(past: Past) -> None:
    """Whoever keeps the day meanwhile neither waits for it nor forgets it."""
    before = past.of(Choice.MONTH)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute(
            "INSERT INTO timeline_stirred (at) SELECT received_at FROM timeline_passport WHERE lead_id = %s",
            [past.leads[6]],
        )
        other.execute("UPDATE timeline_passport SET is_test = TRUE WHERE lead_id = %s", [past.leads[6]])
        kept_whole()
        assert past.of(Choice.MONTH) == before
    after = past.of(Choice.MONTH)
    leads_then = before.sums.leads + before.before.leads
    assert after.sums.leads + after.before.leads == leads_then - 1
    kept_whole()
    assert past.of(Choice.MONTH) == after


def marks() -> int:
    """Return how many quarters of an hour of kept days are marked as changed."""
    inside = "timeline_stirred JOIN timeline_day ON at >= starts_at AND at < ends_at"
    return value(f"SELECT count(DISTINCT at) FROM {inside}", {}, int)


def kept_whole() -> None:
    while keep_days(100):
        pass


def mark_as_test(lead_id: UUID) -> None:
    append([Event(lead_id, Step.ACCEPT, "marked", Outcome.SUCCESS, change=Change(is_test=True))])
