"""A statement has each payment, charge and credit of its company in its span, and nobody else's."""

from datetime import timedelta
from uuid import UUID

import pytest

from leadhouse.allocate.queries import assignments_of
from leadhouse.allocate.types import Assignment
from leadhouse.billing.queries import credit, deposit, release
from leadhouse.kit.ids import new_id
from leadhouse.kit.periods import Period
from leadhouse.parties.current import market
from leadhouse.report.statement import queries
from leadhouse.report.statement.types import CampaignSums, Line, Mark, Page, Sums
from leadhouse.store.run import database_now, value
from tests.report.report_market import open_market, person, post, walk

pytestmark = pytest.mark.django_db


def company(key: str) -> int:
    return next(one.id for one in market().companies.values() if one.key == key)


def this_while() -> Period:
    return Period(database_now() - timedelta(days=1), database_now() + timedelta(days=1))


def sold(number: int) -> dict[int, Assignment]:
    lead_id = post("calculator", person(number))
    walk()
    return {one.company_id: one for one in assignments_of([lead_id])[lead_id]}


def test_a_statement_tells_what_moved_newest_first_with_its_sums() -> None:
    open_market()
    given, (acme, best) = sold(1), (company("acme"), company("best"))
    deposit(acme, 10_000, new_id())
    credit(given[acme].id, 1_000)
    period, price = this_while(), given[acme].price_minor
    told = queries.lines(acme, period)
    assert [(one.kind, one.amount_minor, one.delivery, one.lead_id, one.campaign) for one in told.lines] == [
        ("credit", 1_000, given[acme].id, given[acme].lead_id, "acme-west"),
        ("deposit", 10_000, None, None, None),
        ("capture", price, given[acme].id, given[acme].lead_id, "acme-west"),
    ]
    assert [one.signed_minor for one in told.lines] == [1_000, 10_000, -price]
    assert queries.sums(acme, period) == Sums(3, 10_000, price, 1_000, 1)
    assert queries.by_campaign(acme, period) == [CampaignSums("acme-west", 1, price, 1, 1_000)]
    assert {one.kind for one in queries.lines(best, period).lines} == {"capture"}


def test_of_what_was_held_and_given_back_no_statement_tells() -> None:
    open_market()
    held = post("calculator", person(1))
    walk()
    release(one.id for one in assignments_of([held])[held])
    told = value("SELECT count(*) FROM billing_posting WHERE told_at IS NOT NULL", {}, int)
    # Two charges and the source's payout; four holds' sides and the other sides of the three are not told.
    assert told == 3


def test_nothing_of_another_span_is_told() -> None:
    open_market()
    sold(1)
    later = Period(database_now() + timedelta(days=1), database_now() + timedelta(days=30))
    assert queries.lines(company("acme"), later) == Page()
    assert queries.sums(company("acme"), later) == Sums()
    assert queries.by_campaign(company("acme"), later) == []


def test_pages_follow_each_other_without_a_gap_and_say_all_that_there_is() -> None:
    open_market()
    acme = company("acme")
    for number in range(1, 5):
        sold(number)
    for _ in range(3):
        deposit(acme, 100, new_id())
    period = this_while()
    whole = queries.lines(acme, period).lines
    assert len(whole) == 7
    paged: list[Line] = []
    after: Mark | None = None
    while True:
        page = queries.lines(acme, period, after, limit=2)
        paged += page.lines
        if page.next is None:
            break
        after = Mark.read(str(page.next))
        assert after == page.next
    assert tuple(paged) == whole
    assert [line for lines in queries.all_lines(acme, period) for line in lines] == paged


@pytest.mark.parametrize(
    "text", ["", "x", "2026-11-27T00:00:00+00:00_x", "2026-11-27_5", f"{UUID(int=1)}_1", "_"]
)
def test_a_spoilt_mark_means_the_first_page(text: str) -> None:
    assert Mark.read(text) is None
