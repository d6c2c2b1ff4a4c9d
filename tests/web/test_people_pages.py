"""Operators invite and change people, owners their own; everybody looks after their own account."""

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from django.conf import settings
from django.test import Client

from leadhouse.parties.people import changing, factors, queries
from leadhouse.parties.people.types import Scope
from leadhouse.parties.types import Role
from leadhouse.store.run import database_now, execute, value
from tests.report.report_market import open_market
from tests.web.console_desk import PASSWORD, browser_of, employ, operator, sign_in

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another quiet pass phrase"


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def mails_to(address: str) -> list[str]:
    folder = Path(settings.LEADHOUSE.data_dir) / "mail"
    return [mail for one in sorted(folder.glob("*.eml")) if address in (mail := one.read_text())]


def prolong_waits() -> int:
    """Have whoever must wait do so for an hour, however slow the machine; return how many there are."""
    waits = "UPDATE web_sign_in_try SET open_at = open_at + interval '1 hour' WHERE open_at > last_at"
    return execute(waits, {})


def link_in(mail: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/password/\S+)", mail.replace("=\n", "").replace("=3D", "="))
    assert found, mail
    return found.group(1)


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).at(int((database_now() + timedelta(seconds=later)).timestamp()))


def test_somebody_is_invited_by_mail_chooses_a_password_and_comes_in() -> None:
    client = operator()
    asked = {"email": "ann.invited@acme.example", "role": "company_agent", "company": "acme", "source": ""}
    sent = client.post("/people/invite", asked).content.decode()
    assert "The mail is written" in sent
    (mail,) = mails_to("ann.invited@acme.example")
    assert "operator@demo.example invites you to Test as company agent" in mail
    path = link_in(mail)
    assert path in sent
    guest = Client()
    assert "ann.invited@acme.example" in guest.get(path).content.decode()
    differing = guest.post(path, {"password": NEW_PASSWORD, "again": "x"})
    assert (differing.status_code, b"differ" in differing.content) == (422, True)
    done = guest.post(path, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert (done.status_code, done["Location"]) == (302, "/sign-in?welcome=1")
    assert guest.get(path).status_code == 404
    came = guest.post(
        "/sign-in", {"email": "ann.invited@acme.example", "password": NEW_PASSWORD}, follow=True
    )
    assert "Your leads" in came.content.decode()
    log = client.get("/audit?path=ann.invited").content.decode()
    assert "company_agent of acme" in log


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"email": "nobody", "role": "operator"}, "is not an email address"),
        ({"email": "a@b.example", "role": "company_owner"}, "Choose the company"),
        ({"email": "a@b.example", "role": "source_user"}, "Choose the source"),
        ({"email": "a@b.example", "role": "king"}, "Select a valid choice"),
        ({"email": "operator@demo.example", "role": "analyst"}, "belongs to somebody already"),
    ],
)
def test_what_is_wrong_with_an_invitation_stands_beside_its_field(asked: dict[str, str], said: str) -> None:
    answer = operator().post("/people/invite", asked)
    page = answer.content.decode()
    assert (answer.status_code, said in page, "-fault" in page) == (422, True, True)


def test_an_operator_changes_roles_and_keeps_people_out() -> None:
    client = operator()
    person, _ = changing.invite("ann@acme.example", Role.COMPANY_AGENT, Scope("x"), company="acme")
    address = f"/people/{person.id}"
    assert "ann@acme.example" in client.get("/people?q=ANN&standing=invited").content.decode()
    assert client.post(f"{address}/change", {"do": "role", "role": "company_owner"}).status_code == 422
    changed = {"do": "role", "role": "source_user", "source": "calculator"}
    assert client.post(f"{address}/change", changed)["Location"] == address
    assert "Source user of calculator" in client.get(address).content.decode()
    client.post(f"{address}/change", {"do": "deactivate"})
    assert "Reactivate" in client.get(address).content.decode()
    client.post(f"{address}/change", {"do": "reactivate"})
    assert "/password/" in client.post(f"{address}/change", {"do": "link"}).content.decode()
    assert client.post(f"{address}/change", {"do": "dance"}).status_code == 422
    own = value("SELECT id FROM parties_person WHERE email = 'operator@demo.example'", {}, int)
    refused = client.post(f"/people/{own}/change", {"do": "deactivate"})
    assert (refused.status_code, b"yourself" in refused.content) == (422, True)
    for do in ("link", "remove-second-factor"):
        refused = client.post(f"/people/{own}/change", {"do": do})
        assert (refused.status_code, b"your own account" in refused.content) == (422, True)


