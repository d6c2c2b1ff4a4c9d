"""`leadhouse demo`: the whole house with pretend buyers, and leads sent through the whole life."""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, cast

from leadhouse.project.commands import CommandError
from leadhouse.project.environment import Environment, read_environment
from leadhouse.project.lifeline import die_with
from leadhouse.project.processes import leadhouse
from leadhouse.project.readiness import address, is_healthy

if TYPE_CHECKING:
    from leadhouse.project.demo.house import Answer, House
    from leadhouse.project.demo.table import Told

MARKET = Path(__file__).parents[4] / "examples" / "markets" / "demo.yaml"
OPERATOR = "operator@demo.example"
_FILE_PORT = "127.0.0.1:9100"
_READY_WITHIN_SECONDS = 120
_SETTLED_WITHIN_SECONDS = 30
_END_WITHIN_SECONDS = 20
_OPEN = {"initial", "qualifying", "qualified", "allocating", "sold", "delivering"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long to stay and how many leads to send."""
    parser.add_argument("--once", action="store_true", help="end after the table")
    parser.add_argument("--leads", type=int, default=40, metavar="N", help="how many leads to send (40)")


def run(options: argparse.Namespace) -> int:
    """Start everything, load the demo market, send leads, print the table; serve until interrupted."""
    signal.signal(signal.SIGTERM, _interrupt)
    environment = _prepare()
    if not MARKET.exists():
        raise CommandError(f"the demo market is not here ({MARKET.name}): run it from a checkout")
    with ExitStack() as running:
        _start(running, "sandbox", "--port", os.environ["LEADHOUSE_SANDBOX_PORT"], "--smtp-port", "0")
        up = _start(running, "up")
        _wait_until_ready(environment, up)
        market = MARKET.read_text().replace(_FILE_PORT, f"127.0.0.1:{os.environ['LEADHOUSE_SANDBOX_PORT']}")
        _load(market)
        _show(environment, _send(environment, market, options.leads))
        if not options.once:
            up.wait()
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _prepare() -> Environment:
    """Set what the demo needs and nobody has set; the processes started below inherit it."""
    os.environ.setdefault("LEADHOUSE_SANDBOX", "1")
    os.environ.setdefault("LEADHOUSE_ALLOW_TARGETS", "127.0.0.0/8")
    os.environ.setdefault("LEADHOUSE_OPERATOR_KEY", secrets.token_urlsafe(24))
    os.environ.setdefault("LEADHOUSE_SANDBOX_PORT", str(_free_port(9100)))
    return read_environment(os.environ)


def _free_port(wanted: int) -> int:
    """Return the wanted port, or another when a second copy already runs."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CommandError("no free port for the pretend buyers: set LEADHOUSE_SANDBOX_PORT")


def _start(running: ExitStack, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start one of our commands; it ends with this block, and with this process."""
    process = subprocess.Popen(
        leadhouse(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 - no thread runs yet
    )
    running.callback(_end, process)
    return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_END_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(environment: Environment, up: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not is_healthy(environment.host, environment.port):
        if up.poll() is not None:
            raise CommandError("the house did not start: the lines above say why")
        if time.monotonic() > deadline:
            raise CommandError(
                f"the house was not ready within {_READY_WITHIN_SECONDS} s: try leadhouse doctor"
            )
        time.sleep(0.1)


def _load(market: str) -> None:
    """Apply the demo market, add its operator."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(market)
        file.flush()
        _call("apply", file.name)
    _call("user", "add", OPERATOR, "--role", "operator", "--password-stdin", given=_password() + "\n")


def _call(*arguments: str, given: str = "") -> None:
    done = subprocess.run(leadhouse(*arguments), input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"leadhouse {arguments[0]} failed: {done.stderr.strip()}")


def _password() -> str:
    """Return the demo operator's password: made once, kept in the data dir."""
    file = read_environment(os.environ).data_dir / "demo-password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9))
    return file.read_text()


def _send(environment: Environment, market: str, count: int) -> "Sequence[Told]":
    """Post the leads, wait until each has come to rest, and return what became of them."""
    from rich.progress import track

    from leadhouse.project.demo.house import House
    from leadhouse.project.demo.market import asked, sellers
    from leadhouse.project.demo.table import Told

    house = House(environment.host, environment.port, os.environ["LEADHOUSE_OPERATOR_KEY"])
    wanted = list(asked(sellers(market), time.time_ns(), count))
    posted = [(one, house.post(one.api_key, one.submission)) for one in track(wanted, "Sending leads  ")]
    deadline = time.monotonic() + _SETTLED_WITHIN_SECONDS
    return [
        Told(one, answer, _at_rest(house, answer, deadline))
        for one, answer in track(posted, "Following them ")
    ]


def _at_rest(house: "House", answer: "Answer", deadline: float) -> "Answer | None":
    """Return the lead once nothing of it is under way, or at the deadline; None when none was made."""
    lead_id = cast(Mapping[str, str], answer.get("lead", {})).get("id")
    if lead_id is None:
        return None
    while True:
        lead = house.lead(lead_id)
        if lead["status"] not in _OPEN or time.monotonic() > deadline:
            return lead
        time.sleep(0.05)


def _show(environment: Environment, all_told: "Sequence[Told]") -> None:
    from rich.console import Console

    from leadhouse.project.demo.table import print_table

    console = Console(soft_wrap=False)
    print_table(console, all_told)
    here = address(environment.host, environment.port)
    lead = next((told.lead["id"] for told in all_told if told.lead), "ID")
    console.print(
        f"\nConsole       {here}/   sign in as {OPERATOR}, password {_password()}\n"
        f"API           {here}/v1/docs   operator key {os.environ['LEADHOUSE_OPERATOR_KEY']}\n"
        f"One lead      .venv/bin/leadhouse lead {lead}\n"
        f"Mails         {environment.data_dir}/mail/\n"
        f"Market        {MARKET.relative_to(MARKET.parents[2])}, changed by .venv/bin/leadhouse apply FILE",
        highlight=False,
        soft_wrap=True,
    )
