"""A role that needs a second factor gets nowhere before it is on; mails of accounts are slowed down."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from pytest_django import Settings

from leadhouse.parties.people import changing, factors, queries
from leadhouse.parties.people.types import Scope
from leadhouse.parties.types import Role
from leadhouse.store.run import database_now, execute
from tests.report.report_market import open_market
from tests.web.console_desk import PASSWORD, browser_of, employ, operator, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


@pytest.fixture
def _required(settings: Settings) -> None:
    settings.LEADHOUSE = replace(settings.LEADHOUSE, second_factor=frozenset({"operator"}))


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int((database_now() + timedelta(seconds=later)).timestamp()))


@pytest.mark.usefixtures("_required")
def test_the_password_leads_to_set_up_and_nothing_else_opens_before_it_is_done() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    client = Client()
    came = client.post(
        "/sign-in", {"email": "olga@demo.example", "password": PASSWORD, "next": "/leads?q=x&page=2"}
    )
    assert came["Location"] == "/account/second-factor"
    for address in ("/", "/leads", "/account", "/people", "/market.yaml"):
        assert client.get(address)["Location"] == "/account/second-factor", address
    assert client.post("/account/password", {"old": PASSWORD}).status_code == 302
    part = client.get("/today/live", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Refresh"]) == (401, "true")
    page = client.get("/account/second-factor").content.decode()
    assert "Your role signs in with a second factor only" in page
    found = re.search(r'portal-secret">(\w+)<', page)
    assert found
    told = client.post("/account/second-factor", {"code": code(found[1])}).content.decode()
    assert 'href="/leads?q=x&amp;page=2"' in told
    assert client.get("/leads").status_code == 200


@pytest.mark.usefixtures("_required")
def test_what_is_required_cannot_be_turned_off() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    person = changing.person_named("olga@demo.example")
    secret = factors.new_secret()
    codes = factors.turn_on(person.id, person.email, secret, code(secret))
    assert codes is not None
    client = Client()
    client.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    assert client.post("/sign-in/code", {"code": codes[0]})["Location"] == "/"
    assert "Turn off" not in client.get("/account").content.decode()
    assert client.post("/account/second-factor/off", {"code": codes[1]}).status_code == 302
    assert queries.factor(person.id) is not None


def test_whoever_came_by_the_password_alone_sets_up_as_soon_as_more_is_required(settings: Settings) -> None:
    employ("olga@demo.example", Role.OPERATOR)
    client = sign_in("olga@demo.example")
    assert client.get("/leads").status_code == 200
    settings.LEADHOUSE = replace(settings.LEADHOUSE, second_factor=frozenset({"operator"}))
    assert client.get("/leads")["Location"] == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200


@pytest.mark.usefixtures("_required")
def test_whose_factor_an_operator_takes_away_is_out_and_begins_anew() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    person = changing.person_named("olga@demo.example")
    secret = factors.new_secret()
    codes = factors.turn_on(person.id, person.email, secret, code(secret))
    assert codes is not None
    client = Client()
    client.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    client.post("/sign-in/code", {"code": codes[0]})
    assert client.get("/leads").status_code == 200
    changing.remove_second_factor(person.id, Scope("boss@demo.example"))
    assert client.get("/leads")["Location"].startswith("/sign-in?")


@pytest.mark.usefixtures("_required")
def test_other_roles_come_in_as_before() -> None:
    employ("ann@demo.example", Role.ANALYST)
    assert sign_in("ann@demo.example").get("/leads").status_code == 200


def test_a_changed_key_is_told_and_recovery_codes_still_let_in(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    employ("olga@demo.example", Role.OPERATOR)
    person = changing.person_named("olga@demo.example")
    secret = factors.new_secret()
    codes = factors.turn_on(person.id, person.email, secret, code(secret))
    assert codes is not None
    settings.SECRET_KEY = "another key"
    client = Client()
    client.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    told = client.post("/sign-in/code", {"code": code(secret, later=30)})
    assert (told.status_code, b"another key" in told.content) == (422, True)
    assert "former key" in caplog.text
    assert client.post("/sign-in/code", {"code": codes[0]}).status_code == 302


def invited(client: Client, email: str) -> int:
    asked = {"email": email, "role": "company_agent", "company": "acme", "source": ""}
    return client.post("/people/invite", asked).status_code


def test_nobody_is_mailed_without_end_whoever_invites() -> None:
    client = operator()
    assert [invited(client, "ann@acme.example") for _ in range(6)] == [200] * 6
    assert invited(client, "ann@acme.example") == 422
    assert invited(client, "tim@acme.example") == 200
    boss = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    answer = boss.post("/buyer/people", {"email": "ann@acme.example", "role": "company_agent"})
    assert (answer.status_code, b"oo many invitations" in answer.content) == (422, True)
    ann = changing.person_named("ann@acme.example")
    assert client.post(f"/people/{ann.id}/change", {"do": "link"}).status_code == 422
    execute("UPDATE web_sign_in_try SET last_at = last_at - interval '25 hours', open_at = last_at", {})
    assert invited(client, "ann@acme.example") == 200


def test_nobody_invites_without_end_whomever() -> None:
    boss = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    answers = [
        boss.post(
            "/buyer/people", {"email": f"one{number}@acme.example", "role": "company_agent"}
        ).status_code
        for number in range(43)
    ]
    assert answers[:41] == [200] * 41
    assert 422 in answers[41:]