def test_an_owner_invites_agents_and_keeps_them_out() -> None:
    client = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    sent = client.post("/buyer/people", {"email": "tim@acme.example", "role": "company_agent"})
    assert "/password/" in sent.content.decode()
    tim = changing.person_named("tim@acme.example")
    assert (tim.company, tim.role) == ("acme", Role.COMPANY_AGENT)
    assert client.post("/buyer/people", {"email": "tim@b.example", "role": "operator"}).status_code == 422
    for do in ("company_owner", "sign-out", "deactivate", "reactivate"):
        assert client.post(f"/buyer/people/{tim.id}", {"do": do}).status_code == 302, do
    assert client.post(f"/buyer/people/{tim.id}", {"do": "remove-second-factor"}).status_code == 422
    page = client.get("/buyer/people").content.decode()
    assert "tim@acme.example" in page
    assert "operator@demo.example" not in page


def test_mails_to_one_address_are_few_however_it_is_written_and_refused_ones_are_none() -> None:
    rival = browser_of("boss@best.example", Role.COMPANY_OWNER, company="best")
    client = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    asked = {"email": "tim@example.com", "role": "company_agent"}
    assert client.post("/buyer/people", asked).status_code == 200
    for _ in range(8):
        refused = rival.post("/buyer/people", asked)
        assert (refused.status_code, b"belongs to somebody" in refused.content) == (422, True)
    for address in ("TIM@example.com", "tim@\uff45xample.com", "tim@example\u3002com", " tim@example.com"):
        assert client.post("/buyer/people", asked | {"email": address}).status_code == 200, address
    # The fifth was the last for nothing: the next one begins the waits.
    assert client.post("/buyer/people", asked).status_code == 200
    assert prolong_waits() == 1
    for email in ("tim@example.com", "tim@ex\uff41mple.com"):
        late = client.post("/buyer/people", asked | {"email": email})
        assert (late.status_code, b"oo many invitations and links" in late.content) == (422, True)
    tim = changing.person_named("tim@example.com")
    assert client.post(f"/buyer/people/{tim.id}", {"do": "link"}).status_code == 422
    assert len(mails_to("tim@example.com")) == 6


def test_whoever_asks_in_vain_is_slowed_down_too() -> None:
    client = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    asked = {"email": "operator@demo.example", "role": "company_agent"}
    employ("operator@demo.example", Role.OPERATOR)
    assert b"belongs to somebody" in client.post("/buyer/people", asked).content
    assert execute("UPDATE web_sign_in_try SET tries = 40", {}) == 1
    assert b"belongs to somebody" in client.post("/buyer/people", asked).content
    assert prolong_waits() == 1
    assert b"oo many invitations and links" in client.post("/buyer/people", asked).content


