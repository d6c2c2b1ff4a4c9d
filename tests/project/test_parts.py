"""The small parts of the program: its secret, its log, its supervisor, its health."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from leadhouse.project.logs import LineFormatter
from leadhouse.project.processes import Child
from leadhouse.project.readiness import address
from leadhouse.project.secret import secret_key
from leadhouse.project.supervisor import Supervisor
from leadhouse.store.postmaster import is_alive


def test_the_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    found: set[str] = set()
    threads = [threading.Thread(target=lambda: found.add(secret_key(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {secret_key(folder)}
    assert len(secret_key(folder)) >= 50
    assert [(path.name, path.stat().st_mode & 0o777) for path in folder.iterdir()] == [("secret-key", 0o600)]


def record_of(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:
        return logging.LogRecord("leadhouse.x", logging.ERROR, "x.py", 1, "a stop failed", (), sys.exc_info())


def test_a_log_line_names_an_error_and_its_place_but_quotes_nothing() -> None:
    line = LineFormatter().format(record_of(ValueError("louis@example.com is no name")))
    assert 'level=error from=leadhouse.x msg="a stop failed" error=ValueError at=' in line
    assert "test_parts.py" in line
    assert "louis" not in line


def test_a_log_line_tells_no_link_that_lets_people_in() -> None:
    args = ("Unprocessable Entity", "/password/1.AbC-d")
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "%s: %s", args, None)
    line = LineFormatter().format(record)
    assert "Unprocessable Entity: /password/" in line
    assert "AbC" not in line


def test_a_log_line_is_one_line() -> None:
    record = logging.LogRecord("leadhouse.x", logging.INFO, "x.py", 1, "one\ntwo %s", ("three",), None)
    assert LineFormatter().format(record).endswith('level=info from=leadhouse.x msg="one\\ntwo three"')


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("lead.example", "http://lead.example:80"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host: str, told: str) -> None:
    assert address(host, 80) == told


def shell(name: str, script: str) -> Child:
    return Child(name, ("/bin/sh", "-c", script))


def test_children_are_started_again_ever_more_slowly_and_the_stubborn_are_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadhouse.project.supervisor.GRACE_SECONDS", 0.5)
    short, stubborn = tmp_path / "short", tmp_path / "stubborn"
    children = [
        shell("short", f"date +%s.%N >>{short}; exit 3"),
        shell("stubborn", f"trap '' TERM; echo $$ >>{stubborn}; while :; do sleep 0.1; done"),
    ]
    supervisor = Supervisor(children)

    async def stop_later() -> None:
        await asyncio.sleep(2.5)
        os.kill(os.getpid(), signal.SIGTERM)

    begun = time.monotonic()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        asyncio.run(supervisor.run(stop_later))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert 3 <= time.monotonic() - begun < 10
    starts = [float(line) for line in short.read_text().split()]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert all(pause >= delay for pause, delay in zip(pauses, (0.25, 0.5, 1.0), strict=False))
    assert 2 <= len(starts) <= 4
    (pid,) = stubborn.read_text().split()
    assert not is_alive(int(pid))


@pytest.mark.django_db
def test_health_is_told_without_signing_in() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"status": "ok", "database": "ok", "version": "0.1.0", "oldest_work_seconds": 0.0}


@pytest.mark.django_db(transaction=True)
def test_health_fails_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    answer = Client().get("/healthz")
    monkeypatch.undo()
    assert answer.status_code == 503
    assert answer.json()["database"] == "away"
