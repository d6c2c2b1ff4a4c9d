"""Leaves the browser tests out where there is no Chromium, and says so where nobody can miss it."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if CHROMIUM is None and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="there is no Chromium here"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if "there is no Chromium here" in str(report.longrepr)
    ]
    if left_out:
        terminalreporter.section("LEFT OUT: browser tests", sep="!", red=True)
        terminalreporter.write_line("There is no Chromium here (apt install chromium). Not run:")
        for nodeid in left_out:
            terminalreporter.write_line(f"  {nodeid}")
