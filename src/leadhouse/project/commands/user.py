"""`leadhouse user add EMAIL --role ROLE`: people who sign in, and the keys they call the API with."""

import argparse
import os
import sys

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

ROLES = ("operator", "analyst", "source_user", "company_owner", "company_agent", "franchisor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom to add, as what."""
    actions = parser.add_subparsers(dest="action", metavar="add", required=True)
    add = actions.add_parser("add", help="add a person, or change one's role")
    add.add_argument("email", metavar="EMAIL", help="what the person signs in with")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--company", metavar="KEY", help="the company of a company_owner or company_agent")
    add.add_argument("--source", metavar="KEY", help="the source of a source_user")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.add_argument("--api-key", action="store_true", help="make an API key and print it once")


def run(options: argparse.Namespace) -> int:
    """Add the person; print a generated password and key once."""
    from leadhouse.parties.people import PersonFault, add_person
    from leadhouse.parties.types import Role

    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None
    with open_database(read_environment(os.environ)):
        try:
            added = add_person(
                options.email,
                Role(options.role),
                company=options.company,
                source=options.source,
                password=password,
                with_api_key=options.api_key,
            )
        except PersonFault as fault:
            raise CommandError(str(fault)) from None
    print(f"{'added' if added.is_new else 'changed'} {added.email}, {options.role}")
    if added.password:
        print(f"password, shown this once: {added.password}")
    if added.api_key:
        print(f"API key, shown this once: {added.api_key}")
    return 0
