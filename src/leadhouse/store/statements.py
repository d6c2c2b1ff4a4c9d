"""Named SQL statements, read from the `queries.sql` beside a Python file.

What several statements of a file have in common stands in it once, under `-- shared: name`; a line
`-- use: name` of a statement stands for it. Both are read at import: none is put together later.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_HEAD = re.compile(r"^-- (name|shared): *(.*?) *$", re.MULTILINE)
_USE = re.compile(r"^ *-- use: *(.*?) *$", re.MULTILINE)
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
    preamble, *parts = _HEAD.split(text)
    if any(line and not line.startswith("--") for line in preamble.splitlines()):
        raise StatementError(f"{path}: a statement stands before the first '-- name:'")
    found: dict[str, dict[str, str]] = {"name": {}, "shared": {}}
    for kind, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if any(name in named for named in found.values()):
            raise StatementError(f"{path}: two statements are named {name!r}")
        found[kind][name] = _statement(name, body, path)
    return {name: _whole(name, one, found["shared"], path) for name, one in found["name"].items()}


def _whole(name: str, statement: str, shared: Mapping[str, str], path: Path) -> str:
    """Return a statement with what it shares in its place."""
    asked = _USE.findall(statement)
    if unknown := [one for one in asked if one not in shared]:
        raise StatementError(f"{path}: {name!r} uses {unknown[0]!r}, which nothing is shared under")
    return _USE.sub(lambda use: shared[use[1]], statement)


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
