"""`leadhouse up`: database, tables, web and workers, kept running until told to stop."""

import argparse
import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psycopg

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import Environment, read_environment
from leadhouse.project.logs import configure_logs
from leadhouse.project.processes import children
from leadhouse.project.readiness import address, check_address_is_free, until_ready
from leadhouse.project.supervisor import Supervisor
from leadhouse.store.cluster import ServerError
from leadhouse.store.postgres import Server

_LOOK_AFTER_DATABASE_SECONDS = 1.0

log = logging.getLogger("leadhouse.up")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the settings say it all."""


def run(options: argparse.Namespace) -> int:
    """Run everything; SIGTERM or Ctrl-C ends it within 20 s, the database last."""
    environment = read_environment(os.environ)
    configure_logs()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _alone(environment.data_dir):
            check_address_is_free(environment.host, environment.port)
            with open_database(environment) as server:
                _open_portals()
                asyncio.run(_keep_running(environment, server))
                # A second signal must not cut the database's shutdown short.
                _ignore_signals()
    except KeyboardInterrupt:
        log.info("stopped while starting")
    return 0


def _open_portals() -> None:
    from leadhouse.web.portal.fence import open_portals

    advice = open_portals()
    if advice:
        log.warning("the portals stay closed: %s Then start again", advice)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Let one copy at a time run on a data dir; the kernel opens this lock when the copy dies."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "?"
            told = f"already running on {data_dir} (process {holder})"
            raise CommandError(f"{told}: stop it, or set LEADHOUSE_DATA_DIR to another") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


async def _keep_running(environment: Environment, server: Server | None) -> None:
    async def announce() -> None:
        await until_ready(environment.host, environment.port)
        log.info("ready at %s", address(environment.host, environment.port))

    async def look_after_database() -> None:
        while server is not None:
            await asyncio.sleep(_LOOK_AFTER_DATABASE_SECONDS)
            if server.pid is None:
                await _revive(server)

    await Supervisor(children(environment)).run(announce, look_after_database)
    log.info("web and workers have ended")


async def _revive(server: Server) -> None:
    try:
        if await asyncio.to_thread(server.revive):
            log.warning("the database had died and runs again")
    except (ServerError, psycopg.Error, OSError) as error:
        # It may have been killed again while it came up: the next look tries anew.
        log.warning("the database cannot be started again: %s", str(error).partition("\n")[0])
