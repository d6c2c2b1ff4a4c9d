"""The embedded PostgreSQL comes up, is shared, survives every kill and leaves nothing behind."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from leadhouse.store import postgres
from leadhouse.store.cluster import ServerError, programs, socket_directory
from leadhouse.store.postgres import Server
from leadhouse.store.postmaster import end, is_alive, processes_in

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to others")
HOLDER = """
import sys, time, pathlib
from leadhouse.store.postgres import Server
server = Server(pathlib.Path(sys.argv[1]))
server.hold()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data dir whose processes are gone when the test ends, however it ends."""
    folder = tmp_path / "data"
    yield folder
    end(processes_in(folder / "postgres"), signal.SIGKILL)


def ask(server: Server, statement: str) -> str:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        (answer,) = connection.execute(statement.encode()).fetchone() or (None,)
    return str(answer)


def tell(server: Server, *statements: str) -> None:
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def holder(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """Another process that holds the server; returns it and the postmaster it saw."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, data_dir], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, int(process.stdout.readline())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def wait_until_gone(pid: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def cluster_state(server: Server) -> str:
    command = [programs() / "pg_controldata", "-D", server.folder]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout
    return next(line.split(":")[1].strip() for line in told.splitlines() if "cluster state" in line)


def test_a_new_server_is_safe_and_closed_and_leaves_nothing_behind(data_dir: Path) -> None:
    with Server(data_dir) as server:
        shown = [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")]
        assert shown == ["on", "on", "on"]
        assert ask(server, "SHOW data_checksums") == "on"
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(
            server, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'leadhouse'"
        ) == ("bC.UTF-8")
        assert ask(server, "SELECT lower('ÄÉ')") == "äé"
        assert socket_directory(data_dir).stat().st_mode & 0o077 == 0
        assert data_dir.stat().st_mode & 0o077 == 0
    assert server.pid is None
    assert processes_in(server.folder) == []
    assert not (server.folder / "postmaster.pid").exists()
    assert cluster_state(server) == "shut down"


def test_what_was_committed_is_there_at_the_next_start(data_dir: Path) -> None:
    with Server(data_dir) as server:
        tell(server, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
    with Server(data_dir) as server:
        assert ask(server, "SELECT n FROM kept") == "7"


def test_holders_share_one_server_and_the_last_to_leave_stops_it(data_dir: Path) -> None:
    first, second = Server(data_dir), Server(data_dir)
    first.hold()
    second.hold()
    pid = first.pid
    first.release()
    assert second.pid == pid
    assert ask(second, "SELECT 1") == "1"
    second.release()
    assert second.pid is None


def test_a_killed_holder_is_forgotten_and_its_server_adopted(data_dir: Path) -> None:
    process, seen = holder(data_dir)
    kill(process)
    assert is_alive(seen)
    with Server(data_dir) as server:
        assert server.pid == seen
    wait_until_gone(seen)
    assert cluster_state(server) == "shut down"


def test_several_processes_starting_at_once_get_one_server(data_dir: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", HOLDER, data_dir], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    seen = {process.stdout.readline() for process in processes if process.stdout}
    assert len(seen) == 1
    for process in processes:
        kill(process)
    with Server(data_dir) as server:
        assert {f"{server.pid}\n"} == seen


def test_a_killed_postmaster_is_revived_with_everything_committed(data_dir: Path) -> None:
    with Server(data_dir) as server:
        tell(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        killed = server.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_until_gone(killed)
        assert server.revive()
        assert not server.revive()
        assert server.pid != killed
        assert ask(server, "SELECT count(*) FROM kept") == "1000"


def test_all_its_processes_killed_at_once_are_recovered_from(data_dir: Path) -> None:
    with Server(data_dir) as server:
        tell(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        end(processes_in(server.folder), signal.SIGKILL)
    with Server(data_dir) as server:
        assert ask(server, "SELECT count(*) FROM kept") == "1000"


def test_an_orphan_that_is_still_busy_is_ended(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_QUIT_AFTER_SECONDS", 0.5)
    monkeypatch.setattr(postgres, "_KILL_AFTER_SECONDS", 1.5)
    with Server(data_dir) as server:
        busy = psycopg.connect(server.conninfo(), autocommit=True)
        orphan = busy.info.backend_pid

        def count() -> None:
            with suppress(psycopg.OperationalError):
                busy.execute("SELECT count(*) FROM generate_series(1, 10000000000)")

        counting = threading.Thread(target=count)
        counting.start()
        time.sleep(0.3)
        killed = server.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_until_gone(killed)
        assert is_alive(orphan)
        assert server.revive()
        assert not is_alive(orphan)
        assert ask(server, "SELECT 1") == "1"
        counting.join()


@pytest.mark.parametrize("whose", ["ours", "init's", "nobody's"])
def test_a_stale_pid_file_is_seen_through_even_when_its_number_lives_again(
    data_dir: Path, whose: str
) -> None:
    pid = {"ours": os.getpid(), "init's": 1, "nobody's": 4_000_000}[whose]
    with Server(data_dir) as server:
        written = (server.folder / "postmaster.pid").read_text()
        end(processes_in(server.folder), signal.SIGKILL)
    lines = written.splitlines(keepends=True)
    (server.folder / "postmaster.pid").write_text("".join([f"{pid}\n", *lines[1:]]))
    assert server.pid is None
    with Server(data_dir) as server:
        assert ask(server, "SELECT 1") == "1"


def test_a_server_that_is_just_stopping_is_waited_for(data_dir: Path) -> None:
    process, seen = holder(data_dir)
    lingering = psycopg.connect(Server(data_dir).conninfo())
    os.kill(seen, signal.SIGTERM)
    threading.Timer(1, lingering.close).start()
    kill(process)
    with Server(data_dir) as server:
        assert server.pid != seen
        assert ask(server, "SELECT 1") == "1"


def test_a_recovery_may_take_longer_than_ten_seconds(data_dir: Path) -> None:
    with Server(data_dir):
        pass
    starter = Server(data_dir)
    starting = threading.Thread(target=starter.hold)
    starting.start()
    while (pid := next(iter(processes_in(starter.folder)), None)) is None:
        time.sleep(0.001)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(11)
    os.kill(pid, signal.SIGCONT)
    starting.join(20)
    assert ask(starter, "SELECT 1") == "1"
    starter.release()


def test_a_start_that_was_killed_half_way_leaves_nothing_half_made(data_dir: Path) -> None:
    (data_dir / "postgres.new-abc" / "base").mkdir(parents=True)
    process = subprocess.Popen([sys.executable, "-c", HOLDER, data_dir], stdout=subprocess.PIPE, text=True)
    while not any(data_dir.glob("postgres.new-*/PG_VERSION")):
        time.sleep(0.005)
    kill(process)
    assert not (data_dir / "postgres").exists()
    with Server(data_dir) as server:
        assert ask(server, "SELECT 1") == "1"
    assert list(data_dir.glob("postgres.new-*")) == []


def test_two_copies_run_side_by_side(tmp_path: Path) -> None:
    with Server(tmp_path / "a") as one, Server(tmp_path / "b") as other:
        tell(one, "CREATE TABLE mine (n int)")
        assert ask(other, "SELECT to_regclass('mine')") == "None"
        assert one.pid != other.pid
        one.release()
        assert ask(other, "SELECT 1") == "1"


def test_a_long_path_gets_a_short_socket_and_keeps_it(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / "and deeper, with a comma" / 'a "quote"'
    with Server(folder) as server:
        sockets = socket_directory(folder)
        assert folder not in sockets.parents
        assert sockets.stat().st_mode & 0o077 == 0
        assert ask(server, "SELECT 1") == "1"
    shutil.rmtree(sockets)
    with Server(folder) as server:
        assert ask(server, "SELECT 1") == "1"
        assert socket_directory(folder) != sockets
    shutil.rmtree(socket_directory(folder))


def test_the_folders_above_stay_as_they_are(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    before = [folder.stat().st_mode for folder in (private, *private.parents)]
    with Server(private / "data") as server:
        assert ask(server, "SELECT 1") == "1"
    assert [folder.stat().st_mode for folder in (private, *private.parents)] == before


@as_root
def test_root_without_user_namespaces_drops_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    folder = Path("/tmp", f"leadhouse-nobody-{os.getpid()}")
    try:
        with Server(folder) as server:
            assert server.folder.stat().st_uid == 65534
            assert Path("/proc", str(server.pid)).stat().st_uid == 65534
            assert ask(server, "SELECT 1") == "1"
        monkeypatch.undo()
        with Server(folder) as server:
            assert Path("/proc", str(server.pid)).stat().st_uid == 65534
    finally:
        shutil.rmtree(folder)


@as_root
def test_what_root_made_in_a_namespace_is_handed_over_where_namespaces_are_forbidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = Path("/tmp", f"leadhouse-handed-{os.getpid()}")
    try:
        with Server(folder) as server:
            tell(server, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
        assert server.folder.stat().st_uid == 0
        monkeypatch.setenv("PATH", "/nowhere")
        with Server(folder) as server:
            assert ask(server, "SELECT n FROM kept") == "7"
            assert server.folder.stat().st_uid == 65534
    finally:
        shutil.rmtree(folder)


def _as_nobody(folder: Path) -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    with Server(folder) as server:
        assert ask(server, "SELECT 1") == "1"
        os.kill(server.pid or 0, signal.SIGKILL)
        time.sleep(0.2)
        assert server.revive()


@as_root
def test_an_ordinary_user_runs_it_as_oneself() -> None:
    folder = Path("/tmp", f"leadhouse-ordinary-{os.getpid()}")
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    try:
        process = multiprocessing.get_context("fork").Process(target=_as_nobody, args=[folder / "data"])
        process.start()
        process.join(60)
        assert process.exitcode == 0
        assert processes_in(folder / "data" / "postgres") == []
    finally:
        shutil.rmtree(folder)


def test_data_of_another_major_version_is_refused_by_name(data_dir: Path) -> None:
    with Server(data_dir) as server:
        pass
    (server.folder / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerError, match=r"was made by PostgreSQL 12, this is \d+"):
        Server(data_dir).hold()


def test_a_setting_that_postgresql_refuses_is_told_in_one_line(data_dir: Path) -> None:
    with Server(data_dir) as server:
        pass
    with (server.folder / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = nonsense\n")
    with pytest.raises(ServerError, match=r"did not start: .*shared_buffers") as told:
        Server(data_dir).hold()
    assert "\n" not in str(told.value)
    with (server.folder / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 64MB\n")
    with Server(data_dir) as server:
        assert ask(server, "SHOW shared_buffers") == "64MB"


def test_the_log_holds_no_values(data_dir: Path) -> None:
    with Server(data_dir) as server:
        tell(server, "CREATE TABLE person (email text PRIMARY KEY)")
        insert = "INSERT INTO person VALUES ('louis@example.com'), ('louis@example.com')"
        with pytest.raises(psycopg.errors.UniqueViolation):
            tell(server, insert)
        assert "person_pkey" in server.log.read_text()
        assert "louis" not in server.log.read_text()
