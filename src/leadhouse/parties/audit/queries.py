"""The audit log's statements, one typed function each."""

from collections.abc import Iterable

import orjson

from leadhouse.parties.audit.types import Note, NoteFilters
from leadhouse.parties.differences import Difference
from leadhouse.store.run import execute, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def note_changes(differences: Iterable[Difference], by: str) -> None:
    """Write down what is changed in this transaction, and by whom; keys and secrets stand in it as hidden."""
    changes = [
        {"action": one.kind.value, "what": one.what, "path": one.path, "old": one.old, "new": one.new}
        for one in differences
    ]
    if changes:
        execute(SQL["note_changes"], {"by": by, "changes": orjson.dumps(changes).decode()})


def find_notes(filters: NoteFilters, before: int | None = None, limit: int = 50) -> list[Note]:
    """Return up to `limit` notes, newest first, those with a lower id than `before` when it is given."""
    return rows(
        SQL["find_notes"],
        {
            "by": filters.by,
            "what": filters.what,
            "path": filters.path,
            "since": filters.since,
            "until": filters.until,
            "before": before,
            "limit": limit,
        },
        Note,
    )


def authors() -> list[str]:
    """Return everybody who ever changed something, in the order of the alphabet."""
    return rows(SQL["authors"], {}, str)
