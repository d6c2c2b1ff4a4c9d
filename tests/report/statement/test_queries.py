"""A statement has each payment, charge and credit of its company in its span, and nobody else's."""

from datetime import timedelta

import pytest

from leadhouse.allocate.queries import assignments_of
from leadhouse.billing.queries import credit, deposit
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.report.statement.queries import Statement, statement
from leadhouse.store.run import database_now
from tests.report.report_market import open_market, person, post, walk

pytestmark = pytest.mark.django_db


def company(key: str) -> int:
    return next(one.id for one in market().companies.values() if one.key == key)


def test_a_statement_tells_what_moved_newest_first_with_its_sums() -> None:
    open_market()
    lead_id = post("calculator", person(1))
    walk()
    given = {one.company_id: one for one in assignments_of([lead_id])[lead_id]}
    acme, best = company("acme"), company("best")
    deposit(acme, 10_000, new_id())
    credit(given[acme].id, 1_000)
    since, until = database_now() - timedelta(days=1), database_now() + timedelta(days=1)
    told = statement(acme, since, until)
    assert sorted((one.kind, one.amount_minor, one.lead_id, one.campaign) for one in told.lines) == [
        ("capture", given[acme].price_minor, lead_id, "acme-west"),
        ("credit", 1_000, lead_id, "acme-west"),
        ("deposit", 10_000, None, None),
    ]
    assert (told.count, told.paid_minor, told.charged_minor, told.credited_minor) == (
        3,
        10_000,
        given[acme].price_minor,
        1_000,
    )
    assert [one.kind for one in statement(acme, since, until, limit=1).lines] == ["credit"]
    assert statement(acme, since, until, limit=1).count == 3
    assert {one.kind for one in statement(best, since, until).lines} <= {"capture"}
    assert statement(acme, until, until + timedelta(days=30)) == Statement()
