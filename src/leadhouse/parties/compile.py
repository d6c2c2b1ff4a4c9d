"""Documents of the market file made into the frozen nouns that the stages read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from leadhouse.parties.channels import channel_named
from leadhouse.parties.checks_rules import own_fields
from leadhouse.parties.compile_campaign import (
    CampaignPlace,
    caps_of,
    compile_campaign,
    location_of,
    week_hours,
)
from leadhouse.parties.documents import (
    CampaignDocument,
    CompanyDocument,
    CreditWallet,
    FixedPayout,
    MarketDocument,
    ProductDocument,
    SourceDocument,
)
from leadhouse.parties.fields import Catalogue, catalogue, catalogue_of
from leadhouse.parties.leaves import minor_of
from leadhouse.parties.sharing import Sharing
from leadhouse.parties.types import (
    Campaign,
    Company,
    Distribution,
    DuplicateMatch,
    Duplicates,
    DuplicateScope,
    FlowStep,
    Market,
    Notify,
    OnDuplicate,
    Pacing,
    Payout,
    PayoutKind,
    Plan,
    Product,
    Source,
    Thresholds,
    WalletMode,
)
from leadhouse.timeline.types import AnswerStage

CENTRE_SIZES = (3, 4, 5)
DEFAULT_FLOW = ("required", "duplicates", "suppression", "phone", "email", "ip")


@dataclass(slots=True)
class MarketBuilder:
    """A market in the making: products first, then sources and companies, then campaigns."""

    revision: int
    market: MarketDocument
    sharing: Sharing = field(default_factory=Sharing)
    products: dict[str, Product] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    companies: dict[int, Company] = field(default_factory=dict)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)

    def add_product(self, number: int, document: ProductDocument, *, is_closed: bool) -> None:
        """Add a product, its flow's rules compiled."""
        fields = own_fields(tuple(one.model_dump(exclude_unset=True) for one in document.fields))
        product = Product(
            id=number,
            key=document.key,
            name=document.name or document.key,
            required=tuple(document.required),
            fields=fields,
            duplicates=_duplicates(document),
            sale_sizes=_sale_sizes(document),
            floor=minor_of(document.floor, self.market.currency),
            patience=timedelta(hours=document.patience_hours),
            flow=_flow(document, catalogue_of(fields, currency=self.market.currency), self.sharing),
            distribution=Distribution(document.distribution),
            carrier_exclusive=document.carrier_exclusive,
            refills=document.refill_after_rejection,
            pacing=Pacing(document.pacing),
            bid_deadline=timedelta(milliseconds=document.bid_deadline_ms),
            is_closed=is_closed,
            groups={one.key: Distribution(one.distribution) for one in document.groups},
        )
        self.products[document.key] = product
        self.catalogues[document.key] = catalogue(product, self.market.currency)

    def add_source(self, number: int, document: SourceDocument, *, is_closed: bool) -> None:
        """Add a source; a closed one has no criteria, whose fields may be gone."""
        keys = document.products or [key for key in (document.product,) if key]
        own = (self.products[key].fields for key in keys if key in self.products)
        fields = catalogue_of(*own, currency=self.market.currency)
        channel = channel_named(document.channel)
        self.sources[document.key] = Source(
            id=number,
            key=document.key,
            name=document.name or document.key,
            products=tuple(keys),
            channel=channel.name if channel else document.channel,
            criteria=None if is_closed else self.sharing.rule(document.criteria, " ".join(keys), fields),
            payout=_payout(document, self.market.currency),
            answer=AnswerStage(document.answer),
            answer_timeout=timedelta(milliseconds=document.answer_timeout_ms),
            notify=_notify(document),
            caps=caps_of(document.caps, self.market.currency, self.sharing),
            rate_per_minute=document.rate.per_minute if document.rate else None,
            is_test=document.test,
            is_closed=is_closed,
        )

    def add_company(self, number: int, document: CompanyDocument, *, is_closed: bool) -> None:
        """Add a company without its campaigns; without a wallet it is prepaid and has paid nothing."""
        wallet = document.wallet
        is_credit = isinstance(wallet, CreditWallet)
        self.companies[number] = Company(
            id=number,
            key=document.key,
            name=document.name or document.key,
            zone=ZoneInfo(document.timezone or self.market.timezone),
            hours=week_hours(document.hours, self.sharing),
            conflict_group=document.conflict_group,
            carriers=self.sharing.same(frozenset(document.carriers)),
            services=self.sharing.same(frozenset(document.services)),
            plan=Plan(document.plan),
            locations=tuple(map(location_of, document.locations)),
            wallet_mode=WalletMode.CREDIT if is_credit else WalletMode.PREPAID,
            wallet_limit=minor_of(wallet.limit, self.market.currency)
            if isinstance(wallet, CreditWallet)
            else 0,
            is_closed=is_closed,
            buyer_may=self.sharing.same(frozenset(document.buyer_may)),
        )

    def add_campaign(
        self, number: int, document: CampaignDocument, *, company_id: int, is_closed: bool
    ) -> None:
        """Add a campaign of a company that was added before."""
        company = self.companies[company_id]
        place = CampaignPlace(
            id=number,
            company_id=company_id,
            locations=company.locations,
            fields=self.catalogues.get(document.product) or Catalogue({}),
            is_closed=is_closed or company.is_closed,
        )
        self.campaigns[number] = compile_campaign(
            document, place, currency=self.market.currency, sharing=self.sharing
        )

    def build(self) -> Market:
        """Return the market."""
        return Market(
            revision=self.revision,
            name=self.market.name,
            zone=ZoneInfo(self.market.timezone),
            currency=self.market.currency,
            thresholds=_thresholds(self.market),
            products=self.products,
            sources=self.sources,
            companies=self.companies,
            campaigns=self.campaigns,
        )


