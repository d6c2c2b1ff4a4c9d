"""The nouns of people: somebody as lists show them, links that were mailed, why something cannot be."""

from dataclasses import dataclass
from datetime import datetime

from leadhouse.parties.types import Role

LEAST_PASSWORD = 8
AT_COMPANY = frozenset({Role.COMPANY_OWNER, Role.COMPANY_AGENT})


class PersonFault(ValueError):  # noqa: N818 - told to a person, not raised for a program
    """Why a person cannot be added or changed, in one line; `field` is what of a form it is about."""

    def __init__(self, said: str, field: str = "") -> None:
        super().__init__(said)
        self.field = field


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as lists show them; `company` and `source` are keys.

    Without `has_password` they were invited and have not come yet. Who `is_barred` was shut out by an
    operator, and no owner lets them in again.
    """

    id: int
    email: str
    role: Role
    company_id: int | None
    company: str | None
    source_id: int | None
    source: str | None
    is_active: bool
    has_password: bool
    has_second_factor: bool
    last_login: datetime | None
    created_at: datetime
    session_number: int
    link_number: int
    is_barred: bool

    @property
    def standing(self) -> str:
        """Return in one word whether they can sign in."""
        if not self.is_active:
            return "deactivated"
        return "active" if self.has_password else "invited"


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """Which people are meant; what is blank or None is not asked. `company` and `source` are keys."""

    search: str = ""
    role: Role | None = None
    company_id: int | None = None
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Who wishes something of people: an operator (None), or the owner of one company."""

    by: str
    company_id: int | None = None
