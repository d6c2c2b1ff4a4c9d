"""`leadhouse demo`: the whole house with pretend buyers, and leads sent through the whole life."""

import argparse
import os
import secrets
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.environment import Environment, read_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from leadhouse.project.demo.companions import Process
    from leadhouse.project.demo.market import DemoMarket
    from leadhouse.project.demo.table import Told

MARKET = Path(__file__).parents[4] / "examples" / "markets" / "demo.yaml"
OPERATOR = "operator@demo.example"
# It buys every product in every state, so that its people find leads at once.
BUYERS_COMPANY = "homequote-national"
BUYER, SOURCE_USER = "buyer@demo.example", "source@demo.example"
_MOST_LEADS = 10_000
_BUYERS = "127.0.0.1:9100"
_BUYERS_PORT = 9100
_NARROW, _WIDE = 100, 120
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long to stay and how many leads to send."""
    parser.add_argument("--once", action="store_true", help="end after the table")
    parser.add_argument("--leads", type=_count, default=40, metavar="N", help="how many leads to send (40)")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MOST_LEADS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number up to {_MOST_LEADS}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Start everything, load the demo market, send leads, print the table; serve until interrupted."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    if not MARKET.exists():
        raise CommandError(f"the demo market is not here ({MARKET.name}): run it from a checkout")
    environment = _prepare()
    console = _console()
    with ExitStack() as running:
        up = _open_house(running, environment, console)
        market = _load()
        told = _send(environment, market, options.leads, console)
        _show(environment, market, told, console)
        if not options.once:
            _serve(up, environment, console)
        _hold_signals()
    console.print("All has ended; make run goes on from here")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End in order; a second signal must not cut that short."""
    _hold_signals()
    raise KeyboardInterrupt


def _hold_signals() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _prepare() -> Environment:
    """Set what the demo needs and nobody has set; the processes started below inherit it."""
    from leadhouse.project.demo.companions import free_port

    data_dir = read_environment(os.environ).data_dir
    os.environ.setdefault("LEADHOUSE_SANDBOX", "1")
    os.environ.setdefault("LEADHOUSE_ALLOW_TARGETS", "127.0.0.0/8")
    os.environ.setdefault("LEADHOUSE_OPERATOR_KEY", _kept(data_dir / "demo-operator-key", 24))
    os.environ.setdefault("LEADHOUSE_SANDBOX_PORT", str(free_port(_BUYERS_PORT)))
    return read_environment(os.environ)


def _kept(file: Path, length: int) -> str:
    """Return a secret that is made once and kept in the data dir, readable by its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(length))
    return file.read_text()


def _console() -> "Console":
    """Return a console that is as wide as its terminal, or as people read when there is none."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    given = os.environ.get("COLUMNS", "")
    asked = int(given) if given.isdigit() else _NARROW
    console.width = min(console.width if sys.stdout.isatty() else asked, _WIDE)
    return console


def _open_house(running: ExitStack, environment: Environment, console: "Console") -> "Process":
    from leadhouse.project.demo.companions import Companions

    began = time.monotonic()
    console.print("Starting database, web server, worker and pretend buyers")
    companions = Companions(running, environment.data_dir / "demo.log")
    companions.start_buyers(environment.sandbox_port, environment.data_dir / "sandbox")
    up = companions.start_house(environment)
    console.print(f"Ready after {time.monotonic() - began:.0f} s; loading the demo market")
    return up


def _load() -> "DemoMarket":
    """Apply the demo market with the buyers at their port, add people of each house."""
    from leadhouse.project.demo.companions import apply_market, call
    from leadhouse.project.demo.market import read_demo_market

    text = MARKET.read_text("utf-8")
    apply_market(text.replace(_BUYERS, f"127.0.0.1:{os.environ['LEADHOUSE_SANDBOX_PORT']}"))
    people = (
        (OPERATOR, "operator"),
        (BUYER, "company_owner", "--company", BUYERS_COMPANY),
        (SOURCE_USER, "source_user", "--source", "roofing-calculator"),
    )
    for email, role, *party in people:
        call("user", "add", email, "--role", role, *party, "--password-stdin", given=_password() + "\n")
    return read_demo_market(text)


def _password() -> str:
    return _kept(read_environment(os.environ).data_dir / "demo-password", 9)


def _send(environment: Environment, market: "DemoMarket", count: int, console: "Console") -> "Sequence[Told]":
    from leadhouse.project.demo.cases import asked
    from leadhouse.project.demo.house import House
    from leadhouse.project.demo.sending import send

    house = House(environment.host, environment.port, os.environ["LEADHOUSE_OPERATOR_KEY"])
    return send(house, asked(market.sellers, time.time_ns(), count), console)


def _show(environment: Environment, market: "DemoMarket", told: "Sequence[Told]", console: "Console") -> None:
    from leadhouse.project.demo.table import cases_table, leads_table, sums, under_way
    from leadhouse.project.demo.where import where_to_look

    console.print()
    console.print(leads_table(told, market))
    console.print(sums(told, market))
    if left := under_way(told):
        console.print(left)
    if any(one.asked.about for one in told):
        console.print("\nWorth a look")
        console.print(cases_table(told, market))
    console.print("\nWhere to look")
    sold = [str(one.lead["id"]) for one in told if one.lead and one.lead["assignments"]]
    console.print(
        where_to_look(environment, OPERATOR, _password(), sold[-1] if sold else "ID"), soft_wrap=True
    )


def _serve(up: "Process", environment: Environment, console: "Console") -> None:
    """Wait for Ctrl-C; CommandError when the house ends by itself."""
    console.print("Serving until you press Ctrl-C")
    try:
        up.wait()
    except KeyboardInterrupt:
        console.print("\nEnding")
        return
    raise CommandError(f"the house ended by itself: see {environment.data_dir / 'demo.log'}")