def _sale_sizes(document: ProductDocument) -> tuple[int, ...]:
    """Return the sizes in order; a distribution centre passes leads to three to five sellers unless told."""
    is_centre = document.distribution == Distribution.DISTRIBUTION_CENTRE
    is_given = "sale_sizes" in document.model_fields_set
    return CENTRE_SIZES if is_centre and not is_given else tuple(sorted(document.sale_sizes))


def _thresholds(document: MarketDocument) -> Thresholds:
    written = document.thresholds
    return Thresholds(
        max_rejection_rate=None if written.max_rejection_rate is None else float(written.max_rejection_rate),
        min_acceptance_rate=None
        if written.min_acceptance_rate is None
        else float(written.min_acceptance_rate),
        from_decisions=written.from_decisions,
    )


def _duplicates(document: ProductDocument) -> Duplicates:
    written = document.duplicates
    return Duplicates(
        window=timedelta(days=written.window_days),
        match=DuplicateMatch(written.match),
        scope=DuplicateScope(written.scope),
        on_duplicate=OnDuplicate(written.on_duplicate),
    )


def _flow(document: ProductDocument, fields: Catalogue, sharing: Sharing) -> tuple[FlowStep, ...]:
    if document.flow is None:
        return tuple(FlowStep(step, {}) for step in DEFAULT_FLOW)
    return tuple(_flow_step(step.model_dump(), document.key, fields, sharing) for step in document.flow)


def _flow_step(written: Mapping[str, object], product: str, fields: Catalogue, sharing: Sharing) -> FlowStep:
    options = {key: value for key, value in written.items() if key not in ("step", "criteria")}
    tree = written.get("criteria")
    rule = sharing.rule(tree, product, fields) if isinstance(tree, dict) else None
    return FlowStep(str(written["step"]), options, rule)


def _payout(document: SourceDocument, currency: str) -> Payout:
    written = document.payout
    if written is None:
        return Payout()
    if isinstance(written, FixedPayout):
        return Payout(PayoutKind.FIXED, amount=minor_of(written.amount, currency))
    return Payout(PayoutKind.SHARE, percent=Decimal(str(written.percent)))


def _notify(document: SourceDocument) -> Notify | None:
    written = document.notify
    return Notify(written.url, written.secret or "") if written else None


def compile_market(
    revision: int,
    market: MarketDocument,
    products: Iterable[ProductDocument],
    sources: Iterable[SourceDocument],
    companies: Iterable[CompanyDocument],
) -> Market:
    """Return the market of documents that no database has seen, numbered from 1 in their order."""
    builder = MarketBuilder(revision, market)
    for number, product in enumerate(products, start=1):
        builder.add_product(number, product, is_closed=False)
    for number, source in enumerate(sources, start=1):
        builder.add_source(number, source, is_closed=False)
    campaigns = 0
    for number, company in enumerate(companies, start=1):
        builder.add_company(number, company, is_closed=False)
        for campaign in company.campaigns:
            campaigns += 1
            builder.add_campaign(campaigns, campaign, company_id=number, is_closed=False)
    return builder.build()
