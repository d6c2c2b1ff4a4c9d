"""The catalogue of requirements is whole, and what tests say of its lines is counted right."""

import pytest

from tests.requirements import CATALOGUE, areas, catalogue, verdict

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _plugin_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(CATALOGUE.parents[1]))


def test_the_catalogue_holds_every_line_once() -> None:
    lines = catalogue()
    assert len(lines) == 495
    assert lines["R000-22"] == "A new passport has status INITIAL."
    assert lines["A004-5"] == "State AND 50 miles narrows, it does not widen."


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        ({}, "none"),
        ({"a": "skipped"}, "none"),
        ({"a": "passed", "b": "skipped"}, "passing"),
        ({"a": "passed", "b": "failed"}, "FAILING"),
    ],
)
def test_a_line_is_as_good_as_its_worst_test(outcomes: dict[str, str], told: str) -> None:
    assert verdict(outcomes) == told


def test_areas_are_counted() -> None:
    assert areas({"R000-01": "passing", "R000-02": "none", "A000-1": "FAILING"}) == [
        "A000     0 passing    1 failing    0 without a test",
        "R000     1 passing    0 failing    1 without a test",
        "all      1 passing    1 failing    1 without a test",
    ]


PLUGIN = """
from tests.requirements import Requirements
import tests.requirements, pathlib
tests.requirements.REPORT = pathlib.Path(__file__).parent / "report.json"
def pytest_addoption(parser):
    parser.addoption("--requirements", action="store_true")
def pytest_configure(config):
    config.addinivalue_line("markers", "req(*lines): lines")
    config.pluginmanager.register(Requirements())
"""


def test_marks_are_reported_by_line_across_processes(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile(
        """
        import pytest
        @pytest.mark.req("R000-01", "R000-02")
        def test_good(): pass
        @pytest.mark.req("R000-02")
        def test_bad(): assert False
        """
    )
    done = pytester.runpytest_subprocess("--requirements", "-n2", "-p", "no:cacheprovider")
    done.stdout.re_match_lines(
        [
            r"passing  R000-01 .*",
            r"FAILING  R000-02 .*",
            r"none     R000-03 .*",
            r"R000 +1 passing +1 failing +73 without a test",
        ]
    )


def test_a_line_that_is_not_in_the_catalogue_stops_the_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile("import pytest\n@pytest.mark.req('R000-999')\ndef test_x(): pass")
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert done.ret != 0
    done.stderr.fnmatch_lines(["*docs/requirements.md has no line R000-999"])
