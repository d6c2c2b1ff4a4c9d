"""The turns of pacing in memory: shadow prices follow the simulated time as they follow the clock."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from random import Random

from msgspec import structs

from leadhouse.allocate.choosing import scenario
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.pacing import recall
from leadhouse.allocate.pacing.days import LateCalendar
from leadhouse.allocate.pacing.pacer import RESOLVE, UPDATE, Pacer
from leadhouse.allocate.pacing.recall import Past, Spans, horizon, sample_of
from leadhouse.allocate.pacing.sample import Flat, flat
from leadhouse.allocate.pacing.tally import Tally
from leadhouse.allocate.pacing.traffic import Traffic, Trail
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.selling.cases import Moment
from leadhouse.allocate.types import Held, Lead
from leadhouse.parties.types import Pacing, Product

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_received_at = attrgetter("received_at")


@dataclass(slots=True)
class _Line:
    """What is known of one paced product: its prices, and the leads that came."""

    product: Product
    pacer: Pacer
    trail: Trail
    leads: list[Lead] = field(default_factory=list)
    resolved_at: datetime = _LONG_AGO


class Steering:
    """Paces the products of a market that are to be paced."""

    def __init__(self, index: Index) -> None:
        market = index.market
        paced = [one for one in market.products.values() if one.pacing is Pacing.PACED and not one.is_closed]
        self._index, self._tally = index, Tally(market)
        self._lines = {one.key: _Line(one, Pacer(market, one.key), Trail(market.zone)) for one in paced}
        self._next: datetime | None = None
        self._books: tuple[OfferBook, OfferBook] | None = None
        self._offers: dict[tuple[object, bytes], Flat] = {}

    @property
    def is_pacing(self) -> bool:
        """Return whether any product is paced."""
        return bool(self._lines)

    def at(self, moment: Moment) -> Moment:
        """Return the moment with the shadow prices that hold then; turns that are due are taken first."""
        if not self._lines:
            return moment
        if self._next is None:
            self._next = _BEGINNING + (moment.now - _BEGINNING) // UPDATE * UPDATE
        while self._next <= moment.now:
            for line in self._lines.values():
                self._turn(line, moment, self._next)
            self._next += UPDATE
            self._books = None
        book = moment.view.book
        if self._books is None or self._books[0] is not book:
            self._books = (book, book.at_paces(self._paces()))
        return structs.replace(moment, view=replace(moment.view, book=self._books[1]))

    def _paces(self) -> dict[int, Held]:
        return {number: held for line in self._lines.values() for number, held in line.pacer.held().items()}

    def came(self, lead: Lead) -> None:
        """Note a lead that is good to sell."""
        line = self._lines.get(lead.product)
        if line is not None:
            line.trail.add(lead.received_at)
            insort(line.leads, lead, key=_received_at)

    def sold(self, campaign_id: int, price_minor: int, at: datetime) -> None:
        """Note a sale of this instant, or one undone (a negative price)."""
        self._tally.add(campaign_id, price_minor, at)

    def _turn(self, line: _Line, moment: Moment, now: datetime) -> None:
        spending = self._tally.spent(now)
        calendar = LateCalendar(self._index.market, lambda: self._traffic(line, moment, now))
        line.pacer.update(spending, calendar, now)
        if now - line.resolved_at < RESOLVE:
            return
        line.resolved_at = now
        days = line.pacer.days()
        if days:
            past, share = self._recollect(line, moment, now, recall.last_days(now, horizon(days, now)))
            line.pacer.resolve(sample_of(past, share, days, line.trail.traffic(now), now), spending)

    def _traffic(self, line: _Line, moment: Moment, now: datetime) -> Traffic:
        past, _ = self._recollect(line, moment, now, recall.same_weekdays(now))
        zone = self._index.market.zone
        return Traffic(zone, line.trail.traffic(now).weekly, recall.own_traffic(past, self._index.market))

    def _recollect(
        self, line: _Line, moment: Moment, now: datetime, spans: Spans
    ) -> tuple[list[Past], float]:
        """Return leads of these spans with the offers they would get now, and what share of all they are."""
        found = [lead for span in spans for lead in _within(line.leads, *span)]
        chosen = found
        if len(found) > recall.MOST_LEADS:
            chance = Random(now.isoformat())  # noqa: S311 - nothing secret: figures that can be repeated
            chosen = sorted(chance.sample(found, recall.MOST_LEADS), key=_received_at)
        past = [Past(one.received_at, self._offered(one, moment, now)) for one in chosen]
        return past, len(chosen) / len(found) if found else 1.0

    def _offered(self, lead: Lead, moment: Moment, now: datetime) -> Flat:
        """Return the lead's offers when it comes again, which differ by who is open then only."""
        at = recall.coming_quarter(lead.received_at, now)
        key = (lead.id, self._closed(lead.product, at))
        if key not in self._offers:
            narrowing = self._index.narrow(lead, at, moment.over_threshold)
            priced = scenario.price(self._index, moment.view.book, lead, narrowing, ())
            self._offers[key] = flat(priced.offers)
        return self._offers[key]

    def _closed(self, product: str, at: datetime) -> bytes:
        return self._index.openings(product).closed_at(at).serialize()


def _within(leads: list[Lead], start: datetime, end: datetime) -> list[Lead]:
    first, last = (bisect_left(leads, at, key=_received_at) for at in (start, end))
    return leads[first:last]
