"""The rules of the house that no ready-made linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadhouse.project.rooms import ROOMS

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "leadhouse"
MODULES = [path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts]
STATEMENT = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|VALUES|WHERE|FROM)\s")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "time_ns", "perf_counter"}
PURE_FOLDERS = {
    "decide",
    "channels",
    "wire",
    "matching",
    "prices",
    "choosing",
    "methods",
    "pacing",
    "month",
    "playing",
}
# The two that look at the outside world for everybody else.
LOOKING_OUT = {HOUSE / "kit" / "clock.py", HOUSE / "kit" / "ids.py"}


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def is_pure(path: Path) -> bool:
    room = path.relative_to(HOUSE).parts[0]
    if room in {"kit", "rules"}:
        return path not in LOOKING_OUT
    return path.stem in {"decide", "types"} or path.parent.name in PURE_FOLDERS


def test_nothing_happens_by_signal() -> None:
    """What happens next is called by name, so that one can read on where it happens."""
    found = [
        place(path, node)
        for path in MODULES
        for node in nodes(path)
        for name in imported(node)
        if name.startswith(("django.dispatch", "django.db.models.signals", "django.core.signals"))
    ]
    assert found == []


def test_no_statement_is_glued_from_strings() -> None:
    """A statement's text is constant; values go beside it."""
    found = [
        place(path, node)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.JoinedStr)
        and STATEMENT.search(
            "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        )
    ]
    assert found == []


def test_rows_are_written_by_statements_not_one_by_one() -> None:
    """No `.save()`: a loop of them is what made others slow, and a single one is how the loop begins."""
    found = [
        place(path, node)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    ]
    assert found == []


def test_only_the_store_holds_a_cursor() -> None:
    found = [
        place(path, node)
        for path in MODULES
        for node in nodes(path)
        if path.parent != HOUSE / "store"
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"cursor", "executemany"}
    ]
    assert found == []


def test_thinking_reads_no_clock() -> None:
    """`now` is an argument; the clock offset and every replay depend on it."""
    found = [
        place(path, node)
        for path in filter(is_pure, MODULES)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time", "timezone", "clock"}
    ]
    assert found == []


def test_statements_know_one_now() -> None:
    """`leadhouse_now()` alone honours the clock offset."""
    others = re.compile(
        r"\b(now\s*\(\)|CURRENT_(TIMESTAMP|DATE|TIME)\b|LOCALTIMESTAMP|clock_timestamp|statement_timestamp)",
        re.I,
    )
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in HOUSE.rglob("*.sql")
        if path.parent.name not in {"store", "project"}
        for hit in others.finditer(path.read_text("utf-8").replace("leadhouse_now()", ""))
    ]
    assert found == []


def test_no_any_crosses_a_rooms_door() -> None:
    found = [
        place(path, node)
        for path in MODULES
        if path.stem in {"queries", "types", "decide", "step"}
        for node in nodes(path)
        if "typing.Any" in imported(node)
    ]
    assert found == []


def test_exceptions_to_the_linters_say_why() -> None:
    bare = re.compile(
        r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s*$|# noqa\s*$|# type: ignore\s*$", re.MULTILINE
    )
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in MODULES
        for hit in bare.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [str(path.relative_to(ROOT)) for path in MODULES if later.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("room", [room for room in ROOMS if (HOUSE / room).is_dir()])
def test_every_room_says_what_it_is_for(room: str) -> None:
    told = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text("utf-8")))
    assert told is not None
    assert len(told.split()) >= 15


def test_every_folder_is_a_room_of_the_plan() -> None:
    folders = {path.name for path in HOUSE.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders <= set(ROOMS)


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: nothing tells which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_machine_or_a_registry() -> None:
    """The project stands alone: it installs from wherever its user's pip and npm are told to."""
    # Written apart, so that this file passes its own test.
    parts = [("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("pypi", ".org"), ("pythonhosted", ".org")]
    parts += [
        ("registry.npm", "js"),
        ("deb.debian", ".org"),
        ("/opt/", "wheels"),
        ("/opt/", "pypi"),
        ("localhost", ":3141"),
    ]
    hosts = [first + second for first, second in parts]
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in hosts
        if host.encode() in path.read_bytes()
    ]
    assert found == []


def test_every_decision_record_has_a_number_of_its_own() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(one.name.partition("-")[0]) for one in records]
    assert len(set(numbers)) == len(numbers) > 0
    assert [one.read_text().split(".")[0] for one in records] == [f"# {number}" for number in numbers]
