"""What is told of pacing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PacingFigures:
    """A product's leads decided since an instant, under one way of pacing; test leads are left out.

    `expected_minor` is what their first sales are expected to bring, `otherwise_minor` what those in the
    shadow would, and `different` how many the other way of pacing would have sold otherwise.
    """

    product_id: int
    pacing: str
    leads: int
    sold: int
    expected_minor: int
    otherwise_minor: int
    different: int


@dataclass(frozen=True, slots=True)
class CampaignPace:
    """Where a campaign stands in its day: `used` and `planned` are shares of the tighter budget.

    Budgets are None where nothing limits; `shadow_price` is 0..1.
    """

    campaign: str
    shadow_price: float
    spent_minor: int
    budget_minor: int | None
    leads: int
    most_leads: float | None
    used: float
    planned: float


@dataclass(frozen=True, slots=True)
class PacedProduct:
    """A product that is paced, or in the shadow; no figures before the first decision."""

    product: str
    pacing: str
    figures: PacingFigures | None
    campaigns: tuple[CampaignPace, ...]
