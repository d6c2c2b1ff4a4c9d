"""Which holds a wallet bears."""

from collections.abc import Mapping, Sequence

from leadhouse.billing.types import Hold


def affordable(holds: Sequence[Hold], room: Mapping[int, int]) -> list[Hold]:
    """Return the holds that fit, in the given order: what fits is taken even after one that did not.

    A price of 0 fits always, even where a lowered limit has left less than nothing.
    """
    left = dict(room)
    borne = []
    for one in holds:
        if not one.amount_minor or one.amount_minor <= left.get(one.company_id, 0):
            borne.append(one)
            left[one.company_id] = left.get(one.company_id, 0) - one.amount_minor
    return borne
