"""Each product's method, looked up here only, and what it makes of the offers for a lead."""

from collections.abc import Callable, Iterable

from msgspec import Struct
from pyroaring import BitMap

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.choosing.methods import groups, orders, territory
from leadhouse.allocate.choosing.methods.filling import first_bringing, foremost, fullest
from leadhouse.allocate.choosing.methods.orders import Stood
from leadhouse.allocate.choosing.methods.queues import Queue
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.matching.gates import Narrowing
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.types import Lead, Line, LineKey, Scenario, Taken, Turn
from leadhouse.parties.types import Distribution, Product

# By these, campaigns take turns, which are kept from lead to lead.
IN_TURN = frozenset(
    {Distribution.ROUND_ROBIN, Distribution.WEIGHTED, Distribution.PRIORITY, Distribution.TERRITORY}
)


class Choice(Struct, frozen=True):
    """What a method chose; `offers` are those that took part in its search.

    `could_sell`: there were sales, be it that none of them brings enough.
    """

    method: Distribution
    offers: Offered
    chosen: Scenario | None
    could_sell: bool
    lines: tuple[Line, ...] = ()
    turns: tuple[Turn, ...] = ()


class Asked(Struct, frozen=True):
    """A lead with the offers that may have it beside those in `fixed`, who have accepted it.

    A sale has to bring `least_minor`.
    """

    lead: Lead
    sizes: tuple[int, ...]
    offers: Offered
    fixed: tuple[Taken, ...]
    least_minor: int = 0

    @property
    def places(self) -> list[winners.Places]:
        is_begun = bool(self.fixed) or self.lead.sale_size is not None
        return winners.places_of(self.sizes, len(self.fixed), is_begun=is_begun)


class Distributions:
    """How every product's leads are distributed, at one revision of the market."""

    def __init__(self, index: Index) -> None:
        self._market, self._campaigns = index.market, index.campaigns
        products = index.market.products
        self._members = {key: groups.members_of(one, index) for key, one in products.items()}
        self._territories = {
            key: groups.territories_of(one, self._members[key], index) for key, one in products.items()
        }

    def is_plain(self, product: str) -> bool:
        """Return whether nothing but the best revenue counts for the product."""
        one = self._market.products[product]
        return one.distribution is Distribution.BEST_REVENUE and not one.groups

    def narrowed(self, lead: Lead, narrowing: Narrowing) -> Narrowing:
        """Refuse those who want the lead though its place is another's territory."""
        if not self._territories[lead.product]:
            return narrowing
        foreign = BitMap()
        for among in self._territories[lead.product]:
            wanting = territory.wanting(narrowing) & among
            if len(wanting) > 1:
                foreign |= wanting - territory.owners((self._campaigns[one] for one in wanting), lead.spot)
        return territory.without_others(narrowing, foreign) if foreign else narrowing

    def groups_of(self, product: str, taken: Iterable[Taken]) -> BitMap:
        """Return all campaigns of the groups of these buyers: only one of a group gets a lead."""
        ids = BitMap(one.campaign_id for one in taken)
        return BitMap.union(BitMap(), *(one for one in self._members[product].values() if one.intersect(ids)))

    def lines_of(self, product: str, campaigns: BitMap) -> list[LineKey]:
        """Return the lines in which these campaigns, which may have a lead of the product, take turns."""
        one = self._market.products[product]
        if one.distribution in IN_TURN:
            return [(one.id, "")] if campaigns else []
        members = self._members[product]
        return [(one.id, key) for key, found in members.items() if found.intersect(campaigns)]

    def choose(self, asked: Asked, turns: Turns) -> Choice:
        """Choose who gets a lead by its product's method."""
        product = self._market.products[asked.lead.product]
        if product.distribution in IN_TURN:
            return self._in_turn(product, asked, turns)
        if product.distribution is Distribution.BEST_REVENUE:
            return self._best_revenue(product, asked, turns)
        return self._to_many(product, asked)

    def _best_revenue(self, product: Product, asked: Asked, turns: Turns) -> Choice:
        """Choose the best sale of all, in which a group stands with those that it puts forward."""
        offers, queues = asked.offers, []
        for group, members in self._members[product.key].items():
            if members.intersect(offers.campaigns):
                queue = self._queue(product.groups[group], (product.id, group), members, asked, turns)
                offers = offers.without(members).beside(groups.put_forward(queue.offers, asked.sizes))
                queues.append(queue)
        chosen, could_sell = winners.best_sale(offers, asked.places, asked.least_minor)
        if not queues:
            return Choice(product.distribution, offers, chosen, could_sell)
        told = tuple(one.told() for one in queues)
        return Choice(product.distribution, offers, chosen, could_sell, told, self._turns(queues, chosen))

    def _in_turn(self, product: Product, asked: Asked, turns: Turns) -> Choice:
        members = asked.offers.campaigns
        queue = self._queue(product.distribution, (product.id, ""), members, asked, turns)
        first, chosen = first_bringing(foremost(queue.offers, asked.places), asked.least_minor)
        return _choice(queue, asked, first, chosen, self._turns([queue], chosen))

    def _to_many(self, product: Product, asked: Asked) -> Choice:
        """Sell to as many as there can be: to all who want it, or to the centre's sellers by plan."""

        def line(size: int) -> list[Stood]:
            if product.distribution is Distribution.SEND_TO_ALL:
                return orders.by_expectation(asked.offers, size)
            return orders.by_plan(asked.offers, size, self._market)

        first, chosen = first_bringing(self._many_sales(product, asked, line), asked.least_minor)
        told = chosen or first
        shown = told.size if told else max(asked.sizes, default=0)
        queue = Queue((product.id, ""), product.distribution, 0, line(shown))
        return _choice(queue, asked, first, chosen)

    def _many_sales(
        self, product: Product, asked: Asked, line: Callable[[int], list[Stood]]
    ) -> Iterable[Scenario]:
        """Return the sales to the most companies first."""
        if product.distribution is Distribution.SEND_TO_ALL:
            found = winners.best_scenarios(asked.offers, asked.places)
            return sorted(found, key=lambda one: -len(one.winners))
        return fullest(asked.places, lambda size: [offer for offer, _ in line(size)])

    def _queue(
        self, method: Distribution, key: LineKey, members: BitMap, asked: Asked, turns: Turns
    ) -> Queue:
        """Return the line of those of the members who offer."""
        offers = [one for number in members if (one := asked.offers.get(number))]
        line = turns.line(key)
        stood = orders.in_turn(method, offers, self._campaigns, line, asked.lead.spot)
        return Queue(key, method, line.turns, stood)

    def _turns(self, queues: Iterable[Queue], chosen: Scenario | None) -> tuple[Turn, ...]:
        return tuple(turn for one in queues for turn in one.turn(chosen, self._campaigns))


def _choice(
    queue: Queue,
    asked: Asked,
    first: Scenario | None,
    chosen: Scenario | None,
    turns: tuple[Turn, ...] = (),
) -> Choice:
    return Choice(queue.method, asked.offers, chosen, first is not None, (queue.told(),), turns)
