"""What sources cost and brought: the same on the screen as worked out of the export."""

import csv
from collections import defaultdict
from decimal import Decimal
from io import StringIO

import pytest

from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.parties.current import market
from leadhouse.report.csv_text import csv_pieces
from leadhouse.report.export import EVENT_HEADER, LEAD_HEADER, Span, event_batches, lead_batches
from leadhouse.report.figure_types import SourceMoney
from leadhouse.report.queries import assignments_of, sources_money
from leadhouse.store.run import database_now, value
from tests.report.report_market import LOUIS, MARKET, open_market, person, post, walk

pytestmark = pytest.mark.django_db
TWO_SOURCES = MARKET.replace(
    "  - {key: trial,",
    "  - {key: shared, product: roofing, api_key: shared-key, payout: {kind: share, percent: 10}}\n"
    "  - {key: trial,",
)


def convert(number: int, source: str, *companies: str) -> None:
    """Post a lead that is sold, and have these companies win its customer."""
    lead_id = post(source, person(number))
    walk()
    ids = {one.key: one.id for one in market().companies.values()}
    for one in assignments_of(lead_id):
        kind, reason = (Kind.CONVERSION, None) if one.company in companies else (Kind.REJECTION, Reason.BOGUS)
        hear(Given(one.id, kind, reason), ids[one.company], market())


@pytest.mark.req("A002-7", "R002-29", "R002-31")
def test_what_a_conversion_cost_by_source_is_the_same_on_screen_and_out_of_the_export() -> None:
    open_market(TWO_SOURCES)
    convert(1, "calculator", "acme", "best")
    convert(2, "calculator", "acme")
    convert(3, "calculator")
    convert(4, "shared", "best")
    post("calculator", person(5, state="UT", postal_code="84101"))
    post("trial", LOUIS)
    walk()
    written = "".join(csv_pieces(LEAD_HEADER, lead_batches(Span(), "USD")))
    cost, revenue, won = defaultdict(Decimal), defaultdict(Decimal), defaultdict(int)
    for row in csv.DictReader(StringIO(written, newline="")):
        if row["is_test"] == "false":
            cost[row["source"]] += Decimal(row["payout"])
            revenue[row["source"]] += Decimal(row["revenue"])
            won[row["source"]] += int(row["conversions"])
    month = database_now().astimezone(market().zone)
    shown = {one.source: one for one in sources_money(month.year, month.month, market().zone)}
    assert (cost, revenue, won) == (
        {"calculator": 30, "shared": Decimal("6.90")},
        {"calculator": 207, "shared": 69},
        {"calculator": 3, "shared": 1},
    )
    assert {source: one.cost_per_conversion for source, one in shown.items()} == {
        source: round(100 * cost[source] / won[source]) for source in cost
    }
    assert shown["calculator"] == SourceMoney("calculator", "Roofing Calculator", 3_000, 20_700, 3)
    events = "".join(csv_pieces(EVENT_HEADER, event_batches(Span())))
    exported = len(list(csv.DictReader(StringIO(events, newline=""))))
    assert exported == value("SELECT count(*) FROM timeline_event", {}, int)


def test_without_conversions_there_is_no_cost_of_one() -> None:
    assert SourceMoney("form", "Form", 1_000, 0, 0).cost_per_conversion is None
    assert SourceMoney("form", "Form", 1_000, 0, 3).cost_per_conversion == 333
