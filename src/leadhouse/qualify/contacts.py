"""Reads contacts as people write them into lists: one a line, or the first column of a CSV."""

import csv
from collections.abc import Iterable, Iterator

from leadhouse.kit.emails import parse_email
from leadhouse.kit.phones import parse_phone
from leadhouse.qualify.types import Contact, ContactKind


def read_contact(text: str) -> Contact | None:
    """Read an email address or a phone number; None when it is neither."""
    if "@" in text:
        email = parse_email(text)
        return Contact(ContactKind.EMAIL, email.key) if email else None
    phone = parse_phone(text.strip())
    return Contact(ContactKind.PHONE, phone.e164) if phone and phone.is_valid else None


def read_list(lines: Iterable[str]) -> Iterator[tuple[int, str, Contact | None]]:
    """Read a list; yield each line's number, first cell and the contact in it. Blank lines are left out."""
    for number, cells in enumerate(csv.reader(lines), start=1):
        text = cells[0].strip().lstrip("\ufeff") if cells else ""
        if text:
            yield number, text, read_contact(text)
