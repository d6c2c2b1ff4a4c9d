"""Who asks for something in a benchmark: the demo's invented people, by seed, every tenth of them twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from leadhouse.project.demo.market import Seller
from leadhouse.project.demo.people import Submission, ordinary

_SEED = 7


@dataclass(frozen=True, slots=True)
class Post:
    """A submission, and the key of the source that posts it."""

    api_key: str
    submission: Submission


def posts(sellers: Sequence[Seller], count: int) -> Iterator[Post]:
    """Yield so many posts, the sellers in turn."""
    random = Random(_SEED)
    last: Post | None = None
    for number in range(count):
        seller = sellers[number % len(sellers)]
        if last and number % 10 == 9:
            yield Post(last.api_key, {**last.submission, "reference": "again"})
        else:
            last = Post(seller.api_key, ordinary(random, seller.product, seller.fields))
            yield last
