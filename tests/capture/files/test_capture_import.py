"""CSV files become leads: every row validated first, each exactly once, history never sold again."""

import argparse
import csv
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from leadhouse.capture import queries
from leadhouse.capture.files import importing
from leadhouse.capture.files.csv_file import CsvFault, open_csv, rows
from leadhouse.capture.files.csv_mapping import MappingFile, Problem, match, read_mapping, read_row
from leadhouse.capture.files.importing import Imported, Validation, bring_in, plan, validate
from leadhouse.capture.types import ImportedOutcome
from leadhouse.parties import current
from leadhouse.project.commands import CommandError, import_leads
from leadhouse.store import run
from leadhouse.store.run import database_now, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Stage

EXAMPLES = Path(__file__).parents[3] / "examples" / "imports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, content: str | bytes, name: str = "leads.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def job(path: Path, source: str = "capped", mapping: MappingFile | None = None) -> importing.Plan:
    market = current.market()
    return plan(open_csv(path), mapping or MappingFile(), market.sources[source], market)


def checked(work: importing.Plan) -> Validation:
    return validate(work, database_now(), lambda _: None)


def imported(work: importing.Plan) -> Imported:
    return bring_in(work, checked(work).bad_rows, lambda _: None)


def leads() -> int:
    return value("SELECT count(*) FROM capture_lead", {}, int)


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter", "cells"),
    [
        ("\ufeffa,b\n1,2\n", "utf-8-sig", ",", ("1", "2")),
        ("a;b\nZoë;2,5\n", "utf-8", ";", ("Zoë", "2,5")),
        ("a\tb\n1\t\n", "utf-8", "\t", ("1", "")),
        ('"a,x"|b\n1|2\n', "utf-8", "|", ("1", "2")),
        ("a,b\nZoë,2\n".encode("cp1252"), "cp1252", ",", ("Zoë", "2")),
        (b"a,b\nZo\x81,2\n", "cp1252", ",", ("Zo\ufffd", "2")),
        (b"\xef\xbb\xbfa,b\nZo\xff,2\n", "utf-8-sig", ",", ("Zo\ufffd", "2")),
        ("a,b\r\n1,2\r\n".encode("utf-16"), "utf-16", ",", ("1", "2")),
    ],
)
def test_encoding_and_delimiter_are_found_out(
    folder: Path, content: str | bytes, encoding: str, delimiter: str, cells: tuple[str, ...]
) -> None:
    file = open_csv(write(folder, content))
    assert (file.encoding, file.delimiter) == (encoding, delimiter)
    assert [row.cells for row in rows(file)] == [cells]


def test_rows_of_a_wrong_shape_say_so_and_the_others_go_on(folder: Path) -> None:
    long = "x" * 40_000
    file = open_csv(write(folder, f'a,b\n1,2,3\n"{long}",2\n\n1\n"two\nlines",2\n1,\0\n'))
    told = [(row.number, row.problem.split(":")[0]) for row in rows(file)]
    assert told == [
        (2, "3 cells under 2 columns"),
        (3, "a cell is longer than 32768 characters"),
        (5, ""),
        (6, ""),
        (7, "holds NUL characters"),
    ]


@pytest.mark.parametrize("content", ["", "\n\n", ",,\n1,2,3\n", ",".join(f"c{n}" for n in range(501))])
def test_files_without_a_usable_header_are_refused(folder: Path, content: str) -> None:
    with pytest.raises(CsvFault):
        open_csv(write(folder, content))


def test_a_header_with_an_endless_cell_is_told_of(folder: Path) -> None:
    with pytest.raises(CsvFault, match="header row cannot be read: a cell is longer than 32768 characters"):
        [*rows(open_csv(write(folder, "email," + "x" * 40_000 + "\njoe@x.test,no\n")))]


def test_columns_match_by_name_whatever_case_spaces_and_usual_other_names() -> None:
    header = [
        "E-mail",
        "First Name",
        "LAST_NAME",
        "Zip Code",
        "Phone",
        "Mobile",
        "Notes",
        "Roof Type",
        "",
        "Notes",
    ]
    columns = match(header, MappingFile(), ["roof_type"])
    assert [column.field if column else None for column in columns.columns] == [
        "email", "first_name", "last_name", "postal_code", "phone_1", "mobile",
        "notes", "roof_type", None, "notes_2"
    ]  # fmt: skip


def test_a_mapping_maps_translates_ignores_and_adds() -> None:
    mapping = MappingFile.model_validate(
        {
            "columns": {
                "When": {"field": "received_at", "format": "%d/%m/%Y %H:%M"},
                "Won": {"field": "sold", "values": {"J": "yes", "N": "no", "?": None}},
                "Earned": "revenue",
            },
            "constants": {"country": "US"},
            "ignore": ["Internal"],
            "empty": ["-"],
            "timezone": "America/New_York",
        }
    )
    columns = match(["When", "Won", "Earned", "Internal", "City"], mapping)
    read, problems = read_row(["01/07/2026 09:30", "j", "$55.00", "secret", "-"], columns, 2)
    assert problems == []
    assert read.values == {"country": "US"}
    assert read.received_at == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    assert read.outcome == ImportedOutcome(is_sold=True, revenue_minor=5_500)
    undecided, _ = read_row(["", "?", "", "", "Cody"], columns, 3)
    assert (undecided.outcome, undecided.received_at) == (None, None)
    _, problems = read_row(["2026-07-01", "maybe", "", "", ""], columns, 4)
    assert [(one.row, one.field) for one in problems] == [(4, "sold"), (4, "received_at")]
    _, problems = read_row(["", "n", "1.00", "", ""], columns, 5)
    assert problems == [Problem(5, "revenue", "revenue for a lead that was not sold")]


