"""Writes docs/benchmarks.md from what `results/` holds: `python -m bench.apparatus.page`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.apparatus.house import CHECKOUT
from bench.apparatus.keeping import FOLDER

PAGE = CHECKOUT / "docs" / "benchmarks.md"
FIRST = ("revenue", "decision", "replay", "work_queue", "winners", "intake", "road", "rules")
WIDTH = 40
_OPENING = """# Benchmarks

How fast each stage is and what it earns, measured beside its peers in the same run. `make bench` measures all
of it again (peers are installed into environments of their own; with `ARGS=--quick` a short round, kept
nowhere) and writes this page from `bench/results/`.

A figure is the median of its rounds, with the least and the most. "Load" is how many processes wanted a core
before the run: where it is high the machine was shared, and ratios say more than figures by themselves.
"""
_TABLE = "| | median | min – max | unit | target | reached | peer | its median | its min – max | ratio |"
Chart = Sequence[tuple[str, float]]


class ShownPeer(msgspec.Struct, frozen=True):
    """The peer's side of a kept figure."""

    name: str
    rounds: list[float]


class Shown(msgspec.Struct, frozen=True):
    """One kept figure."""

    name: str
    unit: str
    median: float
    rounds: Sequence[float]
    target: float | None
    reached: float | None
    peer: ShownPeer | None
    ratio: float | None

    @property
    def aim(self) -> str:
        """The target, and on which side of it the figure should be: what is reached lies there."""
        if self.target is None or self.reached is None:
            return ""
        is_below = self.median <= self.target
        return f"{'≤' if is_below == (self.reached >= 1) else '≥'} {_text(self.target)}"

    @property
    def peer_name(self) -> str:
        return self.peer.name if self.peer else ""

    @property
    def peer_rounds(self) -> list[float]:
        return self.peer.rounds if self.peer else []


class Kept(msgspec.Struct, frozen=True):
    """A kept result: what `keeping.keep` wrote."""

    benchmark: str
    about: str
    date: str
    machine: dict[str, str]
    figures: list[Shown]
    notes: dict[str, str]


def page(folder: Path = FOLDER) -> str:
    """Return the page that the kept results make."""
    names = [path.stem for path in folder.glob("*.json")]
    ordered = sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
    sections = (
        "\n".join(_section(msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Kept)))
        for name in ordered
    )
    return "\n".join([_OPENING, *sections])


def _section(kept: Kept) -> Iterator[str]:
    figures, machine = kept.figures, kept.machine
    yield f"## {kept.benchmark}\n"
    yield f"{kept.about}.\n"
    yield (
        f"{kept.date}, {machine['processor']}, {machine['cores']} cores, {machine['memory']}, "
        f"{machine['system'].split('-')[0]}, Python {machine['python']}, load {machine['load before']}.\n"
    )
    yield _TABLE
    yield "|---|--:|--:|---|--:|---|---|--:|--:|--:|"
    yield from map(_row, figures)
    yield ""
    if bars := [line for one in figures if one.peer for line in _bars(one)]:
        yield from ("```text", *bars, "```\n")
    for subject, text in kept.notes.items():
        yield f"- {subject}: {text}"
    yield ""


def _row(one: Shown) -> str:
    reached = "" if one.reached is None else ("yes" if one.reached >= 1 else f"no: {one.reached:.0%} of it")
    theirs = one.peer_rounds
    cells = (
        f"— {one.name.strip()}" if one.name.startswith(" ") else one.name,
        _text(one.median),
        _spread(one.rounds),
        one.unit,
        one.aim,
        reached,
        one.peer_name,
        _text(median(theirs)) if theirs else "",
        _spread(theirs),
        "" if one.ratio is None else f"{_text(one.ratio)}×",
    )
    return f"| {' | '.join(cells)} |"


def _bars(one: Shown) -> Iterator[str]:
    """Yield ours and the peer's median as bars, the larger one full."""
    chart: Chart = [("ours", one.median), (one.peer_name, median(one.peer_rounds))]
    most, width = max(value for _, value in chart), max(len(name) for name, _ in chart)
    yield f"{one.name.strip()}, {one.unit}"
    for name, value in chart:
        yield f"  {name:<{width}} {'█' * max(1, round(WIDTH * value / most))} {_text(value)}"


def _spread(rounds: Sequence[float]) -> str:
    return f"{_text(min(rounds))} – {_text(max(rounds))}" if rounds else ""


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    write()
