"""Figures as documents: JSON for programs, rows of CSV for spreadsheets; money as decimal text."""

from collections.abc import Iterator, Mapping, Sequence

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.parties.types import Market
from leadhouse.simulate.compare import Counterfactual, campaign_differences
from leadhouse.simulate.figures import CampaignFigures, Figures
from leadhouse.simulate.told import Told

Document = dict[str, object]
Row = Sequence[str]
CAMPAIGN_HEADER = ("campaign", "company", "leads", "spend", "leads_changed", "spend_changed")
LEAD_HEADER = (
    "lead",
    "received_at",
    "source",
    "product",
    "consumer",
    "outcome",
    "reason",
    "decided_at",
    "sale_size",
    "revenue",
    "campaigns",
)
_NOTHING = CampaignFigures("")


def figures_document(figures: Figures) -> Document:
    """Return all figures of a run."""

    def money(minor: int) -> str:
        return to_text(minor, figures.currency)

    return {
        "currency": figures.currency,
        "leads": figures.leads,
        "refused": dict(figures.refused),
        "sold": figures.sold,
        "fill": round(figures.fill, 4),
        "unsold": dict(figures.unsold),
        "waiting": {
            "waited": figures.waiting.waited,
            "sold_after": figures.waiting.sold_after,
            "still": figures.waiting.still,
            "mean_hours": round(figures.waiting.mean_hours, 2),
        },
        "revenue": money(figures.revenue_minor),
        "expected": money(figures.expected_minor),
        "paid_back": money(figures.back_minor),
        "sale_sizes": {str(size): leads for size, leads in figures.sizes.items()},
        "contacts_per_consumer": {
            "mean": round(figures.contacts_per_consumer, 3),
            "consumers": {str(number): consumers for number, consumers in figures.contacts.items()},
        },
        "sources": {
            key: {"leads": one.leads, "sold": one.sold, "revenue": money(one.revenue_minor)}
            for key, one in figures.sources.items()
        },
        "campaigns": {
            key: {"company": one.company, "leads": one.leads, "spend": money(one.spend_minor)}
            for key, one in figures.campaigns.items()
        },
        "refusals": dict(figures.refusals),
    }


def difference_document(base: Figures, other: Figures) -> Document:
    """Return what another run has more (or less) than the base; campaigns that fared alike are left out."""

    def money(minor: int) -> str:
        return to_text(minor, base.currency)

    return {
        "sold": other.sold - base.sold,
        "fill": round(other.fill - base.fill, 4),
        "waited": other.waiting.waited - base.waiting.waited,
        "unsold": _less(other.unsold, base.unsold),
        "refused": _less(other.refused, base.refused),
        "revenue": money(other.revenue_minor - base.revenue_minor),
        "revenue_share": _share(other.revenue_minor, base.revenue_minor),
        "expected": money(other.expected_minor - base.expected_minor),
        "expected_share": _share(other.expected_minor, base.expected_minor),
        "paid_back": money(other.back_minor - base.back_minor),
        "contacts_per_consumer": round(other.contacts_per_consumer - base.contacts_per_consumer, 3),
        "campaigns": {
            one.campaign: {"leads": one.leads, "spend": money(one.spend_minor)}
            for one in campaign_differences(base, other)
        },
    }


def _less(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    found = {key: one.get(key, 0) - other.get(key, 0) for key in {**one, **other}}
    return {key: difference for key, difference in found.items() if difference}


def _share(one: int, other: int) -> float | None:
    return round(one / other - 1, 5) if other else None


def counterfactual_document(answer: Counterfactual, currency: str) -> Document:
    """Return what one campaign would have won with other bids."""
    price = answer.price_of_more_minor
    return {
        "campaign": answer.campaign,
        "raised": to_text(answer.raised_minor, currency),
        "leads_before": answer.leads_before,
        "leads_after": answer.leads_after,
        "won": answer.won,
        "lost": answer.lost,
        "spend": to_text(answer.spend_minor, currency),
        "price_of_each_lead_more": None if price is None else to_text(round(price), currency),
        "revenue": to_text(answer.revenue_minor, currency),
        "displaced": [
            {"campaign": one.campaign, "leads": one.leads, "spend": to_text(one.spend_minor, currency)}
            for one in answer.displaced
        ],
    }


def campaign_rows(base: Figures, other: Figures | None) -> Iterator[Row]:
    """Yield a row a campaign under CAMPAIGN_HEADER; without another run its columns are empty."""
    for key in {**base.campaigns, **(other.campaigns if other else {})}:
        one, changed = base.campaigns.get(key, _NOTHING), other and other.campaigns.get(key, _NOTHING)
        spend = to_text(changed.spend_minor, base.currency) if changed else ""
        company = one.company or (changed.company if changed else "")
        leads = str(changed.leads) if changed else ""
        yield key, company, str(one.leads), to_text(one.spend_minor, base.currency), leads, spend


def lead_rows(told: Told, market: Market) -> Iterator[Row]:
    """Yield a row a lead under LEAD_HEADER."""
    for one in told.leads.values():
        yield (
            str(one.lead_id),
            iso(one.received_at),
            one.source,
            one.product,
            str(one.consumer_id),
            one.outcome,
            one.reason,
            iso(one.decided_at) if one.decided_at else "",
            str(one.sale_size or ""),
            to_text(sum(one.winners.values()), market.currency),
            " ".join(sorted(market.campaigns[number].key for number in one.winners)),
        )
