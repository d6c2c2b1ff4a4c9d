"""Why each campaign got a lead or not, and how much more it would have had to bid."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.choosing.contest import Contest, in_conflict
from leadhouse.allocate.choosing.methods.places import Place, places
from leadhouse.allocate.matching.sellers import Seller, Sellers
from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import FREE, Held, Offer, Refusal, Scenario
from leadhouse.parties.types import Distribution, Market, Pacing

# A price so high that no toll tells.
_ENDLESS = 1 << 62


@dataclass(frozen=True, slots=True)
class Margin:
    """How a campaign would have won: bidding `price_minor` for this size, `more_minor` above its own bid."""

    size: int
    price_minor: int
    more_minor: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one campaign: a winner has a price, a refused one its reason, one outbid its margin.

    Whoever stood in line has a place. A campaign without any of the four could not have won at any price:
    nobody could stand beside it.
    """

    campaign_id: int
    price_minor: int | None = None
    refusal: Refusal | None = None
    margin: Margin | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The inputs of one search for winners; the search always gives the same answer.

    A sale has to bring `least` minor units. One begun may leave places empty.
    """

    offers: tuple[Offer, ...]
    sizes: tuple[int, ...]
    floor: int
    taken: int = 0
    least: int = 0
    is_begun: bool = False

    @property
    def places(self) -> list[winners.Places]:
        return winners.places_of(self.sizes, self.taken, is_begun=self.is_begun)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the best scenario of each size that can be filled."""
        return winners.best_scenarios(self.offers, self.places)

    def chosen(self) -> Scenario | None:
        """Return the scenario that wins."""
        return self.chosen_of(self.scenarios())

    def chosen_of(self, scenarios: Sequence[Scenario]) -> Scenario | None:
        """Return the best of the scenarios that bring enough."""
        return winners.choose(winners.carrying(scenarios, self.least))


def story_of(stored: StoredDecision, market: Market) -> Iterator[Verdict]:
    """Yield what became of every campaign in a decision, by whatever method it was made."""
    question, won = question_of(stored, market), dict(stored.winners)
    offers = {one.campaign_id: one for one in question.offers}
    stood = places(stored.stood(), offers.get, won, stored.sale_size)
    if stored.method is Distribution.BEST_REVENUE:
        found = verdicts(question, won, stored.refused())
    else:
        found = verdicts(replace(question, offers=()), won, stored.refused())
    for one in found:
        yield replace(one, place=stood.pop(one.campaign_id, None))
    for campaign_id, place in stood.items():
        yield Verdict(campaign_id, place=place)


def sales_of(stored: StoredDecision, market: Market) -> tuple[Scenario, ...]:
    """Return the sales that were compared: the best of each size, or the only one that a method looks for."""
    question = question_of(stored, market)
    if stored.method is Distribution.BEST_REVENUE:
        return question.scenarios()
    winning = {campaign_id for campaign_id, _ in stored.winners}
    sold = [one for one in question.offers if one.campaign_id in winning]
    return (winners.scenario_of(sold, stored.sale_size),) if sold and stored.sale_size else ()


def question_of(stored: StoredDecision, market: Market) -> Question:
    """Return what a stored decision searched among; who conflicts with whom is today's market's say."""
    sellers = Sellers(market)
    # In the shadow prices are only written down.
    paces = stored.paces if stored.pacing == Pacing.PACED else {}
    offers = tuple(
        replace(
            _offer(campaign_id, keep, prices, sellers.of(market.campaigns[campaign_id])),
            held=Held(*paces.get(str(campaign_id), FREE)),
        )
        for campaign_id, keep, prices in stored.offered()
        if campaign_id in market.campaigns
    )
    return Question(
        offers,
        tuple(stored.sizes),
        stored.floor_minor,
        stored.taken,
        stored.least_minor,
        is_begun=stored.is_begun,
    )


