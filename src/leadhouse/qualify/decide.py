"""A lead's walk through its product's flow, and what is written down about it."""

from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import replace

from leadhouse.capture.types import LeadFacts
from leadhouse.kit.emails import parse_email
from leadhouse.kit.phones import parse_phone
from leadhouse.parties.types import Product
from leadhouse.qualify.classification import classify
from leadhouse.qualify.steps import ACTS
from leadhouse.qualify.types import Need, Refusal, Said, StepResult, Subject, Walk
from leadhouse.timeline.types import Change, Event, Outcome, Status, Step

_SCORES = ("phone_fraud_score", "email_fraud_score", "ip_fraud_score")
NOT_BUILT = StepResult(Outcome.SKIP, data={"reason": "this version has no such step"})


def subject_of(lead: LeadFacts, product: Product, channel: str) -> Subject:
    """Return a lead at the start of its flow."""
    return Subject(
        lead=lead,
        product=product,
        channel=channel,
        email=parse_email(lead.good("email")),
        phone=parse_phone(lead.good("phone_1")),
    )


def walk(subject: Subject) -> Walk:
    """Walk the flow from its beginning as far as what is known allows."""
    said: list[Said] = []
    appended = dict(subject.appended)
    # The steps read in it what those before them appended.
    subject = replace(subject, appended=appended)
    for step in subject.product.flow:
        act = ACTS.get(step.step)
        result = act(subject, step) if act else NOT_BUILT
        if result is None:
            continue
        if isinstance(result, Need):
            return _walk(subject, said, need=result)
        said.append(Said(step.step, result))
        _append(appended, result.appended)
        if result.stops:
            return _walk(subject, said, Refusal(result.refusal or ""), str(result.data.get("reason", "")))
    return _walk(subject, said)


def _walk(
    subject: Subject,
    said: list[Said],
    refusal: Refusal | None = None,
    text: str = "",
    need: Need | None = None,
) -> Walk:
    classification = classify(subject.appended, has_phone=subject.phone is not None)
    appended = {**subject.appended, "classification": int(classification)}
    return Walk(tuple(said), appended, classification, refusal, text, need)


def _append(appended: dict[str, object], found: Mapping[str, object]) -> None:
    if not found:
        return
    appended |= {name: value for name, value in found.items() if value is not None}
    if found.keys().isdisjoint(_SCORES):
        return
    scores = [score for name in _SCORES if isinstance(score := appended.get(name), int)]
    if scores:
        appended["fraud_score"] = max(scores)


def started(lead: LeadFacts) -> Event:
    """Return the event that puts a lead into its flow."""
    return Event(
        lead.lead_id, Step.QUALIFY, "started", Outcome.SUCCESS, change=Change(status=Status.QUALIFYING)
    )


def events_of(lead: LeadFacts, walked: Walk, unique_lead_id: int | None) -> list[Event]:
    """Return one event a step, then how it ended."""
    return [*(_event(lead, one) for one in walked.said), _ended(lead, walked, unique_lead_id)]


def _event(lead: LeadFacts, one: Said) -> Event:
    result = one.result
    data = {**result.appended, **result.data}
    return Event(lead.lead_id, Step.QUALIFY, one.step, result.outcome, result.refusal, data, result.ms)


def _ended(lead: LeadFacts, walked: Walk, unique_lead_id: int | None) -> Event:
    is_good = walked.refusal is None
    data: dict[str, object] = {
        "classification": int(walked.classification),
        "class": walked.classification.name,
        "unique_lead": unique_lead_id,
    }
    return Event(
        lead.lead_id,
        Step.QUALIFY,
        "qualified" if is_good else "disqualified",
        Outcome.SUCCESS if is_good else Outcome.FAILURE,
        reason=walked.refusal,
        data=data if is_good else data | {"reason": walked.text},
        ms=sum(one.result.ms for one in walked.said),
        change=Change(
            status=Status.QUALIFIED if is_good else Status.DISQUALIFIED,
            reason=walked.refusal,
            good_to_sell=is_good,
            classification=int(walked.classification),
            unique_lead_id=unique_lead_id,
        ),
    )


def given_up(lead_id: UUID) -> Event:
    """Return the event that ends a lead which this room could not handle."""
    return Event(
        lead_id,
        Step.QUALIFY,
        "disqualified",
        Outcome.ERROR,
        reason=Refusal.INTERNAL_ERROR,
        data={"reason": "This lead could not be handled; the worker's log tells more"},
        change=Change(status=Status.DISQUALIFIED, reason=Refusal.INTERNAL_ERROR, good_to_sell=False),
    )


def unknown_product(lead: LeadFacts) -> Walk:
    """Return the walk of a lead whose product the market does not know."""
    classification = classify({}, has_phone=False)
    text = "The lead's product is not in the market"
    return Walk((), {}, classification, Refusal.UNKNOWN_PRODUCT, text)
