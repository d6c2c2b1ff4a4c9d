"""`leadhouse bench`: how fast the house is, measured by the files in the checkout's bench folder."""

import argparse
import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from leadhouse.project.commands import CommandError

CHECKOUT = Path(__file__).parents[4]
_FOLDER = CHECKOUT / "bench"
_ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which benchmarks, and how thoroughly."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure, or {_ALL}")
    parser.add_argument("--list", action="store_true", help="only say what can be measured")
    parser.add_argument("--quick", action="store_true", help="one short round; its figures are not kept")


def run(options: argparse.Namespace) -> int:
    """Measure one after the other, each in a process of its own; the last figures are in bench/results."""
    known = dict(_benchmarks())
    if options.list or not options.names:
        _print(known)
        return 0
    wanted = list(known) if _ALL in options.names else options.names
    for name in wanted:
        if name not in known:
            raise CommandError(f"there is no benchmark {name!r}: choose from {', '.join(known)} or {_ALL}")
    return max(_measure(name, is_quick=options.quick) for name in wanted)


def _benchmarks() -> Iterator[tuple[str, str]]:
    """Yield each benchmark's name and what it measures: the files that have a `run`."""
    if not _FOLDER.exists():
        raise CommandError("benchmarks are not installed with the house: run this in a checkout of it")
    for path in sorted(_FOLDER.glob("[!_]*.py")):
        module = ast.parse(path.read_text("utf-8"))
        if any(isinstance(part, ast.FunctionDef) and part.name == "run" for part in module.body):
            yield path.stem, (ast.get_docstring(module) or "").partition("\n")[0]


def _print(known: Mapping[str, str]) -> None:
    width = max(map(len, known))
    for name, about in known.items():
        print(f"{name:{width}}  {about}")


def _measure(name: str, *, is_quick: bool) -> int:
    command = [sys.executable, "-m", "bench", name, *(["--quick"] if is_quick else [])]
    return subprocess.run(command, cwd=CHECKOUT, check=False).returncode
