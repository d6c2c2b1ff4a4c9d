"""What a decision would have come to had one campaign bid otherwise: the same search over the kept inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from leadhouse.allocate.choosing.explain import Question, question_of
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.queries import decisions_of
from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import WHOLE, Offer, Refusal, rounded
from leadhouse.parties.types import Campaign, Distribution, Market
from leadhouse.report.story_types import ScenarioTold

# A campaign that was refused for its bid alone takes part once it bids enough.
_FOR_ITS_BID = frozenset({Refusal.NO_BID, Refusal.BELOW_FLOOR})


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would have been sold; `before` and `after` are None where nobody would have bought.

    `refusal` says why a bid of the campaign would have changed nothing, whatever it is; then both are equal.
    """

    campaign: str
    size: int
    price_minor: int
    before: ScenarioTold | None
    after: ScenarioTold | None
    refusal: Refusal | None = None

    @property
    def wins(self) -> bool:
        return self.after is not None and self.campaign in self.after.campaigns

    @property
    def more_minor(self) -> int:
        """Return by how much the expected revenue would have been more, less than nothing for less."""
        return (self.after.expected_minor if self.after else 0) - (
            self.before.expected_minor if self.before else 0
        )


def what_if(
    lead_id: UUID, number: int, campaign_key: str, bids: Mapping[int, int], market: Market
) -> WhatIf | None:
    """Return what the lead's decision (0 the first) would have come to with these bids (size → minor units).

    None when there is no such decision or campaign, or bids did not decide it. Nothing is written.
    """
    decisions = decisions_of(lead_id)
    campaign = next((one for one in market.campaigns.values() if one.key == campaign_key), None)
    if not 0 <= number < len(decisions) or campaign is None:
        return None
    stored = decisions[number]
    if stored.method is not Distribution.BEST_REVENUE:
        return None
    question = question_of(stored, market)
    size, price = next(iter(bids.items()))
    before = _told(question, market)
    refusal = _refusal(stored, campaign)
    if refusal:
        return WhatIf(campaign_key, size, price, before, before, refusal)
    after = _told(_asked(question, campaign, bids, market), market)
    return WhatIf(campaign_key, size, price, before, after)


def _refusal(stored: StoredDecision, campaign: Campaign) -> Refusal | None:
    for reason, campaigns in stored.refused().items():
        if campaign.id in campaigns and reason not in _FOR_ITS_BID:
            return reason
    return None


def _asked(question: Question, campaign: Campaign, bids: Mapping[int, int], market: Market) -> Question:
    known = {one.campaign_id: one for one in question.offers}
    own = known.get(campaign.id) or _fresh(campaign, market)
    prices = {size: price for size, price in {**own.prices, **bids}.items() if price >= question.floor}
    others = tuple(one for one in question.offers if one.campaign_id != campaign.id)
    return replace(question, offers=(*others, replace(own, prices=prices)) if prices else others)


def _fresh(campaign: Campaign, market: Market) -> Offer:
    """Return a campaign without a bid, as if nothing of its were ever sent back."""
    seller = Sellers(market).of(campaign)
    return Offer(
        campaign_id=campaign.id,
        company_id=seller.company_id,
        key=seller.key,
        group=seller.group,
        keep=WHOLE,
        prices={},
        conflicts=seller.conflicts,
    )


def _told(question: Question, market: Market) -> ScenarioTold | None:
    chosen = question.chosen()
    if chosen is None:
        return None
    keys = tuple(market.campaigns[winner].key for winner in chosen.winners)
    return ScenarioTold(chosen.size, rounded(chosen.value), chosen.price_minor, keys)
