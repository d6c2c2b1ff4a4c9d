"""The lead list: newest first, page by page, filtered and searched, over real tables and their indexes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from leadhouse.parties.current import market
from leadhouse.report.queries import find_leads, leads_named
from leadhouse.report.types import Cursor, LeadFilters, Sort
from leadhouse.store.run import execute, rows
from leadhouse.timeline.types import Status
from tests.report.report_market import LOUIS, open_market, person, post
from tests.web.console_desk import sold_lead, walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def found(**filters: object) -> list[UUID]:
    return [row.id for row in find_leads(LeadFilters(**filters)).rows]  # type: ignore[arg-type]


def test_a_row_tells_who_wants_what_from_where() -> None:
    lead_id = post("calculator", LOUIS)
    (row,) = find_leads(LeadFilters()).rows
    assert (row.id, row.name, row.email, row.phone) == (
        lead_id,
        "Louis Espinoza",
        "Louis.Espinoza@example.com",
        "+13023215560",
    )
    assert (row.source, row.source_name, row.channel) == ("calculator", "Roofing Calculator", "Web Forms")
    assert (row.product, row.product_name) == ("roofing", "Roofing")
    assert (row.city, row.state, row.postal_code) == ("Rawlins", "WY", "82301")
    assert (row.status, row.good_to_sell, row.is_test) == (Status.INITIAL, False, False)


def test_pages_are_newest_first_and_show_every_lead_once() -> None:
    posted = [post("calculator", person(number)) for number in range(7)]
    shown: list[UUID] = []
    after: Cursor | None = None
    for _ in range(4):
        page = find_leads(LeadFilters(), after, limit=3)
        shown += [row.id for row in page.rows]
        after = page.next and Cursor.read(str(page.next))
        if after is None:
            break
    assert shown == posted[::-1]
    assert after is None


def test_a_lead_that_comes_in_between_moves_no_other_page() -> None:
    posted = [post("calculator", person(number)) for number in range(4)]
    first = find_leads(LeadFilters(), limit=2)
    post("calculator", person(99))
    second = find_leads(LeadFilters(), first.next, limit=2)
    assert [row.id for row in second.rows] == posted[1::-1]


def test_a_spoilt_cursor_is_none() -> None:
    assert [Cursor.read(text) for text in ("", "x_y", "2026-11-22T09:30:00_0198")] == [None] * 3


def test_each_filter_narrows_by_itself() -> None:
    roof = post("calculator", LOUIS)
    refused = post("calculator", person(1, state="UT", postal_code="84101"))
    sun = post("mysolar", person(2))
    trial = post("trial", person(3))
    assert found(source="calculator") == [refused, roof]
    assert found(product="solar") == [sun]
    assert found(status=Status.DISQUALIFIED) == [refused]
    assert found(test=True) == [trial]
    assert found(test=False) == [sun, refused, roof]
    assert found(classification=3) == []
    assert found(source="nobody") == []


def test_leads_are_those_of_a_buyer_a_campaign_a_state_a_reason() -> None:
    both = sold_lead(1)
    one = sold_lead(2, max_contact_requests="1")
    refused = post("calculator", person(3, state="UT", postal_code="84101"))
    walk()
    company = {one.key: one.id for one in market().companies.values()}
    campaign = {one.key: one.id for one in market().campaigns.values()}
    assert found(company_id=company["best"], state="WY") == [both]
    assert found(company_id=company["acme"]) == [one, both]
    assert found(company_id=company["acme"], campaign_id=campaign["acme-west"]) == [one, both]
    assert found(company_id=company["acme"], campaign_id=campaign["best-west"]) == []
    assert found(state="UT") == found(reason="criteria") == [refused]
    assert found(company_id=company["acme"], search="espinoza") == [one, both]
    assert found(company_id=company["best"], search="espinoza") == [both]
    assert found(company_id=company["best"], search="person2@example.com") == []


@pytest.mark.parametrize("sort", list(Sort))
def test_a_buyers_leads_page_in_every_order_without_gap(sort: Sort) -> None:
    sold = {sold_lead(number) for number in range(1, 6)}
    post("calculator", person(9, state="UT", postal_code="84101"))
    acme = next(one.id for one in market().companies.values() if one.key == "acme")
    shown: list[UUID] = []
    after: Cursor | None = None
    for _ in range(3):
        page = find_leads(LeadFilters(company_id=acme), after, limit=2, sort=sort)
        shown += [row.id for row in page.rows]
        after = page.next and Cursor.read(str(page.next))
    assert (len(shown), set(shown), after) == (5, sold, None)


def test_who_turned_a_lead_down_does_not_have_it() -> None:
    sold_lead(1)
    acme = next(one.id for one in market().companies.values() if one.key == "acme")
    execute("UPDATE allocate_assignment SET status = 'refused' WHERE company_id = %(id)s", {"id": acme})
    assert found(company_id=acme) == []


def test_since_is_included_and_until_is_not() -> None:
    noon = datetime(2025, 9, 1, 12, tzinfo=UTC)
    early = post("calculator", person(1), received_at=noon - timedelta(seconds=1))
    exact = post("calculator", person(2), received_at=noon)
    assert found(since=noon) == [exact]
    assert found(until=noon) == [early]


@pytest.mark.parametrize(
    "typed",
    [
        *("louis.espinoza@EXAMPLE.com", "louis.espinoza", "louis.espinoza@exam"),
        *("302 321 5560", "321-5560", "3215560"),
        *("espinoza", "Espi", "louis", "LOUIS ESPIN", "espinoza louis", "Espinoza, Louis", "espi, lou"),
        *("5000001+", "Consumer 5000001+", "#5000001+"),
    ],
)
def test_a_lead_is_found_by_whatever_is_known_of_it(typed: str) -> None:
    lead_id = post("calculator", LOUIS)
    post("calculator", person(1, first_name="Ann", last_name="O'Neil"))
    if typed.endswith("5000001+"):
        number = str(find_leads(LeadFilters(search="espinoza")).rows[0].consumer)
        typed = typed.replace("5000001+", number)
    assert found(search=typed) == [lead_id]


def test_a_lead_is_found_by_the_beginning_of_its_id() -> None:
    lead_id = post("calculator", LOUIS)
    assert found(search=str(lead_id)[:30]) == [lead_id]
    assert found(search=str(lead_id)[:-1] + ("0" if str(lead_id)[-1] != "0" else "1")) == []


def test_search_and_filters_hold_together() -> None:
    lead_id = post("calculator", LOUIS)
    again = post("mysolar", LOUIS)
    assert found(search="espinoza") == [again, lead_id]
    assert found(search="espinoza", product="roofing") == [lead_id]


def test_a_person_is_found_with_all_leads_by_any_of_them() -> None:
    first = post("calculator", LOUIS)
    second = post("calculator", LOUIS | {"phone_1": "+13075551234"})
    assert found(search="+13075551234") == [second, first]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; DROP TABLE timeline_passport; --", "x" * 10_000])
def test_strange_searches_find_nobody_and_break_nothing(typed: str) -> None:
    post("calculator", LOUIS)
    assert found(search=typed) == []


def test_an_id_its_beginning_or_a_consumer_number_names_leads() -> None:
    first = post("calculator", LOUIS)
    second = post("mysolar", LOUIS)
    consumer = find_leads(LeadFilters()).rows[0].consumer
    assert leads_named(str(first)) == [first]
    assert leads_named(str(consumer)) == [second, first]
    assert leads_named("nobody") == []


def test_names_are_found_through_their_indexes() -> None:
    execute("SET LOCAL enable_seqscan = off", {})
    plan = rows(
        "EXPLAIN SELECT id FROM capture_lead "
        "WHERE lower(fields ->> 'last_name') COLLATE \"C\" >= 'espi' "
        "AND lower(fields ->> 'last_name') COLLATE \"C\" < 'espj'",
        {},
        str,
    )
    assert any("lead_last_name" in line for line in plan), plan
