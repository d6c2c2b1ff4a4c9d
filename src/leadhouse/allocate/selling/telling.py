"""The events that tell a lead's timeline what was decided about it, and the work that follows."""

from datetime import datetime

from leadhouse.allocate import settlement
from leadhouse.allocate.choosing.methods.places import places
from leadhouse.allocate.choosing.otherwise import different
from leadhouse.allocate.selling.cases import Decided
from leadhouse.allocate.selling.sales import Sale
from leadhouse.allocate.types import Decision, Funnel, Outcome, Reason, rounded
from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.parties.types import Market, Pacing
from leadhouse.timeline import types as timeline
from leadhouse.timeline.types import Change, Event, NewWork, Stage, Status, Step

_OUTCOMES = {
    Outcome.SOLD: timeline.Outcome.SUCCESS,
    Outcome.WAITING: timeline.Outcome.SKIP,
    Outcome.UNSOLD: timeline.Outcome.FAILURE,
}
Told = tuple[list[Event], list[NewWork]]


def sold(sale: Sale, market: Market) -> Told:
    """Tell of a sale and send its parcels on their way."""
    decided = sale.decided
    change = Change(
        status=Status.SOLD,
        sale_size=sale.assignments[0].sale_size,
        sales_potential_minor=decided.decision.potential_minor,
    )
    given = [
        {
            "delivery": str(one.id),
            "company": market.companies[one.company_id].key,
            "campaign": market.campaigns[one.campaign_id].key,
            "price": to_text(one.price_minor, market.currency),
        }
        for one in sale.assignments
    ]
    data = {"sale_size": sale.assignments[0].sale_size, "assignments": given}
    lead_id = decided.case.lead.id
    assigned = Event(lead_id, Step.ASSIGN, "assigned", timeline.Outcome.SUCCESS, data=data, change=change)
    work = [NewWork(Stage.DELIVER, lead_id, one.id) for one in sale.assignments]
    return [*_decided(decided, market), assigned], work


def waiting(decided: Decided, market: Market) -> Told:
    """Tell that the lead waits, and have it decided again when the first buyer opens."""
    until = decided.decision.waiting_until
    change = Change(status=Status.WAITING, reason=Reason.OUT_OF_HOURS.value, waiting_until=until)
    work = [NewWork(Stage.ALLOCATE, decided.case.lead.id, due_at=until)]
    return _decided(decided, market, change), work


def unsold(decided: Decided, market: Market, now: datetime) -> Told:
    """Tell why nobody (else) gets the lead, and end it; one that somebody has taken is delivery's to end."""
    case = decided.case
    told = _decided(decided, market, Change(sales_potential_minor=decided.decision.potential_minor))
    if any(one.status == "accepted" for one in case.assignments):
        return told, [NewWork(Stage.DELIVER, case.lead.id)]
    source = market.sources.get(case.lead.source)
    end = settlement.unsold(case.lead.id, source, at=now, reason=_reason(decided).value)
    return [*told, end.event], list(end.work)


def _reason(decided: Decided) -> Reason:
    if decided.case.passport.is_test:
        return Reason.TEST
    if decided.case.passport.is_promised:
        return Reason.PRICE_GONE
    if decided.case.assignments:
        return Reason.NOBODY_ACCEPTED
    return decided.decision.reason or Reason.NO_CAMPAIGN


def _decided(decided: Decided, market: Market, change: Change | None = None) -> list[Event]:
    lead_id = decided.case.lead.id
    decision = decided.decision
    buyers = _buyers(decision.funnel)
    prevalidated = Event(
        lead_id,
        Step.PREVALIDATE,
        "buyers",
        timeline.Outcome.FAILURE if buyers else timeline.Outcome.SUCCESS,
        reason=buyers,
        data={"eligible": decision.funnel.net, "funded": decision.funnel.budget},
        change=Change(status=Status.ALLOCATING),
    )
    outcome = decision.outcome if decision.outcome is not Outcome.SOLD or decided.sale else Outcome.UNSOLD
    reason = decision.reason if decided.sale or outcome is decision.outcome else Reason.TEST
    allocated = Event(
        lead_id,
        Step.ALLOCATE,
        outcome.value,
        _OUTCOMES[outcome],
        reason=reason and reason.value,
        data=_data(decision, market) | _beside(decided, market),
        change=change,
    )
    return [prevalidated, allocated]


def _buyers(funnel: Funnel) -> str | None:
    """Return why there is nobody to sell to at all: nobody eligible, or nobody with room."""
    if funnel.budget:
        return None
    return "no_funded_buyer" if funnel.priced else "no_eligible_buyer"


def _data(decision: Decision, market: Market) -> dict[str, object]:
    data: dict[str, object] = {
        "funnel": decision.funnel,
        "sale_size": decision.chosen.size if decision.chosen else None,
        "value": to_text(decision.potential_minor, market.currency),
        "refusals": {reason.value: len(found) for reason, found in decision.refused.items()},
    }
    if decision.lines:
        data |= {"distribution": decision.method, "line": _standing(decision, market)}
    if decision.waiting_until:
        data["waiting_until"] = iso(decision.waiting_until)
    return data


def _beside(decided: Decided, market: Market) -> dict[str, object]:
    """Return what the other way of pacing would have sold, where it mattered."""
    other = different(decided.decision.otherwise, decided.decision.chosen)
    if other is None:
        return {}
    told = {
        "sale_size": other.size,
        "value": to_text(rounded(other.value), market.currency),
        "campaigns": [market.campaigns[one].key for one in other.winners],
    }
    is_paced = market.products[decided.case.lead.product].pacing is Pacing.PACED
    return {Pacing.GREEDY.value if is_paced else Pacing.PACED.value: told}


def _standing(decision: Decision, market: Market) -> dict[str, str]:
    """Return in words why each winner that stood in line had its turn."""
    sale = decision.chosen
    if sale is None or decision.offers is None:
        return {}
    won = dict(zip(sale.winners, sale.prices, strict=True))
    stood = places(decision.lines, decision.offers.get, won, sale.size)
    return {market.campaigns[one].key: stood[one].told(market.currency) for one in won if one in stood}
