"""Books what sources have earned: claims work PAYOUT, decides, posts each lead's payout once."""

from leadhouse.billing import decide, queries
from leadhouse.kit.money import to_text
from leadhouse.parties.current import market as current_market
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claimed, Event, Outcome, Stage, Step
from leadhouse.timeline.work import walk


def step(limit: int) -> int:
    """Book the payouts of up to `limit` leads; return how many were looked at."""
    return walk(Stage.PAYOUT, limit, _handle)


def _handle(claimed: Claimed) -> int:
    market = current_market()
    sources = {source.id: source for source in market.sources.values()}
    with transaction():
        held = timeline.finish(claimed.claims)
        passports = timeline.passports({claim.lead_id for claim in held})
        earned = [decide.owed(one, sources[one.source_id]) for one in passports.values()]
        booked = queries.owe_payout(earned)
        timeline.append(
            [
                Event(
                    one.lead_id,
                    Step.SETTLE,
                    "payout",
                    Outcome.SUCCESS,
                    data={"payout": to_text(one.amount_minor, market.currency)},
                )
                for one in earned
                if one.lead_id in booked
            ]
        )
    return len(held)
