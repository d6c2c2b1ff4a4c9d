"""Applies the decisions of a batch in one transaction: room used up, leads given, everything written down.

All that is used up is locked once, late and in one order, here only: lines by id, opportunities (those of
grouped duplicates) by id, cap windows by id, wallets by company, consumers, and last the passports.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.lines import queries as lines
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.records import NewDecision, new_decision
from leadhouse.allocate.selling import telling
from leadhouse.allocate.selling.cases import Case, Decided
from leadhouse.allocate.selling.gathering import FoundRoom, Knowledge, Sitting
from leadhouse.allocate.selling.room import Window, WindowKey
from leadhouse.allocate.selling.sales import Grants, Sale, sale_of
from leadhouse.allocate.steering import queries as steering
from leadhouse.allocate.steering.queries import ShadowSale
from leadhouse.allocate.types import Outcome, Refusal, Taken
from leadhouse.allocate.waiting import queries as waiting
from leadhouse.allocate.waiting.telling import waiting_of
from leadhouse.billing import queries as billing
from leadhouse.billing.types import Hold
from leadhouse.identity import queries as identity
from leadhouse.kit import periods
from leadhouse.parties.queries import revision
from leadhouse.parties.types import Pacing
from leadhouse.store.run import RacedError, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, NewWork, Stage, Status

_ROOM = frozenset({Refusal.CAP, Refusal.BUDGET, Refusal.WALLET})
WindowIds = Mapping[WindowKey, int]
WindowsOf = Callable[[int], tuple[Window, ...]]


class MarketChangedError(RuntimeError):
    """The market was edited between decision and sale."""


class Parted(Struct, frozen=True):
    """The sales that stand, with the room they take, and those that have to be decided again."""

    granted: Sequence[Sale]
    grants: Grants
    lost: list[Sale]


def apply(claims: Sequence[Claim], sitting: Sitting, known: Knowledge) -> None:
    """Sell what there is room for, end the rest or let it wait.

    Raises MarketChangedError or RacedError if nothing stands and all has to be read again. Leads that lost
    their room go back into the queue, and with them those that lacked what they had planned to take. Where
    lines have moved since they were read, the batch is decided again as they stand now.
    """

    def windows(campaign_id: int) -> tuple[Window, ...]:
        return (*known.windows.of(campaign_id, now), *found.uncapped.get(campaign_id, ()))

    found, now = sitting.found, sitting.moment.now
    decided = sitting.decide()
    sales = _sales(decided, known, windows)
    window_ids = _with_windows(_possible_takers(sales, sitting, known), found, known, now)
    with transaction():
        held = {claim.lead_id for claim in timeline.finish(claims)}
        # Read before it is asked what has moved: a decision that comes between is found by its round.
        rounds = queries.rounds_of(held)
        if _have_moved([one.case for one in decided if one.case.lead.id in held]):
            raise RacedError
        turns = _locked_lines(sales, sitting.turns)
        if turns is not sitting.turns:
            decided = replace(sitting, turns=turns).decide()
            sales = _sales(decided, known, windows)
        parted = _part(sales, held, window_ids, known, now)
        _must_be_current(known)
        _use(parted, turns, now)
        unsold = [one for one in decided if not one.sale and one.case.lead.id in held]
        again = [sale.decided for sale in parted.lost if sale.decided.case.lead.id in held]
        if again:
            again += [one for one in unsold if _lacked_room(one)]
            unsold = [one for one in unsold if not _lacked_room(one)]
        _write(decided, parted.granted, unsold, known.index, now, rounds)
        timeline.enqueue([NewWork(Stage.ALLOCATE, one.case.lead.id) for one in again])


def _have_moved(cases: Iterable[Case]) -> bool:
    """Return whether something became of a lead since it was read: another search, or a buyer's rejection.

    A lead is queued twice only when it is searched for again.
    """
    again = {one.lead.id: one for one in cases if one.passport.status is not Status.QUALIFIED}
    if not again:
        return False
    found, given = timeline.passports(again), queries.assignments_of(again)
    return any(
        found[key] != one.passport or tuple(given[key]) != one.assignments for key, one in again.items()
    )


def _must_be_current(known: Knowledge) -> None:
    """Raise MarketChangedError if the market was edited since; asked when the wallets are locked.

    So who waits for the wallets after an edit finds every sale that was made without knowing of it.
    """
    if revision() != known.index.market.revision:
        raise MarketChangedError


def _sales(decided: Sequence[Decided], known: Knowledge, windows: WindowsOf) -> list[Sale]:
    return [sale_of(known.index, windows, one, one.sale) for one in decided if one.sale]


def _locked_lines(sales: Sequence[Sale], turns: Turns) -> Turns:
    """Lock the lines in which sales take turns; return them as they stand, the given ones if none moved."""
    if not any(one.decided.decision.turns for one in sales):
        return turns
    if lines.lock(turns.ids.values()) == turns.counts():
        return turns
    return lines.read(turns.ids)


def _possible_takers(sales: Sequence[Sale], sitting: Sitting, known: Knowledge) -> set[int]:
    """Return who may get leads: the winners, and where campaigns take turns all, for lines may have moved."""
    found = {one for sale in sales if not sale.decided.is_following for one in sale.campaign_ids}
    if sitting.turns.ids:
        for one in sitting.priced:
            if not known.distributions.is_plain(one.lead.product):
                found.update(one.offers.campaigns)
    return found


def _with_windows(takers: Iterable[int], found: FoundRoom, known: Knowledge, now: datetime) -> WindowIds:
    """Return the ids of all windows that sales may use up; new ones are made in a moment of their own.

    Before they count what was sold already, sales under way to the same companies are waited for. If an edit
    has taken a cap away meanwhile its window is not made: who sells by that edit would not know of it. Only
    an edit that comes between the last look and the commit goes unseen, and a sale by it has to be decided
    in that very moment to miss the window.
    """
    needed = {
        window.key: (window, known.index.sellers[one].company_id)
        for one in takers
        for window in known.windows.of(one, now)
    }
    missing = [window for key, window in needed.items() if key not in found.window_ids]
    if not missing:
        return found.window_ids
    with transaction():
        billing.lock_room(company_id for _, company_id in missing)
        _must_be_current(known)
    with transaction():
        queries.open_windows(missing)
        _must_be_current(known)
    stored = queries.windows({window.key.campaign_id for window, _ in missing}, now)
    return found.window_ids | {one.key: one.id for one in stored}


def _lock_opportunities(sales: Sequence[Sale], index: Index) -> Mapping[UUID, list[Taken]]:
    """Let nobody else sell these leads' opportunities; return, by lead, who else has them now."""
    cases = [sale.decided.case for sale in sales if index.groups_duplicates(sale.decided.case.lead.product)]
    seeking = [case.passport for case in cases if case.passport.unique_lead_id and not case.fixed]
    if not seeking:
        return {}
    identity.lock_unique_leads(one.unique_lead_id for one in seeking if one.unique_lead_id)
    return queries.holders(seeking, {case.lead.id for case in cases if case.assignments}, index.refilling)


