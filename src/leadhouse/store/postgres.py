"""Runs the embedded PostgreSQL: started or adopted by whoever comes first, stopped by the last to leave."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from leadhouse.store import cluster
from leadhouse.store.cluster import NAME, ServerError
from leadhouse.store.identity import Identity, identify
from leadhouse.store.postmaster import end, is_alive, living_postmaster, processes_in

# A dying server is given this long to let go of its pid file and shared memory.
DYING_SECONDS = 30.0
# Orphans of a killed postmaster that are still busy after these many seconds are told to end, then made to.
_QUIT_AFTER_SECONDS, _KILL_AFTER_SECONDS = 10.0, 20.0
# Crash recovery replays all writes since the last checkpoint: minutes at worst.
_RECOVERY_SECONDS = 600.0
_FAST_STOP_SECONDS, _IMMEDIATE_STOP_SECONDS = 8.0, 3.0
_LOG_BYTES = 8 * 1024 * 1024
_POLL_SECONDS = 0.05
_SOCKET = ".s.PGSQL.5432"


class Server:
    """The PostgreSQL of one data dir. Hold it while you need it; the last holder to leave stops it.

    Holders are advisory locks, which the kernel drops when a process dies, however it dies.
    """

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir.resolve()
        self.folder = self.data_dir / "postgres"
        self.log = self.data_dir / "postgres.log"
        self._settings = settings or {}
        self._hold: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.hold()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id; None while none lives."""
        found = living_postmaster(self.folder)
        return found.pid if found else None

    def conninfo(self, database: str = NAME) -> str:
        """Return how to connect, for psycopg and libpq's programs."""
        folder = cluster.socket_directory(self.data_dir)
        return psycopg.conninfo.make_conninfo(host=str(folder), user=NAME, dbname=database)

    def hold(self) -> None:
        """Have the server running until `release`: adopt the living one, or recover and start it."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._gate():
            if self._hold is None:
                self._hold = os.open(self.data_dir / "postgres.holders", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._hold, fcntl.LOCK_SH)
            try:
                self._bring_up()
            except BaseException:
                self._leave(self._hold)
                raise

    def revive(self) -> bool:
        """Start the server again if it died while held; return whether it had to be."""
        if self._hold is None or self.pid is not None:
            return False
        with self._gate():
            self._bring_up()
        return True

    def release(self) -> None:
        """Let go; stop the server when nobody else holds it."""
        if self._hold is None:
            return
        with self._gate():
            self._leave(self._hold)

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Let one process at a time start, stop or join the server."""
        gate = os.open(self.data_dir / "postgres.gate", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _leave(self, hold: int) -> None:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stop()
        except BlockingIOError:
            pass  # Others still hold it.
        finally:
            os.close(hold)
            self._hold = None

    def _bring_up(self) -> None:
        if self._adopt():
            return
        identity = identify(self.folder)
        self._open_to(identity)
        if not (self.folder / "PG_VERSION").exists():
            cluster.create_cluster(self.folder, identity)
        self._outlast_orphans()
        self._forget_the_dead()
        cluster.write_settings(self.folder, self._settings)
        self._start(identity)
        self._create_database()

    def _adopt(self) -> bool:
        """Join the living server, once it has started; outlast one that is stopping."""
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while found := living_postmaster(self.folder):
            if found.status == "ready" and self._answers():
                self._create_database()
                return True
            if found.status == "stopping":
                deadline = min(deadline, time.monotonic() + DYING_SECONDS)
            self._poll(
                deadline, f"PostgreSQL (process {found.pid}) is {found.status or 'starting'} and never done"
            )
        return False

    def _outlast_orphans(self) -> None:
        """Wait for the processes of a killed postmaster, which keep its memory; end those that stay."""
        begun = time.monotonic()
        while orphans := processes_in(self.folder):
            waited = time.monotonic() - begun
            if waited > _KILL_AFTER_SECONDS:
                end(orphans, signal.SIGKILL)
            elif waited > _QUIT_AFTER_SECONDS:
                end(orphans, signal.SIGQUIT)
            self._poll(begun + DYING_SECONDS, f"processes {orphans} still use {self.folder}: end them")

    def _forget_the_dead(self) -> None:
        """Remove what a killed postmaster left: its number may live again as another process."""
        if self._process is not None:
            self._process.poll()
        sockets = cluster.socket_directory(self.data_dir)
        for path in (self.folder / "postmaster.pid", sockets / f"{_SOCKET}.lock", sockets / _SOCKET):
            path.unlink(missing_ok=True)

    def _start(self, identity: Identity) -> None:
        self._rotate_log()
        sockets = cluster.make_socket_directory(self.data_dir, identity)
        quoted = str(sockets).replace('"', '""')
        command = [str(cluster.programs() / "postgres"), "-D", str(self.folder)]
        command += ["-c", f'unix_socket_directories="{quoted}"']
        with self.log.open("ab") as log:
            begun = log.tell()
            self._process = identity.spawn(command, log.fileno())
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None:
                raise ServerError(f"PostgreSQL did not start: {self._last_words(begun)} (see {self.log})")
            self._poll(deadline, f"PostgreSQL did not finish its recovery (see {self.log})")

    def _is_ready(self) -> bool:
        found = living_postmaster(self.folder)
        return found is not None and found.status == "ready" and self._answers()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {NAME}")

    def _stop(self) -> None:
        """Shut down fast and cleanly; what does not end in time is ended without a last checkpoint."""
        for number, seconds in (
            (signal.SIGINT, _FAST_STOP_SECONDS),
            (signal.SIGQUIT, _IMMEDIATE_STOP_SECONDS),
        ):
            pid = self.pid or self._starting_pid()
            if pid is None:
                return
            end([pid], number)
            if self._is_gone(pid, seconds):
                return
        end(processes_in(self.folder), signal.SIGKILL)

    def _starting_pid(self) -> int | None:
        """Return the server that we have just started and that has no pid file yet."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _is_gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is not None:
                self._process.poll()
            if not is_alive(pid):
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _open_to(self, identity: Identity) -> None:
        """Let the one we drop to pass through our own folder; the folders above are not ours to open."""
        if identity.uid is not None:
            self.data_dir.chmod(self.data_dir.stat().st_mode | 0o011)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _last_words(self, begun: int) -> str:
        with self.log.open("rb") as log:
            log.seek(begun)
            return cluster.reason(log.read().decode(errors="replace"))

    def _poll(self, deadline: float, fault: str) -> None:
        if time.monotonic() > deadline:
            raise ServerError(fault)
        time.sleep(_POLL_SECONDS)
