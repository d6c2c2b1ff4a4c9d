"""Which campaigns may have a lead by everything but money, and the first gate that each of the others fails.

Every campaign is one conjunction of accept sets, so `value → the campaigns that accept it` and one AND per
attribute is exact; campaigns without a wish accept every value. Only property rules, and radii for leads that
came with coordinates, are asked campaign by campaign, of those that are left.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pyroaring import BitMap

from leadhouse.allocate.matching.area_index import AreaIndex
from leadhouse.allocate.matching.openings import Openings
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.records import written
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.parties.types import Campaign, Market, OnDuplicate

K = TypeVar("K", bound=Hashable)
_CLASSES = range(8)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The campaigns that pass every gate but money, those closed now among the rest, and who failed where."""

    passing: BitMap
    refused: Mapping[Refusal, BitMap]

    @property
    def closed(self) -> BitMap:
        """Return the campaigns whose first failing gate is the contact window."""
        return self.refused.get(Refusal.CLOSED_NOW, BitMap())


class Index:
    """All campaigns of a market at one revision, ready to be asked lead by lead."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.campaigns = market.campaigns
        campaigns = list(market.campaigns.values())
        self.everyone = BitMap(market.campaigns)
        self.active = BitMap(one.id for one in campaigns if _is_active(one, market))
        self._by_product = _grouped((one.product, one.id) for one in campaigns)
        self._by_company = _grouped((one.company_id, one.id) for one in campaigns)
        self._bases = {product: self._base(product) for product in market.products}
        self._shared_texts = {
            product: {reason: written(found) for reason, found in refused.items()}
            for product, (_, refused) in self._bases.items()
        }
        self._area = AreaIndex(campaigns)
        self._sources, self._any_source = _sources(campaigns, market.sources)
        self._classes, self._any_class = _classes(campaigns)
        self._with_rules = BitMap(one.id for one in campaigns if one.criteria)
        self.openings = Openings(campaigns, market.companies)
        sellers = Sellers(market)
        self.sellers = {one.id: sellers.of(one) for one in campaigns}

    def _base(self, product: str) -> tuple[BitMap, dict[Refusal, BitMap]]:
        """Return the product's active campaigns, and the refusals of all others, which every lead shares."""
        wanted = self.active & self._by_product.get(product, BitMap())
        refused = {
            Refusal.INACTIVE: self.everyone - self.active,
            Refusal.OTHER_PRODUCT: self.active - wanted,
        }
        return wanted, {reason: found for reason, found in refused.items() if found}

    def shared_refusals(self, product: str) -> Mapping[Refusal, str]:
        """Return, as text, the refusals that every lead of the product has in common."""
        return self._shared_texts[product]

    def groups_duplicates(self, product: str) -> bool:
        """Return whether a further lead of one opportunity follows the first instead of being sold."""
        return self.market.products[product].duplicates.on_duplicate is OnDuplicate.GROUP

    def of_companies(self, companies: Iterable[int]) -> BitMap:
        """Return all campaigns of these companies."""
        return BitMap.union(
            BitMap(), *(self._by_company[one] for one in companies if one in self._by_company)
        )

    def narrow(self, lead: Lead, now: datetime, over_threshold: BitMap) -> Narrowing:
        """Take the lead through the gates in their order; `over_threshold` are the campaigns beyond it."""
        left, shared = self._bases[lead.product]
        refused = dict(shared)
        for reason, accepting in (
            (Refusal.OUT_OF_AREA, self._area.covering(lead.spot, left)),
            (Refusal.SOURCE, self._sources.get(lead.source, self._any_source)),
        ):
            left = _pass(left, left & accepting, reason, refused)
        left = _pass(left, self._matching(left, lead.facts), Refusal.PROPERTIES, refused)
        classes = self._classes.get(lead.classification, self._any_class)
        left = _pass(left, left & classes, Refusal.CLASSIFICATION, refused)
        left = _pass(left, left - over_threshold, Refusal.THRESHOLD, refused)
        left = _pass(left, left & self.openings.open_at(now), Refusal.CLOSED_NOW, refused)
        if lead.held_by:
            left = _pass(left, left - self.of_companies(lead.held_by), Refusal.ALREADY_GIVEN, refused)
        return Narrowing(left, refused)

    def _matching(self, left: BitMap, facts: Mapping[str, object]) -> BitMap:
        """Return the campaigns whose property rules the lead's facts fulfil."""
        asked = left & self._with_rules
        failing = []
        for campaign_id in asked:
            rule = self.campaigns[campaign_id].criteria
            if rule is not None and not rule.matches(facts):
                failing.append(campaign_id)
        return left - BitMap(failing) if failing else left


def _pass(left: BitMap, passing: BitMap, reason: Refusal, refused: dict[Refusal, BitMap]) -> BitMap:
    if len(passing) != len(left):
        refused[reason] = left - passing
    return passing


def _is_active(campaign: Campaign, market: Market) -> bool:
    product = market.products.get(campaign.product)
    return (
        campaign.is_active
        and not market.companies[campaign.company_id].is_closed
        and product is not None
        and not product.is_closed
    )


def _grouped(pairs: Iterable[tuple[K, int]]) -> dict[K, BitMap]:
    ids: defaultdict[K, list[int]] = defaultdict(list)
    for key, campaign_id in pairs:
        ids[key].append(campaign_id)
    return {key: BitMap(found) for key, found in ids.items()}


def _sources(campaigns: list[Campaign], sources: Iterable[str]) -> tuple[dict[str, BitMap], BitMap]:
    """Return who accepts each source, and who accepts one that nobody named."""
    wide = BitMap(one.id for one in campaigns if not one.only_sources)
    only = _grouped((source, one.id) for one in campaigns for source in one.only_sources)
    never = _grouped((source, one.id) for one in campaigns for source in one.never_sources)
    named = {*sources, *only, *never}
    accepting = {key: (wide | only.get(key, BitMap())) - never.get(key, BitMap()) for key in named}
    return accepting, wide


def _classes(campaigns: list[Campaign]) -> tuple[dict[int | None, BitMap], BitMap]:
    """Return who accepts each classification, and who accepts an unclassified lead."""
    wide = BitMap(one.id for one in campaigns if one.classifications is None)
    chosen = _grouped((number, one.id) for one in campaigns for number in one.classifications or ())
    return {number: wide | chosen.get(number, BitMap()) for number in _CLASSES}, wide
