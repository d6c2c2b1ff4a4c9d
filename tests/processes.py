"""Other processes on the test database, which do what they are asked: real workers, to be killed if need be.

A process imports the function that it is asked for by name, calls it with what JSON can say, and answers so.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import connection


class Process:
    """Another process; what it logs is kept in a file."""

    def __init__(self, folder: Path, name: str) -> None:
        held = connection.settings_dict
        place = f"host={held['HOST']}&user={held['USER']}&port={held['PORT'] or 5432}"
        own = {
            "LEADHOUSE_DATABASE_URL": f"postgresql:///{held['NAME']}?{place}",
            "LEADHOUSE_DATA_DIR": str(folder),
            "LEADHOUSE_ALLOW_TARGETS": "127.0.0.0/8",
        }
        self._log = folder / f"{name}.log"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.processes"],
                env=os.environ | own,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.pid = self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def begin(self, act: Callable[..., object], *given: object) -> None:
        """Have the process call a function, whose answer is to be waited for."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([act.__module__, act.__qualname__, given]) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """Return what the function that was begun has answered."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self.log
        return json.loads(line)

    def ask(self, act: Callable[..., object], *given: object) -> Any:
        """Have the process call a function; return its answer."""
        self.begin(act, *given)
        return self.answer()

    def wait_until_it_stands_still(self, seconds: float = 30) -> None:
        """Wait until the process has stopped, by SIGSTOP."""
        until = time.monotonic() + seconds
        while Path("/proc", str(self.pid), "stat").read_text().rpartition(")")[2].split()[0] != "T":
            assert self.is_alive, self.log
            assert time.monotonic() < until
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def processes(folder: Path, count: int) -> Iterator[list[Process]]:
    """Run so many processes, ready to be asked; none is left when the block ends."""
    running = [Process(folder, f"process-{number}") for number in range(count)]
    try:
        for one in running:
            one.begin(os.getpid)
        assert [one.answer() for one in running] == [one.pid for one in running]
        yield running
    finally:
        for one in running:
            one.kill()


def _serve() -> None:
    import django

    django.setup()
    for line in sys.stdin:
        module, name, given = json.loads(line)
        answer = getattr(import_module(module), name)(*given)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
