"""The command line: `leadhouse COMMAND …`; exit code 0 done, 1 failed, 2 asked wrongly."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import NoReturn, Protocol, cast

from leadhouse.project.commands import COMMANDS, Command, CommandError

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class Body(Protocol):
    """What a command's module has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


class Parser(argparse.ArgumentParser):
    """A parser that tells a wrong call in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = next((one for one in COMMANDS if words and one.name == words[0]), None)
    if command is None:
        _overview().parse_args(words or ["--help"])
        return MISUSED
    body = cast(Body, import_module(command.module))
    parser = Parser(prog=f"leadhouse {command.name}", description=_sentence(command))
    body.add_arguments(parser)
    return _run(command, body, parser.parse_args(words[1:]))


def _overview() -> Parser:
    """Return the parser for everything but a command: help, version, and words that are none."""
    width = max(len(command.name) for command in COMMANDS)
    listed = "\n".join(f"  {command.name:{width}}  {command.summary}" for command in COMMANDS)
    parser = Parser(
        prog="leadhouse",
        usage="leadhouse COMMAND ...",
        description="The open lead clearing house.",
        epilog=f"commands:\n{listed}\n\nleadhouse COMMAND --help tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"leadhouse {version('leadhouse')}")
    parser.add_argument("command", choices=[command.name for command in COMMANDS], help=argparse.SUPPRESS)
    return parser


def _sentence(command: Command) -> str:
    return command.summary[0].upper() + command.summary[1:] + "."


def _run(command: Command, body: Body, options: argparse.Namespace) -> int:
    """Run a command; what a person can mend becomes one line, our own faults stay tracebacks."""
    from leadhouse.project.environment import SettingsError
    from leadhouse.store.cluster import ServerError

    try:
        return body.run(options)
    except SettingsError as error:
        return _fail(command, MISUSED, *error.faults)
    except (CommandError, ServerError) as error:
        return _fail(command, FAILED, str(error))
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; so do we, without a word.
        sys.stdout = None
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        return _fail(command, FAILED, f"{error.filename}: {error.strerror}; is LEADHOUSE_DATA_DIR right?")
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if not _is_database_away(error):
            raise
        return _fail(
            command, FAILED, "the database went away; what was not reported done is not done: try again"
        )


def _is_database_away(error: Exception) -> bool:
    from django.db import InterfaceError, OperationalError

    return isinstance(error, InterfaceError | OperationalError)


def _fail(command: Command, code: int, *faults: str) -> int:
    for fault in faults:
        print(f"leadhouse {command.name}: {fault}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
