"""What is done to people: invited, given another role, kept out and let in again, signed out."""

from leadhouse.parties import queries as parties
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import HIDDEN, Difference, DifferenceKind
from leadhouse.parties.people import queries
from leadhouse.parties.people.adding import address_of, parties_of
from leadhouse.parties.people.passwords import Link, make_link
from leadhouse.parties.people.types import AT_COMPANY, PersonFault, Scope, Somebody
from leadhouse.parties.types import Role
from leadhouse.store.run import transaction


def invite(
    email: str, role: Role, scope: Scope, *, company: str | None = None, source: str | None = None
) -> tuple[Somebody, Link]:
    """Invite somebody who is not here yet, or once more who has not come; raise PersonFault.

    An owner invites to the own company only, whatever `company` says.
    """
    address = address_of(email)
    with transaction():
        parties.lock_market()
        company_id, source_id = _party(role, scope, company, source)
        known = parties.person(address)
        if known is not None:
            return _again(known.id, role, scope, company_id, source_id)
        person_id = parties.save_person(
            email=address, role=role, company_id=company_id, source_id=source_id, password=None
        )
        person = _known(person_id, scope)
        note_changes([Difference(DifferenceKind.ADD, "person", _path(person), None, _told(person))], scope.by)
        parties.bump_revision()
        return person, make_link(person)


def _again(
    person_id: int, role: Role, scope: Scope, company_id: int | None, source_id: int | None
) -> tuple[Somebody, Link]:
    """Return another link for somebody who was invited to the same before."""
    person = queries.somebody(person_id, scope.company_id)
    same = person and (person.role, person.company_id, person.source_id) == (role, company_id, source_id)
    if person is None or person.standing != "invited" or not same:
        # An owner must not learn who works for others: the answer is the same wherever the person is.
        raise PersonFault("this address cannot be invited: it belongs to somebody already", "email")
    return person, make_link(person)


def _party(
    role: Role, scope: Scope, company: str | None, source: str | None
) -> tuple[int | None, int | None]:
    if scope.company_id is None:
        return parties_of(role, company, source)
    if role not in AT_COMPANY:
        raise PersonFault("choose owner or agent", "role")
    return scope.company_id, None


def change_role(
    person_id: int, role: Role, scope: Scope, *, company: str | None = None, source: str | None = None
) -> None:
    """Give somebody another role, and a company or source if it asks for one; raise PersonFault."""
    with transaction():
        parties.lock_market()
        person = _known(person_id, scope)
        company_id, source_id = _party(role, scope, company, source)
        if (person.role, person.company_id, person.source_id) == (role, company_id, source_id):
            return
        _keep_somebody(person, scope)
        queries.change_role(person.id, role, company_id, source_id)
        now = _known(person_id, scope)
        told = Difference(DifferenceKind.CHANGE, "person", f"{_path(person)}.role", _told(person), _told(now))
        note_changes([told], scope.by)
        parties.bump_revision()


def set_active(person_id: int, scope: Scope, *, is_active: bool) -> None:
    """Keep somebody out from this moment on, or let them in again; raise PersonFault.

    Whom an operator shut out, no owner lets in.
    """
    with transaction():
        parties.lock_market()
        person = _known(person_id, scope)
        is_barred = not is_active and (scope.company_id is None or person.is_barred)
        if (person.is_active, person.is_barred) == (is_active, is_barred):
            return
        if is_active and person.is_barred and scope.company_id is not None:
            raise PersonFault("an operator shut this person out: ask an operator to let them in again")
        if not is_active:
            _keep_somebody(person, scope)
        queries.set_active(person.id, is_active=is_active, is_barred=is_barred)
        kind = DifferenceKind.REOPEN if is_active else DifferenceKind.CLOSE
        note_changes([Difference(kind, "person", _path(person))], scope.by)
        parties.bump_revision()


def sign_out_everywhere(person_id: int, scope: Scope) -> None:
    """End every session of somebody; raise PersonFault."""
    with transaction():
        person = _known(person_id, scope)
        queries.sign_out_everywhere(person.id)
        told = Difference(DifferenceKind.CHANGE, "person", f"{_path(person)}.sessions", None, "ended")
        note_changes([told], scope.by)


def new_link(person_id: int, scope: Scope) -> tuple[Somebody, Link]:
    """Return a new link for somebody's password; earlier ones end. Raise PersonFault."""
    with transaction():
        person = _known(person_id, scope)
        link = make_link(person)
        told = Difference(DifferenceKind.ADD, "person", f"{_path(person)}.link", None, HIDDEN)
        note_changes([told], scope.by)
    return person, link


def remove_second_factor(person_id: int, scope: Scope) -> None:
    """Let somebody in by the password alone, as when their phone is lost, and end their sessions.

    Raise PersonFault.
    """
    with transaction():
        person = _known(person_id, scope)
        if person.has_second_factor:
            queries.remove_factor(person.id)
            queries.sign_out_everywhere(person.id)
            path = f"{_path(person)}.second_factor"
            note_changes([Difference(DifferenceKind.CLOSE, "person", path)], scope.by)


def person_named(email: str) -> Somebody:
    """Return the person of an email address; raise PersonFault."""
    known = parties.person(address_of(email))
    if known is None:
        raise PersonFault(f"there is nobody with the address {email[:60]!r}")
    return _known(known.id, Scope(""))


def _known(person_id: int, scope: Scope) -> Somebody:
    person = queries.somebody(person_id, scope.company_id)
    if person is None:
        raise PersonFault("there is no such person")
    return person


def _keep_somebody(person: Somebody, scope: Scope) -> None:
    """Refuse to leave the house without an operator, or somebody without their own way back."""
    if person.email == scope.by:
        raise PersonFault("you cannot do this to yourself: ask somebody else")
    if person.role is Role.OPERATOR and person.standing == "active" and queries.is_last_operator(person.id):
        raise PersonFault("this is the last operator: have another one first")


def _path(person: Somebody) -> str:
    return f"people[{person.email}]"


def _told(person: Somebody) -> str:
    party = person.company or person.source
    return f"{person.role.value} of {party}" if party else person.role.value
