"""Which database the house uses, and how to have it open while a command works."""

from typing import TypedDict

from leadhouse.project.environment import Environment
from leadhouse.store.cluster import NAME, socket_directory


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
    options = f"{given.pop('options', '')} -c leadhouse.clock_offset_s={environment.clock_offset_s:g}"
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
        OPTIONS={"application_name": "leadhouse", **given, "options": options.strip()},
    )


def _given(url: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    return {name: str(text) for name, text in conninfo_to_dict(url).items()}


def _embedded(environment: Environment) -> dict[str, str]:
    return {"host": str(socket_directory(environment.data_dir)), "dbname": NAME, "user": NAME}
