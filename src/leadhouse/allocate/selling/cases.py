"""Claimed leads with all that is known of them, decided one after the other as if each were alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from pyroaring import BitMap

from leadhouse.allocate.choosing import scenario
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.choosing.scenario import MarketView, Priced
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.selling.room import Room
from leadhouse.allocate.selling.shadow import Shadow
from leadhouse.allocate.types import Assignment, Decision, Lead, Scenario, Taken
from leadhouse.timeline.types import Passport


class Case(Struct, frozen=True):
    """A lead to be decided, what was decided about it before, and who has its opportunity already.

    `fixed` are the places that stay filled: accepted ones, and those that may have arrived. `has_followed`:
    it was given to those who have the opportunity, which is no sale that could be completed with others.
    """

    passport: Passport
    lead: Lead
    assignments: tuple[Assignment, ...] = ()
    fixed: tuple[Taken, ...] = ()
    holders: tuple[Taken, ...] = ()
    has_followed: bool = False


class Decided(Struct, frozen=True):
    case: Case
    decision: Decision

    @property
    def sale(self) -> Scenario | None:
        """Return what is sold; a test lead goes the whole way and is sold to nobody."""
        return None if self.case.passport.is_test else self.decision.chosen

    @property
    def is_following(self) -> bool:
        """Return whether the lead only goes, for nothing, to those who have its opportunity already."""
        return self.sale is not None and self.decision.offers is None


class Moment(Struct, frozen=True):
    """What holds for all leads of a batch."""

    view: MarketView
    over_threshold: BitMap
    now: datetime

    def priced(self, lead: Lead, fixed: Sequence[Taken]) -> Priced:
        """Take a lead through the gates and find the bids for it."""
        view = self.view
        narrowing = view.index.narrow(lead, self.now, self.over_threshold)
        narrowing = view.distributions.narrowed(lead, narrowing)
        return scenario.price(view.index, view.book, lead, narrowing, fixed)


def campaigns_in_question(priced: Iterable[Priced]) -> BitMap:
    """Return all campaigns whose room matters to one of these leads, those that are only closed included."""
    parts = [part for one in priced for part in (one.narrowing.passing, one.narrowing.closed)]
    return BitMap.union(BitMap(), *parts)


def decide(
    moment: Moment,
    case: Case,
    priced: Priced,
    room: Room,
    turns: Turns,
    *,
    holders: Sequence[Taken],
    shadow: Shadow | None = None,
) -> Decided:
    """Decide one lead, which takes nothing yet; `holders` have the opportunity of a grouped duplicate."""
    if case.has_followed:
        return Decided(case, scenario.leave(priced))
    if holders:
        return Decided(case, _follow(moment.view.index, case, priced, holders))
    decision = scenario.decide(moment.view, priced, room, turns, moment.now)
    if shadow and not case.assignments and not case.passport.is_test:
        decision = shadow.beside(decision, priced)
    return Decided(case, decision)


def _follow(index: Index, case: Case, priced: Priced, holders: Sequence[Taken]) -> Decision:
    """Give the lead to those who have its opportunity, never again to one that refused this very lead.

    For nothing: a lead that has to bring something is given to nobody.
    """
    if case.lead.least_minor:
        return scenario.leave(priced)
    given = {assignment.company_id for assignment in case.assignments}
    others = [holder for holder in holders if holder.company_id not in given]
    return scenario.follow(index, priced, others) if others else scenario.leave(priced)


def use_up(room: Room, index: Index, sale: Scenario) -> list[int]:
    """Use up the room of a sale; return the companies that get the lead, in the order of its winners."""
    companies = [index.sellers[one].company_id for one in sale.winners]
    for campaign_id, company_id, price in zip(sale.winners, companies, sale.prices, strict=True):
        room.take(campaign_id, company_id, price)
    return companies


class Batch:
    """Decides leads in order; what an earlier one took is gone for those after it."""

    def __init__(self, moment: Moment, room: Room, turns: Turns, shadow: Shadow | None = None) -> None:
        self._moment, self._room, self._turns, self._shadow = moment, room, turns, shadow
        self._index = moment.view.index
        self._held: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        self._holders: defaultdict[int, list[Taken]] = defaultdict(list)

    def decide(self, cases: Sequence[Case], priced: Sequence[Priced]) -> list[Decided]:
        """Return every case with its decision."""
        return [self._decide(case, one) for case, one in zip(cases, priced, strict=True)]

    def _decide(self, case: Case, one: Priced) -> Decided:
        held = self._held[case.passport.consumer_id, case.lead.product]
        if held:
            one = self._moment.priced(replace(case.lead, held_by=case.lead.held_by | held), case.fixed)
        holders = self._holders_of(case)
        decided = decide(
            self._moment, case, one, self._room, self._turns, holders=holders, shadow=self._shadow
        )
        if decided.sale and not decided.is_following:
            self._take(case, decided.sale)
            self._turns.take(decided.decision.turns)
        return decided

    def _holders_of(self, case: Case) -> Sequence[Taken]:
        """Return who has the opportunity of a lead that nobody has: it is a grouped duplicate of theirs."""
        if case.fixed or not self._index.groups_duplicates(case.lead.product):
            return ()
        unique_lead_id = case.passport.unique_lead_id
        return case.holders or (self._holders.get(unique_lead_id, ()) if unique_lead_id else ())

    def _take(self, case: Case, sale: Scenario) -> None:
        passport = case.passport
        companies = use_up(self._room, self._index, sale)
        self._held[passport.consumer_id, case.lead.product].update(companies)
        if passport.unique_lead_id:
            self._holders[passport.unique_lead_id] += [
                Taken(campaign_id, company_id, sale.size, price)
                for campaign_id, company_id, price in zip(sale.winners, companies, sale.prices, strict=True)
            ]
