"""Who may see the console, how one signs in, and what those learn who may not."""

import re
from hashlib import sha256

import pytest
from django.test import Client

from leadhouse.kit.ids import new_id
from leadhouse.parties.models import Person
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, rows
from leadhouse.web.console.patience import forgive, seconds_to_wait
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import PASSWORD, browser_of, employ, operator, sign_in

pytestmark = pytest.mark.django_db
ADDRESS = sha256(b"address\x00127.0.0.1").digest()
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def told(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, TOKEN.sub("", answer.content.decode())


def test_a_fragment_asked_for_by_nobody_has_the_page_load_again() -> None:
    answer = Client().get("/leads/newest", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (401, "true", b"")


def test_everybody_begins_at_home_and_has_an_account() -> None:
    client = browser_of("agent@acme.example", Role.COMPANY_AGENT, company="acme")
    answer = client.get("/", follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][1]) == (200, 302)
    page = client.get("/account").content.decode()
    assert "Company agent of Acme Roofing" in page
    assert 'href="/leads"' not in page


def test_a_lead_that_does_not_exist_is_a_page_that_says_so() -> None:
    client = operator()
    for address in (
        f"/leads/{new_id()}",
        f"/leads/{new_id()}/decision",
        f"/leads/{new_id()}/submission",
        "/nowhere",
    ):
        status, page = told(client, address)
        assert (status, "Nothing is here" in page) == (404, True)


def test_a_person_signs_in_and_goes_where_they_wanted() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    client = Client()
    answer = client.post(
        "/sign-in", {"email": " OLGA@demo.example", "password": PASSWORD, "next": "/leads?q=x"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/leads?q=x")
    cookie = answer.cookies["leadhouse_session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get("/sign-in")["Location"] == "/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(target: str) -> None:
    employ("olga@demo.example", Role.OPERATOR)
    answer = Client().post("/sign-in", {"email": "olga@demo.example", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_unknown_people_wrong_passwords_and_former_people_are_told_the_same() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    employ("gone@demo.example", Role.OPERATOR)
    execute(
        "UPDATE parties_person SET is_active = FALSE WHERE email = %(email)s", {"email": "gone@demo.example"}
    )

    def refusal(email: str, password: str) -> tuple[int, str]:
        answer = Client().post("/sign-in", {"email": email, "password": password})
        return answer.status_code, TOKEN.sub("", answer.content.decode()).replace(email, "")

    answers = {
        refusal("olga@demo.example", "wrong"),
        refusal("nobody@demo.example", "wrong"),
        refusal("gone@demo.example", PASSWORD),
    }
    ((status, page),) = answers
    assert status == 422
    assert "This email and password do not belong together" in page


@pytest.mark.parametrize(
    "form", [{}, {"email": "a\0b@x.example", "password": "x"}, {"email": "x" * 400, "password": "x"}]
)
def test_what_is_no_email_and_password_is_asked_for_again(form: dict[str, str]) -> None:
    answer = Client().post("/sign-in", form)
    assert answer.status_code == 422
    assert "Give your email address and your password" in answer.content.decode()


def test_after_a_few_failures_everybody_must_wait_ever_longer() -> None:
    waits = []
    for _ in range(9):
        wait = seconds_to_wait("nobody@demo.example", "192.0.2.7")
        waits.append(wait)
        if wait:
            _time_passes(f"{wait} seconds")
            assert seconds_to_wait("nobody@demo.example", "192.0.2.7") == 0
    assert waits == [0, 0, 0, 0, 0, 0, 1, 2, 4]


@pytest.mark.parametrize("email", ["olga@demo.example", "nobody@demo.example"])
def test_waiting_holds_for_the_right_password_and_for_unknown_people_too(email: str) -> None:
    employ("olga@demo.example", Role.OPERATOR)
    attempt = {"email": email, "password": PASSWORD}
    _tried_often(email)
    assert Client().post("/sign-in", attempt | {"password": "wrong"}).status_code == 422
    locked = Client().post("/sign-in", attempt)
    assert locked.status_code == 429
    assert 890 <= int(locked["Retry-After"]) <= 900
    assert "Too many tries. Wait 15 minutes, then try again." in locked.content.decode()


def test_waiting_ends_with_signing_in() -> None:
    employ("olga@demo.example", Role.OPERATOR)
    _tried_often("olga@demo.example")
    sign_in("olga@demo.example")
    assert rows("SELECT tries FROM web_sign_in_try", {}, int) == [0]


def _tried_often(email: str) -> None:
    """Have so many failures of the person at this address that waiting can grow no longer."""
    seconds_to_wait(email, "127.0.0.1")
    execute("UPDATE web_sign_in_try SET tries = 2000 WHERE subject <> %(address)s", {"address": ADDRESS})


def test_many_people_at_one_address_do_not_lock_each_other_out() -> None:
    for number in range(60):
        assert seconds_to_wait(f"person{number}@demo.example", "192.0.2.7") == 0
        forgive(f"person{number}@demo.example", "192.0.2.7")
    assert rows("SELECT tries FROM web_sign_in_try", {}, int) == [0]


def test_one_address_guessing_at_many_people_must_wait() -> None:
    for number in range(51):
        seconds_to_wait(f"person{number}@demo.example", "192.0.2.7")
    assert seconds_to_wait("another@demo.example", "192.0.2.7") == 1
    assert seconds_to_wait("another@demo.example", "192.0.2.8") == 0


def _time_passes(span: str) -> None:
    """Have every wait be over sooner by a span."""
    execute("UPDATE web_sign_in_try SET open_at = open_at - %(span)s::interval", {"span": span})


def test_signing_out_needs_a_post_and_the_pages_own_token() -> None:
    client = operator()
    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/sign-out").status_code == 403
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_a_zone_is_kept_with_the_person_over_signing_out() -> None:
    client, other = operator(), browser_of("second@demo.example", Role.OPERATOR)
    client.post("/zone", {"zone": "Europe/Berlin", "next": "/leads"})
    client.post("/sign-out")
    again = Client()
    again.force_login(Person.objects.get(email="operator@demo.example"))
    assert "dates in Europe/Berlin" in again.get("/leads").content.decode()
    assert "dates in America/New_York" in other.get("/leads").content.decode()
    again.post("/zone", {"zone": "../../etc/passwd"})
    assert "dates in America/New_York" in again.get("/leads").content.decode()
    assert Client().post("/zone", {"zone": "UTC"}).cookies == {}


def test_dates_are_in_the_devices_zone_until_one_is_chosen() -> None:
    client = operator()
    client.cookies["leadhouse_zone"] = "Asia/Tokyo"
    assert "dates in Asia/Tokyo" in client.get("/leads").content.decode()
    client.post("/zone", {"zone": "UTC"})
    assert "dates in UTC" in client.get("/leads").content.decode()
    client.post("/zone", {"zone": ""})
    assert "dates in Asia/Tokyo" in client.get("/leads").content.decode()
    for strange in ("Mars/Olympus", "../../etc/passwd", "x" * 5_000):
        client.cookies["leadhouse_zone"] = strange
        assert "dates in America/New_York" in client.get("/leads").content.decode()


def test_every_page_forbids_foreign_code() -> None:
    lead_id = post("calculator", person(1))
    client = operator()
    for address in ("/", "/leads", f"/leads/{lead_id}", "/nowhere"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer["X-Frame-Options"] == "DENY"
        page = answer.content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script>|<style|https?://(?!roofingcalculator)", page), (
            address
        )
