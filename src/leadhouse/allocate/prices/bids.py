"""What a campaign bids for a lead, per sale size: the most specific rule that names the size wins."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from leadhouse.allocate.matching.geography import Level, level_of
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.parties.types import BidRule, Campaign


@lru_cache(maxsize=1_024)
def sale_sizes(offered: tuple[int, ...], contact_requests: int | None) -> tuple[int, ...]:
    """Return the product's sale sizes that the consumer allows; without a valid wish, all of them."""
    if contact_requests is None or contact_requests < 1:
        return tuple(sorted(offered))
    return tuple(size for size in sorted(offered) if size <= contact_requests)


def prices(campaign: Campaign, lead: Lead, sizes: Sequence[int], floor: int) -> dict[int, int] | Refusal:
    """Return the campaign's bids at or above the floor, minor units by size, or why it has none."""
    bids = _bids(campaign, lead, sizes) if campaign.bid_rules else campaign.bids
    return at_least(floor, bids, sizes)


def at_least(floor: int, bids: Mapping[int, int], sizes: Iterable[int]) -> dict[int, int] | Refusal:
    """Return the bids for these sizes at or above the floor, minor units by size, or why there are none."""
    found = {size: bids[size] for size in sizes if size in bids}
    high_enough = {size: price for size, price in found.items() if price >= floor}
    if high_enough:
        return high_enough
    return Refusal.BELOW_FLOOR if found else Refusal.NO_BID


def _bids(campaign: Campaign, lead: Lead, sizes: Sequence[int]) -> Mapping[int, int]:
    ranked = ((_level(rule, lead), rule.bids) for rule in campaign.bid_rules)
    # The sort is stable: at one level the first in the file stays first.
    applying = sorted(((level, bids) for level, bids in ranked if level is not None), key=lambda one: one[0])
    found: dict[int, int] = {}
    for bids in [*(bids for _, bids in applying), campaign.bids]:
        for size in sizes:
            if size in bids:
                found.setdefault(size, bids[size])
    return found


def _level(rule: BidRule, lead: Lead) -> Level | None:
    """Return how specifically the rule speaks about this lead; None unless all its parts hold."""
    levels = []
    if rule.where is not None:
        level = level_of(rule.where, lead.spot)
        if level is None:
            return None
        levels.append(level)
    if rule.sources:
        if lead.source not in rule.sources:
            return None
        levels.append(Level.SOURCE)
    if rule.criteria is not None:
        if not rule.criteria.matches(lead.facts):
            return None
        levels.append(Level.PROPERTY)
    return min(levels, default=Level.ANYWHERE)
