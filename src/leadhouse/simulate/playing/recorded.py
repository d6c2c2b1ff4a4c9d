"""The outside of a replay: rates as recorded, buyers as they answered, leads when they came again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pyroaring import BitMap

from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.scenario import MarketView
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.selling.cases import Decided, Moment
from leadhouse.allocate.types import WHOLE
from leadhouse.simulate.log import Entry, kept_of
from leadhouse.simulate.playing.outside import LAST, Due
from leadhouse.simulate.types import Answer, Arrival

Lead = tuple[UUID, int]


@dataclass(slots=True)
class Agreement:
    """How many decisions were made as recorded, and which were not: leads with their round."""

    equal: int
    different: list[tuple[UUID, int]]


class Recorded:
    """A log as the outside; campaigns that took part in nothing recorded have the rates of today.

    `entries` are in the order of their instants. As long as a lead goes the way that is on record, it comes
    again when it did; once it has left it, when it is due.
    """

    has_answers = True

    def __init__(
        self,
        index: Index,
        entries: Sequence[Entry],
        answers: Mapping[tuple[UUID, int], Answer],
        today: Rates,
    ) -> None:
        self._index, self._entries, self._answers, self._today = index, entries, answers, today
        self._rates: dict[int, float] = {}
        self._over = BitMap()
        self._next = 0
        self._view = MarketView(index, OfferBook(index, today), Distributions(index))
        self._ways: defaultdict[Lead, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            self._ways[entry.lead_id, entry.run].append(place)
        self._left: set[Lead] = set()
        self.agreement = Agreement(0, [])

    def moment(self, due: Due) -> Moment:
        """Return what was known when the decisions recorded up to then had been made."""
        is_new = False
        while self._next < len(self._entries) and (self._entries[self._next].at, self._next) <= due:
            is_new |= self._learn(self._entries[self._next])
            self._next += 1
        if is_new:
            rates = Rates(
                self._today.network, self._today.companies, {**self._today.campaigns, **self._rates}
            )
            book = self._view.book.edited(self._index, (), rates)
            self._view = replace(self._view, book=book)
        return Moment(self._view, self._over, due[0])

    def _learn(self, entry: Entry) -> bool:
        """Take over what was new at a decision; return whether rates were."""
        self._rates |= {number: (WHOLE - keep) / WHOLE for number, keep in entry.keeps.items()}
        if entry.risen or entry.fallen:
            self._over = (self._over | BitMap(entry.risen)) - BitMap(entry.fallen)
        return bool(entry.keeps)

    def answer(self, arrival: Arrival, company_id: int) -> Answer | None:
        """Return what the company did with the lead when it got it; who never did takes it."""
        return self._answers.get((arrival.lead.id, company_id))

    def note(self, arrival: Arrival, number: int, decided: Decided) -> None:
        """Compare a decision with the recorded one."""
        way, lead = self._ways[arrival.lead.id, arrival.passport.run], (arrival.lead.id, arrival.passport.run)
        if number >= len(way):
            return
        recorded, made = self._entries[way[number]].kept, kept_of(decided.decision)
        if made == recorded:
            self.agreement.equal += 1
            return
        self.agreement.different.append((arrival.lead.id, number + 1))
        if (made.outcome, made.winners) != (recorded.outcome, recorded.winners):
            self._left.add(lead)

    def again(self, arrival: Arrival, number: int, due: datetime) -> Due:
        """Return when the lead was decided again, or when it is due where nothing is recorded of that."""
        lead = (arrival.lead.id, arrival.passport.run)
        way = self._ways[lead]
        if lead in self._left or number >= len(way):
            return due, LAST
        return self._entries[way[number]].at, way[number]
