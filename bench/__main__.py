"""Runs one benchmark: prints its figures and keeps them (`--quick`: a short round, kept nowhere)."""

import argparse
import sys
from importlib import import_module
from typing import Protocol, cast

from rich.console import Console

from bench.apparatus import keeping, machine, page
from bench.apparatus.result import Result


class Benchmark(Protocol):
    """What every benchmark's module has; the first line of its text says what it measures."""

    __doc__: str | None

    def run(self, *, is_quick: bool) -> Result: ...


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140)
    benchmark = cast(Benchmark, import_module(f"bench.{options.name}"))
    about = (benchmark.__doc__ or "").partition("\n")[0].rstrip(".")
    load = machine.load()
    result = benchmark.run(is_quick=options.quick)
    keeping.show(console, options.name, about, result)
    if not options.quick:
        keeping.keep(options.name, about, result, load)
        page.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
