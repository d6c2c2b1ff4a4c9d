"""The processes that `leadhouse up` keeps running, as one list."""

import sys
from dataclasses import dataclass

from leadhouse.project.environment import Environment


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running: its name in the log, and its command."""

    name: str
    command: tuple[str, ...]


def children(environment: Environment) -> tuple[Child, ...]:
    """Return the web process and the workers that the environment asks for."""
    workers = (Child(f"worker-{number}", leadhouse("worker")) for number in range(1, environment.workers + 1))
    return (web(environment.host, environment.port), *workers)


def leadhouse(*arguments: str) -> tuple[str, ...]:
    """Return the command line of one of our own commands."""
    return (sys.executable, "-m", "leadhouse.project.cli", *arguments)


def web(host: str, port: int) -> Child:
    """The HTTP server; one process, as the intake writer and the market's snapshot live in it once."""
    options = ["--interface", "asginl", "--host", host, "--port", str(port), "--workers", "1"]
    options += ["--log-level", "warning", "--no-access-log", "--workers-kill-timeout", "8"]
    return Child(
        "web", (sys.executable, "-m", "granian", *options, "leadhouse.project.web_process:application")
    )
