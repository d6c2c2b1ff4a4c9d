"""The sources overview: the mission's reference month comes out as its table says, from imported figures."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from leadhouse.capture.door.submissions import token_of
from leadhouse.capture.intake import take
from leadhouse.capture.types import CreatedBy, ImportedOutcome, Submission
from leadhouse.parties.apply import apply
from leadhouse.parties.current import market
from leadhouse.parties.market_file import read_market_text
from leadhouse.report.figure_types import SourceFigures
from leadhouse.report.queries import sources_overview
from leadhouse.store.run import execute
from tests.report.report_market import LOUIS, open_market, person, post

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")

# Mission 000, "Lead Sources Overview": key, name, leads, conversion in percent.
SEPTEMBER = (
    ("roofing-calculator", "Roofing Calculator", 34_233, 5.6),
    ("solar-estimate", "SolarEstimate", 20_109, 4.1),
    ("mysolar", "MySolar", 8_457, 5.9),
    ("fixr", "Fixr", 7_312, 6.1),
    ("solar-reviews", "SolarReviews", 3_953, 5.2),
    ("bathroom-estimate", "Bathroom Estimate", 1_503, 4.8),
    ("kitchen-estimate", "Kitchen Estimate", 144, 3.5),
)


def seven_sources() -> None:
    sources = [{"key": key, "name": name, "product": "home"} for key, name, _, _ in SEPTEMBER]
    written = {
        "market": {"name": "Demo", "timezone": "America/New_York", "currency": "USD"},
        "products": [{"key": "home", "name": "Home", "required": []}],
        "sources": sources,
        "companies": [],
    }
    apply(read_market_text(json.dumps(written), suffix=".json"))


def history(source: str, leads: int, sold: int) -> list[Submission]:
    """Return a source's leads of September 2025 as its books tell them, `sold` of them spread evenly."""
    source_id = market().sources[source].id
    start = datetime(2025, 9, 1, 4, tzinfo=UTC)
    made = []
    for number in range(leads):
        values = {"reference": f"{source}-{number}"}
        body = json.dumps(values).encode()
        is_sold = number * sold // leads != (number + 1) * sold // leads
        made.append(
            Submission(
                source_id=source_id,
                raw=body,
                content_type="text/csv",
                values=values,
                token=token_of("", body),
                body_digest=sha256(body).digest(),
                created_by=CreatedBy.CSV,
                received_at=start + timedelta(days=29.9) * number / leads,
                outcome=ImportedOutcome(is_sold=is_sold, revenue_minor=4_000),
            )
        )
    return made


@pytest.mark.timeout(900)
@pytest.mark.req("R000-72", "R000-73", "R000-19", "A000-9")
def test_the_reference_month_comes_out_of_imported_leads_as_the_mission_tells_it() -> None:
    seven_sources()
    # Smallest first, ANALYZE after each: elsewhere autovacuum tells the planner how much there is, which it
    # cannot within one transaction; plans made for empty tables would scan them again for every batch.
    for key, _, leads, percent in reversed(SEPTEMBER):
        take(history(key, leads, sold=round(leads * percent / 100)))
        execute("ANALYZE", {})
    shown = [
        (one.source, one.name, one.leads, round(100 * (one.conversion or 0), 1))
        for one in sources_overview(2025, 9, NEW_YORK)
    ]
    assert shown == list(SEPTEMBER)


def test_a_month_is_the_zones_and_neither_its_neighbours() -> None:
    open_market()
    first = datetime(2025, 9, 1, tzinfo=NEW_YORK)
    after = datetime(2025, 10, 1, tzinfo=NEW_YORK)
    instants = (first - timedelta(seconds=1), first, after - timedelta(seconds=1), after)
    for number, instant in enumerate(instants):
        post("calculator", person(number), received_at=instant)
    counted = {month: sources_overview(2025, month, NEW_YORK)[0] for month in (8, 9, 10)}
    assert {month: one.leads for month, one in counted.items()} == {8: 1, 9: 2, 10: 1}
    assert counted[9].sold == 0


def test_test_leads_never_count_and_sources_without_leads_are_shown() -> None:
    open_market()
    post("trial", LOUIS, received_at=datetime(2025, 9, 10, tzinfo=UTC))
    overview = sources_overview(2025, 9, NEW_YORK)
    assert overview == [
        SourceFigures("calculator", "Roofing Calculator", 0, 0),
        SourceFigures("mysolar", "MySolar", 0, 0),
    ]
    assert overview[0].conversion is None
