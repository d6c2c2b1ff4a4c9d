"""`leadhouse import-leads FILE.csv --source KEY`: validate all rows, then take the good ones in."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.capture.files.importing import Plan, Validation

_MOST_SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, whose leads they are, and what its columns mean."""
    parser.add_argument("file", metavar="FILE.csv", type=Path, help="a CSV file with a header row")
    parser.add_argument("--source", required=True, metavar="KEY", help="the source that the leads came from")
    parser.add_argument("--mapping", metavar="FILE", type=Path, help="YAML that says what the columns mean")
    parser.add_argument("--dry-run", action="store_true", help="only validate and report")


def run(options: argparse.Namespace) -> int:
    """Validate all rows, report those that cannot be imported beside the file, import the others once."""
    from leadhouse.capture.files.csv_file import CsvFault

    try:
        with open_database(read_environment(os.environ)):
            return _import(options)
    except CsvFault as fault:
        raise CommandError(str(fault)) from None


def _import(options: argparse.Namespace) -> int:
    from leadhouse.capture.files.importing import bring_in, validate
    from leadhouse.store.run import database_now

    job = _plan(options)
    with _progress("validating") as step:
        found = validate(job, database_now(), step)
    report = _report(options.file, found)
    if options.dry_run or not found.good:
        return _end(found, report)
    with _progress("importing", found.good) as step:
        done = bring_in(job, found.bad_rows, step)
    print(f"{done.fresh:,} leads imported, {done.known:,} were imported before")
    if done.failed:
        raise CommandError(
            f"{done.failed:,} rows could not be stored: run the same command again for the rest"
        )
    return _end(found, report)


def _plan(options: argparse.Namespace) -> "Plan":
    from leadhouse.capture.files.csv_file import open_csv
    from leadhouse.capture.files.csv_mapping import MappingFile, read_mapping
    from leadhouse.capture.files.importing import plan
    from leadhouse.parties.current import market

    mapping = read_mapping(options.mapping) if options.mapping else MappingFile()
    now = market()
    source = now.sources.get(options.source)
    if source is None:
        known = ", ".join(sorted(now.sources)[:20]) or "none: apply a market file first"
        raise CommandError(f"there is no source {options.source!r}; there are {known}")
    file = open_csv(options.file)
    if file.encoding == "cp1252":
        print(f"{options.file.name} is not UTF-8: read as Windows-1252", file=sys.stderr)
    return plan(file, mapping, source, now)


def _report(file: Path, found: "Validation") -> Path | None:
    """Write the report when there is something to report, and say what is odd in the rows that are good."""
    from leadhouse.capture.files.importing import write_problems

    print(f"{found.rows:,} rows: {found.good:,} can be imported, {len(found.bad_rows):,} cannot")
    for told, times in found.marks.most_common(_MOST_SHOWN):
        print(f"  kept and marked in {times:,} rows: {told}")
    path = file.with_name(f"{file.name}.problems.csv")
    if not found.problems:
        path.unlink(missing_ok=True)
        return None
    try:
        write_problems(path, found.problems)
    except OSError as fault:
        raise CommandError(f"{path} cannot be written: {fault.strerror}; nothing was imported") from None
    for one in found.problems[:_MOST_SHOWN]:
        print(f"  row {one.row}: {one.field + ': ' if one.field else ''}{one.message}")
    return path


def _end(found: "Validation", report: Path | None) -> int:
    if report is None:
        return 0
    raise CommandError(
        f"{len(found.bad_rows):,} rows were left out: mend them ({report}) and run the command again"
    )


@contextmanager
def _progress(doing: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda count: bar.advance(task, count)
