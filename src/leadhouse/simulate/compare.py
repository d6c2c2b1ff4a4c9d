"""Two runs side by side: what one of them earned, spent and won more than the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from leadhouse.parties.types import Market
from leadhouse.simulate.changes import Raise
from leadhouse.simulate.figures import CampaignFigures, Figures
from leadhouse.simulate.told import Told

_NOTHING = CampaignFigures("")


@dataclass(frozen=True, slots=True)
class CampaignDifference:
    """How many more leads a campaign got, and how much more it spent in minor units."""

    campaign: str
    leads: int
    spend_minor: int


@dataclass(frozen=True, slots=True)
class Displaced:
    """How many of the leads that another won a campaign had before, and what it had paid for them."""

    campaign: str
    leads: int
    spend_minor: int


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What one campaign would have won with other bids.

    `won` and `lost` count leads it has in one run only; `revenue_minor` is what all leads bring more.
    """

    campaign: str
    raised_minor: int
    leads_before: int
    leads_after: int
    won: int
    lost: int
    spend_minor: int
    revenue_minor: int
    displaced: tuple[Displaced, ...]

    @property
    def price_of_more_minor(self) -> float | None:
        """Return what each lead more costs the campaign, minor units; None without any."""
        more = self.leads_after - self.leads_before
        return self.spend_minor / more if more > 0 else None


def campaign_differences(base: Figures, other: Figures) -> list[CampaignDifference]:
    """Return the campaigns that fared differently, the largest difference in money first."""
    found = [
        CampaignDifference(
            key,
            other.campaigns.get(key, _NOTHING).leads - base.campaigns.get(key, _NOTHING).leads,
            other.campaigns.get(key, _NOTHING).spend_minor - base.campaigns.get(key, _NOTHING).spend_minor,
        )
        for key in {**base.campaigns, **other.campaigns}
    ]
    changed = (one for one in found if one.leads or one.spend_minor)
    return sorted(changed, key=lambda one: (-abs(one.spend_minor), one.campaign))


def counterfactual(base: Told, other: Told, market: Market, more: Raise) -> Counterfactual:
    """Return what a campaign won and whom it displaced; both runs have the same leads and numbers."""
    own = next(one.id for one in market.campaigns.values() if one.key == more.campaign)
    before, after = _prices(base, own), _prices(other, own)
    won = after.keys() - before.keys()
    return Counterfactual(
        campaign=more.campaign,
        raised_minor=more.amount_minor,
        leads_before=len(before),
        leads_after=len(after),
        won=len(won),
        lost=len(before.keys() - after.keys()),
        spend_minor=sum(after.values()) - sum(before.values()),
        revenue_minor=_revenue(other) - _revenue(base),
        displaced=_displaced(base, other, won, market),
    )


def _prices(told: Told, campaign_id: int) -> dict[UUID, int]:
    """Return what a campaign paid for each lead that it got."""
    won = ((lead_id, one.winners.get(campaign_id)) for lead_id, one in told.leads.items())
    return {lead_id: price for lead_id, price in won if price is not None}


def _revenue(told: Told) -> int:
    return sum(sum(one.winners.values()) for one in told.leads.values())


def _displaced(base: Told, other: Told, won: Iterable[UUID], market: Market) -> tuple[Displaced, ...]:
    leads: Counter[int] = Counter()
    spend: Counter[int] = Counter()
    for lead_id in won:
        before, after = base.leads[lead_id].winners, other.leads[lead_id].winners
        for campaign_id in before.keys() - after.keys():
            leads[campaign_id] += 1
            spend[campaign_id] += before[campaign_id]
    found = (Displaced(market.campaigns[one].key, leads[one], spend[one]) for one in leads)
    return tuple(sorted(found, key=lambda one: (-one.leads, one.campaign)))
