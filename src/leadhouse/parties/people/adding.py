"""People added from the command line: their roles, their passwords, their keys."""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password

from leadhouse.kit.emails import parse_email
from leadhouse.parties import queries
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.audit.types import COMMAND_LINE
from leadhouse.parties.differences import HIDDEN, Difference, DifferenceKind
from leadhouse.parties.keys import digest, hint, new_key
from leadhouse.parties.people.types import AT_COMPANY, LEAST_PASSWORD, PersonFault
from leadhouse.parties.types import KeyKind, Role
from leadhouse.store.run import transaction


@dataclass(frozen=True, slots=True)
class Added:
    """A person as added or changed; `password` and `api_key` are told once and kept nowhere."""

    id: int
    email: str
    is_new: bool
    password: str | None
    api_key: str | None


def add_person(
    email: str,
    role: Role,
    *,
    company: str | None = None,
    source: str | None = None,
    password: str | None = None,
    with_api_key: bool = False,
) -> Added:
    """Add a person, or give an existing one this role; raise PersonFault.

    A new person without a password gets one; an existing one keeps theirs. An API key replaces a former one.
    """
    address = address_of(email)
    if password is not None and len(password) < LEAST_PASSWORD:
        raise PersonFault(f"a password needs at least {LEAST_PASSWORD} characters", "password")
    with transaction():
        queries.lock_market()
        company_id, source_id = parties_of(role, company, source)
        former = queries.person(address)
        chosen = password or (token_urlsafe(12) if former is None else None)
        number = queries.save_person(
            email=address,
            role=role,
            company_id=company_id,
            source_id=source_id,
            password=make_password(chosen) if chosen else None,
        )
        api_key = _give_key(number) if with_api_key else None
        told = f"{role.value} of {company or source}" if company or source else role.value
        changed = [("", former and former.role.value, told)]
        changed += [(".password", HIDDEN if former else None, HIDDEN)] if chosen else []
        changed += [(".api_key", None, HIDDEN)] if api_key else []
        _note(address, changed, is_new=former is None)
        queries.bump_revision()
    return Added(number, address, former is None, chosen if password is None else None, api_key)


def _note(email: str, changed: list[tuple[str, str | None, str]], *, is_new: bool) -> None:
    kind = DifferenceKind.ADD if is_new else DifferenceKind.CHANGE
    told = (Difference(kind, "person", f"people[{email}]{path}", old, new) for path, old, new in changed)
    note_changes(told, COMMAND_LINE)


def address_of(text: str) -> str:
    """Return an email address as people are stored by it; raise PersonFault."""
    parsed = parse_email(text)
    if parsed is None:
        raise PersonFault(f"{text[:60]!r} is not an email address", "email")
    return parsed.key


def parties_of(role: Role, company: str | None, source: str | None) -> tuple[int | None, int | None]:
    """Return the rows of a person's company and source, as the role asks for; raise PersonFault."""
    if (company is not None) != (role in AT_COMPANY) and role is not Role.FRANCHISOR:
        asked = "needs" if role in AT_COMPANY else "takes no"
        raise PersonFault(f"role {role.value} {asked} --company", "company")
    if (source is not None) != (role is Role.SOURCE_USER):
        asked = "needs" if role is Role.SOURCE_USER else "takes no"
        raise PersonFault(f"role {role.value} {asked} --source", "source")
    return _party(KeyKind.COMPANY, company), _party(KeyKind.SOURCE, source)


def _party(kind: KeyKind, key: str | None) -> int | None:
    if key is None:
        return None
    found = queries.party_id(kind, key)
    if found is None:
        raise PersonFault(f"there is no open {kind.value} {key!r}", kind.value)
    return found


def _give_key(person_id: int) -> str:
    key = new_key(KeyKind.PERSON)
    grant = queries.Grant(digest(key), KeyKind.PERSON, person_id, hint(key))
    queries.grant_keys([grant], replacing=True)
    return key
