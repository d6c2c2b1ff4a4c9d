"""The locked requirements are whole, agree with each other, and hold what is asked for."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "requirements"
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.MULTILINE)


def asked_for(name: str) -> set[str]:
    lines = (FOLDER / f"{name}.in").read_text("utf-8").splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    return {
        re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", line)[0]).lower()
        for line in wanted
        if line and not line.startswith("-")
    }


def locked(name: str) -> dict[str, str]:
    return dict(_PIN.findall((FOLDER / f"{name}.txt").read_text("utf-8")))


@pytest.mark.parametrize("name", ["base", "dev"])
def test_everything_asked_for_is_locked(name: str) -> None:
    assert asked_for(name) - set(locked(name)) == set()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_lock_has_its_hashes_and_names_no_host(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text


def test_what_both_lock_they_lock_alike() -> None:
    base, dev = locked("base"), locked("dev")
    assert {
        name: (base[name], dev[name]) for name in base.keys() & dev.keys() if base[name] != dev[name]
    } == {}
