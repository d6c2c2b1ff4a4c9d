"""Rows of a CSV file as people send them: encoding and delimiter found out, sizes limited."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _csv import Reader

MOST_FILE_BYTES = 1024 * 1024 * 1024
MOST_COLUMNS = 500
MOST_CELL_CHARACTERS = 32_768
_SAMPLE_CHARACTERS = 65_536
_DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class CsvFault(ValueError):  # noqa: N818 - named for what it says about the file
    """A file that cannot be read as rows at all; the text says what to do about it."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file and how it is read."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as spreadsheets count (the header is 1), cells, what is wrong with its shape."""

    number: int
    cells: tuple[str, ...]
    problem: str = ""


def open_csv(path: Path) -> CsvFile:
    """Find out how a file is to be read; CsvFault when it cannot be."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise CsvFault(f"{path} is larger than {MOST_FILE_BYTES // 1024**2} MiB: cut it into parts")
        encoding = _encoding(path)
        with _text(path, encoding) as text:
            sample = text.read(_SAMPLE_CHARACTERS)
    except OSError as fault:
        raise CsvFault(f"{path} cannot be read: {fault.strerror}") from None
    first = _first_line(sample)
    delimiter = max(_DELIMITERS, key=first.count)
    header = _header(sample, delimiter)
    return CsvFile(path, encoding, delimiter, header)


def _encoding(path: Path) -> str:
    """Return what the file's mark says, else UTF-8 if all of it is, else the encoding of old Windows."""
    with path.open("rb") as raw:
        start = raw.read(3)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    try:
        with path.open(encoding="utf-8", newline="") as text:
            while text.read(_SAMPLE_CHARACTERS):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _first_line(sample: str) -> str:
    """Return the sample up to the end of its first row, without what stands in quotes."""
    bare = "".join(sample.split('"')[::2])
    return bare.splitlines()[0] if bare.splitlines() else ""


def _header(sample: str, delimiter: str) -> tuple[str, ...]:
    try:
        header = next(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter, strict=True), [])
    except csv.Error as fault:
        raise CsvFault(f"the header row cannot be read ({fault}): is this a CSV file?") from None
    names = tuple(name.strip() for name in header)
    if not any(names) or "\0" in sample[:1_024]:
        raise CsvFault("there is no header row: the first line must name the columns")
    if len(names) > MOST_COLUMNS:
        raise CsvFault(f"there are {len(names)} columns: {MOST_COLUMNS} at most are read")
    return names


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    # Windows' encoding leaves five bytes undefined; they become replacement signs, not an import's end.
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        yield text


def rows(file: CsvFile) -> Iterator[Row]:
    """Yield the rows after the header, blank ones left out; a row that is not well formed says so.

    CsvFault when the header is not.
    """
    limit = csv.field_size_limit(MOST_CELL_CHARACTERS)
    try:
        with _text(file.path, file.encoding) as text:
            reader = csv.reader(text, delimiter=file.delimiter)
            try:
                next(reader, None)
            except csv.Error as fault:
                raise CsvFault(f"the header row cannot be read: {_told(fault)}") from None
            yield from _rows(reader, len(file.header))
    finally:
        csv.field_size_limit(limit)


def _rows(reader: "Reader", columns: int) -> Iterator[Row]:
    for number in count(2):
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            yield Row(number, (), _told(fault))
            continue
        if any(cell.strip() for cell in cells):
            yield Row(number, tuple(cells), _shape(cells, columns))


def _told(fault: csv.Error) -> str:
    if "field larger" in str(fault):
        return f"a cell is longer than {MOST_CELL_CHARACTERS} characters: a quote may not be closed"
    return f"not readable as CSV: {fault}"


def _shape(cells: Sequence[str], columns: int) -> str:
    if len(cells) > columns:
        return f"{len(cells)} cells under {columns} columns: a delimiter inside a cell needs quotes"
    if any("\0" in cell for cell in cells):
        return "holds NUL characters: save the file as text again"
    return ""
