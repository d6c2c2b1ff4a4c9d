"""Which company has which consumer, and who has which opportunity."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from leadhouse.allocate.types import Taken


class Opportunity(NamedTuple):
    """One chance to earn: all leads of a consumer for a product within its window have the same number."""

    consumer_id: int
    product: str
    number: int


class _Holding(Struct, frozen=True):
    lead_id: UUID
    until: datetime


class _Holder(Struct, frozen=True):
    lead_id: UUID
    taken: Taken


class Memory:
    """What a company may not get again, and whom a grouped duplicate follows."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str], dict[int, _Holding]] = {}
        self._holders: defaultdict[Opportunity, list[_Holder]] = defaultdict(list)
        self._followers: set[UUID] = set()

    def hold(
        self, consumer_id: int, product: str, company_ids: Iterable[int], lead_id: UUID, until: datetime
    ) -> None:
        """Note that companies have a consumer by this lead until then."""
        fresh = dict.fromkeys(company_ids, _Holding(lead_id, until))
        self._held.setdefault((consumer_id, product), {}).update(fresh)

    def let_go(self, consumer_id: int, product: str, company_id: int, lead_id: UUID) -> None:
        """Forget that a company has a consumer by this lead."""
        held = self._held.get((consumer_id, product), {})
        if company_id in held and held[company_id].lead_id == lead_id:
            del held[company_id]

    def held(self, consumer_id: int, product: str, now: datetime) -> set[int]:
        """Return the companies that have the consumer."""
        held = self._held.get((consumer_id, product))
        return {company_id for company_id, one in held.items() if one.until > now} if held else set()

    def take(self, opportunity: Opportunity, lead_id: UUID, taken: Taken) -> None:
        """Note who has an opportunity, and by which lead."""
        self._holders[opportunity].append(_Holder(lead_id, taken))

    def lose(self, opportunity: Opportunity, lead_id: UUID, company_id: int) -> None:
        """Forget that a company has an opportunity by this lead."""
        holders = self._holders[opportunity]
        holders[:] = [one for one in holders if (one.lead_id, one.taken.company_id) != (lead_id, company_id)]

    def follow(self, lead_id: UUID) -> None:
        """Note that a lead went, for nothing, to those who had its opportunity."""
        self._followers.add(lead_id)

    def has_followed(self, lead_id: UUID) -> bool:
        """Return whether the lead went to those who had its opportunity."""
        return lead_id in self._followers

    def holders(self, opportunity: Opportunity, lead_id: UUID, *, was_offered: bool) -> tuple[Taken, ...]:
        """Return who has the opportunity by other leads, the first of each company.

        For a lead that was offered before, by those leads only that were sold, not by what followed them.
        """
        found: dict[int, Taken] = {}
        for one in self._holders.get(opportunity, ()):
            if one.lead_id != lead_id and not (was_offered and one.lead_id in self._followers):
                found.setdefault(one.taken.company_id, one.taken)
        return tuple(found.values())
