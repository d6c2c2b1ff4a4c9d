"""The statements of set-up and check-up, one typed function each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from leadhouse.store.run import execute, row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a PostgreSQL says of itself; `version` as 180006, `clock` in seconds since 1970."""

    version: int
    version_name: str
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    encoding: str
    clock: float


def lock_migrations() -> None:
    """Wait until this session alone may migrate."""
    execute(SQL["lock_migrations"], {})


def unlock_migrations() -> None:
    """Let others migrate."""
    execute(SQL["unlock_migrations"], {})


def server_facts() -> ServerFacts:
    """Return what the connected server says of itself."""
    facts = row(SQL["server_facts"], {}, ServerFacts)
    if facts is None:
        raise LookupError("a server says nothing of itself")
    return facts


def zone_offsets(names: Sequence[str], at: datetime) -> dict[str, int]:
    """Return the offsets from UTC, in seconds, of the zones that the server knows."""
    return {
        zone.name: zone.seconds for zone in rows(SQL["zone_offsets"], {"names": list(names), "at": at}, _Zone)
    }


class _Zone(NamedTuple):
    name: str
    seconds: int
