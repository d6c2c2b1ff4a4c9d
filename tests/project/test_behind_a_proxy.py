"""The console behind a proxy that speaks TLS: forms from its own origin are taken, others' are not."""

import re

import pytest
from django.test import Client

from leadhouse.parties.people.adding import add_person
from leadhouse.parties.types import Role

HOST = "leads.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proto", "origin", "status"),
    [
        ("https", f"https://{HOST}", 302),
        ("http", f"http://{HOST}", 302),
        ("https", "https://evil.example", 403),
        ("https", f"http://{HOST}", 403),
    ],
)
def test_signing_in_through_a_proxy(proto: str, origin: str, status: int) -> None:
    add_person("operator@example.com", Role.OPERATOR, password="a long password")
    browser = Client(enforce_csrf_checks=True, headers={"host": HOST, "x-forwarded-proto": proto})
    form = browser.get("/sign-in").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token is not None
    answer = browser.post(
        "/sign-in",
        {
            "email": "operator@example.com",
            "password": "a long password",
            "csrfmiddlewaretoken": token[1],
        },
        headers={"origin": origin},
    )
    assert answer.status_code == status
