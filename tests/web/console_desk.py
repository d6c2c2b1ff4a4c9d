"""People at the console, and leads that have walked the whole road."""

import re
from html import unescape
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.test import Client

from leadhouse.allocate.step import step as allocate
from leadhouse.billing.step import step as pay_out
from leadhouse.deliver.step import step as deliver
from leadhouse.parties.models import Person
from leadhouse.parties.queries import party_id, save_person
from leadhouse.parties.types import KeyKind, Role
from leadhouse.qualify.step import step as qualify
from tests.report.report_market import person, post

PASSWORD = "a long and quiet pass phrase"
# Hashed once: the point of hashing passwords is that it takes long.
_HASHED = make_password(PASSWORD)


def employ(email: str, role: Role, *, company: str | None = None, source: str | None = None) -> None:
    """Have a person who can sign in."""
    save_person(
        email=email,
        role=role,
        company_id=party_id(KeyKind.COMPANY, company) if company else None,
        source_id=party_id(KeyKind.SOURCE, source) if source else None,
        password=_HASHED,
    )


def sign_in(email: str) -> Client:
    """Return the browser of a person who has signed in."""
    client = Client()
    answer = client.post("/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def browser_of(email: str, role: Role, **party: str) -> Client:
    """Return the browser of a new person, signed in without the slow look at the password."""
    employ(email, role, **party)
    client = Client()
    client.force_login(Person.objects.get(email=email))
    return client


def operator() -> Client:
    """Return the browser of an operator."""
    return browser_of("operator@demo.example", Role.OPERATOR)


def words(client: Client, address: str, status: int = 200) -> str:
    """Return a page's text as a reader sees it, blanks run together."""
    answer = client.get(address)
    assert answer.status_code == status
    body = answer.content.decode().partition("<main")[2]
    body = re.sub(r'<span class="tip">.*?</span></span>', " ", body)  # closed until somebody asks
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def walk() -> None:
    """Take every lead as far along the road as it goes now."""
    while sum([qualify(500), allocate(500), deliver(64), pay_out(500)]):
        pass


def sold_lead(number: int = 1, **changes: object) -> UUID:
    """Take a lead in and sell it."""
    lead_id = post("calculator", person(number, **changes))
    walk()
    return lead_id
