"""The nouns of figures beyond counts of leads: what sources cost and brought, what steps took."""

from dataclasses import dataclass
from fractions import Fraction

from leadhouse.timeline.types import Status


@dataclass(frozen=True, slots=True)
class SourceMoney:
    """What a source's leads of a period cost and brought, minor units; test leads never count.

    `cost_minor` is what was booked for the source, `revenue_minor` what buyers paid, credits not taken off,
    `conversions` how many customers they won.
    """

    source: str
    name: str
    cost_minor: int
    revenue_minor: int
    conversions: int

    @property
    def cost_per_conversion(self) -> int | None:
        """Return cost ÷ conversions, minor units rounded half to even; None without conversions."""
        return round(Fraction(self.cost_minor, self.conversions)) if self.conversions else None


@dataclass(frozen=True, slots=True)
class StepTimes:
    """A kind of step: how often it was taken, how often in vain, its median, 95 % and sum of milliseconds."""

    step: str
    type: str
    taken: int
    failed: int
    median_ms: int
    most_ms: int
    total_ms: int


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """A source in a period: leads captured and how many of them were sold; test leads never count."""

    source: str
    name: str
    leads: int
    sold: int

    @property
    def conversion(self) -> float | None:
        """Return sold ÷ captured, 0..1; None without leads."""
        return self.sold / self.leads if self.leads else None


@dataclass(frozen=True, slots=True)
class RefusalFigures:
    """Leads of a source that came to nothing for one reason; `field` is the first one named at the door."""

    source: str
    status: Status
    reason: str
    field: str | None
    leads: int


@dataclass(frozen=True, slots=True)
class PeriodFunnel:
    """How many leads of a period were left after each step, and how many campaigns over all decisions."""

    captured: int
    accepted: int
    qualified: int
    sold: int
    delivered: int
    decisions: int
    net: int
    priced: int
    budget: int
    winners: int


@dataclass(frozen=True, slots=True)
class WalletRow:
    """A company's wallet, minor units: limit + balance - held - charged + credited may still be spent."""

    company: str
    name: str
    mode: str
    limit_minor: int
    balance_minor: int
    held_minor: int
    charged_minor: int
    credited_minor: int
