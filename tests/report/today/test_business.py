"""A period's figures, from leads that have walked the road, equal to counting them one by one."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.feedback.hear import grant_return, hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.parties.current import market
from leadhouse.report.queries import funnel_of_period
from leadhouse.report.story import lead_story
from leadhouse.report.today import figures, queries
from leadhouse.report.today.business import Business, business
from leadhouse.report.today.figures import Cell, Nothing, Sums
from leadhouse.report.today.spans import Choice, spans
from leadhouse.report.types import SOLD
from leadhouse.store.run import database_now, execute, rows
from leadhouse.timeline.types import Status
from tests.report.report_market import open_market, person, post, walk

cells = st.builds(
    Cell,
    st.integers(1, 3),
    st.sampled_from(Status),
    st.sampled_from(["", "criteria", "no_buyer"]),
    st.sampled_from(["", "WY", "CO"]),
    *[st.integers(0, 1000)] * 5,
)


@given(st.lists(cells, max_size=30))
def test_whatever_leads_are_counted_by_comes_to_the_same_total(found: list[Cell]) -> None:
    total = figures.total(one.sums for one in found)
    for key in (lambda one: one.source, lambda one: one.status, lambda one: one.state):
        assert figures.total(figures.by(found, key).values()) == total
    assert total.sold == sum(one.leads for one in found if one.status in SOLD)
    nothing = figures.came_to_nothing(found)
    ended = {Status.UNSOLD, Status.DISQUALIFIED}
    assert sum(one.leads for one in nothing) == sum(one.leads for one in found if one.status in ended)


def today() -> Business:
    configured = market()
    return business(spans(Choice.TODAY, configured.zone, database_now() + timedelta(seconds=1)), configured)


@pytest.fixture
def _leads() -> None:
    """Two sold, one refused at the door, one for which there is no buyer, one test."""
    open_market()
    for number in (1, 2):
        post("calculator", person(number))
    post("calculator", person(3, state="TX", postal_code="75001"))
    post("mysolar", person(4, state="", postal_code="82301"))
    post("trial", person(5))
    walk()


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_a_day_adds_up_to_what_its_leads_tell_one_by_one() -> None:
    found = today()
    assert found.sums == Sums(4, 3, 2, 13_800, 0, 2_000)
    assert found.sums.margin_minor == 11_800
    assert found.before == Sums()
    assert {one.source: one.sums.leads for one in found.sources} == {"calculator": 3, "mysolar": 1}
    assert found.nothing == [
        Nothing(Status.DISQUALIFIED, "criteria", 1),
        Nothing(Status.UNSOLD, found.nothing[1].reason, 1),
    ]
    assert found.unsold == 2
    assert {state: sums.leads for state, sums in found.states.items()} == {"WY": 3, "TX": 1}
    assert [(one.company, one.leads, one.spent_minor) for one in found.buyers] == [
        ("acme", 2, 7_000),
        ("best", 2, 6_800),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_the_funnel_kept_as_decisions_fall_equals_the_sum_over_all_of_them() -> None:
    told = funnel_of_period()
    assert today().campaigns == (told.decisions, told.net, told.priced, told.budget, told.winners)
    assert told.decisions == 3


def _first_sale() -> tuple[UUID, UUID]:
    story = next(
        story
        for one in rows("SELECT lead_id FROM timeline_passport ORDER BY received_at", {}, UUID)
        if (story := lead_story(one)) and story.assignments
    )
    return story.passport.lead_id, next(one.id for one in story.assignments if one.company == "acme")


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_credits_lower_the_margin_once() -> None:
    _, assignment_id = _first_sale()
    configured = market()
    acme = next(one for one in configured.companies.values() if one.key == "acme")
    rejection = Given(assignment_id, Kind.REJECTION, Reason.BOGUS, None)
    hear(rejection, acme.id, configured)
    hear(rejection, acme.id, configured)
    assert today().sums.credited_minor == 3_500
    assert today().sums.margin_minor == 11_800 - 3_500
    assert today().buyers[0].rejected + today().buyers[1].rejected == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_a_granted_return_is_a_credit() -> None:
    _, assignment_id = _first_sale()
    configured = market()
    acme = next(one for one in configured.companies.values() if one.key == "acme")
    hear(Given(assignment_id, Kind.RETURN, Reason.BOGUS, None), acme.id, configured)
    assert today().sums.credited_minor == 0
    assert grant_return(assignment_id, 1_000, granted_by="someone", market=configured)
    assert today().sums.credited_minor == 1_000


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_the_same_day_a_week_ago_stands_beside_today() -> None:
    execute(
        "UPDATE timeline_passport SET received_at = received_at - interval '7 days' WHERE NOT is_test", {}
    )
    found = today()
    assert (found.sums, found.before.leads, found.before.sold) == (Sums(), 4, 2)
    assert sum(one.leads for one in found.parts_before) == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("_leads")
def test_work_that_nobody_takes_and_parcels_that_do_not_arrive_are_told() -> None:
    lead_id = post("calculator", person(9))
    execute("UPDATE timeline_work SET due_at = leadhouse_now() - interval '2 hours'", {})
    stalled = {one.stage: one for one in queries.stalled()}["qualify"]
    assert (stalled.items, stalled.lead_id) == (1, lead_id)
    assert 7_190 < stalled.seconds < 7_300
    assert queries.failing(5) == []
    sold, assignment_id = _first_sale()
    execute("UPDATE allocate_assignment SET status = 'failed' WHERE id = %(id)s", {"id": assignment_id})
    (failing,) = queries.failing(5)
    assert (failing.company, failing.trying, failing.given_up, failing.lead_id) == ("acme", 0, 1, sold)
    execute(
        """WITH again AS (UPDATE deliver_parcel SET status = 'open' WHERE id = %(id)s RETURNING id, lead_id),
        tried AS (INSERT INTO deliver_attempt (parcel_id, number, started_at, request, verdict, reason,
                                               detail, reference, excerpt)
                  SELECT id, 99, leadhouse_now(), 'POST', 'retry', 'busy', '', '', '' FROM again)
        INSERT INTO timeline_work (stage, lead_id, ref, due_at, attempts)
        SELECT 'deliver', lead_id, id, leadhouse_now() + interval '1 hour', 0 FROM again""",
        {"id": assignment_id},
    )
    (failing,) = queries.failing(5)
    assert (failing.trying, failing.given_up, failing.reason) == (1, 1, "busy")
