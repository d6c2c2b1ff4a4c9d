"""Other processes of a benchmark: the sandbox that answers for verification services, servers under load."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.apparatus.house import CHECKOUT


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def sandbox(port: int) -> Iterator[None]:
    """Run the sandbox on this port until the block ends."""
    with tempfile.TemporaryDirectory(prefix="leadhouse-bench-") as folder:
        command = [sys.executable, "-m", "leadhouse.project.cli", "sandbox", "--folder", folder]
        command += ["--port", str(port), "--smtp-port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            try:
                yield
            finally:
                process.terminate()


@contextmanager
def server(command: Sequence[str], port: int, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server until the block ends; the block begins when it listens."""
    with subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **environment}) as process:
        try:
            _wait_until_listening(process, port)
            yield process
        finally:
            process.terminate()


def _wait_until_listening(process: "subprocess.Popen[bytes]", port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server ended before it listened") from None
            time.sleep(0.05)
        else:
            return
