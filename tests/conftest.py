"""What all tests stand on: one real PostgreSQL for the whole run, started when the first test asks for it."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.db import connection

from leadhouse.store.postgres import Server
from tests import browser
from tests.requirements import Requirements

# Tests may lose the database's last second when the machine goes down; nothing else may.
_QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}
_PREFIX = "leadhouse-tests-"


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _own_environment() -> Path:
    """Point the settings at a data dir of this run, which xdist's workers share, and at nobody's own."""
    if _is_xdist_worker():
        return Path(os.environ["LEADHOUSE_DATA_DIR"])
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    for name in [name for name in os.environ if name.startswith("LEADHOUSE_")]:
        del os.environ[name]
    os.environ["LEADHOUSE_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    return folder


def _sweep() -> None:
    """Clear away what a killed run left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            if Server(folder).pid:
                with Server(folder):
                    pass
            shutil.rmtree(folder, ignore_errors=True)


_DATA_DIR = _own_environment()
# Here rather than by pytest-django, which would read the settings before this file says what they are.
django.setup()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements", action="store_true", help="tell which lines of docs/requirements.md are shown"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Requirements(), "leadhouse-requirements")
    config.pluginmanager.register(browser, "leadhouse-browser")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


signal.signal(signal.SIGTERM, _interrupt)


def pytest_unconfigure() -> None:
    """Leave nothing behind; workers end before the process that made the folder does."""
    if not _is_xdist_worker():
        shutil.rmtree(_DATA_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The PostgreSQL of this run; each xdist worker has a database of its own in it."""
    with Server(_DATA_DIR, settings=_QUICK) as server:
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, postgres_server: Server
) -> None:
    """Have the server running before pytest-django makes the test database.

    A test may stand still in its own transaction for as long as it likes; the processes it starts may not.
    """
    connection.settings_dict["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
