"""Reads an uploaded file of feedback as rows."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from leadhouse.capture.files.csv_file import CsvFault, Row, open_csv, rows
from leadhouse.feedback.bulk.decide import COLUMNS, MOST_ROWS, missing_columns
from leadhouse.feedback.bulk.types import Posted

MOST_BYTES = 8 * 1024 * 1024


def read_file(content: bytes) -> list[Posted]:
    """Return a file's rows by column; CsvFault, which says what to do, when they cannot be read."""
    if len(content) > MOST_BYTES:
        raise CsvFault(f"The file is larger than {MOST_BYTES // 1024**2} MiB: cut it into parts.")
    with NamedTemporaryFile(suffix=".csv") as kept:
        kept.write(content)
        kept.flush()
        found = [*islice(_posted(Path(kept.name)), MOST_ROWS + 1)]
    if len(found) > MOST_ROWS:
        raise CsvFault(f"The file has more than {MOST_ROWS:,} rows: cut it into parts.")
    return found


def _posted(path: Path) -> Iterator[Posted]:
    file = open_csv(path)
    missing = missing_columns(file.header)
    if missing:
        raise CsvFault(missing)
    names = [name.lower() for name in file.header]
    for one in rows(file):
        yield Posted(one.number, _values(names, one), one.problem)


def _values(names: list[str], one: Row) -> dict[str, str]:
    named = {name: cell for name, cell in zip(names, one.cells, strict=False) if name in COLUMNS}
    return {name: cell.replace("\0", "")[:200] for name, cell in named.items()}
