"""Who stands behind each campaign, with one conflict bitmap per company."""

from dataclasses import dataclass

from leadhouse.parties.types import Campaign, Company, Market


@dataclass(frozen=True, slots=True)
class Seller:
    """Who stands behind a campaign: two of one `group`, or whose `conflicts` meet, never share a lead.

    `conflicts` is a bitmap of what the company has alone in a sale where carriers are exclusive: its conflict
    group and each of its carriers; 0 where only the group decides. Two of one group claim nothing, or
    something in common.
    """

    company_id: int
    key: str
    group: str
    conflicts: int


class Sellers:
    """The sellers of a market; all that are asked of one of these number groups and carriers alike."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._numbers: dict[tuple[str, str], int] = {}
        self._conflicts: dict[int, int] = {}

    def edited(self, market: Market) -> "Sellers":
        """Return the sellers of a later market, whose bitmaps go with those of this one."""
        edited = Sellers(market)
        edited._numbers = self._numbers
        before = self._market.companies
        edited._conflicts = {
            number: known
            for number, known in self._conflicts.items()
            if market.companies[number] is before[number]
        }
        return edited

    def of(self, campaign: Campaign) -> Seller:
        """Return who stands behind a campaign."""
        company = self._market.companies[campaign.company_id]
        is_exclusive = self._market.products[campaign.product].carrier_exclusive
        return Seller(company.id, campaign.key, _group(company), self._bitmap(company) if is_exclusive else 0)

    def _bitmap(self, company: Company) -> int:
        known = self._conflicts.get(company.id)
        if known is None:
            alone = [("carrier", one) for one in sorted(company.carriers)]
            if company.conflict_group:
                alone.append(("group", company.conflict_group))
            known = sum(1 << self._numbers.setdefault(one, len(self._numbers)) for one in alone)
            self._conflicts[company.id] = known
        return known


def _group(company: Company) -> str:
    # The two kinds of group are kept apart: a company's key may also be a conflict group's name.
    return f"group {company.conflict_group}" if company.conflict_group else f"company {company.key}"
