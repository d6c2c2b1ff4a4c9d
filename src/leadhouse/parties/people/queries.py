"""The statements about people, one typed function each."""

from collections.abc import Sequence
from typing import NamedTuple

from leadhouse.parties.people.types import PeopleFilters, Somebody
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, row, rows, value
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def find_people(filters: PeopleFilters, after: str = "", limit: int = 50) -> list[Somebody]:
    """Return up to `limit` people in the order of their emails, from right after an email on."""
    return _find(filters, after=after, limit=limit, id=None)


def somebody(person_id: int, company_id: int | None = None) -> Somebody | None:
    """Return a person; with a company, only one of its own."""
    found = _find(PeopleFilters(company_id=company_id), after="", limit=1, id=person_id)
    return found[0] if found else None


def _find(filters: PeopleFilters, **params: object) -> list[Somebody]:
    asked = {
        "search": filters.search,
        "role": filters.role and filters.role.value,
        "company_id": filters.company_id,
        "standing": filters.standing,
    }
    return rows(SQL["find_people"], asked | params, Somebody)


def is_last_operator(person_id: int) -> bool:
    """Return whether nobody else could sign in as an operator."""
    return value(SQL["is_last_operator"], {"id": person_id}, bool)


def change_role(person_id: int, role: Role, company_id: int | None, source_id: int | None) -> None:
    """Give a person another role and party, and end their sessions."""
    params = {"id": person_id, "role": role.value, "company_id": company_id, "source_id": source_id}
    execute(SQL["change_role"], params)


def set_active(person_id: int, *, is_active: bool, is_barred: bool) -> None:
    """Let a person in, or no longer, barred against owners' wishes or not; every session and link ends."""
    execute(SQL["set_active"], {"id": person_id, "is_active": is_active, "is_barred": is_barred})


def sign_out_everywhere(person_id: int) -> None:
    """End every session of a person."""
    execute(SQL["sign_out_everywhere"], {"id": person_id})


def set_password(person_id: int, password: str) -> None:
    """Give a person another password, hashed; every session and link ends."""
    execute(SQL["set_password"], {"id": person_id, "password": password})


def choose_zone(person_id: int, zone: str) -> None:
    """Keep the IANA zone in which a person sees dates; empty for the device's own."""
    execute(SQL["choose_zone"], {"id": person_id, "zone": zone})


def new_link(person_id: int) -> int | None:
    """Return the number of a new link, which ends earlier ones; None for whoever may not sign in."""
    return row(SQL["new_link"], {"id": person_id}, int)


def use_link(person_id: int, link_number: int, password: str) -> bool:
    """Set the password, hashed, that a link is for; return whether the link was still good."""
    params = {"id": person_id, "link_number": link_number, "password": password}
    return row(SQL["use_link"], params, int) is not None


class Factor(NamedTuple):
    """A second factor: the secret that the person's app shares, sealed, and the last time step used."""

    sealed: bytes
    last_step: int


class Sealed(NamedTuple):
    """Whose sealed secret it is."""

    email: str
    person_id: int
    sealed: bytes


def factor(person_id: int) -> Factor | None:
    """Return a person's second factor."""
    return row(SQL["factor"], {"person_id": person_id}, Factor)


def all_factors() -> list[Sealed]:
    """Return everybody's second factor, by email."""
    return rows(SQL["all_factors"], {}, Sealed)


def set_factor(person_id: int, sealed: bytes, step: int) -> None:
    """Give a person a second factor, of which this time step has been used."""
    execute(SQL["set_factor"], {"person_id": person_id, "sealed": sealed, "last_step": step})


def remove_factor(person_id: int) -> None:
    """Take a person's second factor away, with its recovery codes."""
    execute(SQL["remove_factor"], {"person_id": person_id})
    execute(SQL["forget_codes"], {"person_id": person_id})


def use_step(person_id: int, step: int) -> bool:
    """Count a time step as used; return whether neither it nor a later one was."""
    return bool(execute(SQL["use_step"], {"person_id": person_id, "step": step}))


def set_codes(person_id: int, digests: Sequence[bytes]) -> None:
    """Give a person recovery codes, in place of former ones."""
    execute(SQL["forget_codes"], {"person_id": person_id})
    execute(SQL["add_codes"], {"person_id": person_id, "digests": list(digests)})


def use_code(person_id: int, digest: bytes) -> bool:
    """Use a recovery code up; return whether it was one."""
    return bool(execute(SQL["use_code"], {"person_id": person_id, "digest": digest}))


def codes_left(person_id: int) -> int:
    """Return how many recovery codes a person has left."""
    return value(SQL["codes_left"], {"person_id": person_id}, int)
