"""Fifty campaigns with caps of every kind and size, and what must be true of them whatever happened."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from leadhouse.allocate import queries
from leadhouse.allocate.types import Assignment
from leadhouse.billing import queries as billing
from leadhouse.parties.current import market
from leadhouse.parties.types import Campaign
from leadhouse.store.run import database_now, rows
from tests.allocate.allocate_world import campaign, company

KINDS = [(period, unit) for period in ("day", "week", "month") for unit in ("count", "money")]
LIMITS = (0, 1, 2, 7, 50)
CAMPAIGNS = 50
RAISED = 9
ZONES = ("America/New_York", "Pacific/Honolulu", "Pacific/Auckland", "UTC")
# Some buy with what they have paid in.
PREPAID = range(3, CAMPAIGNS, 8)
# Some refuse whatever they are sent.
REFUSING = range(9, CAMPAIGNS, 10)
TAKEN = frozenset({"held", "delivering", "accepted"})
Document = dict[str, object]


def price_of(number: int) -> int:
    """Return what a campaign pays for a lead, in minor units, to however many it is sold."""
    return 1_000 + 37 * number


def limit_of(number: int, kind: int) -> int:
    """Return how many sales a cap allows: one kind of every campaign is tight, the others less so."""
    tight = LIMITS[number // len(KINDS) % len(LIMITS)]
    return tight if kind == number % len(KINDS) else LIMITS[-1] + 7 * kind


def cap(number: int, kind: int, extra: int = 0) -> int | str:
    """Return a cap as the market file has it; money is enough for so many sales and half of one more."""
    sales = limit_of(number, kind) + extra
    minor = sales * price_of(number) + price_of(number) // 2
    return sales if KINDS[kind][1] == "count" else f"{minor // 100}.{minor % 100:02}"


def buyer_of(number: int, deliver: Document, extra: int = 0, **changes: object) -> Document:
    """Return a company with its campaign; `extra` raises all of its caps by so many sales."""
    caps: dict[str, dict[str, int | str]] = {}
    for kind, (period, unit) in enumerate(KINDS):
        caps.setdefault(period, {})[unit] = cap(number, kind, extra)
    bid = f"{price_of(number) // 100}.{price_of(number) % 100:02}"
    bids = dict.fromkeys(("exclusive", "duo", "trio", "quad"), bid)
    key = f"c{number:02}"
    wallet = {"mode": "prepaid", "balance": "0.00"} if number in PREPAID else None
    return company(
        key,
        campaign(key, bids=bids, caps=caps, deliver=[deliver], **changes),
        timezone=ZONES[number % len(ZONES)],
        wallet=wallet or {"mode": "credit", "limit": "100000.00"},
    )


def faults(most_sales: Mapping[int, int], paid_in: Mapping[int, int], rejected: Counter[UUID]) -> list[str]:
    """Tell everything that is wrong: with caps, wallets, the book, and what feedback was credited."""
    given = everyone()
    return [
        *queries.prove(),
        *billing.prove(),
        *_caps(given, most_sales),
        *_wallets(given, paid_in),
        *_credits(given, rejected),
    ]


def everyone() -> list[Assignment]:
    ids = rows("SELECT DISTINCT lead_id FROM allocate_assignment", {}, UUID)
    return [one for found in queries.assignments_of(ids).values() for one in found]


def _caps(given: list[Assignment], most_sales: Mapping[int, int]) -> Iterator[str]:
    """Count every cap anew in its company's calendar; `most_sales` a campaign's caps were ever raised by."""
    counted: Counter[tuple[int, str, str, datetime]] = Counter()
    for one in given:
        if one.status in TAKEN:
            local = one.decided_at.astimezone(_zone(one.campaign_id))
            for period, unit in KINDS:
                key = one.campaign_id, period, unit, _start(period, local)
                counted[key] += 1 if unit == "count" else one.price_minor
    for (campaign_id, period, unit, start), amount in counted.items():
        number, kind = number_of(campaign_id), KINDS.index((period, unit))
        sales = limit_of(number, kind) + most_sales.get(number, 0)
        limit = sales if unit == "count" else sales * price_of(number) + price_of(number) // 2
        if amount > limit:
            yield f"c{number:02}: {amount} of {limit} {unit} in the {period} from {start}"


def _zone(campaign_id: int) -> ZoneInfo:
    configured = market()
    return configured.companies[configured.campaigns[campaign_id].company_id].zone


def _start(period: str, local: datetime) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _wallets(given: list[Assignment], paid_in: Mapping[int, int]) -> Iterator[str]:
    for wallet in billing.balances():
        mine = [one for one in given if one.company_id == wallet.company_id]
        expected = (
            paid_in.get(wallet.company_id, 0),
            sum(one.price_minor for one in mine if one.is_open),
            sum(one.price_minor for one in mine if one.status == "accepted"),
            sum(one.price_minor for one in mine if one.rejected_at),
        )
        shown = wallet.deposits_minor, wallet.held_minor, wallet.charged_minor, wallet.credited_minor
        if shown != expected or wallet.room_minor < 0:
            yield f"wallet of company {wallet.company_id}: {shown} is shown, {expected} expected"


def _credits(given: list[Assignment], rejected: Counter[UUID]) -> Iterator[str]:
    credited = billing.credits_of(one.id for one in given)
    marked = {one.id for one in given if one.rejected_at}
    if not credited.keys() == marked == set(rejected):
        yield f"{len(credited)} credits, {len(marked)} rejected, {len(rejected)} rejections"


def number_of(campaign_id: int) -> int:
    return int(market().campaigns[campaign_id].key.removeprefix("c"))


def with_room() -> list[str]:
    """Return the campaigns that could buy one lead more: no cap is full, there is money, and they want it."""
    now = database_now()
    campaigns = [one for one in market().campaigns.values() if number_of(one.id) not in REFUSING]
    room = billing.room_of(one.company_id for one in campaigns)
    used = {one.key[:3]: one.used for one in queries.windows([one.id for one in campaigns], now)}
    return [
        one.key
        for one in campaigns
        if room.get(one.company_id, 0) >= price_of(number_of(one.id)) and _has_cap_room(one, used)
    ]


def _has_cap_room(one: Campaign, used: Mapping[tuple[int, str, str], int]) -> bool:
    price = price_of(number_of(one.id))
    return all(
        used.get((one.id, cap.period.value, cap.unit.value), 0) + (1 if cap.unit == "count" else price)
        <= cap.limit
        for cap in one.caps
    )
