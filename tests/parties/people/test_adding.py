"""People sign in with a password and call with a key; each has one role, at the party it asks for."""

import pytest
from django.contrib.auth import authenticate

from leadhouse.parties import current, queries
from leadhouse.parties.apply import apply
from leadhouse.parties.keys import digest, hint, operator_of
from leadhouse.parties.people.adding import add_person
from leadhouse.parties.people.types import PersonFault
from leadhouse.parties.types import KeyKind, KeyOwner, Role
from tests.parties.markets import documents, small

pytestmark = pytest.mark.django_db


def signs_in(email: str, password: str) -> bool:
    return authenticate(username=email, password=password) is not None


def test_a_new_person_gets_a_password_that_works_and_is_told_once() -> None:
    added = add_person(" Olga@Example.COM ", Role.OPERATOR)
    assert (added.email, added.is_new, added.api_key) == ("olga@example.com", True, None)
    assert added.password is not None
    assert signs_in("olga@example.com", added.password)
    assert not signs_in("olga@example.com", "another password")
    again = add_person("olga@example.com", Role.ANALYST)
    assert (again.id, again.is_new, again.password) == (added.id, False, None)
    assert signs_in("olga@example.com", added.password)
    person = queries.person("olga@example.com")
    assert person is not None
    assert person.role is Role.ANALYST


def test_a_given_password_is_taken_and_not_told() -> None:
    assert add_person("olga@example.com", Role.OPERATOR, password="correct horse").password is None
    assert signs_in("olga@example.com", "correct horse")
    add_person("olga@example.com", Role.OPERATOR, password="battery staple")
    assert not signs_in("olga@example.com", "correct horse")
    assert signs_in("olga@example.com", "battery staple")


def test_a_key_belongs_to_its_person_and_a_new_one_replaces_it() -> None:
    before = queries.revision()
    first = add_person("olga@example.com", Role.OPERATOR, with_api_key=True)
    assert first.api_key is not None
    assert queries.revision() > before
    assert current.holder_of(first.api_key) == KeyOwner(
        KeyKind.PERSON, first.id, "olga@example.com", Role.OPERATOR
    )
    second = add_person("olga@example.com", Role.OPERATOR, with_api_key=True)
    assert second.api_key is not None
    assert current.holder_of(first.api_key) is None
    assert queries.owner_of_key(digest(second.api_key)) is not None


def test_people_of_a_party_see_that_party_alone() -> None:
    apply(documents(small()))
    acme = next(one.id for one in current.market().companies.values() if one.key == "acme")
    site = current.market().sources["site"].id
    owner = add_person("ann@acme.example", Role.COMPANY_OWNER, company="acme", with_api_key=True)
    user = add_person("sam@site.example", Role.SOURCE_USER, source="site", with_api_key=True)
    held = [current.holder_of(added.api_key or "") for added in (owner, user)]
    assert [(one.company_id, one.source_id) for one in held if one] == [(acme, None), (None, site)]


@pytest.mark.parametrize(
    ("email", "role", "options", "fault"),
    [
        ("nobody", Role.OPERATOR, {}, "'nobody' is not an email address"),
        ("a@b.example", Role.OPERATOR, {"password": "short"}, "a password needs at least 8 characters"),
        ("a@b.example", Role.COMPANY_AGENT, {}, "role company_agent needs --company"),
        ("a@b.example", Role.ANALYST, {"company": "acme"}, "role analyst takes no --company"),
        ("a@b.example", Role.SOURCE_USER, {}, "role source_user needs --source"),
        ("a@b.example", Role.COMPANY_OWNER, {"company": "nobody"}, "there is no open company 'nobody'"),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_added(
    email: str, role: Role, options: dict[str, str], fault: str
) -> None:
    apply(documents(small()))
    revision = queries.revision()
    with pytest.raises(PersonFault) as refusal:
        add_person(email, role, company=options.get("company"), password=options.get("password"))
    assert str(refusal.value) == fault
    assert queries.person("a@b.example") is None
    assert queries.revision() == revision


def test_the_key_of_the_environment_is_an_operators_without_a_row() -> None:
    assert operator_of("the-key", "the-key") == KeyOwner(KeyKind.OPERATOR, 0, "operator", Role.OPERATOR)
    assert operator_of("another", "the-key") is None
    assert operator_of("", None) is None


def test_a_hint_never_shows_a_short_key() -> None:
    assert (hint("demo-key"), hint("lh_source_0123456789ab")) == ("…", "…89ab")
