"""The export: every lead with all its data, or every event, as CSV that no spreadsheet runs."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.capture.types import CreatedBy, ImportedOutcome
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.parties.current import market
from leadhouse.report import export
from leadhouse.report.csv_text import csv_pieces
from leadhouse.report.export import EVENT_HEADER, LEAD_HEADER, Span, event_batches, lead_batches
from leadhouse.report.queries import assignments_of
from tests.report.report_market import LOUIS, open_market, person, post, walk

NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def _market(db: None) -> None:
    open_market()


def leads(span: Span | None = None) -> list[dict[str, str]]:
    text = "".join(csv_pieces(LEAD_HEADER, lead_batches(span or Span(), "USD")))
    return list(csv.DictReader(StringIO(text, newline="")))


def events(span: Span | None = None) -> list[dict[str, str]]:
    text = "".join(csv_pieces(EVENT_HEADER, event_batches(span or Span())))
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.req("R002-26", "R002-29", "R002-31")
@pytest.mark.usefixtures("_market")
def test_one_row_tells_a_lead_with_its_verification_sale_cost_and_conversions() -> None:
    lead_id = post("calculator", LOUIS)
    walk()
    acme, best = assignments_of(lead_id)
    ids = {one.key: one.id for one in market().companies.values()}
    hear(Given(acme.id, Kind.REJECTION, Reason.BOGUS), ids["acme"], market())
    hear(Given(best.id, Kind.CONVERSION, value_minor=123_400), ids["best"], market())
    (row,) = leads()
    expected = {
        "id": str(lead_id),
        "source": "calculator",
        "channel": "Web Forms",
        "product": "roofing",
        "status": "delivered",
        "good_to_sell": "true",
        "classification": "2",
        "phone_valid": "true",
        "email_disposable": "false",
        "county": "Carbon County",
        "first_name": "Louis",
        "email": "Louis.Espinoza@example.com",
        "phone_1": "'+13023215560",
        "lon": row["lon"],
        "outcome": "success",
        "reason": "",
        "sale_size": "2",
        "revenue": "69.00",
        "payout": "10.00",
        "companies": "acme; best",
        "rejections": "1",
        "returns": "0",
        "conversions": "1",
        "conversion_value": "1234.00",
        "credited": "35.00",
        "is_test": "false",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["lon"].startswith("-10")
    assert row["received_at"].endswith("Z")
    assert json.loads(row["extra"]) == {"roof_type": "shingle", "favourite_colour": "green"}


@pytest.mark.usefixtures("_market")
def test_the_columns_come_in_the_promised_order() -> None:
    text = "".join(csv_pieces(LEAD_HEADER, lead_batches(Span(), "USD")))
    header = text.removesuffix("\r\n").split(",")
    first = ["id", "consumer", "received_at", "source", "channel", "product", "status", "good_to_sell"]
    assert header[:9] == [*first, "classification"]
    at = header.index("first_name")
    assert "phone_valid" in header[9:at]
    assert header[header.index("extra") :] == [
        *(["extra", "outcome", "reason", "sale_size", "revenue", "payout", "companies"]),
        *(["rejections", "returns", "conversions", "conversion_value"]),
        *(["credited", "is_test"]),
    ]
    assert len(header) == len(set(header))


@pytest.mark.req("R002-27", "R002-30", "R002-32")
@pytest.mark.usefixtures("_market")
def test_one_row_an_event_tells_the_whole_history_in_order() -> None:
    first = post("calculator", LOUIS)
    second = post("calculator", person(1, email=""))
    walk()
    told = events()
    assert {row["lead_id"] for row in told} == {str(first), str(second)}
    steps = [row["step"] for row in told if row["lead_id"] == str(first)]
    order = ["capture", "accept", "qualify", "prevalidate", "allocate", "assign", "deliver", "settle"]
    assert [step for number, step in enumerate(steps) if step not in steps[:number]] == order
    refused = [row for row in told if row["lead_id"] == str(second)]
    assert [(row["seq"], row["type"], row["outcome"], row["reason"]) for row in refused] == [
        ("1", "received", "success", ""),
        ("2", "refused", "failure", "missing_field"),
    ]
    assert json.loads(refused[1]["data"])["errors"][0]["field"] == "email"


@pytest.mark.req("R002-28")
@pytest.mark.usefixtures("_market")
def test_a_week_is_cut_out_exactly() -> None:
    week = Span(NOON, NOON + timedelta(days=7))
    instants = (week.since - timedelta(seconds=1), week.since, week.until - timedelta(seconds=1), week.until)
    posted = [post("calculator", person(number), received_at=at) for number, at in enumerate(instants)]
    assert [row["id"] for row in leads(week)] == [str(posted[1]), str(posted[2])]
    assert {row["lead_id"] for row in events(week)} == {str(posted[1]), str(posted[2])}


@pytest.mark.usefixtures("_market")
def test_all_leads_come_once_and_oldest_first_over_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 3)
    posted = [post("calculator", person(number), received_at=NOON) for number in range(8)]
    assert [row["id"] for row in leads()] == sorted(map(str, posted))


@pytest.mark.usefixtures("_market")
def test_imported_history_is_exported_with_its_outcome() -> None:
    post(
        "calculator",
        person(1),
        received_at=NOON,
        created_by=CreatedBy.CSV,
        outcome=ImportedOutcome(is_sold=True, revenue_minor=4_200, is_converted=True),
    )
    (row,) = leads()
    assert (row["outcome"], row["revenue"], row["conversions"]) == ("success", "42.00", "1")


@pytest.mark.usefixtures("_market")
def test_what_a_spreadsheet_would_run_is_made_harmless_and_the_rest_survives() -> None:
    post(
        "calculator",
        LOUIS | {"first_name": "=HYPERLINK(1)", "address_1": 'a "b",\nc', "@note": "@SUM(1)"},
    )
    (row,) = leads()
    assert row["first_name"].startswith("'=")
    assert row["address_1"].startswith('a "b",')
    assert json.loads(row["extra"])["@note"] == "@SUM(1)"


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=2)
    )
)
def test_any_text_comes_back_from_the_csv_as_it_went_in(rows: list[list[str]]) -> None:
    text = "".join(csv_pieces(["a", "b"], [rows]))
    assert list(csv.reader(StringIO(text, newline=""))) == [["a", "b"], *rows]


@pytest.mark.usefixtures("_market")
def test_an_export_of_nothing_is_a_header() -> None:
    assert leads() == []
    assert events() == []
