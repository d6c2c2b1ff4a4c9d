"""The nouns of the market: products, sources, companies, campaigns, as every later stage reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from leadhouse.kit.hours import WeekHours
from leadhouse.rules import Field, Rule
from leadhouse.timeline.types import AnswerStage


class DuplicateMatch(StrEnum):
    ANY = "any"
    ALL = "all"


class DuplicateScope(StrEnum):
    MARKET = "market"
    SOURCE = "source"


class OnDuplicate(StrEnum):
    REFUSE = "refuse"
    GROUP = "group"


class Distribution(StrEnum):
    """How it is chosen who gets a lead, of those that may have it (see docs/distribution.md)."""

    BEST_REVENUE = "best_revenue"
    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    PRIORITY = "priority"
    TERRITORY = "territory"
    SEND_TO_ALL = "send_to_all"
    DISTRIBUTION_CENTRE = "distribution_centre"


class Pacing(StrEnum):
    """How a product's campaigns spend their budgets; `shadow` only writes down what `paced` would do."""

    GREEDY = "greedy"
    PACED = "paced"
    SHADOW = "shadow"


class PayoutKind(StrEnum):
    FIXED = "fixed"
    SHARE = "share"


class CapPeriod(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class CapUnit(StrEnum):
    COUNT = "count"
    MONEY = "money"


class MethodKind(StrEnum):
    HTTP = "http"
    EMAIL = "email"
    PORTAL = "portal"


class WalletMode(StrEnum):
    CREDIT = "credit"
    PREPAID = "prepaid"


class Plan(StrEnum):
    BASIC = "basic"
    PREMIUM = "premium"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The market's performance thresholds; rates are 0..1, None means no limit."""

    max_rejection_rate: float | None = None
    min_acceptance_rate: float | None = None
    from_decisions: int = 0


@dataclass(frozen=True, slots=True)
class Duplicates:
    window: timedelta = timedelta(days=30)
    match: DuplicateMatch = DuplicateMatch.ANY
    keys: tuple[str, ...] = ("email", "phone")
    scope: DuplicateScope = DuplicateScope.MARKET
    on_duplicate: OnDuplicate = OnDuplicate.REFUSE


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step of a product's flow; `options` is the step's part of the market file without `step`."""

    step: str
    options: Mapping[str, object]
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Product:
    id: int
    key: str
    name: str
    required: tuple[str, ...]
    fields: Mapping[str, Field]
    duplicates: Duplicates
    sale_sizes: tuple[int, ...]
    floor: int
    patience: timedelta
    flow: tuple[FlowStep, ...]
    distribution: Distribution
    carrier_exclusive: bool
    pacing: Pacing = Pacing.GREEDY
    bid_deadline: timedelta = timedelta(seconds=1)
    refills: bool = False
    is_closed: bool = False
    groups: Mapping[str, Distribution] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payout:
    """What a source earns: `amount` minor units (fixed) or `percent` of the revenue (share)."""

    kind: PayoutKind = PayoutKind.FIXED
    amount: int = 0
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` (leads, or minor units) in each period of the owner's zone."""

    period: CapPeriod
    unit: CapUnit
    limit: int


@dataclass(frozen=True, slots=True)
class Notify:
    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    id: int
    key: str
    name: str
    products: tuple[str, ...]
    channel: str
    criteria: Rule | None
    payout: Payout
    answer: AnswerStage
    answer_timeout: timedelta
    notify: Notify | None
    caps: tuple[Cap, ...]
    rate_per_minute: int | None
    is_test: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    name: str
    postal_code: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class Radius:
    """A circle; `miles` from the centre in degrees."""

    lat: float
    lon: float
    miles: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where: (states ∪ counties ∪ zips ∪ zip_prefixes, those given), narrowed by countries and by radius.

    `counties` are (state code, kit.places.county_key) pairs; all empty means everywhere. `zips` and their
    prefixes are ZIPs, and where `countries` are named, postal codes of those (kit.places.plain_code).
    """

    states: frozenset[str] = frozenset()
    counties: frozenset[tuple[str, str]] = frozenset()
    zips: frozenset[str] = frozenset()
    zip_prefixes: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    radius: Radius | None = None


@dataclass(frozen=True, slots=True)
class BidRule:
    """Bids (sale size → minor units) for leads in `where`, from `sources`, or matching `criteria`."""

    bids: Mapping[int, int]
    where: Area | None = None
    sources: frozenset[str] = frozenset()
    criteria: Rule | None = None


@dataclass(frozen=True, slots=True)
class AcceptRule:
    """How a buyer's answer is read: a dotted `path`, what it must equal, where reference and reason stand."""

    path: str | None = None
    equals: str | None = None
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One delivery method of a campaign."""

    kind: MethodKind
    url: str = ""
    format: str = "json"
    map: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    accept: AcceptRule | None = None
    timeout: timedelta = timedelta(seconds=10)
    secret: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class BidPing:
    """How a campaign is asked for live bids, and how its answer is read.

    `prices` are paths by sale size, empty for the usual ones; no bid above `most` minor units is believed.
    """

    url: str
    format: str = "json"
    map: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    prices: Mapping[int, str] = field(default_factory=dict)
    reference: str = "id"
    currency: str = "currency"
    timeout: timedelta = timedelta(milliseconds=500)
    most: int = 100_000
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    key: str
    name: str
    zone: ZoneInfo
    hours: WeekHours | None
    conflict_group: str | None
    carriers: frozenset[str]
    services: frozenset[str]
    plan: Plan
    locations: tuple[Location, ...]
    wallet_mode: WalletMode
    wallet_limit: int
    is_closed: bool = False
    # What of its campaigns the company's owners may change themselves: bids, caps, schedule, status.
    buyer_may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A company's lead order, in one of its product's groups or in none.

    `zone`, `hours` come from its company; None hours mean always open. One with a `ping` has no bids of its
    own and is asked for them.
    """

    id: int
    key: str
    company_id: int
    product: str
    is_active: bool
    bids: Mapping[int, int]
    bid_rules: tuple[BidRule, ...]
    where: Area | None
    only_sources: frozenset[str]
    never_sources: frozenset[str]
    criteria: Rule | None
    classifications: frozenset[int] | None
    schedule: WeekHours | None
    caps: tuple[Cap, ...]
    rejection_window: timedelta
    weight: int
    priority: int
    methods: tuple[Method, ...]
    group: str | None = None
    ping: BidPing | None = None


@dataclass(frozen=True, slots=True)
class Market:
    """All that is configured, at one revision; closed parties are kept for old leads, marked closed."""

    revision: int
    name: str
    zone: ZoneInfo
    currency: str
    thresholds: Thresholds
    products: Mapping[str, Product]
    sources: Mapping[str, Source]
    companies: Mapping[int, Company]
    campaigns: Mapping[int, Campaign]


class KeyKind(StrEnum):
    """Whose an access key is; `operator` is the key of the environment, which has no row."""

    SOURCE = "source"
    COMPANY = "company"
    PERSON = "person"
    OPERATOR = "operator"


class Role(StrEnum):
    OPERATOR = "operator"
    ANALYST = "analyst"
    SOURCE_USER = "source_user"
    COMPANY_OWNER = "company_owner"
    COMPANY_AGENT = "company_agent"
    FRANCHISOR = "franchisor"


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """Who holds an access key: `key` is the party's key or the person's email, `id` its row (0: none).

    `source_id` and `company_id` say whose leads may be seen; a person without either sees by role.
    """

    kind: KeyKind
    id: int
    key: str
    role: Role | None = None
    source_id: int | None = None
    company_id: int | None = None
