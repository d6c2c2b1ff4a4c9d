"""Which lines of docs/requirements.md the tests show: `pytest --requirements` prints it, unknown lines fail.

A pytest plugin. Each test carries its lines in its reports, so that it works across xdist's processes too.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[1] / "docs" / "requirements.md"
REPORT = Path(__file__).parents[1] / "artefacts" / "requirements.json"
_LINE = re.compile(r"^- ([RA]\d{3}-\d+) (.+)$", re.MULTILINE)
_PROPERTY = "requirement"


def catalogue() -> dict[str, str]:
    """Return the lines of the catalogue by id, in its order."""
    return dict(_LINE.findall(CATALOGUE.read_text("utf-8")))


class Requirements:
    """Collects the outcomes of marked tests, and tells them at the end when asked to."""

    def __init__(self) -> None:
        self.lines = catalogue()
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("req"):
                for line in mark.args:
                    self._note(item, line)

    def _note(self, item: pytest.Item, line: str) -> None:
        if line not in self.lines:
            raise pytest.UsageError(f"{item.nodeid}: docs/requirements.md has no line {line}")
        item.user_properties.append((_PROPERTY, line))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, line in report.user_properties:
            if name != _PROPERTY:
                continue
            known = self.outcomes[str(line)].get(report.nodeid, "passed")
            self.outcomes[str(line)][report.nodeid] = _worse(known, report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not terminalreporter.config.getoption("requirements"):
            return
        verdicts = {line: verdict(self.outcomes.get(line, {})) for line in self.lines}
        terminalreporter.section("requirements")
        for line, text in self.lines.items():
            terminalreporter.write_line(f"{verdicts[line]:8} {line:9} {text}")
        for summary in areas(verdicts):
            terminalreporter.write_line(summary)
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(json.dumps(self.outcomes, indent=1, sort_keys=True), "utf-8")


def _worse(known: str, outcome: str) -> str:
    order = ("passed", "skipped", "failed")
    return max(known, outcome, key=order.index)


def verdict(outcomes: Mapping[str, str]) -> str:
    """Return what a line's tests show together: failing beats passing, and a test left out shows nothing."""
    told = set(outcomes.values())
    if "failed" in told:
        return "FAILING"
    return "passing" if "passed" in told else "none"


def areas(verdicts: Mapping[str, str]) -> list[str]:
    """Return one line of counts an area, and one over all."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line, told in verdicts.items():
        counts[line.split("-")[0]][told] += 1
        counts["all"][told] += 1
    return [
        f"{area:5} {count['passing']:4} passing {count['FAILING']:4} failing {count['none']:4} without a test"
        for area, count in sorted(counts.items())
    ]
