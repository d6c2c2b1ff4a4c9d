"""What a simulation cannot decide: what is known at a moment, what buyers answer, when leads come again."""

from datetime import datetime
from typing import Protocol

from pyroaring import BitMap

from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.scenario import MarketView
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.selling.cases import Decided, Moment
from leadhouse.simulate.types import Answer, Arrival

# An instant and, among what falls on it, the place.
Due = tuple[datetime, int]
# After everything that has a place of its own.
LAST = 1 << 62


class Outside(Protocol):
    """Everything about a run that its market does not say."""

    has_answers: bool

    def moment(self, due: Due) -> Moment:
        """Return what holds for the decision that is due then."""
        ...

    def note(self, arrival: Arrival, number: int, decided: Decided) -> None:
        """Hear of a decision, the lead's `number`th in this run of its flow, counted from 0."""
        ...

    def answer(self, arrival: Arrival, company_id: int) -> Answer | None:
        """Return what a company does with the lead; None is taking it at once, for good."""
        ...

    def again(self, arrival: Arrival, number: int, due: datetime) -> Due:
        """Return when the lead that is due then is decided for the `number`th time."""
        ...


class Willing:
    """Buyers who take every lead that they are given, at rates that stay as they are."""

    has_answers = False

    def __init__(self, index: Index, rates: Rates, over_threshold: BitMap) -> None:
        book = OfferBook(index, rates)
        self._view, self._over = MarketView(index, book, Distributions(index)), over_threshold

    def moment(self, due: Due) -> Moment:
        """Return what always holds."""
        return Moment(self._view, self._over, due[0])

    def note(self, arrival: Arrival, number: int, decided: Decided) -> None:
        """Learn nothing from it."""

    def answer(self, arrival: Arrival, company_id: int) -> Answer | None:
        """Return that the lead is taken."""
        return None

    def again(self, arrival: Arrival, number: int, due: datetime) -> Due:
        """Return that nothing keeps the lead any longer."""
        return due, LAST
