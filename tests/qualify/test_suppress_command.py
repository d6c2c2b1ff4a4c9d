"""`leadhouse suppress` on a database of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from leadhouse.qualify.contacts import read_contact, read_list
from leadhouse.qualify.types import Contact, ContactKind

JOE = Contact(ContactKind.EMAIL, "joe@acme.example")
PHONE = Contact(ContactKind.PHONE, "+13073245560")


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("Joe@ACME.example ", JOE),
        ("(307) 324-5560", PHONE),
        ("+13073245560", PHONE),
        ("joe@", None),
        ("12345", None),
        ("phone", None),
    ],
)
def test_a_contact_is_read_as_people_write_it(text: str, contact: Contact | None) -> None:
    assert read_contact(text) == contact


def test_a_list_is_one_a_line_or_a_csvs_first_column() -> None:
    lines = ["\ufeffcontact,why", "joe@acme.example,asked", "", '"(307) 324-5560"']
    assert list(read_list(lines)) == [
        (1, "contact", None),
        (2, "joe@acme.example", JOE),
        (4, "(307) 324-5560", PHONE),
    ]


def suppress(folder: Path, *arguments: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("leadhouse")), "suppress", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env={"PATH": "/usr/bin:/bin", "LEADHOUSE_DATA_DIR": str(folder)},
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_the_command_adds_imports_and_removes(tmp_path: Path) -> None:
    folder, file = tmp_path / "data", tmp_path / "list.csv"
    file.write_text("joe@acme.example\nann@acme.example\nnobody\n")
    assert suppress(folder, "import", str(file), "--reason", "asked") == (
        1,
        f"2 added, 2 in {file}\n",
        "leadhouse suppress: passed over 1 line(s) without a contact: 3\n",
    )
    assert suppress(folder, "remove", "ann@acme.example", "307-324-5560") == (
        0,
        "1 of 2 taken off the list\n",
        "",
    )
    code, said, told = suppress(folder, "add", "joe@acme.example", "nobody")
    assert (code, said) == (1, "")
    assert "neither an email address nor a phone number: nobody" in told
