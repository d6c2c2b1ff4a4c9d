"""What each viewer is told: everything to operators, to a source its leads without companies or prices."""

from collections.abc import Mapping, Sequence

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.report.figure_types import RefusalFigures, WalletRow
from leadhouse.report.story_types import AssignmentTold
from leadhouse.report.types import final_outcome
from leadhouse.timeline.types import Passport, Step, StoredEvent

Answer = dict[str, object]

# A source sees what its own lead said and what was found out about it; of later steps these keys alone. What
# buyers pay, who they are and whose lead came first is nobody's business but the operator's.
_HIDDEN_FROM_SOURCES: Mapping[str, frozenset[str]] = {
    Step.CAPTURE: frozenset(),
    Step.ACCEPT: frozenset(),
    Step.QUALIFY: frozenset({"duplicate_of"}),
}
_SHOWN_TO_SOURCES: Mapping[str, frozenset[str]] = {
    Step.ALLOCATE: frozenset({"funnel", "sale_size"}),
    Step.FEEDBACK: frozenset({"reason", "value"}),
}


def lead_answer(
    passport: Passport, assignments: Sequence[AssignmentTold], currency: str, *, is_operator: bool
) -> Answer:
    """Return where a lead is now."""
    outcome = final_outcome(passport.status)
    return {
        "id": str(passport.lead_id),
        "consumer": passport.consumer_id,
        "status": passport.status.value,
        "classification": passport.classification,
        "good_to_sell": passport.good_to_sell,
        "received_at": iso(passport.received_at),
        "outcome": outcome and outcome.value,
        "reason": passport.reason,
        "sale_size": passport.sale_size,
        "assignments": [_assignment(one, currency, is_operator=is_operator) for one in assignments],
    }


def _assignment(one: AssignmentTold, currency: str, *, is_operator: bool) -> Answer:
    if not is_operator:
        return {"status": one.standing}
    return {
        "company": one.company,
        "campaign": one.campaign,
        "price": to_text(one.price_minor, currency),
        "status": one.standing,
    }


def event_answer(event: StoredEvent, *, is_operator: bool) -> Answer:
    """Return one step's record."""
    return {
        "seq": event.seq,
        "at": iso(event.at),
        "step": event.step,
        "type": event.type,
        "outcome": event.outcome,
        "reason": event.reason,
        "data": event.data if is_operator else _for_source(event),
        "ms": event.ms,
    }


def _for_source(event: StoredEvent) -> Answer:
    hidden = _HIDDEN_FROM_SOURCES.get(event.step)
    if hidden is not None:
        return {key: value for key, value in event.data.items() if key not in hidden}
    shown = _SHOWN_TO_SOURCES.get(event.step, frozenset())
    return {key: value for key, value in event.data.items() if key in shown}


def refusal_answer(figures: RefusalFigures) -> Answer:
    """Return how many leads came to nothing for one reason."""
    return {
        "source": figures.source,
        "status": figures.status.value,
        "reason": figures.reason,
        "field": figures.field,
        "leads": figures.leads,
    }


def wallet_answer(wallet: WalletRow, currency: str) -> Answer:
    """Return a company's money."""
    return {
        "company": wallet.company,
        "mode": wallet.mode,
        "limit": to_text(wallet.limit_minor, currency),
        "balance": to_text(wallet.balance_minor, currency),
        "held": to_text(wallet.held_minor, currency),
        "charged": to_text(wallet.charged_minor, currency),
        "credited": to_text(wallet.credited_minor, currency),
    }
