"""Results as people read them, and as they are kept in `results/`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.apparatus import machine
from bench.apparatus.result import Figure, Result

FOLDER = Path(__file__).parents[1] / "results"


def keep(name: str, about: str, result: Result, load: float) -> Path:
    """Write a result into its file, replacing the last one."""
    document = {
        "benchmark": name,
        "about": about,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": {**machine.facts(), "load before": f"{load:.2f}"},
        "figures": [_document(figure) for figure in result.figures],
        "notes": dict(result.notes),
    }
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def _document(figure: Figure) -> Mapping[str, object]:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": _rounded(figure.median),
        "rounds": [_rounded(one) for one in figure.rounds],
        "target": figure.target,
        "reached": figure.reached and round(figure.reached, 3),
        "peer": figure.peer and asdict(figure.peer),
        "ratio": figure.ratio and round(figure.ratio, 2),
    }


def _rounded(value: float) -> float:
    return round(value) if value >= 1_000 else float(f"{value:.4g}")


def show(console: Console, name: str, about: str, result: Result) -> None:
    """Print a result as a table with what has to be known beside it."""
    table = Table()
    for heading in ("", "median", "min – max", "unit", "target", "peer", "", "ratio"):
        table.add_column(heading, justify="left" if heading in ("unit", "peer") else "right")
    table.columns[0].justify = "left"
    for figure in result.figures:
        table.add_row(*_cells(figure), style=_style(figure))
    console.print(f"{name}: {about}", style="bold", highlight=False)
    console.print(table)
    for subject, text in result.notes.items():
        console.print(f"{subject}: {text}", style="dim", highlight=False)


def _cells(figure: Figure) -> Iterator[str]:
    yield figure.name
    yield _text(figure.median)
    yield f"{_text(min(figure.rounds))} – {_text(max(figure.rounds))}"
    yield figure.unit
    yield "" if figure.target is None else f"{'≤' if figure.is_cost else '≥'} {_text(figure.target)}"
    yield "" if figure.peer is None else figure.peer.name
    yield "" if figure.peer is None else _text(median(figure.peer.rounds))
    yield "" if figure.ratio is None else f"{_text(figure.ratio)}×"


def _style(figure: Figure) -> str:
    if figure.reached is None:
        return ""
    return "green" if figure.reached >= 1 else "red"


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
