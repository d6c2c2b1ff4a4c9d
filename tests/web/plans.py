"""Which tables PostgreSQL would read from end to end for the statements of a page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg

# What grows with leads; the market's own tables are read whole, and are small.
BIG = frozenset(
    {
        "allocate_assignment",
        "allocate_decision",
        "billing_entry",
        "billing_posting",
        "capture_correction",
        "capture_lead",
        "capture_receipt",
        "deliver_attempt",
        "deliver_parcel",
        "feedback_response",
        "identity_consumer",
        "identity_contact",
        "qualify_appended",
        "timeline_event",
        "timeline_passport",
    }
)
_EXPLAINED = (b"SELECT", b"WITH", b"--")


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """Note which big tables the statements that read would scan from end to end, each with the statement.

    Tables of a test are small: scans are made dear, so that one is planned only where no index serves.
    """
    scans: list[tuple[str, str]] = []
    really = psycopg.Cursor.execute

    def noted(self: Any, query: Any, params: Any = None, **named: Any) -> Any:
        text = query if isinstance(query, bytes) else str(query).encode()
        if text.lstrip().startswith(_EXPLAINED) and b"INSERT" not in text and b"set_config" not in text:
            really(self, b"SET enable_seqscan = off")
            really(self, b"EXPLAIN (FORMAT JSON) " + text, params)
            ((plan,),) = self.fetchall()
            scans.extend((table, text.decode()[:300]) for table in _scanned(plan[0]["Plan"]) if table in BIG)
        return really(self, query, params, **named)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield scans
    finally:
        psycopg.Cursor.execute = really  # type: ignore[method-assign]


def _scanned(node: Mapping[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield cast(str, node["Relation Name"])
    for inner in node.get("Plans", ()):
        yield from _scanned(inner)


@contextmanager
def counted() -> Iterator[list[bytes]]:
    """Note every statement that reaches the database, the house's and Django's."""
    asked: list[bytes] = []
    really = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        asked.append(query if isinstance(query, bytes) else str(query).encode())
        return really(self, query, *rest, **named)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        psycopg.Cursor.execute = really  # type: ignore[method-assign]
