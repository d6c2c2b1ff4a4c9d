"""Django's connection is what the environment asks for."""

import sys
from pathlib import Path

import pytest
from django.db import connection

from leadhouse.project.database import connection_settings, migrate, pending_migrations
from leadhouse.project.environment import read_environment
from leadhouse.store.run import execute, rows


def test_without_a_url_it_is_the_embedded_servers_socket() -> None:
    found = connection_settings(read_environment({"LEADHOUSE_DATA_DIR": "/var/lib/leadhouse"}))
    assert (found["HOST"], found["NAME"], found["USER"]) == (
        "/var/lib/leadhouse/run",
        "leadhouse",
        "leadhouse",
    )
    assert found["PASSWORD"] == ""


def test_a_url_is_taken_apart_with_its_options_kept() -> None:
    url = "postgresql://me:p%40ss@db.example:5433/leads?sslmode=require&options=-c%20statement_timeout%3D9"
    settings = {"LEADHOUSE_DATABASE_URL": url, "LEADHOUSE_CLOCK_OFFSET_S": "60"}
    found = connection_settings(read_environment(settings))
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "leads")
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert found["OPTIONS"] == {
        "application_name": "leadhouse",
        "prepare_threshold": sys.maxsize,
        "sslmode": "require",
        "options": "-c idle_in_transaction_session_timeout=20s -c statement_timeout=9"
        " -c plan_cache_mode=force_generic_plan -c leadhouse.clock_offset_s=60.000000",
    }


def test_a_url_of_a_socket_is_fine_too(tmp_path: Path) -> None:
    found = connection_settings(
        read_environment({"LEADHOUSE_DATABASE_URL": f"postgresql:///leads?host={tmp_path}"})
    )
    assert (found["HOST"], found["NAME"]) == (str(tmp_path), "leads")


@pytest.mark.django_db(transaction=True)
def test_what_is_migrated_stays_as_it_is_and_locks_nobody_out() -> None:
    assert pending_migrations() == []
    execute("DELETE FROM django_migrations WHERE app = 'store'", {})
    execute("DROP FUNCTION leadhouse_now()", {})
    assert pending_migrations() == ["store.0001_leadhouse_now"]
    migrate()
    assert pending_migrations() == []
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %(pid)s"
    connection.ensure_connection()
    assert rows(locks, {"pid": connection.connection.info.backend_pid}, int) == [0]