def _part(
    sales: Sequence[Sale], held: Set[UUID], window_ids: WindowIds, known: Knowledge, now: datetime
) -> Parted:
    """Lock what the sales want to use up and part those it suffices for from the others.

    A lead whose opportunity others have by now is not sold, but follows them. Where a sale falls, those after
    it in its lines fall too: they were decided as if it had had its turn.
    """
    holders = _lock_opportunities([one for one in sales if one.lead_id in held], known.index)
    overtaken = {one.lead_id for one in sales if one.lead_id in holders and not one.decided.is_following}
    falling = overtaken | ({one.lead_id for one in sales} - held)
    needed = {window.key for sale in sales for windows in sale.windows for window in windows}
    if not needed <= window_ids.keys():
        raise RacedError
    ids = {window_ids[key] for key in needed}
    used = queries.lock_windows(ids) if ids else {}
    wallets = billing.lock_room(one.company_id for sale in sales for one in sale.assignments)
    grants = Grants(window_ids, used, wallets)
    granted, lost = grants.part(sales, falling)
    clashing = _hold_consumers(granted, known.index, now)
    if clashing:
        grants = Grants(window_ids, used, wallets)
        granted, fallen = grants.part(granted, {one.lead_id for one in clashing})
        lost += fallen
        queries.let_consumers_go([one for sale in fallen for one in sale.assignments])
    stranded = _stranded(granted, holders)
    return Parted(_without(granted, stranded), grants, [*lost, *stranded])


def _without(sales: Sequence[Sale], others: Sequence[Sale]) -> Sequence[Sale]:
    gone = {one.lead_id for one in others}
    return [one for one in sales if one.lead_id not in gone] if gone else sales


