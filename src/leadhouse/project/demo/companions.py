"""The processes of the demo: the pretend buyers and the house, which end with it however it ends."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from leadhouse.project.commands import CommandError
from leadhouse.project.environment import Environment
from leadhouse.project.lifeline import die_with
from leadhouse.project.processes import leadhouse
from leadhouse.project.readiness import check_address_is_free, is_healthy

_READY_WITHIN_SECONDS = 120
_END_WITHIN_SECONDS = 20
_ASK_EVERY_SECONDS = 0.1

Process = subprocess.Popen[bytes]


class Companions:
    """Starts our own commands beside the demo; what they log goes to one file."""

    def __init__(self, running: ExitStack, log: Path) -> None:
        self._running = running
        self._log = log
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log_began = log.stat().st_size if log.exists() else 0

    def start_buyers(self, port: int, folder: Path) -> None:
        """Start the sandbox, and wait until it listens."""
        wanted = ("--port", str(port), "--smtp-port", "0", "--folder", str(folder))
        buyers = self._start("sandbox", *wanted, end_by=signal.SIGKILL, stdout=subprocess.PIPE)
        if buyers.stdout is None or not buyers.stdout.readline():
            raise CommandError(f"the pretend buyers did not start: {self._last_words()}")

    def start_house(self, environment: Environment) -> Process:
        """Start `leadhouse up`, and wait until it is ready."""
        # Another house at this address would look as if ours were ready.
        check_address_is_free(environment.host, environment.port)
        # A killed demo could not stop the database, so the house is told to end rather than killed too.
        up = self._start("up", end_by=signal.SIGTERM)
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while not is_healthy(environment.host, environment.port):
            if up.poll() is not None:
                raise CommandError(f"the house did not start: {self._last_words()}")
            if time.monotonic() > deadline:
                raise CommandError(f"the house was not ready in {_READY_WITHIN_SECONDS} s: see {self._log}")
            time.sleep(_ASK_EVERY_SECONDS)
        return up

    def _start(self, *arguments: str, end_by: signal.Signals, stdout: int = subprocess.DEVNULL) -> Process:
        """Start a command that ends with this block, and by a signal when this process is killed."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                leadhouse(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                # Ctrl-C reaches the demo alone, which then ends the others in order.
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid(), end_by),  # noqa: PLW1509 - no thread runs yet
            )
        self._running.callback(_end, process)
        return process

    def _last_words(self) -> str:
        """Return the last line that was logged since the demo began."""
        with self._log.open("rb") as log:
            log.seek(self._log_began)
            lines = log.read().decode(errors="replace").split("\n")
        said = [line for line in lines if line.strip()]
        return said[-1].removeprefix("leadhouse up: ") if said else f"see {self._log}"


def _end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(_END_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port(wanted: int) -> int:
    """Return the wanted port, or another when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CommandError("no free port for the pretend buyers: set LEADHOUSE_SANDBOX_PORT")


def apply_market(text: str) -> None:
    """Apply a market file's text with `leadhouse apply`."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        call("apply", file.name)


def call(*arguments: str, given: str = "") -> None:
    """Run one command to its end; CommandError with its own words when it fails."""
    done = subprocess.run(leadhouse(*arguments), input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(done.stderr.strip() or f"leadhouse {arguments[0]} failed")
