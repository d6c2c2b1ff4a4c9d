"""The page of benchmarks is what the kept results make of it."""

import json
from pathlib import Path

from bench.apparatus.page import PAGE, page

FIGURE = {
    "name": "leads decided",
    "unit": "ms",
    "median": 2.0,
    "rounds": [1.5, 2.0, 3.0],
    "target": 1.0,
    "reached": 0.5,
    "peer": {"name": "others", "rounds": [4.0, 8.0, 12.0]},
    "ratio": 4.0,
}
KEPT = {
    "benchmark": "road",
    "about": "How long it takes",
    "date": "2026-11-27",
    "machine": {
        "processor": "Xeon",
        "cores": "2",
        "memory": "24 GiB",
        "system": "Linux 6.1-x",
        "python": "3.11.7",
        "load before": "0.10",
    },
    "figures": [FIGURE],
    "notes": {"answers": "all equal"},
}


def test_the_page_is_written_from_the_results() -> None:
    """`python -m bench.apparatus.page` writes it anew."""
    assert PAGE.read_text("utf-8") == page()


def test_a_figure_stands_with_its_spread_its_target_and_its_peer(tmp_path: Path) -> None:
    (tmp_path / "road.json").write_text(json.dumps(KEPT), "utf-8")
    told = page(tmp_path)
    row = "| leads decided | 2 | 1.5 – 3 | ms | ≤ 1 | no: 50% of it | others | 8 | 4 – 12 | 4× |"
    assert row in told.splitlines()
    assert "2026-11-27, Xeon, 2 cores, 24 GiB, Linux 6.1, Python 3.11.7, load 0.10." in told
    assert f"  ours   {'█' * 10} 2\n  others {'█' * 40} 8\n" in told
    assert "- answers: all equal" in told


def test_a_target_that_is_reached_says_so(tmp_path: Path) -> None:
    reached = {**FIGURE, "median": 0.8, "reached": 1.25}
    more = {
        **FIGURE,
        "name": "sold",
        "median": 30.0,
        "target": 20.0,
        "reached": 1.5,
        "peer": None,
        "ratio": None,
    }
    (tmp_path / "road.json").write_text(json.dumps({**KEPT, "figures": [reached, more]}), "utf-8")
    told = page(tmp_path)
    assert "| ≤ 1 | yes |" in told
    assert "| sold | 30 | 1.5 – 3 | ms | ≥ 20 | yes |  |  |  |  |" in told
