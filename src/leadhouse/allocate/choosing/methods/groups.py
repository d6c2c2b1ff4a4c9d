"""What the groups of a product are, and whom each puts forward for a lead."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pyroaring import BitMap

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.types import Offer
from leadhouse.parties.types import Distribution, Product


def members_of(product: Product, index: Index) -> Mapping[str, BitMap]:
    """Return the campaigns of each of a product's groups."""
    ids: dict[str, list[int]] = {group: [] for group in product.groups}
    for number in index.of_product(product.key) if ids else ():
        group = index.campaigns[number].group
        # A closed campaign may be of a group that there is no longer.
        if group in ids:
            ids[group].append(number)
    return {group: BitMap(found) for group, found in ids.items()}


def territories_of(product: Product, members: Mapping[str, BitMap], index: Index) -> list[BitMap]:
    """Return the sets of campaigns among which a place is only one's."""
    if product.distribution is Distribution.TERRITORY:
        return [index.of_product(product.key)]
    return [found for group, found in members.items() if product.groups[group] is Distribution.TERRITORY]


def put_forward(line: Sequence[Offer], sizes: Iterable[int]) -> list[Offer]:
    """Return whom a group puts forward: for each size the first in line who bids for it."""
    kept: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for size in sizes:
        first = next((place for place, one in enumerate(line) if size in one.prices), None)
        if first is not None:
            kept[first][size] = line[first].prices[size]
    return [replace(line[place], prices=prices) for place, prices in kept.items()]
