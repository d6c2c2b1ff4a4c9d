"""Reads what decisions rest on: the market's index, the rates, the leads, and the room there is."""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError
from msgspec.structs import replace
from pyroaring import BitMap

from leadhouse.allocate import queries
from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.choosing.scenario import MarketView, Priced
from leadhouse.allocate.lines import queries as lines
from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.matching.targeting import Index, changed_campaigns
from leadhouse.allocate.pacing.pacer import counted_at, held_at
from leadhouse.allocate.prices.experience import NOTHING_KNOWN, Changes, Experience
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import Rates, over_threshold, rejection_rates
from leadhouse.allocate.prices.standing import Paces
from leadhouse.allocate.selling.cases import Batch, Case, Decided, Moment, campaigns_in_question
from leadhouse.allocate.selling.room import Room, Window, WindowKey, Windows
from leadhouse.allocate.selling.shadow import Shadow
from leadhouse.allocate.selling.soundness import without_unsound
from leadhouse.allocate.settlement import begun
from leadhouse.allocate.steering import queries as steering
from leadhouse.allocate.steering.spending import shadow_tally
from leadhouse.allocate.types import Assignment, Held, Lead, Taken
from leadhouse.billing import queries as billing
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import CapUnit, Market, Pacing
from leadhouse.qualify.queries import appended
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Passport

# Beyond this share of edited campaigns all is made anew.
_MOST_CHANGED = 0.1


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known about the market beyond single leads.

    `experience` is everything that was folded up to `mark`, `pacing` says which shadow prices there were; the
    rates are as of the minute that begins `at`.
    """

    index: Index
    distributions: Distributions
    windows: Windows
    book: OfferBook
    over_threshold: BitMap
    experience: Experience
    mark: int
    pacing: int
    at: datetime

    @property
    def view(self) -> MarketView:
        return MarketView(self.index, self.book, self.distributions)

    def stands(self, changes: Changes) -> bool:
        """Return whether the changes since its mark are none."""
        return self.pacing == changes.pacing and self.experience.after(changes, self.at) is self.experience


_lock = threading.Lock()
_known: Knowledge | None = None
# A market with campaigns that cannot be asked, and the same without them.
_left_out: tuple[Market, Market] | None = None


def knowledge(now: datetime) -> Knowledge:
    """Return the index of the newest market, and rates and shadow prices by everything known so far.

    Only what has changed is read and made anew, or everything, after a large edit of the market. Campaigns
    with which it cannot be made are left out, and told of.
    """
    global _known, _left_out
    market, minute, known = current_market(), now.replace(second=0, microsecond=0), _known
    if _left_out and _left_out[0] is market:
        market = _left_out[1]
    if (
        known
        and known.index.market is market
        and known.at == minute
        and known.stands(queries.changes(known.mark))
    ):
        return known
    with _lock:
        try:
            _known = _made(market, _known, minute)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            _left_out = market, without_unsound(market)
            _known = _made(_left_out[1], None, minute)
        return _known


def _made(market: Market, before: Knowledge | None, minute: datetime) -> Knowledge:
    changed = _changed(market, before)
    known = before if changed is not None else None
    changes = queries.changes(known.mark if known else 0)
    experience = (known.experience if known else NOTHING_KNOWN).after(changes, minute)
    rates = rejection_rates(experience, minute)
    over = over_threshold(experience, rates, market.thresholds)
    paces = _paces(market, Pacing.PACED), _paces(market, Pacing.SHADOW)
    index, windows, book = _at(market, rates, paces, known, changed or ())
    return Knowledge(
        index,
        Distributions(index),
        windows,
        book,
        over,
        experience,
        changes.mark,
        changes.pacing,
        minute,
    )


def _changed(market: Market, known: Knowledge | None) -> Collection[int] | None:
    """Return the campaigns that were edited since; None when so much is other that all is to be made anew."""
    if known is None or not known.index.campaigns.keys() <= market.campaigns.keys():
        return None
    changed = changed_campaigns(known.index.market, market)
    return changed if len(changed) <= _MOST_CHANGED * len(market.campaigns) else None


def _paces(market: Market, pacing: Pacing) -> dict[int, Held]:
    """Return what shadow prices take off campaigns' ranks in products so paced."""
    products = [one.id for one in market.products.values() if one.pacing is pacing]
    found = steering.shadow_prices(products) if products else {}
    return {
        number: held_at(price, counted_at(market.campaigns[number]))
        for number, price in found.items()
        if number in market.campaigns
    }


