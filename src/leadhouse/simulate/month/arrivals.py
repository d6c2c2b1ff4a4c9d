"""The month's leads in the order in which they come, good to sell, from the sources of a market."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate, cycle, islice
from operator import attrgetter
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from leadhouse.allocate.types import Lead
from leadhouse.kit.periods import first_instant
from leadhouse.parties.types import Market, Source
from leadhouse.simulate.month import people, shape
from leadhouse.simulate.month.people import Home
from leadhouse.simulate.types import Arrival
from leadhouse.timeline.types import Passport, Status

_FIRST_CONSUMER = 5_000_001
# Of a source with criteria so many people are asked for each lead that it sends.
_MOST_DRAWS = 20


@dataclass(frozen=True, slots=True)
class _Post:
    """What one person fills in, and when."""

    at: datetime
    source: Source
    product: str
    home: Home
    answers: Mapping[str, object]
    wish: int
    classification: int

    def facts(self) -> dict[str, object]:
        """Return what rules may ask, as the lead's own facts would have it."""
        return {
            **self.home.facts,
            **self.answers,
            "max_contact_requests": self.wish,
            "product": self.product,
            "source": self.source.key,
            "channel": self.source.channel,
            "classification": self.classification,
            "received_at": self.at,
            "is_test": False,
        }


def arrivals(
    market: Market, *, seed: int = 1, first_day: date = shape.FIRST_DAY, leads: int = shape.LEADS
) -> list[Arrival]:
    """Return a month of leads for the market's sources, in order; the same for the same arguments.

    The mission's volumes go to the open sources in the order of the file, over and over if there are fewer
    than seven; a source beyond the seventh sends nothing. A source with criteria sends leads that meet them.
    """
    posts: list[_Post] = []
    for source, volume in _volumes(market, leads):
        posts += _posts(source, market, _chance(seed, source.key), volume, first_day)
    posts.sort(key=attrgetter("at"))
    return list(_known(posts, market, _chance(seed, "again")))


def _chance(seed: int, about: str) -> Random:
    """Return draws of their own for each subject: a source's leads are the same whatever stands beside it."""
    return Random(f"{seed} {about}")  # noqa: S311 - nothing secret: figures that can be repeated


def _volumes(market: Market, leads: int) -> Iterator[tuple[Source, int]]:
    """Yield how many leads each source sends; rounding loses none."""
    sources = [one for one in market.sources.values() if _products(one, market) and not one.is_test]
    shares: defaultdict[int, int] = defaultdict(int)
    before = 0
    for number, volume in enumerate(accumulate(shape.VOLUMES)):
        until = leads * volume // shape.LEADS
        shares[number % max(1, len(sources))] += until - before
        before = until
    yield from zip(sources, shares.values(), strict=False)


def _products(source: Source, market: Market) -> list[str]:
    if source.is_closed:
        return []
    return [key for key in source.products if key in market.products and not market.products[key].is_closed]


def _posts(source: Source, market: Market, chance: Random, count: int, first_day: date) -> Iterable[_Post]:
    """Return what a source sends in the month, in no order."""
    if source.criteria is None:
        return _drawn(source, market, chance, count, first_day)
    fitting: list[_Post] = []
    for _ in range(_MOST_DRAWS):
        fresh = _drawn(source, market, chance, count, first_day)
        fitting += [one for one in fresh if source.criteria.matches(one.facts())]
        if len(fitting) >= count:
            break
    # Where hardly anybody fits, those who do ask several times; where nobody does, the door says so.
    times = [one.at for one in fresh]
    return [
        replace(one, at=at) for one, at in zip(islice(cycle(fitting or fresh), count), times, strict=True)
    ]


def _drawn(source: Source, market: Market, chance: Random, count: int, first_day: date) -> list[_Post]:
    products = chance.choices(_products(source, market), k=count)
    homes = people.homes(chance, count)
    wishes = people.drawn(chance, shape.WISHES, count)
    classes = people.drawn(chance, shape.CLASSES, count)
    answers = {
        key: iter(people.answers(chance, market.products[key].fields, products.count(key)))
        for key in dict.fromkeys(products)
    }
    instants = _instants(chance, homes, first_day)
    return [
        _Post(at, source, product, home, next(answers[product]), wish, class_)
        for at, product, home, wish, class_ in zip(instants, products, homes, wishes, classes, strict=True)
    ]


def _instants(chance: Random, homes: Sequence[Home], first_day: date) -> Iterator[datetime]:
    """Yield when each person asks, by the wall clock at home."""
    days = _days(first_day)
    weights = [shape.WEEKDAYS[day.weekday()] * hour for day in days for hour in shape.HOURS]
    hours = chance.choices(range(len(weights)), cum_weights=list(accumulate(weights)), k=len(homes))
    midnights = {
        zone: [first_instant(ZoneInfo(zone), day) for day in days] for zone in {home.zone for home in homes}
    }
    for home, hour in zip(homes, hours, strict=True):
        midnight = midnights[home.zone][hour // 24]
        yield midnight + timedelta(hours=hour % 24, milliseconds=int(chance.random() * 3_600_000))


def _days(first_day: date) -> list[date]:
    """Return the days of the month that the first day begins."""
    found = [first_day + timedelta(days=number) for number in range(31)]
    return [day for day in found if day.month == first_day.month]


def _known(posts: Iterable[_Post], market: Market, chance: Random) -> Iterator[Arrival]:
    """Yield the posts as leads of consumers, some of whom have asked before."""
    asked: defaultdict[str, list[tuple[int, _Post]]] = defaultdict(list)
    everybody: list[tuple[int, _Post]] = []
    for number, post in enumerate(posts):
        consumer = _FIRST_CONSUMER + number
        luck = chance.random()
        earlier = asked[post.product] if luck < shape.REPEATED else everybody
        if luck < shape.REPEATED + shape.RETURNED and earlier:
            before_consumer, before = earlier[int(chance.random() * len(earlier))]
            if (luck < shape.REPEATED) is (before.product == post.product):
                consumer = before_consumer
                post = replace(post, home=before.home, wish=before.wish)
        asked[post.product].append((consumer, post))
        everybody.append((consumer, post))
        yield _arrival(number, consumer, post, market)


def _arrival(number: int, consumer: int, post: _Post, market: Market) -> Arrival:
    lead = Lead(
        id=UUID(int=number),
        product=post.product,
        source=post.source.key,
        classification=post.classification,
        contact_requests=post.wish,
        received_at=post.at,
        spot=post.home.spot,
        facts=post.facts(),
    )
    return Arrival(post.at, number, lead, _passport(lead, consumer, post, market))


def _passport(lead: Lead, consumer: int, post: _Post, market: Market) -> Passport:
    return Passport(
        lead_id=lead.id,
        consumer_id=consumer,
        product_id=market.products[post.product].id,
        source_id=post.source.id,
        status=Status.QUALIFIED,
        reason=None,
        good_to_sell=True,
        classification=post.classification,
        contact_requests=post.wish,
        channel=post.source.channel,
        is_test=False,
        run=1,
        unique_lead_id=None,
        sales_potential_minor=None,
        waiting_until=None,
        sale_size=None,
        revenue_minor=0,
        received_at=post.at,
        settled_at=None,
    )
