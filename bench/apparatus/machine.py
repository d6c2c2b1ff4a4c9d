"""The machine that measures: what it is, how busy it is, and what a process has used of it."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")


def facts() -> dict[str, str]:
    """Return what figures of two machines must be told apart by."""
    return {
        "processor": _line(_PROC / "cpuinfo", "model name"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{_PAGE * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def load() -> float:
    """Return how many processes wanted a core on average over the last minute."""
    return os.getloadavg()[0]


def cpu_seconds(pids: Iterable[int], *, with_ended_children: bool = False) -> float:
    """Return the processor seconds that these processes have used, user and system."""
    places = slice(11, 15 if with_ended_children else 13)
    return sum(sum(map(int, _stat(pid)[places])) for pid in pids) / _TICKS


def exact_cpu_seconds(pid: int) -> float:
    """Return the processor seconds of a process of one thread, to the nanosecond."""
    return int((_PROC / str(pid) / "schedstat").read_text().split()[0]) / 1e9


def family(pid: int) -> list[int]:
    """Return a process and everything it started that still lives."""
    found = [pid]
    for one in found:
        for thread in (_PROC / str(one) / "task").glob("*/children"):
            found += map(int, thread.read_text().split())
    return found


def memory_mib(pid: int | None = None) -> float:
    """Return a process's resident memory, our own when none is named."""
    pages = (_PROC / str(pid or "self") / "statm").read_text().split()[1]
    return int(pages) * _PAGE / 2**20


def _stat(pid: int) -> list[str]:
    """Return a process's figures from its state on: proc(5) counts it as the third."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 50


def _line(path: Path, name: str) -> str:
    lines = (line.partition(":") for line in path.read_text("utf-8").splitlines())
    return next((text.strip() for key, _, text in lines if key.strip() == name), platform.machine())
