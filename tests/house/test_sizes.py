"""Nothing grows past the size at which one can read it in one go. These limits may fall, never rise."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
MEDIAN_LINES, P90_LINES, MOST_LINES = 8, 25, 60
MOST_FILE_LINES = 400


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def function_sizes() -> dict[str, int]:
    """Return the lines of every function of the product, from its `def` to its end, docstring included."""
    sizes = {}
    for path in sources("src"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                sizes[place] = (node.end_lineno or node.lineno) - node.lineno + 1
    return sizes


@pytest.fixture(scope="module")
def sizes() -> dict[str, int]:
    return function_sizes()


def test_no_function_is_too_long(sizes: dict[str, int]) -> None:
    assert {place: size for place, size in sizes.items() if size > MOST_LINES} == {}


def test_most_functions_are_short(sizes: dict[str, int]) -> None:
    assert median(sizes.values()) <= MEDIAN_LINES
    assert quantiles(sizes.values(), n=10)[-1] <= P90_LINES


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources("src", "tests", "bench")}
    assert {
        str(path.relative_to(ROOT)): size for path, size in lengths.items() if size > MOST_FILE_LINES
    } == {}