def test_a_forgotten_password_is_answered_alike_for_everybody() -> None:
    employ("olga.forgets@demo.example", Role.OPERATOR)
    answers = set()
    for email in ("olga.forgets@demo.example", "nobody@demo.example"):
        answer = Client().post("/forgotten", {"email": email})
        answers.add((answer.status_code, answer.content.decode().replace(email, "")))
    assert len(answers) == 1
    assert Client().post("/forgotten", {"email": "x"}).status_code == 422
    waited = 0
    while not (mails := mails_to("olga.forgets@demo.example")):
        waited += 1
        assert waited < 100
        execute("SELECT pg_sleep(0.05)", {})
    client = Client()
    done = client.post(link_in(mails[0]), {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert done.status_code == 302
    assert (
        client.post("/sign-in", {"email": "olga.forgets@demo.example", "password": PASSWORD}).status_code
        == 422
    )


def test_a_changed_password_ends_every_other_session() -> None:
    here, elsewhere = operator(), Client()
    elsewhere.force_login(here.get("/account").wsgi_request.user)
    wrong = here.post("/account/password", {"old": "x", "password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert (wrong.status_code, b"not your present password" in wrong.content) == (422, True)
    right = {"old": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post("/account/password", right).status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_signing_out_elsewhere_leaves_this_session() -> None:
    here, elsewhere = operator(), Client()
    elsewhere.force_login(here.get("/account").wsgi_request.user)
    assert elsewhere.get("/account").status_code == 200
    here.post("/account/sessions")
    assert (here.get("/account").status_code, elsewhere.get("/account").status_code) == (200, 302)


def test_with_a_second_factor_the_password_alone_opens_nothing() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    client = sign_in("olga@demo.example")
    page = client.get("/account/second-factor").content.decode()
    found = re.search(r'portal-secret">(\w+)<', page)
    assert found
    secret = found.group(1)
    assert client.post("/account/second-factor", {"code": "000"}).status_code == 422
    shown = code(secret)
    told = client.post("/account/second-factor", {"code": shown}).content.decode()
    recovery = re.findall(r"<li><code>([\w-]+)</code></li>", told)
    assert len(recovery) == 10
    again = Client()
    half = again.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD, "next": "/leads"})
    assert half["Location"] == "/sign-in/code"
    assert again.get("/leads").status_code == 302
    assert again.post("/sign-in/code", {"code": shown}).status_code == 422
    assert again.post("/sign-in/code", {"code": code(secret, later=30)})["Location"] == "/leads"
    assert again.get("/leads").status_code == 200
    lost = Client()
    lost.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    assert lost.post("/sign-in/code", {"code": recovery[0]}).status_code == 302
    assert lost.get("/").status_code == 200
    lost.post("/account/second-factor/off", {"code": "x"})
    assert queries.factor(changing.person_named("olga@demo.example").id) is not None
    assert (
        len(
            re.findall(
                "<li><code>",
                lost.post("/account/second-factor/codes", {"code": recovery[1]}).content.decode(),
            )
        )
        == 10
    )
    assert lost.post("/account/second-factor/off", {"code": recovery[2]})["Location"] == "/account?fault=code"


def test_guessing_at_the_second_factor_is_slowed_down() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    person = changing.person_named("olga@demo.example")
    secret = factors.new_secret()
    assert factors.turn_on(person.id, person.email, secret, code(secret))
    client = Client()
    client.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    statuses = [client.post("/sign-in/code", {"code": "000000"}).status_code for _ in range(8)]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert Client().get("/sign-in/code")["Location"] == "/sign-in"


def test_whoever_finds_a_session_open_cannot_guess_the_second_factor_away() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    person = changing.person_named("olga@demo.example")
    client, secret = sign_in("olga@demo.example"), factors.new_secret()
    codes = factors.turn_on(person.id, person.email, secret, code(secret))
    assert codes
    for _ in range(8):
        client.post("/account/second-factor/off", {"code": "000000"})
    client.post("/account/second-factor/off", {"code": codes[0]})
    assert queries.factor(person.id) is not None


def test_the_second_factor_ends_what_came_in_without_it() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    elsewhere, client, half = sign_in("olga@demo.example"), sign_in("olga@demo.example"), Client()
    found = re.search(r'portal-secret">(\w+)<', client.get("/account/second-factor").content.decode())
    assert found
    assert client.post("/account/second-factor", {"code": code(found.group(1))}).status_code == 200
    assert client.get("/leads").status_code == 200
    assert elsewhere.get("/leads").status_code == 302
    half.post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD})
    changing.sign_out_everywhere(changing.person_named("olga@demo.example").id, Scope("x"))
    late = half.post("/sign-in/code", {"code": code(found.group(1), later=30)})
    assert late["Location"] == "/sign-in"


def test_the_log_is_filtered_and_says_when_nothing_fits() -> None:
    client = operator()
    page = client.get("/audit").content.decode()
    assert "companies[acme]" in page
    assert "calculator-key" not in page
    added = page.partition("sources[calculator]</code>")[2].partition("</tr>")[0]
    # What it was added with stands there, folded.
    assert "<details><summary>" in added
    assert "&quot;amount&quot;: &quot;10.00&quot;" in added
    assert "companies[acme]" not in client.get("/audit?what=product").content.decode()
    assert "No change is like that" in client.get("/audit?path=nothing").content.decode()
    assert client.get("/audit?since=yesterday").status_code == 422
    analyst = browser_of("ana@demo.example", Role.ANALYST)
    assert analyst.get("/audit?by=command+line").status_code == 200
