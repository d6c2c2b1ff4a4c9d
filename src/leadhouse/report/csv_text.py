"""CSV as RFC 4180 has it, in pieces that can be streamed."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"


def csv_pieces(header: Sequence[str], batches: Iterable[Sequence[Sequence[str]]]) -> Iterator[str]:
    """Yield the header's line, then the lines of each batch."""
    yield _lines([header])
    for batch in batches:
        yield _lines(batch)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    # The writer's own line end is RFC 4180's.
    csv.writer(text).writerows(rows)
    return text.getvalue()