def _at(
    market: Market,
    rates: Rates,
    paces: tuple[Paces, Paces],
    known: Knowledge | None,
    changed: Collection[int],
) -> tuple[Index, Windows, OfferBook]:
    """Return the market ready to be asked: what is known of it, with what was edited since."""
    if known is None:
        index = Index(market)
        return index, Windows(market), OfferBook(index, rates, *paces)
    index = known.index if known.index.market is market else known.index.edited(market, changed)
    return index, known.windows.edited(market, changed), known.book.edited(index, changed, rates, *paces)


def gather(lead_ids: Sequence[UUID], index: Index, now: datetime) -> list[Case]:
    """Return the leads that can be decided; one with a buyer who has not answered yet is left alone."""
    assignments = queries.assignments_of(lead_ids)
    found = passports(one for one in lead_ids if not any(given.is_open for given in assignments[one]))
    facts, known = facts_of(found), appended(found)
    holdings = queries.holdings((one.consumer_id for one in found.values()), now)
    fixed = {one: _fixed(assignments[one], facts[one].product, index.market) for one in found}
    grouped = [one for one in found.values() if _may_follow(one, facts, index)]
    offered = {one.lead_id for one in grouped if assignments[one.lead_id]}
    seeking = [one for one in grouped if not fixed[one.lead_id]]
    holders = queries.holders(seeking, offered, index.refilling)
    followers = queries.followers(list(offered))
    return [
        Case(
            passport=passport,
            lead=promised(
                passport,
                lead_of(
                    passport,
                    facts[lead_id],
                    known.get(lead_id, {}),
                    _held_by(passport, assignments, holdings),
                    begun(assignments[lead_id], passport.run),
                ),
            ),
            assignments=tuple(assignments[lead_id]),
            fixed=fixed[lead_id],
            holders=tuple(holders.get(lead_id, ())),
            has_followed=lead_id in followers,
        )
        for lead_id in lead_ids
        if (passport := found.get(lead_id))
    ]


def _fixed(assignments: Iterable[Assignment], product: str | None, market: Market) -> tuple[Taken, ...]:
    refills = product is not None and market.products[product].refills
    return tuple(one.taken() for one in assignments if one.fills(refills=refills))


def _may_follow(passport: Passport, facts: Mapping[UUID, LeadFacts], index: Index) -> bool:
    product = facts[passport.lead_id].product
    return passport.unique_lead_id is not None and product is not None and index.groups_duplicates(product)


def _held_by(
    passport: Passport,
    assignments: Mapping[UUID, Iterable[Assignment]],
    holdings: Mapping[tuple[int, int], set[int]],
) -> frozenset[int]:
    holding = holdings.get((passport.consumer_id, passport.product_id or 0), set())
    return frozenset(holding | {one.company_id for one in assignments[passport.lead_id]})


def lead_of(
    passport: Passport,
    facts: LeadFacts,
    found_out: Mapping[str, object],
    held_by: frozenset[int],
    sale_size: int | None = None,
) -> Lead:
    """Return the lead as the market sees it; `found_out` is what checks appended."""
    if passport.product_id is None or facts.product is None:
        raise LookupError(f"lead {passport.lead_id} has no product and cannot be sold")
    asked = facts.facts() | dict(found_out)
    asked |= {"classification": passport.classification, "channel": passport.channel}
    return Lead(
        id=passport.lead_id,
        product=facts.product,
        source=facts.source,
        classification=passport.classification,
        contact_requests=passport.contact_requests,
        received_at=passport.received_at,
        spot=spot_of(asked),
        facts=asked,
        held_by=held_by,
        sale_size=sale_size,
    )


