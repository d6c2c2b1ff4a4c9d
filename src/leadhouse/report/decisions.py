"""Decisions as they were kept, told again: the best sale of each size, and what became of every campaign."""

from uuid import UUID

from leadhouse.allocate.choosing.explain import Verdict, question_of, sales_of, story_of
from leadhouse.allocate.queries import decisions_of as stored_decisions_of
from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import WHOLE, Offer, Scenario, rounded
from leadhouse.parties.types import Market
from leadhouse.report.story_types import CampaignTold, DecisionTold, ScenarioTold

# Behind every margin there can be: what could not have won at any price.
_FARTHEST = 10**18


def decisions_of(lead_id: UUID, market: Market) -> list[DecisionTold]:
    """Return every decision about a lead, oldest first, in the words of the market as it is now."""
    return [_told(stored, market) for stored in stored_decisions_of(lead_id)]


def _told(stored: StoredDecision, market: Market) -> DecisionTold:
    offers = {one.campaign_id: one for one in question_of(stored, market).offers}
    campaigns = [
        _campaign(one, offers.get(one.campaign_id), market)
        for one in story_of(stored, market)
        if one.campaign_id in market.campaigns
    ]
    return DecisionTold(
        run=stored.run,
        round=stored.round,
        at=stored.at,
        market_revision=stored.market_revision,
        outcome=stored.outcome,
        reason=stored.reason,
        method=stored.method.value,
        funnel=stored.funnel,
        chosen=stored.sale_size,
        scenarios=tuple(_scenario(one, market) for one in sales_of(stored, market)),
        campaigns=tuple(sorted(campaigns, key=_nearest_first)),
        pacing=stored.pacing,
        otherwise=_otherwise(stored, market),
    )


def _otherwise(stored: StoredDecision, market: Market) -> ScenarioTold | None:
    sale = stored.other_sale()
    if sale is None:
        return None
    keys = (market.campaigns[one].key for one, _ in sale.winners if one in market.campaigns)
    return ScenarioTold(sale.size, sale.value_minor, sale.price_minor, tuple(keys))


def _scenario(one: Scenario, market: Market) -> ScenarioTold:
    keys = tuple(market.campaigns[winner].key for winner in one.winners)
    adjusted = rounded(one.adjusted) if one.kept_back else None
    return ScenarioTold(one.size, rounded(one.value), one.price_minor, keys, adjusted)


def _campaign(verdict: Verdict, offer: Offer | None, market: Market) -> CampaignTold:
    campaign = market.campaigns[verdict.campaign_id]
    margin = verdict.margin
    return CampaignTold(
        campaign=campaign.key,
        company=market.companies[campaign.company_id].key,
        price_minor=verdict.price_minor,
        refusal=verdict.refusal.value if verdict.refusal else None,
        size=margin.size if margin else None,
        more_minor=margin.more_minor if margin else None,
        rejection_rate=1 - offer.keep / WHOLE if offer else 0.0,
        shadow_price=offer.shadow_price if offer else 0.0,
        place=verdict.place.number if verdict.place else None,
        standing=verdict.place.told(market.currency) if verdict.place else None,
    )


def _nearest_first(one: CampaignTold) -> tuple[int, int]:
    """Order winners, then those outbid (nearest first) or in line, then the refused as their gates come."""
    if one.price_minor is not None:
        return 0, one.place or 0
    if one.refusal:
        return 2, 0
    missing = one.more_minor if one.more_minor is not None else one.place
    return 1, _FARTHEST if missing is None else missing
