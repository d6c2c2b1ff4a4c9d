"""The road in memory: leads are decided as they come, when what they wait for opens, when a buyer refuses."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from uuid import UUID

from msgspec import Struct, field
from msgspec.structs import replace

from leadhouse.allocate.choosing.methods.turns import LineState, Turns
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.selling.cases import Case, decide, use_up
from leadhouse.allocate.selling.room import Room, Window
from leadhouse.allocate.settlement import Course, begun, course
from leadhouse.allocate.types import Assignment, AssignmentStatus, LineKey, Outcome, Scenario, Taken
from leadhouse.simulate.playing.door import Entrance
from leadhouse.simulate.playing.memory import Memory, Opportunity
from leadhouse.simulate.playing.outside import LAST, Due, Outside
from leadhouse.simulate.playing.steering import Steering
from leadhouse.simulate.playing.till import Till
from leadhouse.simulate.types import Answer, Arrival, Judged, Loss, Refused, Step, Turned

_NEVER = datetime.max.replace(tzinfo=UTC)
# Before everything that is decided at the same instant.
_FIRST = -1
_NO_TURNS = Turns({}, {})
Happening = Callable[[Due], Iterator[Step]]


class _Travel(Struct):
    """A lead under way: its opportunity, who was given it, and how often it was decided."""

    arrival: Arrival
    opportunity: Opportunity | None
    assignments: list[Assignment] = field(default_factory=list)
    decisions: int = 0


class Play:
    """Decides leads in the order of their instants; what happens later than `end` is left out."""

    def __init__(
        self,
        index: Index,
        outside: Outside,
        till: Till,
        entrance: Entrance,
        *,
        memory: Memory | None = None,
        end: datetime = _NEVER,
    ) -> None:
        self._index, self._outside, self._till, self._entrance, self._end = (
            index,
            outside,
            till,
            entrance,
            end,
        )
        self._memory, self._steering = memory or Memory(), Steering(index)
        self._products = index.market.products
        self._due: list[tuple[datetime, int, int, Happening]] = []
        self._numbers = count()
        self._lines: defaultdict[LineKey, LineState] = defaultdict(LineState)
        self._travels: dict[UUID, _Travel] = {}

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[Step]:
        """Yield what happens to leads that come in this order, and to those before them."""
        for arrival in arrivals:
            if self._due:
                yield from self._catch_up((arrival.at, arrival.place))
            yield self._arrive(arrival)
        yield from self._catch_up((self._end, LAST))

    def pay_in(self, at: datetime, company_id: int, amount_minor: int) -> None:
        """Have money come into a wallet at an instant."""

        def happening(_: Due) -> Iterator[Step]:
            self._till.pay_in(company_id, amount_minor)
            yield from ()

        self._later((at, _FIRST), happening)

    def _catch_up(self, until: Due) -> Iterator[Step]:
        while self._due and self._due[0][:2] <= until:
            at, place, _, happening = heappop(self._due)
            yield from happening((at, place))

    def _later(self, due: Due, happening: Happening) -> None:
        heappush(self._due, (*due, next(self._numbers), happening))

    def _arrive(self, arrival: Arrival) -> Step:
        entered = self._entrance.enter(arrival)
        if isinstance(entered, Refused):
            return Turned(arrival, entered)
        travel = _Travel(arrival, self._opportunity(arrival, entered))
        if self._outside.has_answers:
            # A lead sent through its flow again comes with what it was given before.
            travel = self._travels.setdefault(arrival.lead.id, travel)
            travel.arrival, travel.decisions = arrival, 0
        return self._decide(travel, (arrival.at, arrival.place))

    def _opportunity(self, arrival: Arrival, number: int | None) -> Opportunity | None:
        """Return the opportunity where it matters: where duplicates follow it."""
        product = arrival.lead.product
        if number is None or not self._index.groups_duplicates(product):
            return None
        return Opportunity(arrival.passport.consumer_id, product, number)

    def _decide(self, travel: _Travel, due: Due) -> Step:
        arrival, now = travel.arrival, due[0]
        case = self._case(travel, now)
        if not (travel.decisions or arrival.passport.is_test):
            self._steering.came(arrival.lead)
        moment = self._steering.at(self._outside.moment(due))
        priced = moment.priced(case.lead, case.fixed)
        turns = self._turns(moment.view.distributions.lines_of(case.lead.product, priced.narrowing.passing))
        room = self._till.room(now)
        decided = decide(moment, case, priced, room, turns, holders=case.holders)
        self._outside.note(arrival, travel.decisions, decided)
        travel.decisions += 1
        sale = decided.sale
        if sale:
            for turn in decided.decision.turns:
                self._lines[turn.line].take(turn)
            self._sell(travel, sale, room, now, is_following=decided.is_following)
        elif decided.decision.outcome is Outcome.WAITING:
            self._decide_again(travel, decided.decision.waiting_until or now)
        return Judged(now, arrival, decided)

    def _turns(self, keys: Collection[LineKey]) -> Turns:
        """Return the lines in which campaigns take turns for a lead, as they stand."""
        return Turns({key: self._lines[key] for key in keys}, {}) if keys else _NO_TURNS

    def _case(self, travel: _Travel, now: datetime) -> Case:
        lead, passport = travel.arrival.lead, travel.arrival.passport
        held = self._memory.held(passport.consumer_id, lead.product, now)
        has_followed = self._memory.has_followed(lead.id)
        if not (held or has_followed or travel.assignments or travel.opportunity):
            return Case(passport, lead)
        given, fixed = tuple(travel.assignments), self._fixed(travel)
        if given:
            held.update(one.company_id for one in given)
            lead = replace(lead, sale_size=begun(given, passport.run))
        if held:
            lead = replace(lead, held_by=frozenset(held))
        holders: tuple[Taken, ...] = ()
        if travel.opportunity and not fixed:
            holders = self._memory.holders(travel.opportunity, lead.id, was_offered=bool(given))
        return Case(passport, lead, given, fixed, holders, has_followed)

    def _fixed(self, travel: _Travel) -> tuple[Taken, ...]:
        refills = self._refills(travel)
        return tuple(one.taken() for one in travel.assignments if one.fills(refills=refills))

    def _refills(self, travel: _Travel) -> bool:
        return self._products[travel.arrival.lead.product].refills

    def _decide_again(self, travel: _Travel, due: datetime) -> None:
        def happening(at: Due) -> Iterator[Step]:
            yield self._decide(travel, at)

        self._later(self._outside.again(travel.arrival, travel.decisions, due), happening)

    def _sell(
        self, travel: _Travel, sale: Scenario, room: Room, now: datetime, *, is_following: bool
    ) -> None:
        if is_following:
            companies = [self._index.sellers[one].company_id for one in sale.winners]
            self._memory.follow(travel.arrival.lead.id)
        else:
            companies = use_up(room, self._index, sale)
            self._hold(travel.arrival, companies, now)
            if self._steering.is_pacing:
                for number, price in zip(sale.winners, sale.prices, strict=True):
                    self._steering.sold(number, price, now)
        if travel.opportunity or self._outside.has_answers:
            for number, company_id, price in zip(sale.winners, companies, sale.prices, strict=True):
                windows = () if is_following else self._till.windows_of(number)
                self._give(travel, Taken(number, company_id, sale.size, price), windows, now)

    def _hold(self, arrival: Arrival, companies: Iterable[int], now: datetime) -> None:
        """Keep the consumer from these companies for as long as the product says."""
        product = arrival.lead.product
        until = now + self._products[product].duplicates.window
        self._memory.hold(arrival.passport.consumer_id, product, companies, arrival.lead.id, until)

    def _give(self, travel: _Travel, taken: Taken, windows: tuple[Window, ...], now: datetime) -> None:
        """Hand the lead over, and have the buyer answer when its time has come."""
        if travel.opportunity:
            self._memory.take(travel.opportunity, travel.arrival.lead.id, taken)
        if not self._outside.has_answers:
            return
        answer = self._outside.answer(travel.arrival, taken.company_id)
        status = AssignmentStatus.DELIVERING if answer else AssignmentStatus.ACCEPTED
        place = len(travel.assignments)
        travel.assignments.append(_assignment(travel.arrival, taken, status, now))
        if answer and not answer.is_open:

            def happening(at: Due) -> Iterator[Step]:
                yield from self._hear(travel, place, windows, answer, at[0])

            self._later((now + answer.after, _FIRST), happening)

    def _hear(
        self, travel: _Travel, place: int, windows: tuple[Window, ...], answer: Answer, now: datetime
    ) -> Iterator[Step]:
        one = replace(travel.assignments[place], status=answer.status, is_uncertain=answer.is_uncertain)
        travel.assignments[place] = one
        if one.status is AssignmentStatus.ACCEPTED:
            self._follow_up(travel, place, answer)
        else:
            yield self._take_back(travel, one, windows, now)
        self._go_on(travel, now)

    def _go_on(self, travel: _Travel, now: datetime) -> None:
        """Have the lead searched for again where places are free."""
        run, refills = travel.arrival.passport.run, self._refills(travel)
        if course(travel.assignments, run, refills=refills) is Course.SEARCH:
            self._decide_again(travel, now)

    def _take_back(
        self, travel: _Travel, one: Assignment, windows: tuple[Window, ...], now: datetime
    ) -> Loss:
        self._till.give_back(windows, one.company_id, one.price_minor)
        if windows and self._steering.is_pacing:
            self._steering.sold(one.campaign_id, -one.price_minor, one.decided_at)
        if not one.is_uncertain:
            product = travel.arrival.lead.product
            self._memory.let_go(one.consumer_id, product, one.company_id, one.lead_id)
        if travel.opportunity:
            self._memory.lose(travel.opportunity, one.lead_id, one.company_id)
        return Loss(now, travel.arrival, one.campaign_id, one.price_minor, is_refusal=True)

    def _follow_up(self, travel: _Travel, place: int, answer: Answer) -> None:
        """Have the buyer pay back and reject when its time has come."""
        arrival, one = travel.arrival, travel.assignments[place]
        if answer.back_after is not None and one.price_minor:
            amount = one.price_minor if answer.is_back_in_full else min(one.price_minor, answer.back_minor)

            def paying(at: Due) -> Iterator[Step]:
                self._till.pay_in(one.company_id, amount)
                yield Loss(at[0], arrival, one.campaign_id, amount, is_refusal=False)

            self._later((one.decided_at + answer.back_after, _FIRST), paying)
        if answer.rejected_after is not None:

            def rejecting(at: Due) -> Iterator[Step]:
                self._reject(travel, place, at[0])
                yield from ()

            self._later((one.decided_at + answer.rejected_after, _FIRST), rejecting)

    def _reject(self, travel: _Travel, place: int, now: datetime) -> None:
        """Take note of a rejection; where the product refills, the place is offered again."""
        one = travel.assignments[place] = replace(travel.assignments[place], rejected_at=now)
        if not self._refills(travel):
            return
        if travel.opportunity:
            self._memory.lose(travel.opportunity, one.lead_id, one.company_id)
        if not self._memory.has_followed(one.lead_id):
            self._go_on(travel, now)


def _assignment(arrival: Arrival, taken: Taken, status: AssignmentStatus, now: datetime) -> Assignment:
    return Assignment(
        id=arrival.lead.id,
        lead_id=arrival.lead.id,
        run=arrival.passport.run,
        company_id=taken.company_id,
        campaign_id=taken.campaign_id,
        consumer_id=arrival.passport.consumer_id,
        product_id=arrival.passport.product_id or 0,
        sale_size=taken.size,
        price_minor=taken.price_minor,
        status=status,
        is_uncertain=False,
        decided_at=now,
        delivered_at=None,
        rejection_until=None,
        rejected_at=None,
        returned_at=None,
        converted_at=None,
    )
