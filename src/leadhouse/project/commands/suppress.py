"""`leadhouse suppress`: the list of emails and phones that must not be sold."""

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.qualify.types import Contact

_MOST_FAULTS_SHOWN = 20
_AT_ONCE = 5_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|remove|import")
    add = actions.add_parser("add", help="add emails and phones")
    remove = actions.add_parser("remove", help="take emails and phones off the list")
    load = actions.add_parser("import", help="add a file's: one a line, or the first column of a CSV")
    for one in (add, remove):
        one.add_argument("contacts", nargs="+", metavar="CONTACT", help="an email address or a phone number")
    load.add_argument("file", type=Path)
    for one in (add, load):
        one.add_argument("--reason", default="", help="why, for those who read the list later")


def run(options: argparse.Namespace) -> int:
    """Change the list and say by how much; nothing is changed when a given contact cannot be read."""
    if options.action == "import":
        return _import(options.file, options.reason)
    from leadhouse.qualify.contacts import read_contact

    read = {text: read_contact(text) for text in options.contacts}
    bad = [text for text, contact in read.items() if contact is None]
    if bad:
        raise CommandError(f"neither an email address nor a phone number: {', '.join(bad)}")
    contacts = _once([contact for contact in read.values() if contact])
    if options.action == "remove":
        _say(f"{_remove(contacts)} of {len(contacts)} taken off the list")
    else:
        _say(f"{_add(contacts, options.reason)} added, {len(contacts)} given")
    return 0


def _import(file: Path, reason: str) -> int:
    from leadhouse.qualify.contacts import read_list

    try:
        read = list(read_list(file.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{file} cannot be read: {error}") from None
    contacts = _once([contact for _, _, contact in read if contact])
    _say(f"{_add(contacts, reason)} added, {len(contacts)} in {file}")
    return _tell_faults([number for number, _, contact in read if contact is None])


def _add(contacts: Sequence["Contact"], reason: str) -> int:
    with open_database(read_environment(os.environ)):
        from leadhouse.qualify.queries import suppress
        from leadhouse.store.run import transaction

        starts = range(0, len(contacts), _AT_ONCE)
        with transaction():
            return sum(suppress(contacts[start : start + _AT_ONCE], reason) for start in starts)


def _remove(contacts: Sequence["Contact"]) -> int:
    with open_database(read_environment(os.environ)):
        from leadhouse.qualify.queries import allow_again

        return allow_again(contacts)


def _tell_faults(numbers: Sequence[int]) -> int:
    """Name the lines that were passed over by number alone: what stands in them may be a person's."""
    if not numbers:
        return 0
    shown = ", ".join(map(str, numbers[:_MOST_FAULTS_SHOWN]))
    shown += " …" if len(numbers) > _MOST_FAULTS_SHOWN else ""
    sys.stderr.write(f"leadhouse suppress: passed over {len(numbers)} line(s) without a contact: {shown}\n")
    return 1


def _once(contacts: Sequence["Contact"]) -> list["Contact"]:
    return list(dict.fromkeys(contacts))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
