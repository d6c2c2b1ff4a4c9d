"""`leadhouse user …`: people who sign in, and the keys they call the API with."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.parties.people.passwords import Link
    from leadhouse.parties.people.types import Scope, Somebody

ROLES = ("operator", "analyst", "source_user", "company_owner", "company_agent", "franchisor")
_ON_SOMEBODY = {
    "link": "mail and print a link for a new password",
    "deactivate": "keep somebody out from this moment on",
    "reactivate": "let somebody in again",
    "sign-out": "end every session of somebody",
    "remove-second-factor": "let somebody in by the password alone",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do to whom."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add a person, or change one's role")
    _say_who(add)
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.add_argument("--api-key", action="store_true", help="make an API key and print it once")
    _say_who(actions.add_parser("invite", help="mail and print a link by which somebody comes in"))
    role = actions.add_parser("role", help="give somebody another role")
    _say_who(role)
    listing = actions.add_parser("list", help="print everybody who may sign in")
    listing.add_argument("--role", choices=ROLES)
    for name, told in _ON_SOMEBODY.items():
        actions.add_parser(name, help=told).add_argument("email", metavar="EMAIL")


def _say_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="what the person signs in with")
    parser.add_argument("--role", required=True, choices=ROLES)
    parser.add_argument("--company", metavar="KEY", help="the company of a company_owner or company_agent")
    parser.add_argument("--source", metavar="KEY", help="the source of a source_user")


def run(options: argparse.Namespace) -> int:
    """Do it and say so; what is generated is printed once."""
    with open_database(read_environment(os.environ)):
        act(options)
    return 0


def act(options: argparse.Namespace) -> None:
    """Do what the words say, over an open database; CommandError says why it cannot be."""
    from leadhouse.parties.people.types import PersonFault

    acts: dict[str, Callable[[argparse.Namespace], None]] = {
        "add": _add,
        "invite": _invite,
        "role": _role,
        "list": _list,
    }
    try:
        acts.get(options.action, _change)(options)
    except PersonFault as fault:
        raise CommandError(str(fault)) from None


def _add(options: argparse.Namespace) -> None:
    from leadhouse.parties.people.adding import add_person
    from leadhouse.parties.types import Role

    added = add_person(
        options.email,
        Role(options.role),
        company=options.company,
        source=options.source,
        password=sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None,
        with_api_key=options.api_key,
    )
    print(f"{'added' if added.is_new else 'changed'} {added.email}, {options.role}")
    if added.password:
        print(f"password, shown this once: {added.password}")
    if added.api_key:
        print(f"API key, shown this once: {added.api_key}")


def _invite(options: argparse.Namespace) -> None:
    from leadhouse.parties.people.changing import invite
    from leadhouse.parties.types import Role

    parties = {"company": options.company, "source": options.source}
    _send(*invite(options.email, Role(options.role), _scope(), **parties))


def _role(options: argparse.Namespace) -> None:
    from leadhouse.parties.people.changing import change_role, person_named
    from leadhouse.parties.types import Role

    somebody = person_named(options.email)
    parties = {"company": options.company, "source": options.source}
    change_role(somebody.id, Role(options.role), _scope(), **parties)
    print(f"{somebody.email}: {options.role}")


def _change(options: argparse.Namespace) -> None:
    from leadhouse.parties.people.changing import person_named
    from leadhouse.web.console.people import do

    somebody = person_named(options.email)
    link = do(options.action, somebody.id, _scope())
    if link is not None:
        _send(somebody, link)
    else:
        print(f"{somebody.email}: done ({options.action})")


def _list(options: argparse.Namespace) -> None:
    from leadhouse.parties.people.queries import find_people
    from leadhouse.parties.people.types import PeopleFilters
    from leadhouse.parties.types import Role

    filters = PeopleFilters(role=Role(options.role) if options.role else None)
    after = ""
    while page := find_people(filters, after=after):
        for one in page:
            print("\t".join((one.email, one.role.value, one.company or one.source or "-", one.standing)))
        after = page[-1].email


def _scope() -> "Scope":
    from leadhouse.parties.audit.types import COMMAND_LINE
    from leadhouse.parties.people.types import Scope

    return Scope(COMMAND_LINE)


def _send(somebody: "Somebody", link: "Link") -> None:
    from leadhouse.parties.current import market
    from leadhouse.web.console.mailing import send_link

    sent = send_link(somebody, link, market())
    print(f"{sent.address}\nis for {somebody.email}, once, until {sent.until.isoformat(timespec='minutes')}")
    if sent.trouble:
        raise CommandError(f"the mail did not go out ({sent.trouble}): hand the link on yourself")
    print("mailed" if not sent.is_kept_as_file else "the mail stands in the data dir's mail folder")