def test_revenue_is_counted_in_the_minor_units_of_the_markets_currency() -> None:
    columns = match(["revenue"], MappingFile(), currency="JPY")
    read, problems = read_row(["1,500"], columns, 2)
    assert (read.outcome, problems) == (ImportedOutcome(is_sold=True, revenue_minor=1_500), [])
    _, problems = read_row(["15.50"], columns, 3)
    assert [one.field for one in problems] == ["sold"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: [a]", "columns"),
        ("colums: {}", "colums"),
        ("timezone: Mars/Olympus", "not a time zone"),
        ("a: [", "not YAML"),
        ("columns: {A: email, B: email}", "several columns for one field"),
        ("columns: {Nowhere: email}", "has not: Nowhere"),
    ],
)
def test_a_bad_mapping_says_what_is_wrong(folder: Path, text: str, told: str) -> None:
    with pytest.raises(CsvFault, match=told):
        match(["A", "B"], read_mapping(write(folder, text, "mapping.yaml")))


@pytest.mark.django_db
def test_every_row_is_validated_first_and_nothing_is_stored(market: None, folder: Path) -> None:
    good = "email,received_at\njoe@x.test,2026-01-05T10:00:00\n,\n"
    content = good + "no-address,\nann@x.test,soon\neve@x.test,2999-01-01\n"
    found = checked(job(write(folder, content)))
    assert (found.good, found.bad_rows) == (1, {4, 5, 6})
    assert [(one.row, one.field) for one in found.problems] == [
        (4, "email"),
        (5, "received_at"),
        (6, "received_at"),
    ]
    assert leads() == 0


@pytest.mark.req("R000-17")
@pytest.mark.django_db
def test_rows_become_leads_of_their_own_time_and_go_the_whole_way(market: None, folder: Path) -> None:
    content = "E-mail,Zip Code,Created at,Colour\njoe@x.test,82301,2026-01-05T10:00:00Z,green\n"
    assert imported(job(write(folder, content))) == Imported(fresh=1)
    (lead_id,) = run.rows("SELECT id FROM capture_lead", {}, UUID)
    facts = queries.facts_of([lead_id])[lead_id]
    assert (facts.created_by, facts.received_at) == ("csv", datetime(2026, 1, 5, 10, tzinfo=UTC))
    assert (facts.fields["state"], facts.extra) == ("WY", {"colour": "green"})
    assert timeline.work_left() == {Stage.QUALIFY: 1}


@pytest.mark.django_db
def test_a_second_run_imports_the_rest_exactly_once(
    market: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"p{n % 590}@x.test,no" for n in range(600)]
    path = write(folder, "email,sold\n" + "\n".join(lines) + "\n")
    taken: list[int] = []

    def breaking(submissions: list[object]) -> object:
        if taken:
            raise KeyboardInterrupt
        taken.append(len(submissions))
        return take(submissions)  # type: ignore[arg-type]

    take = importing.take
    monkeypatch.setattr(importing, "take", breaking)
    with pytest.raises(KeyboardInterrupt):
        imported(job(path))
    monkeypatch.setattr(importing, "take", take)
    assert leads() == 256
    assert imported(job(path)) == Imported(fresh=344, known=256)
    assert imported(job(path)) == Imported(known=600)
    # Ten rows are equal to earlier ones; they are submissions all the same.
    assert leads() == 600
    # A row mended afterwards is the only new one.
    write(folder, "email,sold\n" + "\n".join(["p@x.test,no", *lines]) + "\n")
    assert imported(job(path)) == Imported(fresh=1, known=600)


def options(path: Path, source: str, mapping: Path | None = None, *, dry: bool = False) -> argparse.Namespace:
    return argparse.Namespace(file=path, source=source, mapping=mapping, dry_run=dry)


@pytest.mark.req("R000-15")
@pytest.mark.django_db
def test_the_example_file_is_imported_as_history(
    market: None, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    path = write(folder, (EXAMPLES / "education-sample.csv").read_bytes(), "education.csv")
    mapping = EXAMPLES / "education.yaml"
    assert import_leads._import(options(path, "capped", mapping, dry=True)) == 0
    assert leads() == 0
    assert import_leads._import(options(path, "capped", mapping)) == 0
    assert "500 leads imported, 0 were imported before" in capsys.readouterr().out
    with path.open(encoding="utf-8") as text:
        converted = sum(row["Converted"] == "1" for row in csv.DictReader(text))
    statuses = run.rows("SELECT status FROM timeline_passport", {}, str)
    assert statuses.count("delivered") == converted
    assert statuses.count("unsold") == 500 - converted
    assert timeline.work_left() == {}
    assert not path.with_name("education.csv.problems.csv").exists()


@pytest.mark.django_db
def test_the_report_beside_the_file_names_row_field_and_problem(
    market: None, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    path = write(folder, "email\njoe@x.test\n=cmd\n")
    with pytest.raises(CommandError, match="1 rows were left out"):
        import_leads._import(options(path, "capped"))
    assert leads() == 1
    report = path.with_name("leads.csv.problems.csv")
    assert list(csv.reader(report.read_text().splitlines())) == [
        ["row", "field", "problem"],
        ["3", "email", "Invalid email: not an email address: write it like name@example.com"],
    ]
    write(folder, "email\njoe@x.test\nann@x.test\n")
    assert import_leads._import(options(path, "capped")) == 0
    assert "1 leads imported, 1 were imported before" in capsys.readouterr().out
    assert not report.exists()


@pytest.mark.django_db
def test_an_unknown_source_is_told_with_those_that_there_are(market: None, folder: Path) -> None:
    with pytest.raises(CommandError, match="there is no source 'nobody'; there are asking, calculator"):
        import_leads._import(options(write(folder, "email\n"), "nobody"))
