"""Which campaigns may have a lead by everything but money, and at which gate each of the others fails."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import datetime

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting
from leadhouse.allocate.matching.gates import Gates, Narrowing, Owned
from leadhouse.allocate.matching.openings import Openings
from leadhouse.allocate.matching.refusals import Refusals
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.records import written
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.parties.types import Campaign, Market, OnDuplicate

_NO_GATES = Gates(())


class Index:
    """All campaigns of a market at one revision, ready to be asked lead by lead; it never changes."""

    def __init__(self, market: Market) -> None:
        owned = [_owned(one, market) for one in market.campaigns.values()]
        self.active = BitMap(one.id for one, _ in owned if _is_active(one, market))
        self._by_product = Accepting(_products(owned))
        self._by_company = Accepting(_companies(owned))
        self._gates = {product: Gates(found) for product, found in _by_product(owned).items()}
        self._known_sellers = Sellers(market)
        self.sellers = {one.id: self._known_sellers.of(one) for one, _ in owned}
        # Who conflicts with others beyond its own group.
        self.claiming = BitMap(number for number, one in self.sellers.items() if one.conflicts)
        # Who is asked for its bids.
        self.pinging = BitMap(one.id for one, _ in owned if one.ping)
        self._settle(market)

    def _settle(self, market: Market) -> None:
        """Work out what a market's leads have in common."""
        self.market, self.campaigns = market, market.campaigns
        self.everyone = BitMap(market.campaigns)
        self._bases = {product: self._base(product) for product in market.products}
        self._shared_texts = {
            product: {reason: written(found) for reason, found in refused.items()}
            for product, (_, _, refused) in self._bases.items()
        }

    def _base(self, product: str) -> tuple[BitMap, BitMap, dict[Refusal, BitMap]]:
        """Return the product's campaigns that are active and that are not; the refusals every lead shares."""
        wanted = self.active & self.of_product(product)
        refused = {
            Refusal.INACTIVE: self.everyone - self.active,
            Refusal.OTHER_PRODUCT: self.active - wanted,
        }
        refused = {reason: found for reason, found in refused.items() if found}
        return wanted, self.of_product(product) - wanted, refused

    def edited(self, market: Market, changed: Collection[int]) -> "Index":
        """Return the index of a later market in which these campaigns (see changed_campaigns) are others."""
        gone = [_owned(self.campaigns[one], self.market) for one in changed if one in self.campaigns]
        come = [_owned(market.campaigns[one], market) for one in changed]
        edited = copy(self)
        awake = BitMap(one.id for one, _ in come if _is_active(one, market))
        edited.active = (self.active - BitMap(changed)) | awake
        edited._by_product = self._by_product.edited(_products(gone), _products(come))
        edited._by_company = self._by_company.edited(_companies(gone), _companies(come))
        edited._gates = self._edited_gates(_by_product(gone), _by_product(come))
        edited._known_sellers = self._known_sellers.edited(market)
        sellers = {one.id: edited._known_sellers.of(one) for one, _ in come}
        edited.sellers = self.sellers | sellers
        claiming = BitMap(number for number, one in sellers.items() if one.conflicts)
        edited.claiming = (self.claiming - BitMap(changed)) | claiming
        edited.pinging = (self.pinging - BitMap(changed)) | BitMap(one.id for one, _ in come if one.ping)
        edited._settle(market)
        return edited

    def _edited_gates(
        self, gone: Mapping[str, Collection[Owned]], come: Mapping[str, Collection[Owned]]
    ) -> dict[str, Gates]:
        changed = {
            product: self._gates.get(product, _NO_GATES).edited(gone.get(product, ()), come.get(product, ()))
            for product in {**gone, **come}
        }
        return self._gates | changed

    def shared_refusals(self, product: str) -> Mapping[Refusal, str]:
        """Return, as text, the refusals that every lead of the product has in common."""
        return self._shared_texts[product]

    @property
    def refilling(self) -> list[int]:
        """Return the ids of the products that offer a rejected place again."""
        return [one.id for one in self.market.products.values() if one.refills]

    def groups_duplicates(self, product: str) -> bool:
        """Return whether a further lead of one opportunity follows the first instead of being sold."""
        return self.market.products[product].duplicates.on_duplicate is OnDuplicate.GROUP

    def of_product(self, product: str) -> BitMap:
        """Return all campaigns of a product, active or not."""
        return self._by_product.of(product)

    def of_companies(self, companies: Iterable[int]) -> BitMap:
        """Return all campaigns of these companies."""
        found = [self._by_company.of(one) for one in companies]
        return BitMap.union(*found) if found else NOBODY

    def openings(self, product: str) -> Openings:
        """Return when campaigns of a product are open."""
        return self._gates.get(product, _NO_GATES).openings

    def narrow(self, lead: Lead, now: datetime, over_threshold: BitMap) -> Narrowing:
        """Take the lead through the gates in their order; `over_threshold` are the campaigns beyond it."""
        left, idle, shared = self._bases[lead.product]
        given = self.of_companies(lead.held_by) if lead.held_by else NOBODY
        gates = self._gates.get(lead.product, _NO_GATES)
        passed = gates.narrow(left, lead, now, idle=idle, over_threshold=over_threshold, given=given)
        return Narrowing(passed[-1][1], Refusals(shared, left, passed))


def changed_campaigns(before: Market, after: Market) -> list[int]:
    """Return the campaigns that are new or other than before, by themselves, their company or product."""
    companies = {key for key, one in after.companies.items() if _differs(one, before.companies.get(key))}
    products = {key for key, one in after.products.items() if _differs(one, before.products.get(key))}
    return [
        number
        for number, one in after.campaigns.items()
        if one.company_id in companies
        or one.product in products
        or _differs(one, before.campaigns.get(number))
    ]


def _differs(one: object, other: object) -> bool:
    # What was not edited is the same object; comparing all of a large market would take long.
    return one is not other and one != other


def _is_active(campaign: Campaign, market: Market) -> bool:
    product = market.products.get(campaign.product)
    return (
        campaign.is_active
        and not market.companies[campaign.company_id].is_closed
        and product is not None
        and not product.is_closed
    )


def _owned(campaign: Campaign, market: Market) -> Owned:
    return campaign, market.companies[campaign.company_id]


def _products(owned: Iterable[Owned]) -> list[tuple[int, tuple[str]]]:
    return [(one.id, (one.product,)) for one, _ in owned]


def _companies(owned: Iterable[Owned]) -> list[tuple[int, tuple[int]]]:
    return [(one.id, (one.company_id,)) for one, _ in owned]


def _by_product(owned: Iterable[Owned]) -> dict[str, list[Owned]]:
    found: defaultdict[str, list[Owned]] = defaultdict(list)
    for one in owned:
        found[one[0].product].append(one)
    return found
