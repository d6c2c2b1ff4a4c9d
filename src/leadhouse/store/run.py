"""Runs statements over Django's connection and returns typed rows; the one place that holds a cursor."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from django.db import OperationalError, connection
from django.db import transaction as django_transaction
from psycopg.pq import TransactionStatus

from leadhouse.store.adapt import adapt, maker
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
Params = Mapping[str, object]
T = TypeVar("T")
# PostgreSQL's codes for "only the moment was bad": serialization failure and deadlock.
_PASSING = frozenset({"40001", "40P01"})
_MOST_TRIES = 10
# What a transaction that failed has set is undone with it.
_SOUND = (TransactionStatus.IDLE, TransactionStatus.INTRANS)


class RacedError(Exception):
    """Somebody else did the same at the same moment: the whole transaction has to be done again."""


def rows(
    statement: str, params: Params, into: Callable[..., T], *, prepare: bool = False, replan: bool = False
) -> list[T]:
    """Run a statement; return each row as an `into`.

    `into` is a Struct, dataclass or NamedTuple, built from the columns by position, or the only
    column's plain type.
    `prepare`, here and below, has the connection keep the statement's plan: for statements that run often for
    few rows, which cost more to plan than to run, and whose plan is right for any number of rows.
    `replan` has it planned for these very values, which costs two more round trips: for statements with
    conditions that may be absent, or that are met by one row or by every tenth. All others are planned for
    any values, prepared or not (the connection's plan_cache_mode).
    """
    make = maker(into)
    with _cursor() as cursor:
        if replan:
            cursor.execute(b"SET plan_cache_mode = force_custom_plan")
        try:
            cursor.execute(statement.encode(), params, prepare=prepare or None)
            return [make(values) for values in cursor.fetchall()]
        finally:
            if replan and cursor.connection.info.transaction_status in _SOUND:
                cursor.execute(b"RESET plan_cache_mode")


def row(statement: str, params: Params, into: Callable[..., T], *, prepare: bool = False) -> T | None:
    """Return the only row as an `into`; None when there is none or its only value is NULL."""
    with _cursor() as cursor:
        cursor.execute(statement.encode(), params, prepare=prepare or None)
        found = cursor.fetchmany(2)
    if len(found) > 1:
        raise LookupError("the statement gave several rows where one at most was asked for")
    return maker(into)(found[0]) if found and found[0] != (None,) else None


def value(statement: str, params: Params, into: Callable[..., T], *, prepare: bool = False) -> T:
    """Return the only value of the only row; LookupError when there is none."""
    found = row(statement, params, into, prepare=prepare)
    if found is None:
        raise LookupError("the statement gave no value")
    return found


def execute(statement: str, params: Params, *, prepare: bool = False) -> int:
    """Run a statement; return how many rows it touched."""
    with _cursor() as cursor:
        cursor.execute(statement.encode(), params, prepare=prepare or None)
        return max(cursor.rowcount, 0)


def copy(statement: str, types: Sequence[str], records: Iterable[Sequence[object]]) -> int:
    """Send records through a `COPY … FROM STDIN (FORMAT BINARY)`; return how many.

    `types` are PostgreSQL's names of the columns' types. For many rows this is the cheapest way in: half of
    what an INSERT from a JSON text or from arrays costs PostgreSQL.
    """
    sent = 0
    with _cursor() as cursor, cursor.copy(statement.encode()) as stream:
        stream.set_types(types)
        for record in records:
            stream.write_row(record)
            sent += 1
    return sent


def transaction() -> AbstractContextManager[None]:
    """Open a transaction: committed when the block ends, rolled back when it raises; nests as a savepoint."""
    return django_transaction.atomic()


def allow_thinking() -> None:
    """Let this transaction be idle for minutes, while something large is worked out; it locks no room.

    Others are ended when they are idle for as long as a lease: whoever stands still holds nobody up.
    """
    execute(SQL["allow_thinking"], {})


def patiently(act: Callable[[], T]) -> T:
    """Act, and again while only the moment was bad, as PostgreSQL says or a RacedError.

    Call it outside any transaction.
    """
    for _ in range(_MOST_TRIES - 1):
        try:
            return act()
        except RacedError:
            continue
        except OperationalError as trouble:
            if getattr(trouble.__cause__, "sqlstate", None) not in _PASSING:
                raise
    return act()


def database_now() -> datetime:
    """Return the database's now, shifted by LEADHOUSE_CLOCK_OFFSET_S: the now of decisions."""
    return value(SQL["now"], {}, datetime, prepare=True)


class _Cursors(threading.local):
    """Each thread's cursor, kept with its connection: one for every statement doubled its costs here."""

    kept: psycopg.Cursor[tuple[Any, ...]] | None = None


_cursors = _Cursors()


@contextmanager
def _cursor() -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """Yield a cursor that knows our JSON and binds on the server: values are never part of the text."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = _cursors.kept
        if cursor is None or cursor.connection is not connection.connection:
            cursor = _cursors.kept = psycopg.Cursor(connection.connection)
            adapt(cursor)
        try:
            yield cursor
        except psycopg.errors.IdleInTransactionSessionTimeout as trouble:
            # PostgreSQL calls it an internal error; the connection is gone with it.
            raise OperationalError(*trouble.args) from trouble
