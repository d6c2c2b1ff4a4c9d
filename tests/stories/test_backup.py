"""The runbook's backup and restore, typed as they stand there: what was dumped is there again."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.demo_running import Demo
from tests.project.running import Copy, environment, leadhouse

RUNBOOK = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


def commands(name: str) -> str:
    found = re.search(rf"^<!-- {name} -->\n```sh\n(.+?)^```$", RUNBOOK, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def type_in(folder: Path, typed: str) -> str:
    """Type commands in a folder that looks like the checkout; return what they print."""
    done = subprocess.run(
        ["/bin/sh", "-ec", typed],
        cwd=folder,
        env=environment(folder / ".leadhouse"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    program = tmp_path / ".venv" / "bin" / "leadhouse"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m leadhouse.project.cli "$@"\n')
    program.chmod(0o755)
    return tmp_path


def test_a_dump_of_a_running_house_is_restored_into_an_empty_one(folder: Path) -> None:
    with Demo(folder / ".leadhouse", "--leads", "3") as demo:
        demo.said_until("Serving until you press Ctrl-C")
        type_in(folder, commands("backup"))
        sold = leadhouse(demo.data_dir, "sources").stdout
    with Copy(folder / "restored"):
        told = type_in(folder, commands("restore"))
        assert "the book sums to zero; wallets and caps equal it" in told
        assert re.search(r"^fault", told, re.MULTILINE) is None
        assert leadhouse(folder / "restored", "sources").stdout == sold
        assert "│ All                │     3 │" in sold
