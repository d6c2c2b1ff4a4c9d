"""The nouns of figures beyond counts of leads: what sources cost and brought, what steps took."""

from dataclasses import dataclass
from fractions import Fraction


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
