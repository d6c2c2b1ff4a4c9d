"""The commands sources, lead and export-leads, each run as a process on a copy of its own."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leadhouse.store.postgres import Server
from tests.project.running import leadhouse

# Of mission 000's "Lead Sources Overview" the two that are small enough for a command's test.
SEPTEMBER = (
    ("bathroom-estimate", "Bathroom Estimate", 1_503, 72, "4.8%"),
    ("kitchen-estimate", "Kitchen Estimate", 144, 5, "3.5%"),
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the house with two sources; its database stays up between commands."""
    folder = tmp_path_factory.mktemp("copy")
    market = {
        "market": {"name": "Demo", "timezone": "America/New_York", "currency": "USD"},
        "products": [{"key": "home", "name": "Home", "required": []}],
        "sources": [{"key": key, "name": name, "product": "home"} for key, name, *_ in SEPTEMBER],
        "companies": [],
    }
    file = folder / "market.json"
    file.write_text(json.dumps(market))
    with Server(folder):
        run(folder, "apply", str(file))
        yield folder


def run(data_dir: Path, *arguments: str, code: int = 0) -> str:
    """Run a command to its end; return what it printed."""
    ended = leadhouse(data_dir, *arguments)
    assert ended.returncode == code, ended.stderr
    return ended.stdout if code == 0 else ended.stderr


def write_history(file: Path, source: str, leads: int, sold: int) -> None:
    """Write a source's books for September 2025 as CSV, its sales spread evenly over the month."""
    start = datetime(2025, 9, 1, 4, tzinfo=UTC)
    with file.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["reference", "received_at", "sold", "revenue"])
        for number in range(leads):
            at = start + timedelta(days=29.9) * number / leads
            is_sold = number * sold // leads != (number + 1) * sold // leads
            rows.writerow(
                [f"{source}-{number}", at.isoformat(), *(("yes", "40.00") if is_sold else ("no", ""))]
            )


def table(printed: str) -> list[tuple[str, ...]]:
    """Return the rows of a printed table: what stands between its lines."""
    lines = [line for line in printed.splitlines() if line.startswith("│")]
    return [tuple(cell.strip() for cell in line.strip("│").split("│")) for line in lines]


@pytest.mark.req("R000-72")
def test_imported_books_come_out_as_the_months_table(data_dir: Path) -> None:
    for key, _, leads, sold, _ in SEPTEMBER:
        file = data_dir / f"{key}.csv"
        write_history(file, key, leads, sold)
        run(data_dir, "import-leads", str(file), "--source", key)
    assert table(run(data_dir, "sources", "--month", "2025-09")) == [
        *((name, f"{leads:,}", str(sold), percent) for _, name, leads, sold, percent in SEPTEMBER),
        ("All", "1,647", "77", "4.7%"),
    ]


@pytest.mark.req("R002-26", "R002-27", "R002-28")
def test_an_export_appears_whole_and_a_lead_is_told_by_id_beginning_and_consumer(data_dir: Path) -> None:
    history = data_dir / "few.csv"
    write_history(history, "few", 3, 1)
    run(data_dir, "import-leads", str(history), "--source", "kitchen-estimate")
    file = data_dir / "leads.csv"
    file.write_text("an older export")
    run(data_dir, "export-leads", str(file), "--since", "2025-09-01", "--until", "2025-09-02")
    with file.open(newline="") as stream:
        leads = [row for row in csv.DictReader(stream) if row["reference"].startswith("few-")]
    assert [(row["reference"], row["revenue"]) for row in leads] == [("few-0", "0.00")]
    assert [path.name for path in data_dir.glob(".leads.csv*")] == []

    told = run(data_dir, "export-leads", "-", "--events", "--since", "2025-09-30T12:00")
    assert told.splitlines()[0].startswith("lead_id,consumer,source,seq,run,at,step")
    whole = run(data_dir, "lead", leads[0]["id"])
    assert whole == run(data_dir, "lead", leads[0]["id"][:30])
    assert f"consumer {leads[0]['consumer']} · lead {leads[0]['id']}" in whole
    assert whole == run(data_dir, "lead", leads[0]["consumer"])
    assert "\x1b" not in whole


def test_what_cannot_be_done_is_said_in_one_line(data_dir: Path) -> None:
    missing = run(data_dir, "lead", "nobody", code=1)
    month = run(data_dir, "sources", "--month", "2025-13", code=1)
    since = run(data_dir, "export-leads", "-", "--since", "yesterday", code=1)
    folder = run(data_dir, "export-leads", str(data_dir / "no" / "such" / "leads.csv"), code=1)
    for line, words in (
        (missing, "no lead is named 'nobody'"),
        (month, "'2025-13' is not a month"),
        (since, "'yesterday' is neither a day"),
        (folder, "cannot be written"),
    ):
        assert re.fullmatch(r"leadhouse [^\n]+\n", line)
        assert words in line
