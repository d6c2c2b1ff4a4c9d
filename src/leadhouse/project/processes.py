"""The processes that `leadhouse up` keeps running, as one list."""

import os
import socket
import sys
from dataclasses import dataclass

from leadhouse.project.environment import Environment

_SANDBOX_PORT = "LEADHOUSE_SANDBOX_PORT"


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running: its name in the log, and its command."""

    name: str
    command: tuple[str, ...]


def children(environment: Environment) -> tuple[Child, ...]:
    """Return the web process and the workers that the environment asks for."""
    workers = (Child(f"worker-{number}", leadhouse("worker")) for number in range(1, environment.workers + 1))
    return (*own_sandbox(environment), web(environment.host, environment.port), *workers)


def own_sandbox(environment: Environment) -> tuple[Child, ...]:
    """Return the sandbox that answers the verification services, on a free port that our children inherit.

    Nothing when no sandbox is wanted, or LEADHOUSE_SANDBOX_PORT names one that somebody else runs.
    """
    if not environment.sandbox or os.environ.get(_SANDBOX_PORT, "").strip():
        return ()
    os.environ[_SANDBOX_PORT] = port = _free_port()
    folder = str(environment.data_dir / "sandbox")
    return (Child("sandbox", leadhouse("sandbox", "--port", port, "--smtp-port", "0", "--folder", folder)),)


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def leadhouse(*arguments: str) -> tuple[str, ...]:
    """Return the command line of one of our own commands."""
    return (sys.executable, "-m", "leadhouse.project.cli", *arguments)


def web(host: str, port: int) -> Child:
    """The HTTP server; one process, as the intake writer and the market's snapshot live in it once."""
    options = ["--interface", "asginl", "--host", host, "--port", str(port), "--workers", "1", "--no-ws"]
    options += ["--log-level", "warning", "--no-access-log", "--workers-kill-timeout", "8"]
    return Child(
        "web", (sys.executable, "-m", "granian", *options, "leadhouse.project.web_process:application")
    )
