"""Runs `leadhouse demo` as a newcomer would: a process of its own, on a data dir and ports of its own."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO

from leadhouse.store.postmaster import end, processes_in
from tests.project.running import LEADHOUSE, children_of, environment, free_port


class Demo:
    """A running `leadhouse demo`, the leader of its own process group."""

    def __init__(self, data_dir: Path, *arguments: str, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = settings.setdefault("LEADHOUSE_PORT", str(free_port()))
        self.sandbox_port = settings.setdefault("LEADHOUSE_SANDBOX_PORT", str(free_port()))
        self.process = subprocess.Popen(
            [*LEADHOUSE, "demo", *arguments],
            env=environment(data_dir, LEADHOUSE_WORKERS="1", COLUMNS="100", **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> "Demo":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()
        end(processes_in(self.data_dir / "postgres"), signal.SIGKILL)

    def said_until(self, words: str) -> str:
        """Read what it prints until a line holds these words."""
        said = []
        for line in self._stdout:
            said.append(line)
            if words in line:
                return "".join(said)
        raise AssertionError(f"it ended without {words!r}: {''.join(said)} {self.process.communicate()[1]}")

    def everything(self) -> list[int]:
        """Return all processes below it, the database's too."""
        found = children_of(self.process.pid)
        for pid in found:
            found += children_of(pid)
        return sorted({*found, *processes_in(self.data_dir / "postgres")})

    @property
    def _stdout(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout
