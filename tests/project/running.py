"""Runs `leadhouse up` as a person would: a process of its own, on a data dir and a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Self

from leadhouse.store.postmaster import end, is_alive, processes_in

LEADHOUSE = (sys.executable, "-m", "leadhouse.project.cli")


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a copy: none of the test run's settings, no workers unless asked."""
    inherited = {
        name: text for name, text in os.environ.items() if not name.startswith(("LEADHOUSE_", "DJANGO_"))
    }
    return inherited | {"LEADHOUSE_DATA_DIR": str(data_dir), "LEADHOUSE_WORKERS": "0", **settings}


def leadhouse(
    data_dir: Path, *arguments: str, seconds: float = 120, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, which comes within so many seconds."""
    return subprocess.run(
        [*LEADHOUSE, *arguments],
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def children_of(pid: int) -> list[int]:
    """Return the living children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and is_alive(int(entry.name)):
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == pid:
                found.append(int(entry.name))
    return found


def words_of(pid: int) -> list[str]:
    """Return the command line of a process; none when it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


class Copy:
    """A running `leadhouse up`, the leader of its own process group."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = int(settings.setdefault("LEADHOUSE_PORT", str(free_port())))
        # A file in memory: a pipe that nobody reads is full after an eventful minute, and then all wait.
        self._log = os.memfd_create("log")
        self.process = subprocess.Popen(
            [*LEADHOUSE, "up"],
            env=environment(data_dir, **settings),
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End everything that is left of the copy."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        end(processes_in(self.data_dir / "postgres"), signal.SIGKILL)

    def health(self) -> tuple[int, dict[str, object]]:
        """Return status and body of GET /healthz; status 0 while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=15) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            is_ours = error.headers["Content-Type"] == "application/json"
            return error.code, json.load(error) if is_ours else {}
        except OSError:
            return 0, {}

    def wait_until_ready(self, seconds: float = 120) -> None:
        """Wait until the copy answers as healthy."""
        self.wait_for_health(200, seconds)

    def wait_for_health(self, status: int, seconds: float = 120) -> None:
        """Wait until GET /healthz is answered with this status."""
        deadline = time.monotonic() + seconds
        while self.health()[0] != status:
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, f"no {status} within {seconds} s"
            time.sleep(0.05)

    def wait_for_end(self, seconds: float = 60) -> tuple[int, str]:
        """Return exit code and log of the copy once it ended by itself."""
        return self.process.wait(timeout=seconds), self.log()

    def log(self) -> str:
        """Return what the copy has logged so far."""
        return Path(f"/proc/self/fd/{self._log}").read_text()

    def descendants(self) -> list[int]:
        """Return all processes below the copy, parents first, the database not among them."""
        database = processes_in(self.data_dir / "postgres")
        found = [pid for pid in children_of(self.process.pid) if pid not in database]
        for pid in found:
            found += children_of(pid)
        return found


def wait_until_gone(pids: list[int], seconds: float = 10) -> None:
    """Wait until none of these processes lives."""
    deadline = time.monotonic() + seconds
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, f"still alive: {left}"
        time.sleep(0.02)
