"""Leads from a CSV file: every row validated first, then taken in by the hundred, each exactly once."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import orjson

from leadhouse.capture.files.csv_file import CsvFile, Row, rows
from leadhouse.capture.files.csv_mapping import Columns, MappingFile, Problem, Read, match, read_row
from leadhouse.capture.intake import MOST_AT_ONCE, take
from leadhouse.capture.judging import judge
from leadhouse.capture.types import CreatedBy, Submission, Token
from leadhouse.kit.text import defuse_cell
from leadhouse.parties.types import Market, Source

# A file may be imported again after months, and still each row is one lead.
_LIFETIME = timedelta(days=3_650)
_MOST_KEPT_PROBLEMS = 100_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A file, what its columns mean, and for which source its rows are."""

    file: CsvFile
    columns: Columns
    source: Source
    market: Market


@dataclass(slots=True)
class Validation:
    """How many rows can be imported, which cannot and why, and what is odd in those that can."""

    good: int = 0
    bad_rows: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    marks: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return self.good + len(self.bad_rows)


@dataclass(slots=True)
class Imported:
    """How many rows became leads now, had been imported before, and could not be stored."""

    fresh: int = 0
    known: int = 0
    failed: int = 0


def plan(file: CsvFile, mapping: MappingFile, source: Source, market: Market) -> Plan:
    """Match a file's columns for a source; CsvFault when they do not fit."""
    own = {key for name in source.products for key in market.products[name].fields}
    return Plan(file, match(file.header, mapping, own, currency=market.currency), source, market)


def validate(job: Plan, now: datetime, progress: Progress) -> Validation:
    """Read every row as the import will, and tell all that is wrong; nothing is stored."""
    found = Validation()
    for row, _, read, problems in _read(job):
        problems = problems or _refused(job, row, read, now, found)
        if problems:
            found.bad_rows.add(row.number)
            found.problems += problems[: max(0, _MOST_KEPT_PROBLEMS - len(found.problems))]
        else:
            found.good += 1
        progress(1)
    return found


def _read(job: Plan) -> Iterator[tuple[Row, int, Read, list[Problem]]]:
    """Yield each row, how many equal ones came before it, its values, and what is wrong with it."""
    before: Counter[bytes] = Counter()
    for row in rows(job.file):
        digest = sha256(repr(row.cells).encode("utf-8", "surrogatepass")).digest()[:16]
        place = before[digest]
        before[digest] += 1
        if row.problem:
            yield row, place, Read({}, None, None), [Problem(row.number, "", row.problem)]
        else:
            yield row, place, *read_row(row.cells, job.columns, row.number)


def _refused(job: Plan, row: Row, read: Read, now: datetime, found: Validation) -> list[Problem]:
    """Return why the source would not take a row, or count what is odd in it."""
    if read.received_at is not None and read.received_at > now:
        return [Problem(row.number, "received_at", "lies in the future")]
    judged = judge(_submission(job, row, 0, read), job.source, job.market, now)
    if judged.acceptance.is_accepted:
        found.marks.update(f"{name}: {why}" for name, why in judged.cleaned.marks.items())
        return []
    errors = judged.acceptance.errors
    told = [Problem(row.number, one.field, one.message) for one in errors]
    return told or [Problem(row.number, "", judged.acceptance.reason)]


def bring_in(job: Plan, bad_rows: set[int], progress: Progress) -> Imported:
    """Take all rows but the bad ones in; those imported before, by a run that broke off, stay one lead."""
    done = Imported()
    waiting: list[Submission] = []
    for row, place, read, _ in _read(job):
        if row.number not in bad_rows:
            waiting.append(_submission(job, row, place, read))
        if len(waiting) == MOST_AT_ONCE:
            _take(waiting, done, progress)
            waiting = []
    _take(waiting, done, progress)
    return done


def _take(submissions: Sequence[Submission], done: Imported, progress: Progress) -> None:
    for answer in take(submissions) if submissions else []:
        if answer.lead_id is None:
            done.failed += 1
        elif answer.is_repeated:
            done.known += 1
        else:
            done.fresh += 1
    progress(len(submissions))


def _submission(job: Plan, row: Row, place: int, read: Read) -> Submission:
    """Return a row as a submission that is the same one in every run over this file."""
    raw = orjson.dumps(dict(zip(job.file.header, row.cells, strict=False)))
    told = orjson.dumps([job.file.path.name, row.cells, place])
    return Submission(
        source_id=job.source.id,
        raw=raw,
        content_type="text/csv",
        values=read.values,
        token=Token(sha256(b"csv\0" + told).digest(), is_key=True),
        body_digest=sha256(raw).digest(),
        created_by=CreatedBy.CSV,
        headers={"file": job.file.path.name, "row": str(row.number)},
        received_at=read.received_at,
        outcome=read.outcome,
        receipt_lifetime=_LIFETIME,
    )


def write_problems(path: Path, problems: Sequence[Problem]) -> None:
    """Write a report beside the file: row, field and problem, one a line."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["row", "field", "problem"])
        writer.writerows([one.row, defuse_cell(one.field), defuse_cell(one.message)] for one in problems)
