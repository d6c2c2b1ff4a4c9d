"""`leadhouse export FILE`: write the market as a file, without keys and secrets."""

import argparse
import os
import sys
from pathlib import Path

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to write."""
    parser.add_argument("file", metavar="FILE", help="a .yaml, .yml or .json file, or - for standard output")


def run(options: argparse.Namespace) -> int:
    """Write the market; an existing file is replaced whole or not at all."""
    from leadhouse.parties.export import WRITERS, exported_tree
    from leadhouse.parties.queries import load_stored

    suffix = ".yaml" if options.file == "-" else Path(options.file).suffix.lower()
    if suffix not in WRITERS:
        raise CommandError(f"{options.file} must end in .yaml, .yml or .json, or be -")
    with open_database(read_environment(os.environ)):
        text = WRITERS[suffix](exported_tree(load_stored()))
    if options.file == "-":
        sys.stdout.write(text)
    else:
        _replace(Path(options.file), text)
    return 0


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None
