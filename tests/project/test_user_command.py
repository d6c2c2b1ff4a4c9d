"""`leadhouse user` does to people what the console's pages do, and the audit log has it."""

import argparse

import pytest

from leadhouse.parties.apply import apply
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import COMMAND_LINE, NoteFilters
from leadhouse.parties.people import changing, passwords
from leadhouse.project.commands import CommandError
from leadhouse.project.commands.user import act, add_arguments
from tests.parties.markets import documents, small

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    apply(documents(small()))


def user(*words: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    act(parser.parse_args(words))


def test_somebody_is_invited_changed_kept_out_and_let_in(capsys: pytest.CaptureFixture[str]) -> None:
    user("invite", "ann@acme.example", "--role", "company_agent", "--company", "acme")
    told = capsys.readouterr().out.splitlines()
    token = told[0].rpartition("/password/")[2]
    assert passwords.use_link(token, "a long and quiet pass phrase") is not None
    assert told[-1] == "the mail stands in the data dir's mail folder"
    user("role", "ann@acme.example", "--role", "source_user", "--source", "site")
    for action in ("sign-out", "remove-second-factor", "deactivate"):
        user(action, "ann@acme.example")
    assert changing.person_named("ann@acme.example").standing == "deactivated"
    user("reactivate", "ann@acme.example")
    capsys.readouterr()
    user("list", "--role", "source_user")
    assert capsys.readouterr().out == "ann@acme.example\tsource_user\tsite\tactive\n"
    user("link", "ann@acme.example")
    assert "/password/" in capsys.readouterr().out
    assert {one.by for one in find_notes(NoteFilters(what="person", path="ann@"))} >= {COMMAND_LINE}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("deactivate", "nobody@example.com"), "there is nobody with the address"),
        (("invite", "nobody", "--role", "operator"), "is not an email address"),
        (("invite", "a@b.example", "--role", "company_owner"), "needs --company"),
        (("invite", "a@b.example", "--role", "source_user", "--source", "gone"), "no open source"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(words: tuple[str, ...], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        user(*words)
