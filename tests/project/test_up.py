"""`leadhouse up` brings everything up, keeps it up over kills, and takes everything down again."""

import json
import os
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadhouse.store.postgres import Server
from leadhouse.store.postmaster import end, is_alive, processes_in
from tests.project.running import Copy, free_port, leadhouse, wait_until_gone, words_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data dir that has been up before, so that each test need not make one."""
    folder = tmp_path_factory.mktemp("made") / "data"
    with Copy(folder) as copy:
        copy.process.send_signal(signal.SIGTERM)
        assert copy.wait_for_end()[0] == 0
    return folder


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of that data dir; its database is gone when the test ends."""
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    yield folder
    end(processes_in(folder / "postgres"), signal.SIGKILL)


def postmaster(data_dir: Path) -> int:
    pid = Server(data_dir).pid
    assert pid
    return pid


@pytest.mark.parametrize(("number", "to_group"), [("SIGTERM", False), ("SIGTERM", True), ("SIGINT", True)])
def test_one_signal_ends_everything_in_time_and_the_database_last(
    data_dir: Path, number: str, to_group: bool
) -> None:
    with Copy(data_dir) as copy:
        everything = [copy.process.pid, *copy.descendants(), *processes_in(data_dir / "postgres")]
        begun = time.monotonic()
        send = os.killpg if to_group else os.kill
        send(copy.process.pid, getattr(signal, number))
        code, log = copy.wait_for_end()
        assert time.monotonic() - begun < 20
        assert code == 0
        *before, last = [line.split("msg=")[1] for line in log.splitlines()]
        assert last == '"web and workers have ended"'
        # Whoever asks for its health may learn that the copy is ready before the copy itself says so.
        assert before in ([], [f'"ready at http://127.0.0.1:{copy.port}"'])
        assert [pid for pid in everything if is_alive(pid)] == []
        assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_health_tells_version_database_and_waiting_work(data_dir: Path) -> None:
    with Copy(data_dir) as copy:
        assert copy.health() == (
            200,
            {"status": "ok", "database": "ok", "version": "0.1.0", "oldest_work_seconds": 0.0},
        )


def test_a_killed_supervisor_takes_web_with_it_and_the_next_adopts_the_database(data_dir: Path) -> None:
    with Copy(data_dir) as copy:
        below, database = copy.descendants(), postmaster(data_dir)
        assert len(below) >= 2
        copy.process.kill()
        wait_until_gone(below)
        assert postmaster(data_dir) == database
        with Copy(data_dir, LEADHOUSE_PORT=str(copy.port)) as successor:
            assert postmaster(data_dir) == database
            successor.process.send_signal(signal.SIGTERM)
            assert successor.wait_for_end()[0] == 0
        assert not is_alive(database)


def test_everything_killed_at_once_is_recovered_from(data_dir: Path) -> None:
    with Copy(data_dir) as copy:
        os.killpg(copy.process.pid, signal.SIGKILL)
        end(processes_in(data_dir / "postgres"), signal.SIGKILL)
        with Copy(data_dir, LEADHOUSE_PORT=str(copy.port)) as successor:
            assert successor.health()[0] == 200


@pytest.mark.parametrize("generation", ["server", "its worker"])
def test_a_killed_web_process_is_started_again(data_dir: Path, generation: str) -> None:
    with Copy(data_dir) as copy:
        below = copy.descendants()
        os.kill(below[0] if generation == "server" else below[-1], signal.SIGKILL)
        wait_until_gone(below)
        copy.wait_until_ready()
        copy.process.send_signal(signal.SIGTERM)
        code, log = copy.wait_for_end()
        assert code == 0
        assert 'msg="web ended with ' in log


def test_a_killed_database_is_started_again_and_the_web_goes_on(data_dir: Path) -> None:
    with Copy(data_dir) as copy:
        killed, below = postmaster(data_dir), copy.descendants()
        os.kill(killed, signal.SIGKILL)
        wait_until_gone([killed])
        copy.wait_until_ready()
        assert postmaster(data_dir) != killed
        assert copy.descendants() == below
        copy.process.send_signal(signal.SIGTERM)
        code, log = copy.wait_for_end()
        assert code == 0
        assert "the database had died and runs again" in log


def test_a_database_killed_again_while_it_comes_up_runs_in_the_end(data_dir: Path) -> None:
    with Copy(data_dir) as copy:
        for number in range(4):
            os.kill(killed := postmaster(data_dir), signal.SIGKILL)
            deadline = time.monotonic() + 30
            # Ever later in its recovery: before it writes its state, and just when it is ready.
            while Server(data_dir).pid in {None, killed} and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.1 * number)
        copy.wait_until_ready()
        copy.process.send_signal(signal.SIGTERM)
        assert copy.wait_for_end()[0] == 0