def _stranded(granted: Sequence[Sale], holders: Mapping[UUID, list[Taken]]) -> list[Sale]:
    """Return what follows a sale that does not stand, or companies that have refused meanwhile."""
    following = [one for one in granted if one.decided.is_following]
    having: defaultdict[int | None, set[int]] = defaultdict(set)
    for one in granted if following else ():
        if not one.decided.is_following:
            having[one.decided.case.passport.unique_lead_id].update(one.campaign_ids)
    return [
        one
        for one in following
        if not one.campaign_ids
        <= having[one.decided.case.passport.unique_lead_id]
        | {holder.campaign_id for holder in holders.get(one.lead_id, ())}
    ]


def _hold_consumers(sales: Sequence[Sale], index: Index, now: datetime) -> list[Sale]:
    """Note who gets which consumer; return the sales to a company that just got the same one elsewhere."""
    fresh = [sale for sale in sales if not sale.decided.is_following]
    given = [
        (one, now + index.market.products[sale.decided.case.lead.product].duplicates.window)
        for sale in fresh
        for one in sale.assignments
    ]
    held = queries.hold_consumers(given, now)
    return [sale for sale in fresh if not held.issuperset(one.id for one in sale.assignments)]


def _lacked_room(decided: Decided) -> bool:
    return decided.decision.outcome is Outcome.UNSOLD and not _ROOM.isdisjoint(decided.decision.refused)


def _use(parted: Parted, turns: Turns, now: datetime) -> None:
    """Use up the room and the turns of the granted sales and give the leads to their buyers."""
    taken = turns.as_read()
    for sale in parted.granted:
        taken.take(sale.decided.decision.turns)
    lines.write(taken.moved())
    queries.use_windows(parted.grants.uses())
    holds = [
        Hold(one.id, one.company_id, one.price_minor) for sale in parted.granted for one in sale.assignments
    ]
    if len(billing.hold(holds)) != len(holds):
        raise RuntimeError("a locked wallet lost room; nothing was sold")
    given = [one for sale in parted.granted for one in parted.grants.assignments(sale)]
    queries.write_assignments(given, now)


def _write(
    decided: Sequence[Decided],
    sales: Sequence[Sale],
    unsold: Sequence[Decided],
    index: Index,
    now: datetime,
    rounds: Mapping[tuple[UUID, int], int],
) -> None:
    """Keep the decisions in the order in which they were made, tell the timeline, queue what follows."""
    market = index.market
    stands = {one.case.lead.id for one in (*(sale.decided for sale in sales), *unsold)}
    kept = [one for one in decided if one.case.lead.id in stands]
    queries.write_decisions([_decision(one, index) for one in kept], now, market.revision, rounds)
    real = [one for one in kept if not one.case.passport.is_test]
    queries.count_funnels(
        [(market.products[one.case.lead.product].id, one.decision.funnel) for one in real], now
    )
    steering.spend_in_shadow(list(_shadow_sales(kept, index, now)))
    told = [telling.sold(sale, market) for sale in sales]
    for one in unsold:
        is_waiting = one.decision.outcome is Outcome.WAITING
        told.append(telling.waiting(one, market) if is_waiting else telling.unsold(one, market, now))
    timeline.append([event for events, _ in told for event in events])
    timeline.enqueue([work for _, works in told for work in works])
    _note_waiting(kept, index, now)


def _note_waiting(decided: Sequence[Decided], index: Index, now: datetime) -> None:
    """Note who waits by now, and forget who waits no more."""
    on = [one for one in decided if one.decision.outcome is Outcome.WAITING]
    before = {one.case.lead.id for one in decided if one.case.passport.status is Status.WAITING}
    waiting.note([waiting_of(one, index.market) for one in on])
    waiting.forget(before - {one.case.lead.id for one in on})


def _shadow_sales(decided: Iterable[Decided], index: Index, now: datetime) -> Iterator[ShadowSale]:
    """Yield what would have been sold in the shadow, each in its campaign's local day."""
    market = index.market
    for one in decided:
        sale = one.decision.otherwise
        if sale and market.products[one.case.lead.product].pacing is Pacing.SHADOW:
            for campaign_id, price in zip(sale.winners, sale.prices, strict=True):
                zone = market.companies[index.sellers[campaign_id].company_id].zone
                yield ShadowSale(campaign_id, periods.day(zone, now).start, price)


def _decision(decided: Decided, index: Index) -> NewDecision:
    lead = decided.case.lead
    return new_decision(
        lead.id,
        decided.case.passport.run,
        decided.decision,
        shared=index.shared_refusals(lead.product),
        product=index.market.products[lead.product],
    )
