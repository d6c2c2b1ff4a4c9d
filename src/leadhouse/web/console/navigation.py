"""The pages of the bar at the top, in their order, each with the roles that see it."""

from dataclasses import dataclass

from leadhouse.parties.types import Role
from leadhouse.web.console.access import BUYERS, STAFF


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the bar; `pages` are the names of the addresses under it, its own first."""

    label: str
    icon: str
    pages: tuple[str, ...]
    roles: frozenset[Role]

    @property
    def page(self) -> str:
        return self.pages[0]


PLACES = (
    Place("Overview", "layout-dashboard", ("overview",), STAFF),
    Place("Leads", "list-details", ("leads", "lead"), STAFF),
    Place("Leads", "list-details", ("bought-leads", "bought-lead"), BUYERS),
)


def places_of(role: Role) -> list[Place]:
    """Return the pages that the bar shows to a role."""
    return [place for place in PLACES if role in place.roles]
