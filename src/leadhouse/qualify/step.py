"""Qualifies claimed leads: at once where nobody outside is asked, the others in their own stage."""

from collections.abc import Sequence

from leadhouse.parties import current
from leadhouse.qualify.applying import apply
from leadhouse.qualify.asking import answered
from leadhouse.qualify.cases import Case, cases_of
from leadhouse.qualify.decide import given_up, started
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline import work
from leadhouse.timeline.types import Claim, Claimed, NewWork, Stage

# A transaction takes a lock for each contact, and PostgreSQL's table of locks holds some thousands.
LEADS_AT_ONCE = 250
# So many leads wait for services together; more would keep everybody else waiting behind them.
ASKING_AT_ONCE = 128


def step(limit: int) -> int:
    """Qualify up to `limit` captured leads; return how many were taken."""
    return work.walk(Stage.QUALIFY, limit, handle, give_up)


def step_asking(limit: int) -> int:
    """Qualify up to `limit` leads for which services are asked; return how many were taken."""
    return work.walk(Stage.VERIFY, min(limit, ASKING_AT_ONCE), handle_asking, give_up)


def handle(claimed: Claimed) -> int:
    """Qualify the claimed leads, pass on those for which services are asked; return how many got verdicts.

    A slow service holds up nobody but those that wait for it.
    """
    market = current.market()
    cases = cases_of(claimed.claims, market)
    at_once = [case for case in cases if not case.asks]
    _pass_on([case for case in cases if case.asks])
    _drop_lost(claimed, cases)
    return sum(
        apply(at_once[start : start + LEADS_AT_ONCE], market)
        for start in range(0, len(at_once), LEADS_AT_ONCE)
    )


def handle_asking(claimed: Claimed) -> int:
    """Qualify the claimed leads when services have answered; return how many got their verdict."""
    market = current.market()
    cases = cases_of(claimed.claims, market)
    _drop_lost(claimed, cases)
    return apply(answered(cases), market)


def _pass_on(cases: Sequence[Case]) -> None:
    """Hand leads over to their own stage; it shows at once that they are being qualified."""
    if not cases:
        return
    with transaction():
        held = {claim.id for claim in timeline.finish([case.claim for case in cases])}
        passed = [case.lead for case in cases if case.claim.id in held]
        timeline.append([started(lead) for lead in passed])
        timeline.enqueue([NewWork(Stage.VERIFY, lead.lead_id) for lead in passed])


def _drop_lost(claimed: Claimed, cases: Sequence[Case]) -> None:
    """Drop work for leads that do not exist."""
    known = {case.claim.id for case in cases}
    lost = [claim for claim in claimed.claims if claim.id not in known]
    if lost:
        timeline.finish(lost)


def give_up(claim: Claim) -> None:
    """End a lead that could not be handled, tried again and again."""
    timeline.append([given_up(claim.lead_id)])
