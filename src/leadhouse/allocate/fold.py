"""Lets rates learn: claims work FOLD, adds each assignment's outcome to its campaign's record once."""

from leadhouse.allocate import queries
from leadhouse.store.run import transaction
from leadhouse.timeline.queries import finish
from leadhouse.timeline.types import Claimed, Stage
from leadhouse.timeline.work import walk


def step(limit: int) -> int:
    """Fold up to `limit` outcomes in; return how many items were taken."""
    return walk(Stage.FOLD, limit, _handle)


def _handle(claimed: Claimed) -> int:
    with transaction():
        held = finish(claimed.claims)
        queries.fold(claim.ref for claim in held if claim.ref)
    return len(held)
