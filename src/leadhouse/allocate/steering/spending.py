"""What campaigns have spent, as pacing asks for it: of their day, and before it of their longer caps."""

from collections.abc import Iterable
from datetime import datetime

from leadhouse.allocate import queries as allocate
from leadhouse.allocate.pacing.days import Spent
from leadhouse.allocate.pacing.tally import Tally
from leadhouse.allocate.steering import queries
from leadhouse.kit import periods
from leadhouse.parties.types import Campaign, Cap, CapUnit, Market


def spent(campaigns: Iterable[Campaign], market: Market, now: datetime) -> dict[int, Spent]:
    """Return what these campaigns spent; those without a sale in their caps' periods may be left out."""
    asked = {one.id: one for one in campaigns}
    today = queries.spent_since(
        (one.id, one.company_id, periods.day(market.companies[one.company_id].zone, now).start)
        for one in asked.values()
    )
    used = {
        (one.key.campaign_id, one.key.period, one.key.unit): one.used for one in allocate.windows(asked, now)
    }
    nothing = queries.Spending(0, 0, 0)
    return {one.id: _spent(one, today.get(one.id, nothing), used) for one in asked.values()}


def _spent(campaign: Campaign, today: queries.Spending, used: dict[tuple[int, str, str], int]) -> Spent:
    def before(cap: Cap) -> int:
        in_all = used.get((campaign.id, cap.period, cap.unit), 0)
        return max(0, in_all - (today.money if cap.unit is CapUnit.MONEY else today.leads))

    return Spent(today.money, today.leads, {cap: before(cap) for cap in campaign.caps})


def shadow_tally(campaign_ids: Iterable[int], market: Market, now: datetime) -> Tally:
    """Return what campaigns would have spent in the periods that hold this instant."""
    zones = {market.companies[market.campaigns[one].company_id].zone for one in campaign_ids}
    starts = [of(zone, now).start for zone in zones for of in (periods.week, periods.month)]
    tally = Tally(market)
    for one in queries.shadow_days(campaign_ids, min(starts, default=now)):
        tally.put(one.campaign_id, one.starts_at, one.money, one.leads)
    return tally
