"""People are invited, changed and kept out: by operators anywhere, by owners at home; all of it is noted."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from leadhouse.parties import queries as parties
from leadhouse.parties.apply import apply
from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import NoteFilters
from leadhouse.parties.people import changing, passwords, queries
from leadhouse.parties.people.adding import add_person
from leadhouse.parties.people.types import PeopleFilters, PersonFault, Scope
from leadhouse.parties.types import KeyKind, Role
from leadhouse.store.run import execute
from tests.parties.markets import documents, small

pytestmark = pytest.mark.django_db
OPERATOR = Scope("olga@example.com")
PASSWORD = "a long and quiet pass phrase"


@pytest.fixture(autouse=True)
def _market() -> None:
    apply(documents(small()))
    add_person("olga@example.com", Role.OPERATOR, password=PASSWORD)


def company(key: str) -> int:
    found = parties.party_id(KeyKind.COMPANY, key)
    assert found is not None
    return found


def noted(path: str) -> list[tuple[str, str, object, object]]:
    return [(one.by, one.action, one.old, one.new) for one in find_notes(NoteFilters(path=path))]


def test_an_invitation_works_once_and_ends_earlier_ones() -> None:
    person, first = changing.invite("Ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    assert (person.email, person.company, person.standing) == ("ann@acme.example", "acme", "invited")
    assert authenticate(username=person.email, password="!") is None
    _, second = changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    assert passwords.person_of(first.token) is None
    assert passwords.use_link(second.token, PASSWORD) is not None
    assert authenticate(username=person.email, password=PASSWORD) is not None
    assert passwords.use_link(second.token, "another long pass phrase") is None
    assert noted("people[ann@acme.example]")[-1] == (
        "olga@example.com", "add", None, "company_agent of acme",
    )  # fmt: skip
    with pytest.raises(PersonFault, match="belongs to somebody already"):
        changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")


def test_a_link_ends_with_its_time_and_with_its_person() -> None:
    person, link = changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    assert link.until - person.created_at > timedelta(days=6)
    changing.set_active(person.id, OPERATOR, is_active=False)
    assert passwords.person_of(link.token) is None
    changing.set_active(person.id, OPERATOR, is_active=True)
    assert passwords.person_of(link.token) is None
    _, fresh = changing.new_link(person.id, OPERATOR)
    assert passwords.person_of(fresh.token) is not None
    execute("SELECT set_config('leadhouse.clock_offset_s', '700000', false)", {})
    try:
        assert passwords.person_of(fresh.token) is None
    finally:
        execute("SELECT set_config('leadhouse.clock_offset_s', '0', false)", {})
    for spoilt in ("", "x", fresh.token[:-1], fresh.token + "x"):
        assert passwords.person_of(spoilt) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 8"),
        ("password123", "guesses first"),
        ("ann@acme.example", "must not be the email"),
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str, why: str) -> None:
    _, link = changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    with pytest.raises(PersonFault, match=why):
        passwords.use_link(link.token, password)
    assert passwords.person_of(link.token) is not None


def test_an_owner_rules_at_home_only() -> None:
    owner = Scope("boss@acme.example", company("acme"))
    stranger, _ = changing.invite("zoe@zenith.example", Role.COMPANY_AGENT, OPERATOR, company="zenith")
    before = queries.somebody(stranger.id)
    person, _ = changing.invite("ann@acme.example", Role.COMPANY_AGENT, owner, company="zenith")
    assert person.company == "acme"
    with pytest.raises(PersonFault, match="owner or agent"):
        changing.invite("new@acme.example", Role.OPERATOR, owner)
    acts = (
        lambda: changing.set_active(stranger.id, owner, is_active=False),
        lambda: changing.change_role(stranger.id, Role.COMPANY_OWNER, owner),
        lambda: changing.sign_out_everywhere(stranger.id, owner),
        lambda: changing.new_link(stranger.id, owner),
        lambda: changing.remove_second_factor(stranger.id, owner),
    )
    for act in acts:
        with pytest.raises(PersonFault, match="no such person"):
            act()
    assert queries.somebody(stranger.id) == before


def test_the_last_operator_stays_and_nobody_shuts_themselves_out() -> None:
    olga = changing.person_named("olga@example.com")
    for act in (
        lambda scope: changing.set_active(olga.id, scope, is_active=False),
        lambda scope: changing.change_role(olga.id, Role.ANALYST, scope),
    ):
        with pytest.raises(PersonFault, match="yourself"):
            act(OPERATOR)
        with pytest.raises(PersonFault, match="last operator"):
            act(Scope("somebody@example.com"))
    add_person("otto@example.com", Role.OPERATOR, password=PASSWORD)
    changing.change_role(olga.id, Role.ANALYST, Scope("otto@example.com"))
    assert changing.person_named("olga@example.com").role is Role.ANALYST


def test_roles_change_with_their_party_and_end_sessions_and_links() -> None:
    person, link = changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    changing.change_role(person.id, Role.SOURCE_USER, OPERATOR, source="site")
    assert passwords.person_of(link.token) is None
    now = changing.person_named("ann@acme.example")
    assert (now.role, now.company, now.source) == (Role.SOURCE_USER, None, "site")
    assert now.session_number == person.session_number + 1
    assert noted("people[ann@acme.example].role") == [
        ("olga@example.com", "change", "company_agent of acme", "source_user of site")
    ]
    with pytest.raises(PersonFault, match="needs --company"):
        changing.change_role(person.id, Role.COMPANY_OWNER, OPERATOR)


def test_people_are_found_by_role_company_and_standing_page_by_page() -> None:
    for number in range(3):
        changing.invite(f"ann{number}@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    gone = changing.person_named("ann1@acme.example")
    changing.set_active(gone.id, OPERATOR, is_active=False)

    def found(**asked: object) -> list[str]:
        return [one.email for one in queries.find_people(PeopleFilters(**asked))]  # type: ignore[arg-type]

    assert found(standing="invited") == ["ann0@acme.example", "ann2@acme.example"]
    assert found(standing="deactivated") == ["ann1@acme.example"]
    assert found(standing="active") == found(role=Role.OPERATOR) == ["olga@example.com"]
    assert found(company_id=company("acme"), search="ANN2") == ["ann2@acme.example"]
    page = queries.find_people(PeopleFilters(), after="ann0@acme.example", limit=2)
    assert [one.email for one in page] == ["ann1@acme.example", "ann2@acme.example"]


def test_whom_an_operator_shut_out_no_owner_lets_in_again() -> None:
    owner = Scope("boss@acme.example", company("acme"))
    person, _ = changing.invite("ann@acme.example", Role.COMPANY_AGENT, OPERATOR, company="acme")
    for scope in (owner, OPERATOR):
        changing.set_active(person.id, scope, is_active=False)
    with pytest.raises(PersonFault, match="ask an operator"):
        changing.set_active(person.id, owner, is_active=True)
    assert changing.person_named(person.email).standing == "deactivated"
    # Shutting out once more does not make it the owner's own.
    changing.set_active(person.id, owner, is_active=False)
    with pytest.raises(PersonFault, match="ask an operator"):
        changing.set_active(person.id, owner, is_active=True)
    changing.set_active(person.id, OPERATOR, is_active=True)
    assert changing.person_named(person.email).standing == "invited"
    changing.set_active(person.id, owner, is_active=False)
    changing.set_active(person.id, owner, is_active=True)
    assert changing.person_named(person.email).standing == "invited"
