"""How a product's budgets are paced: what was earned and would have been, and where each campaign stands."""

from collections.abc import Iterator
from datetime import datetime

from leadhouse.allocate.pacing.days import Spent
from leadhouse.allocate.pacing.pacer import Pace, Pacer
from leadhouse.allocate.steering import queries as steering
from leadhouse.allocate.steering.step import paced_products, spending
from leadhouse.parties.types import Campaign, Market, Product
from leadhouse.report.pacing_types import CampaignPace, PacedProduct
from leadhouse.report.queries import pacing_figures


def paced(market: Market, since: datetime, now: datetime) -> list[PacedProduct]:
    """Return every product that is paced, also in the shadow, with its figures since an instant."""
    figures = {(one.product_id, one.pacing): one for one in pacing_figures(since)}
    return [
        PacedProduct(
            product=one.key,
            pacing=one.pacing.value,
            figures=figures.get((one.id, one.pacing.value)),
            campaigns=tuple(_campaigns(one, market, now)),
        )
        for one in paced_products(market)
    ]


def _campaigns(product: Product, market: Market, now: datetime) -> Iterator[CampaignPace]:
    pacer = Pacer(market, product.key, steering.paces(product.id))
    spent = spending(product, pacer, market, now)
    for one in pacer.paces:
        yield _campaign(pacer.campaigns[one.campaign_id], one, spent.get(one.campaign_id, Spent()), now)


def _campaign(campaign: Campaign, pace: Pace, spent: Spent, now: datetime) -> CampaignPace:
    budget = pace.day.budget(campaign.caps, spent)
    return CampaignPace(
        campaign=campaign.key,
        shadow_price=pace.shadow_price,
        spent_minor=spent.money,
        budget_minor=None if budget.money is None else round(budget.money),
        leads=spent.count,
        most_leads=None if budget.leads is None else round(budget.leads, 1),
        used=budget.used(spent.money, spent.count),
        planned=pace.day.planned(now),
    )
