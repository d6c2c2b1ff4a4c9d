"""Offers in conflict, and the slow way to find the best of them: looking at every set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.winners import Places
from leadhouse.allocate.types import FREE, WHOLE, Held, Offer

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def offer(
    number: int,
    prices: Mapping[int, int],
    *,
    company: int | None = None,
    group: str = "",
    keep: int = WHOLE,
    carriers: Iterable[str] = (),
) -> Offer:
    """An offer of the company of its number; `group` and `carriers` are letters."""
    company_id = number if company is None else company
    behind = f"group {group}" if group else f"company {company_id}"
    return Offer(number, company_id, f"c{number:03d}", behind, keep, prices, bitmap(carriers, group))


def bitmap(carriers: Iterable[str], group: str = "") -> int:
    """Return a company's conflict bitmap, nothing for one that neither has carriers nor is in a group."""
    bits = [
        *(_LETTERS.index(one) for one in carriers),
        *(len(_LETTERS) + _LETTERS.index(one) for one in group),
    ]
    return sum(1 << bit for bit in bits)


def brute_force(offers: Sequence[Offer], places: Sequence[Places]) -> tuple[int, ...] | None:
    """Look at every set; prefer value less what pacing keeps back, fewer companies, price, keys."""
    candidates = []
    for size, count in places:
        for members in combinations([one for one in offers if size in one.prices], count):
            if any(in_conflict(one, other) for one, other in combinations(members, 2)):
                continue
            ranked = sorted(members, key=lambda one: one.key)
            value = sum(one.prices[size] * one.weight(one.prices[size]) for one in members)
            price = sum(one.prices[size] for one in members)
            keys = tuple(one.key for one in ranked)
            candidates.append((-value, count, -price, keys, tuple(one.campaign_id for one in ranked)))
    return min(candidates)[-1] if candidates else None


@st.composite
def contests(draw: st.DrawFn, *, most: int = 9, sizes: int = 4, least_keep: int = 0) -> list[Offer]:
    """Up to `most` offers of fewer companies, some in groups, in half of the cases with carriers that cross.

    Prices and shares are few, so that many sets are equal.
    """
    is_exclusive = draw(st.booleans())
    letters = st.frozensets(st.sampled_from("abcdef"), max_size=3)
    companies = draw(
        st.lists(st.tuples(st.sampled_from(["", "", "x", "y"]), letters), min_size=1, max_size=most)
    )
    keys = draw(st.permutations(range(1, most + 1)))
    prices = st.dictionaries(
        st.integers(1, sizes), st.sampled_from([500, 1_000, 1_500, 2_000, 3_000]), min_size=1, max_size=sizes
    )
    keeps = st.sampled_from([WHOLE, WHOLE // 2, WHOLE * 3 // 4, least_keep])
    paces = st.sampled_from(
        [FREE, FREE, *map(Held, (WHOLE // 2, WHOLE * 3 // 4, WHOLE // 50)), Held(toll=700), Held(toll=2_100)]
    )
    campaigns = draw(
        st.lists(st.tuples(st.integers(0, len(companies) - 1), prices, keeps, paces), max_size=most)
    )
    found = []
    for number, (company, own, keep, pace) in zip(keys, campaigns, strict=False):
        group, carriers = companies[company]
        one = offer(number, own, company=company, group=group, keep=keep, carriers=carriers)
        found.append(replace(one, held=pace, conflicts=one.conflicts if is_exclusive else 0))
    return found
