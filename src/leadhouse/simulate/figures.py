"""A run in figures: revenue, fill, spend, contacts, waiting, and why what was not sold was not."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from leadhouse.allocate.types import WHOLE, Outcome
from leadhouse.parties.types import Market
from leadhouse.simulate.told import REFUSED, LeadTold, Told


@dataclass(slots=True)
class CampaignFigures:
    """What a campaign got: leads, and what they cost it in minor units."""

    company: str
    leads: int = 0
    spend_minor: int = 0


@dataclass(slots=True)
class SourceFigures:
    """What a source sent, how many of it were sold, and what they brought in minor units."""

    leads: int = 0
    sold: int = 0
    revenue_minor: int = 0


@dataclass(frozen=True, slots=True)
class WaitingFigures:
    """How many leads ever waited, were sold after it and still wait, and how long they did on average."""

    waited: int = 0
    sold_after: int = 0
    still: int = 0
    mean_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in figures; money in minor units, campaigns and sources by key.

    `expected_minor` is the revenue less what is expected to come back, `back_minor` what did come back.
    `contacts` counts consumers by how many companies got them, `sizes` sold leads by sale size, `refusals`
    how often a campaign was left out by why.
    """

    currency: str
    leads: int
    refused: Mapping[str, int]
    sold: int
    unsold: Mapping[str, int]
    waiting: WaitingFigures
    revenue_minor: int
    expected_minor: int
    back_minor: int
    sizes: Mapping[int, int]
    contacts: Mapping[int, int]
    sources: Mapping[str, SourceFigures]
    campaigns: Mapping[str, CampaignFigures]
    refusals: Mapping[str, int] = field(default_factory=dict)

    @property
    def let_in(self) -> int:
        """Return how many leads were good to sell."""
        return self.leads - sum(self.refused.values())

    @property
    def fill(self) -> float:
        """Return the share (0..1) of the leads good to sell that were sold."""
        return self.sold / self.let_in if self.let_in else 0.0

    @property
    def contacts_per_consumer(self) -> float:
        """Return how many companies got a consumer on average, those whom nobody got counted."""
        consumers = sum(self.contacts.values())
        return (
            sum(number * times for number, times in self.contacts.items()) / consumers if consumers else 0.0
        )


def figures(told: Told, market: Market) -> Figures:
    """Add a run up."""
    leads = list(told.leads.values())
    sold = [one for one in leads if one.outcome == Outcome.SOLD]
    unsold = (one for one in leads if one.outcome == Outcome.UNSOLD)
    value = sum(one.value for one in sold)
    return Figures(
        currency=market.currency,
        leads=len(leads),
        refused=_counted(one.reason for one in leads if one.outcome == REFUSED),
        sold=len(sold),
        unsold=_counted(one.reason for one in unsold),
        waiting=_waiting(leads),
        revenue_minor=sum(sum(one.winners.values()) for one in sold),
        expected_minor=(value + WHOLE // 2) // WHOLE,
        back_minor=sum(one.back_minor for one in leads),
        sizes=dict(sorted(Counter(one.sale_size for one in sold).items())),
        contacts=_contacts(leads, market),
        sources=_sources(leads),
        campaigns=_campaigns(sold, market),
        refusals=dict(told.refusals.most_common()),
    )


def _counted(reasons: Iterable[str]) -> dict[str, int]:
    return dict(Counter(reasons).most_common())


def _waiting(leads: Iterable[LeadTold]) -> WaitingFigures:
    waited = [one for one in leads if one.waited_from]
    if not waited:
        return WaitingFigures()
    times = (one.decided_at - one.waited_from for one in waited if one.decided_at and one.waited_from)
    return WaitingFigures(
        waited=len(waited),
        sold_after=sum(one.outcome == Outcome.SOLD for one in waited),
        still=sum(one.outcome == Outcome.WAITING for one in waited),
        mean_hours=sum(times, timedelta()) / timedelta(hours=1) / len(waited),
    )


def _contacts(leads: Iterable[LeadTold], market: Market) -> dict[int, int]:
    companies: defaultdict[int, set[int]] = defaultdict(set)
    for one in leads:
        if one.outcome != REFUSED:
            got = companies[one.consumer_id]
            got.update(market.campaigns[campaign_id].company_id for campaign_id in one.winners)
    return dict(sorted(Counter(map(len, companies.values())).items()))


def _sources(leads: Iterable[LeadTold]) -> dict[str, SourceFigures]:
    found: dict[str, SourceFigures] = {}
    for one in leads:
        source = found.setdefault(one.source, SourceFigures())
        source.leads += 1
        source.sold += one.outcome == Outcome.SOLD
        source.revenue_minor += sum(one.winners.values())
    return dict(sorted(found.items(), key=lambda each: -each[1].leads))


def _campaigns(sold: Iterable[LeadTold], market: Market) -> dict[str, CampaignFigures]:
    """Return every open campaign, those that got nothing included, the largest spender first."""
    found = {
        one.id: CampaignFigures(market.companies[one.company_id].key)
        for one in market.campaigns.values()
        if one.is_active
    }
    for lead in sold:
        for campaign_id, price in lead.winners.items():
            found[campaign_id].leads += 1
            found[campaign_id].spend_minor += price
    keyed = ((market.campaigns[campaign_id].key, one) for campaign_id, one in found.items())
    return dict(sorted(keyed, key=lambda each: (-each[1].spend_minor, each[0])))