def test_health_tells_while_the_database_is_away_and_when_it_is_back(data_dir: Path, tmp_path: Path) -> None:
    server = Server(data_dir)
    server.hold()
    url = f"postgresql://leadhouse@/leadhouse?host={data_dir / 'run'}"
    with Copy(tmp_path / "mine", LEADHOUSE_DATABASE_URL=url) as copy:
        server.release()
        copy.wait_for_health(503)
        assert copy.health()[1]["database"] == "away"
        server.hold()
        copy.wait_until_ready()
        server.release()


def test_the_verification_services_are_answered_without_more_ado_where_a_sandbox_is_wanted(
    data_dir: Path,
) -> None:
    with Copy(data_dir, LEADHOUSE_SANDBOX="1") as copy:
        (port,) = {port_of(pid) for pid in copy.descendants()} - {None}
        phone = f"http://127.0.0.1:{port}/api/json/phone/sandbox/13073282740"
        with urllib.request.urlopen(phone, timeout=10) as answer:
            assert json.load(answer)["active"] is True


def port_of(pid: int) -> str | None:
    """Return the port that a sandbox process was told to listen at."""
    words = words_of(pid)
    return words[words.index("--port") + 1] if "sandbox" in words else None


def test_a_taken_port_is_told_in_one_line_and_nothing_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = leadhouse(tmp_path / "data", "up", LEADHOUSE_PORT=str(port))
    assert done.returncode == 1
    told = f"port {port} of 127.0.0.1 is taken: stop what uses it, or set LEADHOUSE_PORT to another"
    assert done.stderr == f"leadhouse up: {told}\n"
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_second_copy_on_one_data_dir_is_refused_and_two_on_two_are_not(
    data_dir: Path, made: Path, tmp_path: Path
) -> None:
    with Copy(data_dir) as copy:
        done = leadhouse(data_dir, "up", LEADHOUSE_PORT=str(free_port()))
        assert done.returncode == 1
        assert done.stderr == (
            f"leadhouse up: already running on {data_dir} (process {copy.process.pid}): "
            "stop it, or set LEADHOUSE_DATA_DIR to another\n"
        )
        shutil.copytree(made, tmp_path / "other")
        with Copy(tmp_path / "other") as other:
            assert (copy.health()[0], other.health()[0]) == (200, 200)


def test_a_signal_while_starting_leaves_nothing_running(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "data")
    try:
        while not (tmp_path / "data" / "postgres" / "postmaster.pid").exists():
            time.sleep(0.01)
        copy.process.send_signal(signal.SIGTERM)
        code, _ = copy.wait_for_end()
        assert code == 0
        assert processes_in(tmp_path / "data" / "postgres") == []
    finally:
        copy.kill()


def test_a_server_of_ones_own_is_used_and_left_running(data_dir: Path, tmp_path: Path) -> None:
    with Server(data_dir) as server:
        (tmp_path / "mine").mkdir()
        url = f"postgresql://leadhouse@/leadhouse?host={data_dir / 'run'}"
        with Copy(tmp_path / "mine", LEADHOUSE_DATABASE_URL=url) as copy:
            copy.process.send_signal(signal.SIGTERM)
            assert copy.wait_for_end()[0] == 0
        assert server.pid
        assert not (tmp_path / "mine" / "postgres").exists()


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_could_lose_commits_is_refused(data_dir: Path, tmp_path: Path, name: str) -> None:
    with Server(data_dir, settings={name: "off"}):
        url = f"postgresql://leadhouse@/leadhouse?host={data_dir / 'run'}"
        settings = {"LEADHOUSE_DATABASE_URL": url, "LEADHOUSE_PORT": str(free_port())}
        done = leadhouse(tmp_path / "mine", "up", **settings)
        told = f"{name} is off, so committed leads could be lost: set {name} = on"
        assert (done.returncode, done.stderr) == (1, f"leadhouse up: {told}\n")
        examined = leadhouse(tmp_path / "mine", "doctor", **settings)
        assert examined.returncode == 1
        assert f"fault    database     {told}" in examined.stdout


def test_a_server_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret@127.0.0.1:{free_port()}/nothing"
    done = leadhouse(tmp_path / "data", "up", LEADHOUSE_DATABASE_URL=url, LEADHOUSE_PORT=str(free_port()))
    assert done.returncode == 1
    assert done.stderr.startswith("leadhouse up: the database does not answer (")
    assert done.stderr.endswith("check LEADHOUSE_DATABASE_URL\n")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
