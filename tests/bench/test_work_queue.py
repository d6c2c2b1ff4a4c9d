"""The queue's benchmark works off every job, and fails where one is lost or handled twice."""

from pathlib import Path

import pytest

from bench.work_queue import check
from tests.project.running import leadhouse


@pytest.mark.parametrize(
    ("handled", "said"),
    [
        ([0, 2], "of 3 jobs 1 were lost, 0 handled once more"),
        ([0, 1, 1, 2], "of 3 jobs 0 were lost, 1 handled once more"),
    ],
)
def test_a_job_lost_or_handled_twice_is_told(handled: list[int], said: str) -> None:
    check("ours", 3, [2, 0, 1])
    with pytest.raises(RuntimeError, match=said):
        check("ours", 3, handled)


@pytest.mark.timeout(600)
def test_a_quick_look_loses_nothing_to_a_failing_handler_and_a_killed_worker(tmp_path: Path) -> None:
    done = leadhouse(tmp_path, "bench", "work_queue", "--quick", seconds=180)
    assert (done.returncode, done.stderr) == (0, "")
    for told in ("leased, handled, finished", "bare lease and delete", "100 jobs of a killed worker"):
        assert told in done.stdout
