"""`leadhouse sandbox`: the sandbox as a process, until it is told to end."""

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from leadhouse.project.commands import CommandError
from leadhouse.project.sandbox import mailbox, verification
from leadhouse.project.sandbox.buyers import meanings
from leadhouse.project.sandbox.running import HOST, Sandbox, sandbox

PORT, SMTP_PORT = 9100, 9125


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command takes."""
    buyers = "\n".join(f"  {name:<18} {meaning}" for name, meaning in meanings().items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (
        f"Buyers, at /buyers/<name>:\n{buyers}\n\n"
        f"{verification.__doc__}\n{mailbox.__doc__}\n"
        "Notices to a source go to /notices. What came in: GET /received?delivery=…&kind=parcel|notice|mail"
    )
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"HTTP port (default {PORT}; 0 takes a free one)"
    )
    parser.add_argument(
        "--smtp-port",
        type=int,
        default=SMTP_PORT,
        help=f"SMTP port (default {SMTP_PORT}; 0 takes a free one)",
    )
    parser.add_argument(
        "--folder", type=Path, help="where what comes in is kept (default: a temporary folder)"
    )


def run(options: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    folder = options.folder or Path(tempfile.mkdtemp(prefix="leadhouse-sandbox-"))
    try:
        asyncio.run(_live(folder, options.port, options.smtp_port))
    except (OSError, OverflowError) as error:
        raise CommandError(f"cannot listen ({error}); choose other ports: --port, --smtp-port") from None
    return 0


async def _live(folder: Path, port: int, smtp_port: int) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, done.set)
    async with sandbox(folder, port, smtp_port) as one:
        _greet(one, folder)
        await done.wait()


def _greet(one: Sandbox, folder: Path) -> None:
    sys.stdout.write(f"sandbox ready: {one.url} (mail: {HOST}:{one.smtp_port}), keeping in {folder}\n")
    sys.stdout.flush()