def _offer(campaign_id: int, keep: int, prices: Mapping[int, int], seller: Seller) -> Offer:
    return Offer(
        campaign_id=campaign_id,
        company_id=seller.company_id,
        key=seller.key,
        group=seller.group,
        keep=keep,
        prices=prices,
        conflicts=seller.conflicts,
    )


def verdicts(
    question: Question, won: Mapping[int, int], refused: Mapping[Refusal, Sequence[int]]
) -> Iterator[Verdict]:
    """Yield what became of every campaign: winners (`won`: campaign → price), those outbid, the refused."""
    for campaign_id, price in won.items():
        yield Verdict(campaign_id, price_minor=price)
    margins = Margins(question)
    for offer in question.offers:
        if offer.campaign_id not in won:
            yield Verdict(offer.campaign_id, margin=margins.of(offer))
    for reason in Refusal:
        for campaign_id in refused.get(reason, ()):
            yield Verdict(campaign_id, refusal=reason)


def _least_worth(own: Offer, value: int) -> int:
    """Return the least price at which an offer is worth so much, in WHOLE parts of a minor unit."""
    if not own.held.toll:
        return -(-value // own.weight(0))
    most = 1
    while most * own.weight(most) < value:
        most *= 2
    return bisect_left(range(most), value, key=lambda price: price * own.weight(price))


class Margins:
    """What campaigns that lost would have had to bid.

    The best set with a campaign in it is the campaign and the best set of one fewer beside it, whatever it
    bids; so nothing is searched again for a bid. Most campaigns may stand beside the best of all.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._contest = Contest(question.offers)
        scenarios = question.scenarios()
        self._goal = question.chosen_of(scenarios)
        # The best of its size, which yet brings too little: it stands before any other of that size.
        self._light = {
            (one.size, len(one.winners)): one for one in scenarios if one.price_minor < question.least
        }
        self._keys = {one.campaign_id: one.key for one in question.offers}
        self._beside: dict[tuple[int, int, str, int], Sequence[Offer]] = {}

    def of(self, own: Offer) -> Margin | None:
        """Return the least rise of one bid that would have made a loser win, None when none would.

        None too for a campaign all of whose sales are expected back: no bid of its earns anything.
        """
        if not own.weight(_ENDLESS):
            return None
        margins = [found for place in self._question.places if (found := self._at(own, place))]
        return min(margins, key=lambda one: (one.more_minor, one.size), default=None)

    def _at(self, own: Offer, place: winners.Places) -> Margin | None:
        size, count = place
        others = self._others(own, size, count - 1)
        if len(others) < count - 1:
            return None
        before = [one for one in (self._goal, self._light.get(place)) if one]
        goal = max((one.adjusted for one in before), default=0)
        missing = goal - sum(one.prices[size] * one.weight(one.prices[size]) for one in others)
        short = self._question.least - sum(one.prices[size] for one in others)
        bid = own.prices.get(size, 0)
        price = max(self._question.floor, bid, _least_worth(own, missing), short)
        raised = winners.scenario_of([*others, replace(own, prices={size: price})], size)
        # At equal value the tie may go to the others; one minor unit more settles it.
        price += any(self._order(raised) >= self._order(one) for one in before)
        return Margin(size, price, price - bid)

    def _others(self, own: Offer, size: int, count: int) -> Sequence[Offer]:
        """Return the best so many that may stand beside a campaign."""
        if not count:
            return ()
        best = self._best(size, count)
        if not any(in_conflict(one, own) for one in best):
            return best
        return self._best(size, count, own)

    def _best(self, size: int, count: int, beside: Offer | None = None) -> Sequence[Offer]:
        key = (size, count, beside.group if beside else "", beside.conflicts if beside else 0)
        if key not in self._beside:
            self._beside[key] = self._contest.best(size, count, beside)
        return self._beside[key]

    def _order(self, one: Scenario) -> tuple[int, int, int, list[str]]:
        keys = [self._keys[campaign_id] for campaign_id in one.winners]
        return -one.adjusted, len(one.winners), -one.price_minor, keys
