"""Named SQL statements, read from the `queries.sql` beside a Python file."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_NAME = re.compile(r"^-- name: *(.*?) *$", re.MULTILINE)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class StatementError(ValueError):
    """A `queries.sql` that cannot be read, or a name that is not in it."""


class Statements(Mapping[str, str]):
    """The statements of one room by name; faults in the file show at import, not at the first use."""

    def __init__(self, beside: str) -> None:
        self.path = Path(beside).with_name("queries.sql")
        self._statements = _parse(self.path.read_text("utf-8"), self.path)

    def __getitem__(self, name: str) -> str:
        try:
            return self._statements[name]
        except KeyError:
            raise StatementError(f"{self.path}: no statement is named {name!r}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


def _parse(text: str, path: Path) -> dict[str, str]:
    preamble, *parts = _NAME.split(text)
    if any(line and not line.startswith("--") for line in preamble.splitlines()):
        raise StatementError(f"{path}: a statement stands before the first '-- name:'")
    statements: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in statements:
            raise StatementError(f"{path}: two statements are named {name!r}")
        statements[name] = _statement(name, body, path)
    return statements


def _statement(name: str, body: str, path: Path) -> str:
    purpose, _, statement = body.strip().partition("\n")
    if not _IDENTIFIER.fullmatch(name):
        raise StatementError(f"{path}: {name!r} is not a name (small letters, digits, underscores)")
    if not purpose.startswith("-- "):
        raise StatementError(f"{path}: {name!r} needs one line of purpose ('-- ...') under its name")
    if not statement.strip():
        raise StatementError(f"{path}: {name!r} has no statement")
    # psycopg sends each statement alone, so the closing semicolon is only for people's editors.
    return statement.strip().removesuffix(";")
