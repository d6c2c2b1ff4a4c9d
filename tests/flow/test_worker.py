"""The worker takes up committed work at once, survives failing stops, and finishes what it began."""

import threading
from collections.abc import Iterator

import pytest

from leadhouse.flow.pipeline import PIPELINE, Stop
from leadhouse.flow.worker import Worker
from leadhouse.kit.ids import new_id
from leadhouse.timeline.queries import claim, enqueue, finish, work_left
from leadhouse.timeline.types import NewWork, Stage

pytestmark = pytest.mark.django_db(transaction=True)


class Taking:
    """A stop that takes work of a stage and tells each time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.taken = threading.Semaphore(0)

    def step(self, limit: int) -> int:
        held = finish(claim(self.stage, limit).claims)
        for _ in held:
            self.taken.release()
        return len(held)


@pytest.fixture
def walking() -> Iterator[list[Worker]]:
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.stop()


def start(workers: list[Worker], *stops: Stop) -> None:
    workers.append(Worker(stops))
    workers[-1].start()


@pytest.mark.req("R000-26")
def test_committed_work_is_taken_at_once(walking: list[Worker]) -> None:
    taking = Taking(Stage.QUALIFY)
    start(walking, Stop("qualify", taking.step, 10, "one"))
    for _ in range(3):
        enqueue([NewWork(Stage.QUALIFY, new_id())])
        assert taking.taken.acquire(timeout=20)
    assert work_left() == {}


@pytest.mark.parametrize("lane", ["one", "two"])
def test_a_stop_that_fails_holds_up_no_other_stop_and_is_tried_again(
    walking: list[Worker], lane: str
) -> None:
    taking, tried = Taking(Stage.QUALIFY), threading.Semaphore(0)

    def fail(limit: int) -> int:
        tried.release()
        raise ZeroDivisionError

    start(walking, Stop("broken", fail, 10, "one"), Stop("qualify", taking.step, 10, lane))
    assert tried.acquire(timeout=20)
    for _ in range(3):
        enqueue([NewWork(Stage.QUALIFY, new_id())])
        assert taking.taken.acquire(timeout=0.9)
    assert tried.acquire(timeout=20)


def test_a_batch_that_was_begun_is_finished_before_the_worker_ends() -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(limit: int) -> int:
        begun.set()
        ended.wait(0.3)
        ended.set()
        return 0

    worker = Worker([Stop("slow", slow, 1, "one")])
    worker.start()
    assert begun.wait(20)
    worker.stop()
    assert ended.is_set()


def test_what_is_under_way_is_waited_for_in_the_lanes_own_thread() -> None:
    threads: dict[str, str] = {}

    def step(limit: int) -> int:
        threads["step"] = threading.current_thread().name
        return 0

    def drain(seconds: float) -> None:
        threads["drain"] = threading.current_thread().name

    worker = Worker([Stop("deliver", step, 1, "out", drain)])
    worker.start()
    worker.stop()
    assert threads.get("drain") == "lane-out"


def test_every_stage_that_can_be_queued_has_one_stop_on_the_road() -> None:
    assert sorted(stop.name for stop in PIPELINE) == sorted(
        [*(stage.value for stage in Stage), "amend", "hear files", "hear news", "pace", "tidy up"]
    )
