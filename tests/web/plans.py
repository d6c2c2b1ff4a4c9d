"""Which tables PostgreSQL would read from end to end for the statements of a page."""

from collections.abc import Callable, Iterator, Mapping
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
        "capture_refused_post",
        "deliver_attempt",
        "deliver_parcel",
        "deliver_sent",
        "feedback_response",
        "feedback_row",
        "identity_consumer",
        "identity_contact",
        "qualify_appended",
        "timeline_event",
        "timeline_passport",
    }
)
Execute = Callable[..., Any]
_EXPLAINED = (b"SELECT", b"WITH", b"--")


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """Note which big tables the statements that read would scan from end to end, each with the statement.

    Tables of a test are small: scans are made dear, so that one is planned only where no index serves.
    """
    scans: list[tuple[str, str]] = []

    def explain(really: Execute, cursor: Any, text: bytes, params: Any) -> None:
        if text.lstrip().startswith(_EXPLAINED) and b"INSERT" not in text and b"set_config" not in text:
            really(cursor, b"SET enable_seqscan = off")
            really(cursor, b"EXPLAIN (FORMAT JSON) " + text, params)
            ((plan,),) = cursor.fetchall()
            scans.extend((table, text.decode()[:300]) for table in _scanned(plan[0]["Plan"]) if table in BIG)

    with _before_each(explain):
        yield scans


def _scanned(node: Mapping[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield cast(str, node["Relation Name"])
    for inner in node.get("Plans", ()):
        yield from _scanned(inner)


@contextmanager
def counted() -> Iterator[list[bytes]]:
    """Note every statement that reaches the database, the house's and Django's."""
    asked: list[bytes] = []
    with _before_each(lambda really, cursor, text, params: asked.append(text)):
        yield asked


@contextmanager
def _before_each(act: Callable[[Execute, Any, bytes, Any], None]) -> Iterator[None]:
    """Have something done before each statement: with what really executes, cursor, text and parameters."""
    really = psycopg.Cursor.execute

    def noted(self: Any, query: Any, params: Any = None, **named: Any) -> Any:
        act(really, self, query if isinstance(query, bytes) else str(query).encode(), params)
        return really(self, query, params, **named)

    psycopg.Cursor.execute = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        psycopg.Cursor.execute = really  # type: ignore[method-assign]
