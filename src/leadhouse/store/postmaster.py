"""Who serves a data folder: PostgreSQL's pid file and its processes, read from /proc."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The first process of a server, as its pid file tells; status: starting, stopping, ready."""

    pid: int
    socket_directory: Path
    status: str


def living_postmaster(folder: Path) -> Postmaster | None:
    """Return the postmaster of a data folder; None when none lives, whatever a stale pid file says."""
    try:
        lines = (folder / "postmaster.pid").read_text("utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not (is_alive(pid) and _serves(pid, folder)):
        return None
    lines += [""] * 8
    return Postmaster(pid, Path(lines[4]), lines[7].strip())


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and has not ended; a zombie has."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    # The name between brackets may hold anything, brackets included.
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def processes_in(folder: Path) -> list[int]:
    """Return all living processes that work in a data folder: a postmaster's, or those it left behind."""
    return [pid for pid in _pids() if is_alive(pid) and _works_in(pid, folder)]


def end(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to processes; those already gone are fine."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _serves(pid: int, folder: Path) -> bool:
    """Tell whether a process is this folder's postmaster and not one that was given its number later."""
    return _works_in(pid, folder) or str(folder) in _arguments(pid)


def _works_in(pid: int, folder: Path) -> bool:
    # Every process of PostgreSQL has its data folder as its working directory.
    try:
        return (_PROC / str(pid) / "cwd").readlink() == folder.resolve()
    except OSError:
        return False


def _arguments(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "cmdline").read_text("utf-8", "replace").split("\0")
    except OSError:
        return []
