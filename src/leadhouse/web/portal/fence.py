"""The fence of a portal: inside it PostgreSQL itself shows one party's rows and no others."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import DatabaseError

from leadhouse.store.run import execute, row, rows, transaction
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
T = TypeVar("T")


class PortalsClosedError(Exception):
    """The database has no roles for the portals, so nobody may read through them; see `leadhouse doctor`."""


@dataclass(frozen=True, slots=True)
class Fence:
    """As which role of the database one reads, and whose rows are shown: a company's or a source's."""

    role: str
    company_id: int | None = None
    source_id: int | None = None


def of_company(company_id: int) -> Fence:
    """Return the fence around a company's rows."""
    return Fence("leadhouse_buyer", company_id=company_id)


def of_source(source_id: int) -> Fence:
    """Return the fence around a source's rows."""
    return Fence("leadhouse_source", source_id=source_id)


def open_portals() -> str | None:
    """Have the roles and policies that the portals need; return what a superuser must do first."""
    return row(SQL["open_portals"], {}, str)


@contextmanager
def inside(fence: Fence) -> Iterator[None]:
    """Run statements inside the fence, in one transaction; raise PortalsClosedError when there is none."""
    with transaction():
        _enter(fence)
        yield
        # Only for a transaction around this one: a setting that is local to it would outlive the block.
        execute(SQL["leave"], {})


def fenced_rows(
    fence: Fence, statement: str, params: Mapping[str, object], into: Callable[..., T]
) -> list[T]:
    """Run a statement inside the fence, which also names its party to it; return each row as an `into`."""
    named = {"company_id": fence.company_id, "source_id": fence.source_id}
    with inside(fence):
        return rows(statement, {**params, **named}, into)


def _enter(fence: Fence) -> None:
    settings = {
        "role": fence.role,
        "company_id": "" if fence.company_id is None else str(fence.company_id),
        "source_id": "" if fence.source_id is None else str(fence.source_id),
    }
    try:
        with transaction():
            execute(SQL["enter"], settings)
    except DatabaseError as error:
        raise PortalsClosedError("the database has no roles for the portals") from error
