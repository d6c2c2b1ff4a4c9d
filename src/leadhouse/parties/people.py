"""People of the market: their roles, their passwords, their keys."""

from dataclasses import dataclass
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password

from leadhouse.kit.emails import parse_email
from leadhouse.parties import queries
from leadhouse.parties.keys import digest, hint, new_key
from leadhouse.parties.types import KeyKind, Role
from leadhouse.store.run import transaction

LEAST_PASSWORD = 8
_AT_COMPANY = (Role.COMPANY_OWNER, Role.COMPANY_AGENT)


class PersonFault(ValueError):  # noqa: N818 - told to a person, not raised for a program
    """Why a person cannot be added or changed, in one line."""


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
    address = _address(email)
    if password is not None and len(password) < LEAST_PASSWORD:
        raise PersonFault(f"a password needs at least {LEAST_PASSWORD} characters")
    with transaction():
        queries.lock_market()
        company_id, source_id = _parties(role, company, source)
        is_new = queries.person(address) is None
        chosen = password or (token_urlsafe(12) if is_new else None)
        number = queries.save_person(
            email=address,
            role=role,
            company_id=company_id,
            source_id=source_id,
            password=make_password(chosen) if chosen else None,
        )
        api_key = _give_key(number) if with_api_key else None
        queries.bump_revision()
    return Added(number, address, is_new, chosen if password is None else None, api_key)


def _address(text: str) -> str:
    parsed = parse_email(text)
    if parsed is None:
        raise PersonFault(f"{text[:60]!r} is not an email address")
    return parsed.key


def _parties(role: Role, company: str | None, source: str | None) -> tuple[int | None, int | None]:
    """Return the rows of the person's company and source, as the role asks for one or none."""
    if (company is not None) != (role in _AT_COMPANY) and role is not Role.FRANCHISOR:
        asked = "needs" if role in _AT_COMPANY else "takes no"
        raise PersonFault(f"role {role.value} {asked} --company")
    if (source is not None) != (role is Role.SOURCE_USER):
        raise PersonFault(f"role {role.value} {'needs' if role is Role.SOURCE_USER else 'takes no'} --source")
    return _party(KeyKind.COMPANY, company), _party(KeyKind.SOURCE, source)


def _party(kind: KeyKind, key: str | None) -> int | None:
    if key is None:
        return None
    found = queries.party_id(kind, key)
    if found is None:
        raise PersonFault(f"there is no open {kind.value} {key!r}")
    return found


def _give_key(person_id: int) -> str:
    key = new_key(KeyKind.PERSON)
    grant = queries.Grant(digest(key), KeyKind.PERSON, person_id, hint(key))
    queries.grant_keys([grant], replacing=True)
    return key
