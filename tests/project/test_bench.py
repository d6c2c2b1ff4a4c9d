"""`leadhouse bench` tells what can be measured, measures it, and keeps no figures of a quick look."""

from pathlib import Path

import pytest

from leadhouse.project.cli import main
from leadhouse.project.commands import bench
from tests.project.running import leadhouse

RESULTS = bench.CHECKOUT / "bench" / "results"


def kept() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in RESULTS.glob("*")}


def test_everything_that_can_be_measured_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list"]) == 0
    listed = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert set(listed) >= {"decision", "replay", "revenue", "road", "rules", "winners", "work_queue"}
    assert all(about.endswith(".") for about in listed.values())


def test_without_a_name_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench"]) == 0
    assert "intake" in capsys.readouterr().out


def test_what_cannot_be_measured_is_told_with_what_can(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "rules", "everything"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("leadhouse bench: there is no benchmark 'everything': choose from decision, ")
    assert len(told.err.splitlines()) == 1


def test_without_a_checkout_one_line_says_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench, "_FOLDER", tmp_path / "bench")
    assert main(["bench", "all"]) == 1
    expected = "leadhouse bench: benchmarks are not installed with the house: run this in a checkout of it\n"
    assert capsys.readouterr().err == expected


def test_a_quick_look_prints_figures_and_keeps_none(tmp_path: Path) -> None:
    before = kept()
    done = leadhouse(tmp_path, "bench", "rules", "--quick", seconds=180)
    assert (done.returncode, done.stderr) == (0, "")
    for told in (
        "rules: Leads a second",
        "answered and explained",
        "hand-written Python",
        "leads: 100 a round",
    ):
        assert told in done.stdout
    assert kept() == before


def test_a_quick_look_at_the_road_sells_leads(tmp_path: Path) -> None:
    done = leadhouse(tmp_path, "bench", "worker_memory", "--quick", seconds=180)
    assert (done.returncode, done.stderr) == (0, "")
    for told in ("resident memory after a batch", "leads sold meanwhile", "campaigns: 100"):
        assert told in done.stdout
    assert not list(tmp_path.iterdir())
