"""How much of a lead each of those in line has a claim to, by weight."""

from collections.abc import Mapping, Sequence

from leadhouse.allocate.choosing.methods.turns import WHOLE_LEAD


def shares(weights: Mapping[int, int], places: int) -> dict[int, int]:
    """Return each campaign's claim, in parts of a lead, to a lead that has so many places.

    In proportion to the weights, but nobody can have more than one place of a lead: whoever would is given
    one, and the others share what is left.
    """
    found: dict[int, int] = {}
    left, total = places, sum(weights.values())
    for campaign_id, weight in sorted(weights.items(), key=lambda one: (-one[1], one[0])):
        if weight * left >= total:
            found[campaign_id] = WHOLE_LEAD if left else 0
            left, total = max(0, left - 1), total - weight
        else:
            found[campaign_id] = WHOLE_LEAD * left * weight // total
    return found


def changes(weights: Mapping[int, int], takers: Sequence[int]) -> dict[int, int]:
    """Return what each campaign is owed more (less, for who took the lead) after a sale; the sum is 0."""
    owed = shares(weights, len(takers))
    for campaign_id in takers:
        owed[campaign_id] -= WHOLE_LEAD
    owed[takers[0]] -= sum(owed.values())
    return owed
