"""Why each campaign got a lead or not, and how much more it would have had to bid."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.matching.targeting import seller_of
from leadhouse.allocate.records import StoredDecision
from leadhouse.allocate.types import Offer, Refusal, Scenario
from leadhouse.parties.types import Market


@dataclass(frozen=True, slots=True)
class Margin:
    """How a campaign would have won: bidding `price_minor` for this size, `more_minor` above its own bid."""

    size: int
    price_minor: int
    more_minor: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one campaign: a winner has a price, a refused one its reason, one outbid its margin.

    A campaign without any of the three could not have won at any price: nobody could stand beside it.
    """

    campaign_id: int
    price_minor: int | None = None
    refusal: Refusal | None = None
    margin: Margin | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The inputs of one search for winners; the search always gives the same answer."""

    offers: tuple[Offer, ...]
    sizes: tuple[int, ...]
    floor: int
    taken: int = 0

    @property
    def places(self) -> list[winners.Places]:
        return winners.places_of(self.sizes, self.taken)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the best scenario of each size that can be filled."""
        return winners.best_scenarios(self.offers, self.places)

    def chosen(self) -> Scenario | None:
        """Return the scenario that wins."""
        return winners.choose(self.scenarios())


def question_of(stored: StoredDecision, market: Market) -> Question:
    """Return what a stored decision searched among; who conflicts with whom is today's market's say."""
    offers = tuple(_offer(*kept, market=market) for kept in stored.offers if kept[0] in market.campaigns)
    return Question(offers, tuple(stored.sizes), stored.floor_minor, stored.taken)


def _offer(campaign_id: int, keep: int, prices: Mapping[str, int], *, market: Market) -> Offer:
    campaign = market.campaigns[campaign_id]
    behind = seller_of(campaign, market)
    is_exclusive = market.products[campaign.product].carrier_exclusive
    return Offer(
        campaign_id=campaign_id,
        company_id=behind.company_id,
        key=behind.key,
        group=behind.group,
        keep=keep,
        prices={int(size): price for size, price in prices.items()},
        carriers=behind.carriers if is_exclusive else frozenset(),
    )


def verdicts(
    question: Question, won: Mapping[int, int], refused: Mapping[Refusal, Sequence[int]]
) -> Iterator[Verdict]:
    """Yield what became of every campaign: winners (`won`: campaign → price), those outbid, the refused."""
    for campaign_id, price in won.items():
        yield Verdict(campaign_id, price_minor=price)
    foremost, groups = _foremost(question), _by_group(question)
    for offer in question.offers:
        if offer.campaign_id not in won:
            near = {one.campaign_id: one for one in (*foremost, *groups[offer.group])}
            narrowed = replace(question, offers=tuple(near.values()))
            yield Verdict(offer.campaign_id, margin=margin(narrowed, offer.campaign_id))
    for reason in Refusal:
        for campaign_id in refused.get(reason, ()):
            yield Verdict(campaign_id, refusal=reason)


def _foremost(question: Question) -> Sequence[Offer]:
    """Return the offers that can stand in a best set beside any other: the first of enough groups.

    Five hundred outbid campaigns would otherwise each be compared with all others, which takes half a minute.
    Where carriers conflict no such few are enough.
    """
    if any(one.carriers for one in question.offers):
        return question.offers
    found: list[Offer] = []
    for size in question.sizes:
        first: dict[str, Offer] = {}
        for one in sorted(
            (one for one in question.offers if size in one.ranks), key=lambda one: one.ranks[size]
        ):
            first.setdefault(one.group, one)
        found += list(first.values())[: size + 1]
    return found


def _by_group(question: Question) -> Mapping[str, Sequence[Offer]]:
    groups: defaultdict[str, list[Offer]] = defaultdict(list)
    for one in question.offers:
        groups[one.group].append(one)
    return groups


def margin(question: Question, campaign_id: int) -> Margin | None:
    """Return the least rise of one bid that would have made the campaign a winner, None when none would.

    None too for a campaign all of whose sales are expected back: no bid of its earns anything.
    """
    own = next(one for one in question.offers if one.campaign_id == campaign_id)
    best = question.chosen()
    goal = best.value if best else 0
    margins = [found for place in question.places if (found := _margin(question, own, place, goal))]
    return min(margins, key=lambda one: (one.more_minor, one.size), default=None)


def _margin(question: Question, own: Offer, place: winners.Places, goal: int) -> Margin | None:
    size, count = place
    beside = [one for one in question.offers if not winners.in_conflict(one, own)]
    others = winners.best_of_size(beside, size, count - 1) if count > 1 else None
    if not own.keep or (count > 1 and others is None):
        return None
    missing = goal - (others.value if others else 0)
    bid = own.prices.get(size, 0)
    least = max(question.floor, bid, -(-missing // own.keep))
    # At equal value the tie may go to the others; one minor unit more settles it.
    for price in (least, least + 1):
        raised = replace(own, prices={**own.prices, size: price})
        if _wins(question, raised):
            return Margin(size, price, price - bid)
    return None


def _wins(question: Question, raised: Offer) -> bool:
    offers = tuple(raised if one.campaign_id == raised.campaign_id else one for one in question.offers)
    chosen = replace(question, offers=offers).chosen()
    return chosen is not None and raised.campaign_id in chosen.winners