def promised(passport: Passport, lead: Lead) -> Lead:
    """Return the lead with what a sale has to bring: what a share was promised of, never a fixed payout."""
    if passport.promised_minor is None:
        return lead
    least = 0 if passport.share_percent is None else passport.promised_minor
    return replace(lead, is_promised=True, least_minor=least)


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """The room as read, and the ids of the windows that were there.

    `uncapped` are, by campaign, windows whose cap was taken away: they count on until their period is over,
    so that a cap that comes back has missed nothing.
    """

    windows: Sequence[Window]
    used: Mapping[WindowKey, int]
    wallets: Mapping[int, int]
    window_ids: dict[WindowKey, int]
    uncapped: Mapping[int, Sequence[Window]] = field(default_factory=dict)

    def room(self) -> Room:
        """Return the room as it was read."""
        return Room(((one, self.used.get(one.key, 0)) for one in self.windows), self.wallets)


def read_room(known: Knowledge, campaign_ids: BitMap, now: datetime) -> FoundRoom:
    """Read what is left of these campaigns' caps and of their companies' wallets."""
    windows = [window for one in campaign_ids for window in known.windows.of(one, now)]
    stored = queries.windows(campaign_ids, now)
    companies = {known.index.sellers[one].company_id for one in campaign_ids}
    used, ids = {one.key: one.used for one in stored}, {one.key: one.id for one in stored}
    return FoundRoom(windows, used, billing.room_of(companies), ids, _uncapped(stored, windows))


def _uncapped(
    stored: Iterable[queries.StoredWindow], capped: Iterable[Window]
) -> Mapping[int, Sequence[Window]]:
    keys = {one.key for one in capped}
    found: defaultdict[int, list[Window]] = defaultdict(list)
    for one in stored:
        if one.key not in keys:
            found[one.key.campaign_id].append(one.uncapped())
    return found


def read_shadow(
    known: Knowledge, priced: Iterable[Priced], found: FoundRoom, campaign_ids: BitMap, now: datetime
) -> FoundRoom | None:
    """Read what would be left of these campaigns' caps had they been paced; None if no product asks for it.

    Wallets are what they are: what a company pays for other products is not known in the shadow.
    """
    if all(one.product.pacing is not Pacing.SHADOW for one in priced):
        return None
    tally = shadow_tally(campaign_ids, known.index.market, now)
    used = {
        one.key: tally.used(one.key.campaign_id, CapUnit(one.key.unit), one.key.starts_at, one.ends_at)
        for one in found.windows
    }
    return FoundRoom(found.windows, used, found.wallets, {})


def read_turns(known: Knowledge, priced: Iterable[Priced]) -> Turns:
    """Read the lines in which campaigns take turns for these leads; lines that are new are opened."""
    keys = {
        key for one in priced for key in known.distributions.lines_of(one.lead.product, one.narrowing.passing)
    }
    return lines.read(keys)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A batch with all that its decisions rest on: decided once, and again should lines have moved."""

    moment: Moment
    cases: Sequence[Case]
    priced: Sequence[Priced]
    found: FoundRoom
    turns: Turns
    shadow: FoundRoom | None = None

    def decide(self) -> list[Decided]:
        """Return every case with its decision; the same each time."""
        view = self.moment.view
        shadow = Shadow(view.index, view.book, self.shadow.room()) if self.shadow else None
        batch = Batch(self.moment, self.found.room(), self.turns.as_read(), shadow)
        return batch.decide(self.cases, self.priced)


def sit(known: Knowledge, cases: Sequence[Case], now: datetime) -> Sitting:
    """Return all that decisions about these leads rest on now; nobody is asked for bids, nothing used up."""
    moment = Moment(known.view, known.over_threshold, now)
    priced = [moment.priced(case.lead, case.fixed) for case in cases]
    found = read_room(known, campaigns_in_question(priced), now)
    return Sitting(moment, cases, priced, found, read_turns(known, priced))
