"""The database itself shows a portal its own party's rows: whatever a statement forgets to ask for."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError

from leadhouse.parties.current import market
from leadhouse.store.run import execute, rows, transaction, value
from leadhouse.web.portal.fence import (
    Fence,
    PortalsClosedError,
    fenced_rows,
    inside,
    of_company,
    of_source,
    open_portals,
)
from tests.report.report_market import LOUIS, open_market, person, post
from tests.web.console_desk import walk

pytestmark = pytest.mark.django_db
EVERY_ASSIGNMENT = "SELECT id FROM allocate_assignment ORDER BY id"
BUYERS_TABLES = {
    "allocate_assignment": "company_id",
    "feedback_response": "company_id",
    "billing_wallet": "company_id",
    "parties_campaign": "company_id",
}


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def company(key: str) -> int:
    return next(one.id for one in market().companies.values() if one.key == key)


def source(key: str) -> int:
    return market().sources[key].id


def some_leads() -> None:
    """Sell leads to both companies, and refuse one."""
    for number in range(1, 4):
        post("calculator", person(number))
    post("mysolar", {"email": "sun@example.com"})
    post("calculator", person(8, state="TX", postal_code="75001"))
    walk()


@pytest.mark.parametrize("table", BUYERS_TABLES)
def test_a_company_sees_exactly_its_own_rows(table: str) -> None:
    some_leads()
    column = BUYERS_TABLES[table]
    everything = f"SELECT {column} FROM {table}"
    own = company("acme")
    expected = [one for one in rows(everything, {}, int) if one == own]
    assert fenced_rows(of_company(own), everything, {}, int) == expected
    if table != "feedback_response":
        assert expected
        assert len(expected) < len(rows(everything, {}, int))


def test_a_company_sees_of_leads_only_those_it_bought() -> None:
    some_leads()
    execute(
        "UPDATE allocate_assignment SET status = 'refused' WHERE company_id = %(id)s", {"id": company("best")}
    )
    seen = "SELECT id FROM capture_lead ORDER BY id"
    bought = rows(
        "SELECT lead_id FROM allocate_assignment WHERE company_id = %(id)s ORDER BY lead_id",
        {"id": company("acme")},
        UUID,
    )
    assert bought
    assert fenced_rows(of_company(company("acme")), seen, {}, UUID) == bought
    assert fenced_rows(of_company(company("best")), seen, {}, UUID) == []


def test_a_company_sees_the_entries_that_move_its_own_money() -> None:
    some_leads()
    moved = "SELECT count(*) FROM billing_entry"
    own = value(
        "SELECT count(DISTINCT entry_id) FROM billing_posting JOIN billing_account AS a ON a.id = account_id "
        "WHERE a.owner_id = %(id)s AND a.kind IN ('funds', 'held')",
        {"id": company("acme")},
        int,
    )
    assert 0 < own < value(moved, {}, int)
    assert fenced_rows(of_company(company("acme")), moved, {}, int) == [own]


def test_a_source_sees_its_own_leads_and_neither_buyers_nor_prices() -> None:
    some_leads()
    calculator, mysolar = of_source(source("calculator")), of_source(source("mysolar"))
    everything = "SELECT count(*) FROM timeline_passport"
    assert fenced_rows(calculator, everything, {}, int) == [4]
    assert fenced_rows(mysolar, everything, {}, int) == [1]
    assert fenced_rows(mysolar, "SELECT count(*) FROM capture_lead", {}, int) == [1]
    for hidden in (
        "SELECT revenue_minor FROM timeline_passport",
        "SELECT id FROM allocate_assignment",
        "SELECT company_id FROM feedback_response",
        "SELECT company_id FROM billing_wallet",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            fenced_rows(calculator, hidden, {}, int)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT source_id FROM capture_lead",
        "SELECT raw FROM capture_lead",
        "SELECT password FROM parties_person",
        "SELECT lead_id FROM timeline_passport",
        "SELECT secrets FROM parties_campaign",
        "SELECT digest FROM parties_access_key",
        "UPDATE allocate_assignment SET price_minor = 0",
        "DELETE FROM web_note",
        "SELECT id FROM allocate_decision",
    ],
)
def test_a_company_may_do_nothing_else(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        fenced_rows(of_company(company("acme")), statement, {}, str)


def test_the_fence_ends_with_its_block_even_inside_a_transaction() -> None:
    post("calculator", LOUIS)
    walk()
    everything = rows(EVERY_ASSIGNMENT, {}, UUID)
    assert len(everything) == 2
    with transaction():
        assert len(fenced_rows(of_company(company("acme")), EVERY_ASSIGNMENT, {}, UUID)) == 1
        assert rows(EVERY_ASSIGNMENT, {}, UUID) == everything
        with pytest.raises(RuntimeError), inside(of_company(company("best"))):
            raise RuntimeError
        assert rows(EVERY_ASSIGNMENT, {}, UUID) == everything


def test_without_the_database_s_roles_nobody_reads_through_a_portal() -> None:
    with pytest.raises(PortalsClosedError):
        fenced_rows(Fence("leadhouse_nowhere", company_id=1), EVERY_ASSIGNMENT, {}, UUID)


def test_who_may_not_create_roles_is_told_what_a_superuser_must_do() -> None:
    assert open_portals() is None
    plain = f"leadhouse_plain_{os.getpid()}"
    with transaction():
        execute(f"CREATE ROLE {plain}", {})
        execute(f"SET LOCAL SESSION AUTHORIZATION {plain}", {})
        advice = open_portals()
        execute("RESET SESSION AUTHORIZATION", {})
    assert advice is not None
    assert f"GRANT leadhouse_buyer, leadhouse_source TO {plain};" in advice


def test_no_statement_of_a_portal_runs_outside_a_fence() -> None:
    rooms = sorted((Path(__file__).parents[3] / "src/leadhouse/web/portal").rglob("queries.py"))
    assert len(rooms) == 4
    for room in rooms:
        text = room.read_text("utf-8")
        assert "leadhouse.store.run" not in text, room
        assert text.count("SQL[") == text.count("fenced_rows(fence, SQL["), room
