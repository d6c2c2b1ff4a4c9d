"""The statements of pacing, one typed function each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from leadhouse.allocate.pacing.days import Day
from leadhouse.allocate.pacing.pacer import Pace
from leadhouse.kit.periods import Period
from leadhouse.store.run import execute, row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


class Turn(NamedTuple):
    """The turn at a product at this instant, and whether its prices are to be worked out anew."""

    at: datetime
    is_to_resolve: bool


@dataclass(frozen=True, slots=True)
class _Row:
    campaign_id: int
    shadow_price: float
    day_starts_at: datetime
    day_ends_at: datetime
    plan: tuple[float, ...]
    week_share: float
    month_share: float
    spent_minor: int
    spent_count: int
    at: datetime

    def pace(self) -> Pace:
        span = Period(self.day_starts_at, self.day_ends_at)
        day = Day(span, self.plan, self.week_share, self.month_share)
        return Pace(self.campaign_id, self.shadow_price, day, self.spent_minor, self.spent_count, self.at)


class Spending(NamedTuple):
    """What a campaign spent of its day: minor units and leads."""

    campaign_id: int
    money: int
    leads: int


class ShadowDay(NamedTuple):
    """What a campaign would have spent in one of its days: minor units and leads."""

    campaign_id: int
    starts_at: datetime
    money: int
    leads: int


class ShadowSale(NamedTuple):
    """What a campaign would have bought in the day that begins then."""

    campaign_id: int
    starts_at: datetime
    price_minor: int


class ShadowPrice(NamedTuple):
    campaign_id: int
    shadow_price: float


def begin(product_ids: Sequence[int]) -> None:
    """Have these products paced from now on."""
    execute(SQL["begin"], {"product_ids": product_ids})


def take_turn(product_id: int, update: timedelta, resolve: timedelta) -> Turn | None:
    """Take the turn at a product until the commit; None when somebody has it or it is not due.

    An update is due in every period `update` of the clock, working prices out anew after `resolve`.
    """
    params = {
        "product_id": product_id,
        "update_seconds": update.total_seconds(),
        "resolve_seconds": resolve.total_seconds(),
    }
    return row(SQL["take_turn"], params, Turn)


def end_turn(product_id: int, at: datetime, *, is_resolved: bool) -> None:
    """Note when the prices were brought up to date, and that everybody has to read them again."""
    execute(SQL["end_turn"], {"product_id": product_id, "at": at, "is_resolved": is_resolved})


def paces(product_id: int) -> list[Pace]:
    """Return a product's campaigns as they were paced at the last update, in id order."""
    return [one.pace() for one in rows(SQL["paces"], {"product_id": product_id}, _Row)]


def keep(product_id: int, paces: Sequence[Pace], begun: Iterable[Pace]) -> None:
    """Keep all of a product's paces, of which those in `begun` are at a new day."""
    days = [_row(one) for one in begun]
    at_new_day = {one.campaign_id for one in days}
    going_on = [one for one in paces if one.campaign_id not in at_new_day]
    ids = [one.campaign_id for one in paces]
    execute(SQL["drop_paces"], {"product_id": product_id, "campaign_ids": ids})
    execute(SQL["keep_days"], {"product_id": product_id, "days": orjson.dumps(days).decode()})
    params = {
        "campaign_ids": [one.campaign_id for one in going_on],
        "shadow_prices": [one.shadow_price for one in going_on],
        "spent_minor": [one.money for one in going_on],
        "spent_count": [one.count for one in going_on],
        "ats": [one.at for one in going_on],
    }
    execute(SQL["keep_prices"], params)


def _row(one: Pace) -> _Row:
    return _Row(
        campaign_id=one.campaign_id,
        shadow_price=one.shadow_price,
        day_starts_at=one.day.span.start,
        day_ends_at=one.day.span.end,
        plan=one.day.plan,
        week_share=one.day.week,
        month_share=one.day.month,
        spent_minor=one.money,
        spent_count=one.count,
        at=one.at,
    )


def shadow_prices(product_ids: Sequence[int]) -> dict[int, float]:
    """Return the shadow prices (0..1) of these products' campaigns, those of none left out."""
    found = rows(SQL["shadow_prices"], {"product_ids": product_ids}, ShadowPrice)
    return {one.campaign_id: one.shadow_price for one in found}


def spent_since(starts: Iterable[tuple[int, int, datetime]]) -> dict[int, Spending]:
    """Return what campaigns (with their companies) spent since these instants, by campaign."""
    wanted = list(starts)
    params = {
        "campaign_ids": [campaign_id for campaign_id, _, _ in wanted],
        "company_ids": [company_id for _, company_id, _ in wanted],
        "starts": [start for _, _, start in wanted],
    }
    return {one.campaign_id: one for one in rows(SQL["spent_since"], params, Spending)}


def forget_shadow_days(limit: int) -> int:
    """Remove up to `limit` days of shadow spending that count no more; return how many."""
    return execute(SQL["forget_shadow_days"], {"limit": limit})


def shadow_days(campaign_ids: Iterable[int], since: datetime) -> list[ShadowDay]:
    """Return what campaigns would have spent, day by day, since an instant."""
    return rows(SQL["shadow_days"], {"campaign_ids": list(campaign_ids), "since": since}, ShadowDay)


def spend_in_shadow(sales: Sequence[ShadowSale]) -> None:
    """Note what campaigns would have bought."""
    if sales:
        params = {
            "campaign_ids": [one.campaign_id for one in sales],
            "starts": [one.starts_at for one in sales],
            "prices": [one.price_minor for one in sales],
        }
        execute(SQL["spend_in_shadow"], params)
