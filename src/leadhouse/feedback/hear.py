"""Takes one feedback in: credit, event, the source's notice and the rates' work in one transaction."""

from collections.abc import Mapping
from uuid import UUID

from leadhouse.allocate import queries as assignments
from leadhouse.allocate.types import Assignment, AssignmentStatus, Feedback
from leadhouse.billing.queries import credit
from leadhouse.capture.queries import facts_of
from leadhouse.deliver.queries import open_notice
from leadhouse.deliver.settling import offer_again
from leadhouse.deliver.telling import about_lead
from leadhouse.feedback import decide, queries
from leadhouse.feedback.types import Code, Fault, Given, Judgement, Kind, Response
from leadhouse.kit.ids import new_id
from leadhouse.kit.money import to_text
from leadhouse.parties.types import Campaign, Company, Market
from leadhouse.store.run import transaction
from leadhouse.timeline.queries import append, enqueue, passports
from leadhouse.timeline.types import Change, Event, NewWork, Outcome, Stage, Step

_FACTS = {
    Kind.REJECTION: Feedback.REJECTED,
    Kind.RETURN: Feedback.RETURNED,
    Kind.CONVERSION: Feedback.CONVERTED,
}
_NOT_YET = "This delivery has not been answered yet; send the feedback again once it has"
_NEVER = "This delivery was never accepted, so nothing was charged for it"


def hear(given: Given, company_id: int, market: Market, response_id: UUID | None = None) -> Response | Fault:
    """Take feedback in, or return what was made of it the first time; a foreign delivery is an unknown one.

    Equal feedback at the same moment is heard once: the second waits for the first.
    What comes back has `response_id` only when it was heard now.
    """
    response_id = response_id or new_id()
    with transaction():
        assignment = assignments.assignment(given.delivery)
        if assignment is None or assignment.company_id != company_id:
            return decide.unknown_delivery()
        if assignment.is_open:
            return Fault(409, Code.NOT_DELIVERED_YET, _NOT_YET)
        if assignment.status is not AssignmentStatus.ACCEPTED or assignment.rejection_until is None:
            return Fault(201, Code.NOT_DELIVERED, _NEVER)
        is_in_window = queries.hear(
            response_id,
            given,
            lead_id=assignment.lead_id,
            company_id=company_id,
            rejection_until=assignment.rejection_until,
        )
        if is_in_window is not None:
            judgement = decide.judge(
                given.kind, is_in_window=is_in_window, price_minor=assignment.price_minor
            )
            _apply(response_id, given, assignment, judgement, market)
        heard = queries.heard(given.delivery, given.kind)
    if heard is None:
        raise LookupError(f"feedback about {given.delivery} was kept and is not there")
    return decide.contradiction(given, heard, market.currency) or heard


def _apply(
    response_id: UUID, given: Given, assignment: Assignment, judgement: Judgement, market: Market
) -> None:
    if judgement.code is None:
        assignments.mark_feedback(assignment.id, _FACTS[given.kind])
        if judgement.credit_minor and not credit(assignment.id, judgement.credit_minor):
            # An operator was faster and has granted it: at most one credit per assignment.
            judgement = Judgement()
        enqueue([NewWork(Stage.FOLD, assignment.lead_id, assignment.id)])
    queries.settle(response_id, judgement)
    append([_event(given, assignment, judgement, market)])
    if judgement.code is None:
        _tell_source(given, assignment, market)
        if given.kind is Kind.REJECTION:
            offer_again(assignment.lead_id)


def _key_of(parties: Mapping[int, Company] | Mapping[int, Campaign], number: int) -> str:
    """Return a party's key, or its id where the market holds it no more: it is answered all the same."""
    found = parties.get(number)
    return found.key if found else str(number)


def _event(given: Given, assignment: Assignment, judgement: Judgement, market: Market) -> Event:
    told = {
        "delivery": str(assignment.id),
        "company": _key_of(market.companies, assignment.company_id),
        "campaign": _key_of(market.campaigns, assignment.campaign_id),
        "reason": given.reason,
        "value": None if given.value_minor is None else to_text(given.value_minor, market.currency),
        "credit": to_text(judgement.credit_minor, market.currency),
    }
    return Event(
        assignment.lead_id,
        Step.FEEDBACK,
        given.kind.value,
        Outcome.FAILURE if judgement.code else Outcome.SUCCESS,
        reason=judgement.code.value if judgement.code else given.reason and given.reason.value,
        data={name: value for name, value in told.items() if value is not None},
        change=Change(credit_minor=judgement.credit_minor) if judgement.credit_minor else None,
    )


def _tell_source(given: Given, assignment: Assignment, market: Market) -> None:
    """Queue the notice to the lead's source, which learns neither who nor at what price."""
    passport = passports([assignment.lead_id])[assignment.lead_id]
    source = next((one for one in market.sources.values() if one.id == passport.source_id), None)
    if source is None or source.notify is None:
        return
    facts = facts_of([assignment.lead_id])[assignment.lead_id]
    told = about_lead(assignment.lead_id, facts) | {
        "outcome": given.kind.value,
        "delivery": str(assignment.id),
    }
    if given.reason:
        told["reason"] = given.reason.value
    if given.value_minor is not None:
        told["value"] = to_text(given.value_minor, market.currency)
    open_notice(assignment.lead_id, given.kind.value, told)


def grant_return(assignment_id: UUID, amount_minor: int, *, granted_by: str, market: Market) -> bool:
    """Credit a return by an operator's leave; return whether it was credited now.

    Nothing is credited when there is no return, or the assignment had its one credit before.
    """
    with transaction():
        returned = queries.heard(assignment_id, Kind.RETURN)
        if returned is None or not credit(assignment_id, amount_minor):
            return False
        queries.note_grant(returned.id, amount_minor)
        data = {
            "delivery": str(assignment_id),
            "credit": to_text(amount_minor, market.currency),
            "by": granted_by,
        }
        change = Change(credit_minor=amount_minor)
        append(
            [
                Event(
                    returned.lead_id,
                    Step.FEEDBACK,
                    "return_granted",
                    Outcome.SUCCESS,
                    data=data,
                    change=change,
                )
            ]
        )
    return True
