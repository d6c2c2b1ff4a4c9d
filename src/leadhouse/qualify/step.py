"""Qualifies claimed leads: at once where nobody outside is asked, the others when they are answered."""

from leadhouse.parties import current
from leadhouse.qualify.applying import apply
from leadhouse.qualify.asking import answered
from leadhouse.qualify.cases import cases_of
from leadhouse.qualify.decide import given_up
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline import work
from leadhouse.timeline.types import Claim, Claimed, Stage

# A transaction takes a lock for each contact, and PostgreSQL's table of locks holds some thousands.
LEADS_AT_ONCE = 250
# So many leads wait for services together; more would keep everybody else waiting behind them.
ASKING_AT_ONCE = 64


def step(limit: int) -> int:
    """Qualify up to `limit` captured leads; return how many were taken."""
    return work.walk(Stage.QUALIFY, limit, handle, give_up)


def handle(claimed: Claimed) -> int:
    """Qualify the claimed leads; return how many got their verdict."""
    market = current.market()
    cases = cases_of(claimed.claims, market)
    at_once = [case for case in cases if not case.asks]
    asking = [case for case in cases if case.asks]
    _let_go(claimed, [case.claim for case in asking[ASKING_AT_ONCE:]], {case.claim.id for case in cases})
    done = sum(
        apply(at_once[start : start + LEADS_AT_ONCE], market)
        for start in range(0, len(at_once), LEADS_AT_ONCE)
    )
    return done + (apply(answered(asking[:ASKING_AT_ONCE]), market) if asking else 0)


def _let_go(claimed: Claimed, later: list[Claim], with_case: set[int]) -> None:
    """Give back what is too much for now, for whoever comes next; drop work for leads that do not exist."""
    lost = [claim for claim in claimed.claims if claim.id not in with_case]
    if later or lost:
        with transaction():
            timeline.finish(lost)
            timeline.postpone(later, [claimed.now] * len(later))


def give_up(claim: Claim) -> None:
    """End a lead that could not be handled three times over."""
    timeline.append([given_up(claim.lead_id)])
