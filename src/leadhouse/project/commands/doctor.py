"""`leadhouse doctor`: every setting with its source, and what is wrong; faults fail, warnings never."""

import argparse
import os
from collections.abc import Iterator

from leadhouse.project.checks import CHECKS, DATABASE_CHECKS, Finding, Level
from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import SETTINGS, Environment, Setting, SettingsError, read_environment
from leadhouse.store.cluster import ServerError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: it looks at everything."""


def run(options: argparse.Namespace) -> int:
    """Print the settings and the findings; return 1 when there is a fault."""
    try:
        environment: Environment | None = read_environment(os.environ)
        findings = []
    except SettingsError as error:
        environment = None
        findings = [Finding(Level.FAULT, "settings", fault) for fault in error.faults]
    _print_settings(environment)
    if environment:
        findings = [*_without_database(environment), *_with_database(environment)]
    for finding in findings:
        print(f"{finding.level:8} {finding.subject:12} {finding.message}")
    return int(any(finding.level is Level.FAULT for finding in findings))


def _without_database(environment: Environment) -> Iterator[Finding]:
    return (finding for check in CHECKS for finding in check(environment))


def _with_database(environment: Environment) -> Iterator[Finding]:
    if environment.database_url is None and not (environment.data_dir / "postgres").exists():
        yield Finding(
            Level.WARNING, "database", f"not made yet in {environment.data_dir}; leadhouse up makes it"
        )
        return
    try:
        with open_database(environment, migrated=False):
            for check in DATABASE_CHECKS:
                yield from check(environment)
    except (CommandError, ServerError) as error:
        yield Finding(Level.FAULT, "database", str(error))


def _print_settings(environment: Environment | None) -> None:
    width = max(len(setting.variable) for setting in SETTINGS)
    for setting in SETTINGS:
        is_given = bool(os.environ.get(setting.variable, "").strip())
        source = "environment" if is_given else "default"
        print(
            f"{setting.variable:{width}}  {source:11}  {_shown(setting, environment):24}  {setting.meaning}"
        )
    print()


def _shown(setting: Setting, environment: Environment | None) -> str:
    """Return a setting's value as it may be seen by whoever looks over the shoulder."""
    if environment is None:
        return os.environ.get(setting.variable, "") if not setting.is_secret else "?"
    found = getattr(environment, setting.name)
    if found is None or found == ():
        return "-"
    if setting.is_secret:
        return "(hidden)"
    if isinstance(found, tuple):
        return ",".join(map(str, found))
    return str(int(found)) if isinstance(found, bool) else f"{found}"
