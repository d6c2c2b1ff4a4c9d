"""The worker: one thread a lane, each walking its stops until told to stop."""

import logging
import threading
from collections.abc import Sequence
from time import monotonic

from django.db import Error, InterfaceError, OperationalError, connection

from leadhouse.flow.pipeline import PIPELINE, Stop
from leadhouse.flow.waking import Waker

SECONDS_AFTER_TROUBLE = 1.0
# The supervisor gives a worker eight seconds to end.
SECONDS_TO_DRAIN = 5.0

log = logging.getLogger(__name__)


class Worker:
    """Walks the road in threads until `stop` is called; a started batch is always finished first."""

    def __init__(self, pipeline: Sequence[Stop] = PIPELINE) -> None:
        self._stopping = threading.Event()
        self._waker = Waker(self._stopping)
        lanes = dict.fromkeys(stop.lane for stop in pipeline)
        self._threads = [
            threading.Thread(
                target=self._walk, args=([one for one in pipeline if one.lane == lane],), name=f"lane-{lane}"
            )
            for lane in lanes
        ]

    def start(self) -> None:
        """Start every lane and the ear for new work."""
        for thread in [*self._threads, self._waker]:
            thread.start()

    def stop(self) -> None:
        """Ask every lane to end after its batch, and wait until all have."""
        self._stopping.set()
        self._waker.wake()
        for thread in [*self._threads, self._waker]:
            thread.join()

    def _walk(self, stops: Sequence[Stop]) -> None:
        resting: dict[str, float] = {}
        while not self._stopping.is_set():
            seen = self._waker.seen()
            if not sum(_turn(stop, resting) for stop in stops):
                self._waker.wait(seen)
        _drain(stops)
        connection.close()


def _turn(stop: Stop, resting: dict[str, float]) -> int:
    """Give a stop its turn; return how many items moved. One that fails rests, and its lane goes on."""
    if monotonic() < resting.get(stop.name, 0.0):
        return 0
    try:
        return stop.step(stop.batch)
    except (OperationalError, InterfaceError) as trouble:
        log.warning("the database is away from %s: %s", stop.name, type(trouble).__name__)
    except Exception:
        log.exception(
            "the stop %s failed and is tried again in %g s; others go on", stop.name, SECONDS_AFTER_TROUBLE
        )
    connection.close()
    resting[stop.name] = monotonic() + SECONDS_AFTER_TROUBLE
    return 0


def _drain(stops: Sequence[Stop]) -> None:
    """Wait for what the lane's stops have under way; whatever fails now is taken over after its lease."""
    for stop in stops:
        if stop.drain:
            try:
                stop.drain(SECONDS_TO_DRAIN)
            except Error as trouble:
                log.warning("%s could not be drained: %s", stop.name, type(trouble).__name__)
