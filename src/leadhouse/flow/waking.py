"""Wakes idle lanes when new work is committed, and at the latest every quarter of a second."""

import threading

import psycopg
from django.db import connection
from psycopg import sql

from leadhouse.timeline.queries import WORK_CHANNEL

MOST_SECONDS_ASLEEP = 0.25
SECONDS_AFTER_TROUBLE = 1.0


class Waker(threading.Thread):
    """Listens for new work on a connection of its own; lanes compare counts, so that no call is missed."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="waker", daemon=True)
        self._stopping = stopping
        self._calls = 0
        self._changed = threading.Condition()

    def seen(self) -> int:
        """Return how many calls have come so far."""
        return self._calls

    def wait(self, seen: int) -> None:
        """Sleep until a call beyond `seen` has come, or the longest sleep is over: due work calls nobody."""
        with self._changed:
            self._changed.wait_for(lambda: self._calls != seen, MOST_SECONDS_ASLEEP)

    def wake(self) -> None:
        """Call every lane."""
        with self._changed:
            self._calls += 1
            self._changed.notify_all()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._stopping.wait(SECONDS_AFTER_TROUBLE)

    def _listen(self) -> None:
        with psycopg.connect(**connection.get_connection_params(), autocommit=True) as ear:
            ear.execute(sql.SQL("LISTEN {}").format(sql.Identifier(WORK_CHANNEL)))
            while not self._stopping.is_set():
                for _ in ear.notifies(timeout=MOST_SECONDS_ASLEEP, stop_after=1):
                    self.wake()
