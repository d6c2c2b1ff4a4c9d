"""`leadhouse doctor` lists every setting and finds what is wrong; faults fail, warnings do not."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadhouse.project.environment import SETTINGS
from leadhouse.store.postgres import Server
from leadhouse.store.postmaster import end, processes_in
from tests.project.running import Copy, leadhouse


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    end(processes_in(tmp_path / "data" / "postgres"), signal.SIGKILL)


def test_a_house_not_built_yet_is_no_fault_and_nothing_is_built(data_dir: Path) -> None:
    done = leadhouse(data_dir, "doctor")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[: len(SETTINGS)]] == [
        setting.variable for setting in SETTINGS
    ]
    assert f"not made yet in {data_dir}; leadhouse up makes it" in done.stdout
    assert not data_dir.exists()


def test_secrets_are_never_shown_and_sources_are(data_dir: Path) -> None:
    done = leadhouse(data_dir, "doctor", LEADHOUSE_OPERATOR_KEY="very-secret", LEADHOUSE_PORT="8123")
    lines = {
        line.split()[0]: line.split()[1:3] for line in done.stdout.splitlines() if line.startswith("LEAD")
    }
    assert lines["LEADHOUSE_OPERATOR_KEY"] == ["environment", "(hidden)"]
    assert lines["LEADHOUSE_PORT"] == ["environment", "8123"]
    assert lines["LEADHOUSE_HOST"] == ["default", "127.0.0.1"]
    assert "very-secret" not in done.stdout


def test_faulty_settings_are_faults(data_dir: Path) -> None:
    done = leadhouse(data_dir, "doctor", LEADHOUSE_PORT="x", LEADHOUSE_WORKERS="y")
    assert done.returncode == 1
    assert [line.split()[2] for line in done.stdout.splitlines() if line.startswith("fault ")] == [
        "LEADHOUSE_PORT:",
        "LEADHOUSE_WORKERS:",
    ]


def test_what_is_only_odd_is_a_warning(data_dir: Path) -> None:
    odd = {"LEADHOUSE_PROT": "1", "LEADHOUSE_CLOCK_OFFSET_S": "60", "LEADHOUSE_SANDBOX": "1"}
    done = leadhouse(data_dir, "doctor", LEADHOUSE_ALLOW_TARGETS="127.0.0.0/8", **odd)
    assert done.returncode == 0
    assert [line.split(maxsplit=2)[2] for line in done.stdout.splitlines() if line.startswith("warning ")][
        :4
    ] == [
        "LEADHOUSE_PROT is no setting of leadhouse: is it misspelt?",
        "every now is shifted by 60 s",
        "verification services are answered by the sandbox",
        "deliveries may reach private networks",
    ]


def test_a_database_at_rest_is_examined_and_left_at_rest(data_dir: Path) -> None:
    with Server(data_dir):
        pass
    done = leadhouse(data_dir, "doctor")
    assert done.returncode == 0
    assert f"PostgreSQL 18.6, embedded in {data_dir}" in done.stdout
    assert "zones agree" in done.stdout
    assert "migrations to do; leadhouse up does them" in done.stdout
    assert processes_in(data_dir / "postgres") == []


def test_books_that_do_not_add_up_are_a_fault(data_dir: Path) -> None:
    with Copy(data_dir), psycopg.connect(Server(data_dir).conninfo(), autocommit=True) as connection:
        sound = leadhouse(data_dir, "doctor")
        assert sound.returncode == 0
        assert "ok       books        the book sums to zero; wallets and caps equal it" in sound.stdout
        connection.execute(
            "INSERT INTO billing_wallet (company_id, mode, limit_minor, deposits_minor, held_minor, "
            "charged_minor, credited_minor, excess_minor) VALUES (7, 'credit', 900, 0, 500, 0, 0, 0)"
        )
        done = leadhouse(data_dir, "doctor")
    assert done.returncode == 1
    told = [line for line in done.stdout.splitlines() if line.startswith("fault ")]
    assert told == ["fault    books        wallet of company 7 shows held 500, the book 0"]


def test_a_database_that_cannot_hold_every_name_is_a_fault(data_dir: Path, tmp_path: Path) -> None:
    with Server(data_dir) as server:
        with psycopg.connect(server.conninfo(), autocommit=True) as connection:
            connection.execute(
                "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
            )
        url = f"postgresql://leadhouse@/latin?host={data_dir / 'run'}"
        done = leadhouse(tmp_path / "other", "doctor", LEADHOUSE_DATABASE_URL=url)
    assert done.returncode == 1
    assert (
        "fault    database     the database is encoded as LATIN1: create it with ENCODING 'UTF8'"
        in done.stdout
    )
    assert "of your own" in done.stdout


def test_a_damaged_database_is_a_fault_in_one_line(data_dir: Path) -> None:
    with Server(data_dir) as server:
        pass
    (server.folder / "global" / "pg_control").write_bytes(b"")
    done = leadhouse(data_dir, "doctor")
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("fault ")] == [
        "fault    database     PostgreSQL did not start"
    ]
