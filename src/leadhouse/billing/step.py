"""Books what sources have earned: claims work PAYOUT, which says that it is due; posts each lead's once."""

from leadhouse.billing import queries
from leadhouse.billing.types import Owed
from leadhouse.kit.money import to_text
from leadhouse.parties.current import market as current_market
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Change, Claimed, Event, Outcome, Stage, Step
from leadhouse.timeline.work import walk


def step(limit: int) -> int:
    """Book the payouts of up to `limit` leads; return how many were looked at."""
    return walk(Stage.PAYOUT, limit, _handle)


def _handle(claimed: Claimed) -> int:
    currency = current_market().currency
    with transaction():
        held = timeline.finish(claimed.claims)
        passports = timeline.passports({claim.lead_id for claim in held})
        earned = [Owed(one.lead_id, one.source_id, one.payout_minor or 0) for one in passports.values()]
        booked = queries.owe_payout(earned)
        timeline.append(
            [
                Event(
                    one.lead_id,
                    Step.SETTLE,
                    "payout",
                    Outcome.SUCCESS,
                    data={"payout": to_text(one.amount_minor, currency)},
                    change=Change(booked_minor=one.amount_minor),
                )
                for one in earned
                if one.lead_id in booked
            ]
        )
    return len(held)
