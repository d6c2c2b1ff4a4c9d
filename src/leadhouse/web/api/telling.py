"""What each viewer is told: everything to operators, to a source its leads without companies or prices."""

from collections.abc import Mapping, Sequence

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.report.types import AssignmentTold, WalletRow, final_outcome
from leadhouse.timeline.types import Passport, Step, StoredEvent

Answer = dict[str, object]

# Of a step's data a source sees these keys alone; steps that are not listed show none. What buyers pay, who
# they are and whether somebody else's lead came first is nobody's business but the operator's.
_SHOWN_TO_SOURCES: Mapping[str, frozenset[str]] = {
    Step.CAPTURE: frozenset({"source", "product", "consumer", "created_by", "content_type", "bytes"}),
    Step.ACCEPT: frozenset({"reason", "errors", "marks"}),
    Step.QUALIFY: frozenset(
        {"step", "field", "fields", "missing", "marks", "reason", "verdict", "classification", "good_to_sell"}
    ),
    Step.ALLOCATE: frozenset({"funnel", "sale_size"}),
    Step.FEEDBACK: frozenset({"type", "reason"}),
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
    shown = _SHOWN_TO_SOURCES.get(event.step, frozenset())
    return {key: value for key, value in event.data.items() if key in shown}


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
