"""The pages of the bar at the top, in their order, each with the roles that see it."""

from dataclasses import dataclass

from leadhouse.parties.types import Role
from leadhouse.web.console.access import BUYERS, SOURCES, STAFF


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


OPERATORS, OWNERS = frozenset({Role.OPERATOR}), frozenset({Role.COMPANY_OWNER})
_COMPANIES = (
    "market-companies",
    "market-add-company",
    "market-company",
    "market-edit-company",
    "market-pay-in",
    "market-take-back",
    "market-campaign",
    "market-add-campaign",
    "market-edit-campaign",
)
_SOURCES = ("market-sources", "market-add-source", "market-source", "market-edit-source")
_PRODUCTS = ("market-products", "market-add-product", "market-product", "market-edit-product")
PLACES = (
    Place("Today", "layout-dashboard", ("overview",), STAFF),
    Place(
        "Leads",
        "list-details",
        ("leads", "lead", "batches", "batch", "correct-lead", "give-back", "erase-person"),
        STAFF,
    ),
    Place("Companies", "building", _COMPANIES, STAFF),
    Place("Sources", "inbox", _SOURCES, STAFF),
    Place("Products", "checklist", _PRODUCTS, STAFF),
    Place("Market", "code", ("market-text", "market-edit-market"), STAFF),
    Place("People", "user", ("people", "invite", "person", "change-person"), OPERATORS),
    Place("Changes", "history", ("audit",), STAFF),
    Place("Leads", "list-details", ("bought-leads", "bought-lead"), BUYERS),
    Place("Feedback", "checklist", ("feedback-files", "feedback-file"), BUYERS),
    Place("Campaigns", "calendar", ("own-campaigns", "own-campaign"), OWNERS),
    Place("Wallet", "coin", ("wallet", "invoice"), OWNERS),
    Place("Posts", "list-details", ("posts", "post"), SOURCES),
    Place("Payouts", "coin", ("payouts",), SOURCES),
    Place("Keys", "lock", ("source-keys",), SOURCES),
    Place("Keys", "lock", ("company-keys",), OWNERS),
    Place("People", "user", ("colleagues", "change-colleague"), OWNERS),
)


def places_of(role: Role) -> list[Place]:
    """Return the pages that the bar shows to a role."""
    return [place for place in PLACES if role in place.roles]
