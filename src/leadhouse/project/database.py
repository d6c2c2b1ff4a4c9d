"""Which database the house uses, and how to have it open, safe and migrated while something works."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypedDict

from leadhouse.project.commands import CommandError
from leadhouse.project.environment import Environment
from leadhouse.store.cluster import NAME, socket_directory
from leadhouse.store.postgres import Server

LEAST_VERSION = 16
# A transaction that is idle for as long as a lease is somebody's who stands still: its locks are let go.
_MOST_SECONDS_IDLE = 20


class Connection(TypedDict):
    """One entry of Django's DATABASES."""

    ENGINE: str
    HOST: str
    PORT: str
    NAME: str
    USER: str
    PASSWORD: str
    CONN_MAX_AGE: int | None
    CONN_HEALTH_CHECKS: bool
    OPTIONS: dict[str, object]


def connection_settings(environment: Environment) -> Connection:
    """Return Django's settings of the database that the environment asks for."""
    given = _given(environment.database_url) if environment.database_url else _embedded(environment)
    # Only statements that ask for it are prepared: those whose plan suits any number of rows.
    planning = "-c plan_cache_mode=force_generic_plan"
    clock = f"-c leadhouse.clock_offset_s={environment.clock_offset_s:.6f}"
    idle = f"-c idle_in_transaction_session_timeout={_MOST_SECONDS_IDLE}s"
    options = f"{idle} {given.pop('options', '')} {planning} {clock}"
    return Connection(
        ENGINE="django.db.backends.postgresql",
        HOST=given.pop("host", ""),
        PORT=given.pop("port", ""),
        NAME=given.pop("dbname", ""),
        USER=given.pop("user", ""),
        PASSWORD=given.pop("password", ""),
        # Workers and commands keep their one connection; a database that came back is noticed.
        CONN_MAX_AGE=None,
        CONN_HEALTH_CHECKS=True,
        OPTIONS={
            "application_name": "leadhouse",
            "prepare_threshold": sys.maxsize,
            **given,
            "options": options.strip(),
        },
    )


def _given(url: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    return {name: str(text) for name, text in conninfo_to_dict(url).items()}


def _embedded(environment: Environment) -> dict[str, str]:
    return {"host": str(socket_directory(environment.data_dir)), "dbname": NAME, "user": NAME}


@contextmanager
def open_database(environment: Environment, *, migrated: bool = True) -> Iterator[Server | None]:
    """Have the database answer, and Django set up for it, while the block runs.

    The embedded server is started or adopted, and stopped if nobody else holds it; it is what the block gets.
    `migrated` also refuses a server that could lose what it has committed, and brings the tables up to date.
    """
    with ExitStack() as stack:
        server = None
        if environment.database_url is None:
            server = stack.enter_context(Server(environment.data_dir))
        _set_up_django()
        stack.callback(_close_connections)
        _connect()
        if migrated:
            _refuse_unsafe()
            migrate()
        yield server


def _set_up_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadhouse.project.settings")
    django.setup()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _connect() -> None:
    from django.db import Error, connection

    try:
        connection.ensure_connection()
    except Error as error:
        first = str(error).splitlines()[0]
        raise CommandError(f"the database does not answer ({first}); check LEADHOUSE_DATABASE_URL") from None


def _refuse_unsafe() -> None:
    faults = safety_faults()
    if faults:
        raise CommandError("; ".join(faults))


def safety_faults() -> list[str]:
    """Return why the connected server may not keep the house's books; nothing when it may."""
    from leadhouse.project.queries import server_facts

    facts = server_facts()
    found = []
    if facts.version < LEAST_VERSION * 10_000:
        found.append(f"PostgreSQL {facts.version_name} is too old: {LEAST_VERSION} or later is needed")
    if facts.encoding != "UTF8":
        found.append(f"the database is encoded as {facts.encoding}: create it with ENCODING 'UTF8'")
    off = [
        name for name in ("fsync", "full_page_writes", "synchronous_commit") if getattr(facts, name) == "off"
    ]
    return found + [f"{name} is off, so committed leads could be lost: set {name} = on" for name in off]


def pending_migrations() -> list[str]:
    """Return the migrations that the database has not had yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate() -> None:
    """Bring the tables up to date; processes that start together take turns."""
    from django.core.management import call_command

    from leadhouse.project.queries import lock_migrations, unlock_migrations

    if not pending_migrations():
        return
    lock_migrations()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        unlock_migrations()
