"""Small markets for the tests of allocation, in the nouns that the stages read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.types import Lead
from leadhouse.kit.hours import WeekHours, parse_hours
from leadhouse.parties.fields import catalogue
from leadhouse.parties.types import (
    Area,
    Campaign,
    Cap,
    CapPeriod,
    CapUnit,
    Company,
    Distribution,
    Duplicates,
    Market,
    Method,
    MethodKind,
    Payout,
    Plan,
    Product,
    Source,
    Thresholds,
    WalletMode,
)
from leadhouse.rules import Rule, parse
from leadhouse.timeline.types import AnswerStage

NEW_YORK = ZoneInfo("America/New_York")
# A Wednesday, 10:00 in New York.
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)

PRODUCT = Product(
    id=1,
    key="roofing",
    name="Roofing",
    required=(),
    fields={},
    duplicates=Duplicates(),
    sale_sizes=(1, 2, 3, 4),
    floor=500,
    patience=timedelta(hours=72),
    flow=(),
    distribution=Distribution.BEST_REVENUE,
    carrier_exclusive=False,
)
SOURCE = Source(
    id=1,
    key="calculator",
    name="Calculator",
    products=("roofing",),
    channel="Web Forms",
    criteria=None,
    payout=Payout(amount=1_000, percent=Decimal(0)),
    answer=AnswerStage.QUALIFIED,
    answer_timeout=timedelta(seconds=2),
    notify=None,
    caps=(),
    rate_per_minute=None,
)


def company(number: int, **changes: object) -> Company:
    """A company in New York that is always open and may spend 1,000.00."""
    plain = Company(
        id=number,
        key=f"company-{number:05d}",
        name=f"Company {number}",
        zone=NEW_YORK,
        hours=None,
        conflict_group=None,
        carriers=frozenset(),
        services=frozenset(),
        plan=Plan.BASIC,
        locations=(),
        wallet_mode=WalletMode.CREDIT,
        wallet_limit=100_000,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def campaign(number: int, company_id: int | None = None, **changes: object) -> Campaign:
    """A campaign for everything, of the company of its number: 60.00 exclusive, 35.00 to 20.00 shared."""
    plain = Campaign(
        id=number,
        key=f"campaign-{number:05d}",
        company_id=number if company_id is None else company_id,
        product="roofing",
        is_active=True,
        bids={1: 6_000, 2: 3_500, 3: 2_500, 4: 2_000},
        bid_rules=(),
        where=None,
        only_sources=frozenset(),
        never_sources=frozenset(),
        criteria=None,
        classifications=None,
        schedule=None,
        caps=(),
        rejection_window=timedelta(hours=48),
        weight=1,
        priority=0,
        methods=(Method(MethodKind.PORTAL),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def market(
    campaigns: Iterable[Campaign],
    companies: Iterable[Company] | None = None,
    products: Iterable[Product] = (PRODUCT,),
    sources: Iterable[Source] = (SOURCE,),
    thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
    revision: int = 1,
) -> Market:
    """A market of these campaigns; companies that are not given are made."""
    campaigns = list(campaigns)
    known = {one.id: one for one in companies or ()}
    for one in campaigns:
        known.setdefault(one.company_id, company(one.company_id))
    return Market(
        revision=revision,
        name="Test",
        zone=NEW_YORK,
        currency="USD",
        thresholds=thresholds,
        products={one.key: one for one in products},
        sources={one.key: one for one in sources},
        companies=known,
        campaigns={one.id: one for one in campaigns},
    )


def lead(facts: Mapping[str, object] | None = None, **changes: object) -> Lead:
    """A roofing lead from Rawlins, Wyoming, with a verified phone, received now."""
    known = {"postal_code": "82301", "country": "US", "state": "WY"} if facts is None else facts
    plain = Lead(
        id=UUID(int=1),
        product="roofing",
        source="calculator",
        classification=5,
        contact_requests=None,
        received_at=NOW,
        spot=spot_of(known),
        facts=known,
    )
    return structs.replace(plain, **changes)  # type: ignore[arg-type]


def rule(*conditions: Mapping[str, object], combinator: str = "and", product: Product = PRODUCT) -> Rule:
    """A rule over what can be asked about a lead."""
    return parse({"combinator": combinator, "rules": list(conditions)}, catalogue(product))


def hours(*weekdays: str, at: str = "09:00-17:00") -> WeekHours:
    return parse_hours({day: [at] for day in weekdays})


def weekdays(at: str = "09:00-17:00") -> WeekHours:
    return hours("mon", "tue", "wed", "thu", "fri", at=at)


def count(limit: int, period: CapPeriod = CapPeriod.DAY) -> Cap:
    return Cap(period, CapUnit.COUNT, limit)


def money(limit: int, period: CapPeriod = CapPeriod.DAY) -> Cap:
    return Cap(period, CapUnit.MONEY, limit)


def area(**parts: object) -> Area:
    """An area; lists become sets."""
    return Area(
        **{name: frozenset(value) if isinstance(value, list) else value for name, value in parts.items()}
    )  # type: ignore[arg-type]
