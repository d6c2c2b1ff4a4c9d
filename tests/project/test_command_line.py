"""The command line says what it can, what went wrong in one line, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leadhouse.project.cli import main
from leadhouse.project.commands import COMMANDS
from tests.project.running import environment, leadhouse


def test_help_lists_every_command_and_imports_none(tmp_path: Path) -> None:
    probe = "import sys; from leadhouse.project.cli import main\ntry: main(['--help'])\n"
    probe += "finally: print(sorted({'django', 'psycopg', 'asyncio', 'orjson'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"
    assert [command.name for command in COMMANDS if f"  {command.name} " not in done.stdout] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([getattr(command, "name"), "--help"])  # noqa: B009 - parametrised as an object
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: leadhouse ")


def test_no_words_at_all_is_a_question_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    assert "commands:" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, "leadhouse 0.1.0\n")


@pytest.mark.parametrize("words", [["nope"], ["up", "--nope"], ["--nope"]])
def test_a_wrong_call_is_told_in_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.count("\n") == 1
    assert "--help" in told


def test_faulty_settings_are_told_one_a_line(tmp_path: Path) -> None:
    done = leadhouse(tmp_path, "up", LEADHOUSE_PORT="x", LEADHOUSE_SANDBOX="y")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "leadhouse up: LEADHOUSE_PORT: 'x' is not a whole number from 1 to 65535",
        "leadhouse up: LEADHOUSE_SANDBOX: 'y' is neither 1 nor 0",
    ]


@pytest.mark.parametrize("where", ["/proc/nowhere/data", "file/data"])
def test_a_data_dir_that_cannot_be_is_told_in_one_line(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    done = leadhouse(tmp_path / where, "up")
    assert done.returncode == 1
    assert done.stderr.endswith("; is LEADHOUSE_DATA_DIR right?\n")
    assert done.stderr.count("\n") == 1


def test_the_installed_script_is_the_same_program() -> None:
    script = Path(sys.executable).with_name("leadhouse")
    done = subprocess.run(
        [script, "--version"], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == "leadhouse 0.1.0\n"
