"""What was sent, as an analyst sees it: names and harmless values, nothing that the person said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.amend.correcting import correct
from leadhouse.deliver.channels import email, http
from leadhouse.deliver.sent import sent
from leadhouse.outbound.types import Mail
from leadhouse.outbound.wire.bodies import encode
from leadhouse.parties.current import market
from leadhouse.parties.types import Method, MethodKind
from leadhouse.report.story import lead_story
from leadhouse.report.veil import veiled_story
from leadhouse.report.veiled_bodies import HIDDEN, harmless_among, veiled_body
from tests.deliver.delivery_content import content
from tests.report.report_market import MARKET, open_market, person, post, walk

HARMLESS = harmless_among(frozenset({"WY", "82301", "metal", "roofing"}))
FORMATS = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}
# Letters that stand in no name of a field and in no harmless value.
_ALIEN = st.text("QÿZ§é~♞ &<>%", min_size=1, max_size=12).filter(lambda text: text.strip())


def lines(text: str) -> set[str]:
    return {line.strip().rstrip(",") for line in text.splitlines()}


@pytest.mark.parametrize("form", FORMATS)
@given(said=st.lists(_ALIEN, min_size=1, max_size=4))
def test_nothing_said_is_left_in_any_format(form: str, said: list[str]) -> None:
    body = encode(
        {
            "state": "WY",
            "price": "25.00",
            **{f"field_{n}": one for n, one in enumerate(said)},
            "extra": {"pet": said[0]},
        },
        form,
    ).decode()
    veiled = veiled_body(f"POST http://x\nContent-Type: {FORMATS[form]}", body, HARMLESS)
    assert not set(veiled) & set("QÿZ§é~♞")
    assert "WY" in veiled
    assert "25.00" in veiled
    assert "pet" not in veiled
    assert veiled.count(HIDDEN) == len(said) + 1


def test_a_veiled_post_reads_as_what_it_is() -> None:
    item = http.build(content(), Method(MethodKind.HTTP, "http://x"), datetime(2026, 11, 27, tzinfo=UTC))
    told = sent(item)
    assert {
        f'"email": "{HIDDEN}"',
        '"state": "WY"',
        '"roof_type": "metal"',
        '"is_owner": true',
        f'"max_contact_requests": "{HIDDEN}"',
        f'"extra": "{HIDDEN}"',
        '"price": "25.00"',
    } <= lines(veiled_body(told.head, told.body, HARMLESS))


@pytest.mark.parametrize(
    "body", ["", "Hello {{ lead.first_name }}: {{ lead.email }}\nContact", "Email: call Ann"]
)
def test_of_a_mail_labels_stay_and_an_operators_own_words_do_not(body: str) -> None:
    method = Method(MethodKind.EMAIL, to=("desk@acme.example",), body=body, subject="{{ lead.first_name }}")
    item = email.build(content(), method, "Demo <demo@demo.example>")
    assert isinstance(item, Mail)
    told = sent(item)
    shown = veiled_body(told.head, told.body, HARMLESS)
    assert [one for one in ("Ann", "Neil", "example.com", "5551234", "dogs", "Hello") if one in shown] == []
    assert not body or shown.splitlines()[0] in {HIDDEN, f"Email: {HIDDEN}"}
    assert body or {f"Email: {HIDDEN}", "State: WY", "Contact"} <= lines(shown)


def test_what_cannot_be_read_is_hidden_whole() -> None:
    assert veiled_body("Content-Type: application/json", '{"email": "a@b.c', HARMLESS) == HIDDEN
    assert veiled_body("Content-Type: text/csv", "Ann;a@b.c", HARMLESS) == HIDDEN
    assert veiled_body("", "", HARMLESS) == ""
    cut = "<lead><email>a@b.c</email><extra><pet>Rex</pet>"
    assert "Rex" not in veiled_body("Content-Type: application/xml", cut, HARMLESS)
    assert "Smith" not in veiled_body("Content-Type: application/xml", "<lead><a>I am John Smith 5", HARMLESS)


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_folder")
@pytest.mark.parametrize("form", [*FORMATS, "email"])
def test_an_analyst_is_shown_no_person_in_what_was_sent_before_it_was_corrected(form: str) -> None:
    send = 'method: email, to: ["desk@acme.example"], subject: "{{ lead.first_name }}"'
    if form != "email":
        send = f'method: http, url: "http://127.0.0.1:1/{form}", format: {form}'
    open_market(MARKET.replace("deliver: [{method: portal}]", f"deliver: [{{{send}}}]", 1))
    lead_id = post("calculator", person(1))
    walk()
    assert (
        correct(lead_id, {"last_name": "Nguyen", "email": "bo@example.com"}, "op@demo.example", market())
        == {}
    )
    story = lead_story(lead_id)
    assert story is not None
    assert "Espinoza" in repr(story.parcels)
    veiled = repr(veiled_story(story).parcels)
    for secret in ("Espinoza", "person1", "Nguyen", "3210001", "2156", "green", "Louis", "roofingcalculator"):
        assert secret.lower() not in veiled.lower(), secret
    assert str(lead_id) in veiled
