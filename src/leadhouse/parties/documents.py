"""The blocks of a market file as they are written: names, kinds, bounds, and what is absent."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from leadhouse.parties.document import Document
from leadhouse.parties.documents_groups import GroupDocument
from leadhouse.parties.leaves import (
    ApiKey,
    Channel,
    Count,
    Country,
    County,
    Currency,
    DistributionName,
    EmailAddress,
    FieldKey,
    HeaderName,
    HeaderValue,
    Hours,
    Key,
    Latitude,
    Longitude,
    LongText,
    Miles,
    Milliseconds,
    Money,
    Percent,
    Positive,
    Rate,
    SizeName,
    State,
    StepName,
    Template,
    Text,
    TimeRange,
    Url,
    Zip,
    ZipOrPrefix,
    Zone,
)

# Rules are checked against a product's fields in `checks_rules`, not here.
RuleTree = dict[str, object]
Bids = dict[SizeName, Money]


class ThresholdsDocument(Document):
    max_rejection_rate: Rate | None = None
    min_acceptance_rate: Rate | None = None
    from_decisions: Count = 0


class MarketDocument(Document):
    name: Text = "Market"
    timezone: Zone = "America/New_York"
    currency: Currency = "USD"
    thresholds: ThresholdsDocument = ThresholdsDocument()


class FieldDocument(Document):
    key: FieldKey
    type: Literal["text", "number", "money", "choice", "multichoice", "boolean", "date", "datetime"] = "text"
    label: Text | None = None
    choices: Annotated[list[Text], Field(min_length=1, max_length=1_000)] | None = None
    tooltip: LongText = ""
    unit: Annotated[str, Field(max_length=30)] = ""


class DuplicatesDocument(Document):
    window_days: Annotated[int, Field(ge=0, le=3_650)] = 30
    match: Literal["any", "all"] = "any"
    scope: Literal["market", "source"] = "market"
    on_duplicate: Literal["refuse", "group"] = "refuse"


class PlainStep(Document):
    """A step that has nothing to be set."""

    step: StepName


class CheckStep(Document):
    """An offline check; `on_failure` overrides what the step does with a bad value by itself."""

    step: StepName
    on_failure: Literal["keep", "refuse"] | None = None


class EmailStep(CheckStep):
    mx: bool = False
    refuse_disposable: bool = False


class VerifyStep(CheckStep):
    service: Literal["ipqualityscore"]
    timeout_ms: Milliseconds = 5_000
    expires_days: Annotated[int, Field(ge=1, le=3_650)] = 90


class FilterStep(Document):
    step: StepName
    criteria: RuleTree
    reason: Text


class OtherStep(Document):
    """A step that a later room brings with it; its own code reads its options."""

    model_config = ConfigDict(extra="allow")

    step: StepName


# The alternatives by the name that a fault's place carries.
STEP_MODELS: dict[str, type[Document]] = {
    "plain": PlainStep,
    "check": CheckStep,
    "email": EmailStep,
    "verify": VerifyStep,
    "filter": FilterStep,
    "other": OtherStep,
}
STEP_TAGS = {
    "required": "plain",
    "duplicates": "plain",
    "suppression": "plain",
    "phone": "check",
    "ip": "check",
    "email": "email",
    "verify_phone": "verify",
    "verify_email": "verify",
    "verify_ip": "verify",
    "filter": "filter",
}


def _step_tag(written: object) -> str:
    name = written.get("step") if isinstance(written, dict) else getattr(written, "step", None)
    return STEP_TAGS.get(name, "other") if isinstance(name, str) else "other"


StepDocument = Annotated[
    Annotated[PlainStep, Tag("plain")]
    | Annotated[CheckStep, Tag("check")]
    | Annotated[EmailStep, Tag("email")]
    | Annotated[VerifyStep, Tag("verify")]
    | Annotated[FilterStep, Tag("filter")]
    | Annotated[OtherStep, Tag("other")],
    Discriminator(_step_tag),
]


class ProductDocument(Document):
    key: Key
    name: Text | None = None
    required: list[Text] = []
    fields: list[FieldDocument] = []
    duplicates: DuplicatesDocument = DuplicatesDocument()
    sale_sizes: Annotated[list[Annotated[int, Field(ge=1, le=100)]], Field(min_length=1)] = [1, 2, 3, 4]
    floor: Money = "0.00"
    patience_hours: Hours = 72
    flow: list[StepDocument] | None = None
    distribution: DistributionName = "best_revenue"
    groups: Annotated[list[GroupDocument], Field(max_length=10_000)] = []
    pacing: Literal["greedy", "paced", "shadow"] = "greedy"
    bid_deadline_ms: Annotated[int, Field(ge=50, le=10_000)] = 1_000
    carrier_exclusive: bool = False
    refill_after_rejection: bool = False


class FixedPayout(Document):
    kind: Literal["fixed"]
    amount: Money


class SharePayout(Document):
    kind: Literal["share"]
    percent: Percent


class NotifyDocument(Document):
    url: Url
    secret: ApiKey | None = None


class CountCap(Document):
    count: Count


class SourceCaps(Document):
    day: CountCap | None = None
    week: CountCap | None = None
    month: CountCap | None = None


class RateDocument(Document):
    per_minute: Positive


class SourceDocument(Document):
    key: Key
    name: Text | None = None
    product: Key | None = None
    products: Annotated[list[Key], Field(min_length=1)] | None = None
    channel: Channel = "Web Forms"
    api_key: ApiKey | None = None
    criteria: RuleTree | None = None
    payout: Annotated[FixedPayout | SharePayout, Field(discriminator="kind")] | None = None
    answer: Literal["received", "qualified", "sold"] = "qualified"
    answer_timeout_ms: Annotated[int, Field(ge=0, le=60_000)] = 2_000
    notify: NotifyDocument | None = None
    caps: SourceCaps = SourceCaps()
    rate: RateDocument | None = None
    test: bool = False


class HoursDocument(Document):
    mon: list[TimeRange] | None = None
    tue: list[TimeRange] | None = None
    wed: list[TimeRange] | None = None
    thu: list[TimeRange] | None = None
    fri: list[TimeRange] | None = None
    sat: list[TimeRange] | None = None
    sun: list[TimeRange] | None = None


class LocationDocument(Document):
    name: Text
    postal_code: Zip | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class CreditWallet(Document):
    mode: Literal["credit"]
    limit: Money


class PrepaidWallet(Document):
    mode: Literal["prepaid"]
    balance: Money = "0.00"


class RadiusDocument(Document):
    location: Text | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    miles: Miles


class AreaDocument(Document):
    states: list[State] = []
    counties: list[County] = []
    zips: Annotated[list[ZipOrPrefix], Field(max_length=50_000)] = []
    radius: RadiusDocument | None = None
    countries: list[Country] = []


class BidRuleDocument(Document):
    where: AreaDocument | None = None
    sources: list[Key] = []
    criteria: RuleTree | None = None
    bids: Annotated[Bids, Field(min_length=1)]


class SourceChoice(Document):
    only: list[Key] = []
    never: list[Key] = []


class CampaignCap(Document):
    count: Count | None = None
    money: Money | None = None


class CampaignCaps(Document):
    day: CampaignCap | None = None
    week: CampaignCap | None = None
    month: CampaignCap | None = None


class AcceptDocument(Document):
    path: Text | None = None
    equals: str | int | float | bool | None = None
    reference: Text | None = None
    reason: Text | None = None


class HttpMethod(Document):
    method: Literal["http"]
    url: Url
    format: Literal["json", "form", "xml"] = "json"
    map: dict[Text, Template] | None = None
    headers: dict[HeaderName, HeaderValue] | None = None
    accept: AcceptDocument | None = None
    timeout_ms: Milliseconds = 10_000
    secret: ApiKey | None = None


class EmailMethod(Document):
    method: Literal["email"]
    to: Annotated[list[EmailAddress], Field(min_length=1, max_length=50)]
    subject: Template = ""
    body: Template = ""


class PortalMethod(Document):
    method: Literal["portal"]


MethodDocument = Annotated[HttpMethod | EmailMethod | PortalMethod, Field(discriminator="method")]


class BidPingDocument(Document):
    url: Url
    format: Literal["json", "form", "xml"] = "json"
    map: dict[Text, Template] | None = None
    headers: dict[HeaderName, HeaderValue] | None = None
    prices: Annotated[dict[SizeName, Text], Field(min_length=1)] | None = None
    reference: Text = "id"
    currency: Text = "currency"
    timeout_ms: Annotated[int, Field(ge=20, le=10_000)] = 500
    max: Money = "1000.00"
    secret: ApiKey | None = None


class BidDocument(Document):
    ping: BidPingDocument


class CampaignDocument(Document):
    key: Key
    name: Text | None = None
    product: Key
    group: Key | None = None
    status: Literal["active", "paused"] = "active"
    bids: Bids = {}
    bid_rules: list[BidRuleDocument] = []
    bid: BidDocument | None = None
    where: AreaDocument | None = None
    sources: SourceChoice = SourceChoice()
    criteria: RuleTree | None = None
    classifications: list[Annotated[int, Field(ge=0, le=7)]] | None = None
    schedule: HoursDocument | None = None
    caps: CampaignCaps = CampaignCaps()
    rejection_window_hours: Hours = 48
    weight: Positive = 1
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    deliver: Annotated[list[MethodDocument], Field(min_length=1, max_length=10)] | None = None


class CompanyDocument(Document):
    key: Key
    name: Text | None = None
    timezone: Zone | None = None
    hours: HoursDocument | None = None
    conflict_group: Text | None = None
    api_key: ApiKey | None = None
    carriers: list[Text] = []
    services: list[Text] = []
    buyer_may: list[Literal["bids", "caps", "schedule", "status"]] = []
    plan: Literal["basic", "premium"] = "basic"
    locations: list[LocationDocument] = []
    wallet: Annotated[CreditWallet | PrepaidWallet, Field(discriminator="mode")] | None = None
    campaigns: list[CampaignDocument] = []


class MarketFileDocument(Document):
    market: MarketDocument = MarketDocument()
    products: list[ProductDocument] = []
    sources: list[SourceDocument] = []
    companies: list[CompanyDocument] = []
