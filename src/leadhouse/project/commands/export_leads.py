"""`leadhouse export-leads FILE.csv`: leads, or all their events, as CSV; a file appears once it is whole."""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment
from leadhouse.project.instants import instant_of
from leadhouse.project.printing import console

if TYPE_CHECKING:
    from leadhouse.report.export import Row, Span

STANDARD_OUTPUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, from when to when, leads or events."""
    parser.add_argument("file", metavar="FILE.csv", help="the file to write, or - for standard output")
    when = "a day of the market's zone (2026-11-16) or an instant (2026-11-16T09:30:00-05:00)"
    parser.add_argument("--since", metavar="WHEN", help=f"leads received from then on: {when}")
    parser.add_argument("--until", metavar="WHEN", help="leads received before then, written likewise")
    parser.add_argument("--events", action="store_true", help="one row an event instead of one row a lead")


def run(options: argparse.Namespace) -> int:
    """Write the export with a progress bar on standard error."""
    with open_database(read_environment(os.environ)):
        written = _export(options)
    console(is_error=True).print(
        f"{written:,} {'events' if options.events else 'leads'} written to {options.file}"
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    from leadhouse.parties.current import market
    from leadhouse.report.csv_text import csv_pieces
    from leadhouse.report.export import EVENT_HEADER, LEAD_HEADER, Span, event_batches, lead_batches

    configured = market()
    zone = configured.zone
    span = Span(instant_of(options.since, zone), instant_of(options.until, zone))
    batches = event_batches(span) if options.events else lead_batches(span, configured.currency)
    header = EVENT_HEADER if options.events else LEAD_HEADER
    counted = _Counted()
    with _target(options.file) as file:
        for piece in csv_pieces(header, counted.through(batches, span, per_event=options.events)):
            file.write(piece)
    return counted.rows


class _Counted:
    """Counts rows as they pass, and shows how far the export is."""

    def __init__(self) -> None:
        self.rows = 0

    def through(
        self, batches: "Iterator[list[Row]]", span: "Span", *, per_event: bool
    ) -> "Iterator[list[Row]]":
        """Pass batches on; each is a batch of leads, whatever its rows are."""
        from rich.progress import Progress

        from leadhouse.report.export import BATCH
        from leadhouse.report.queries import count_leads

        leads = count_leads(span.since, span.until)
        with Progress(
            console=console(is_error=True), transient=True, disable=not sys.stderr.isatty()
        ) as progress:
            task = progress.add_task("exporting leads", total=leads)
            for batch in batches:
                self.rows += len(batch)
                yield batch
                progress.advance(task, BATCH if per_event else len(batch))


@contextmanager
def _target(name: str) -> Iterator[TextIO]:
    """Open the file to be: a draft beside it, which takes its place once everything is written."""
    if name == STANDARD_OUTPUT:
        # The terminal's own encoding and line ends are not CSV's.
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as stream:
            yield stream
        return
    file = Path(name)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("x", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
