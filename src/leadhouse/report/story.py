"""One lead's whole story, put together from every room that had to do with it."""

from collections.abc import Iterable, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from leadhouse.billing.queries import credits_of, payouts_of
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.deliver.queries import parcels_of
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Market
from leadhouse.qualify.queries import appended
from leadhouse.report import queries
from leadhouse.report.decisions import decisions_of
from leadhouse.report.shown_fields import Reader, groups
from leadhouse.report.story_types import AssignmentTold, FieldGroup, LeadStory, MoneyTold
from leadhouse.timeline.queries import events_of, passports
from leadhouse.timeline.types import Passport


def lead_story(lead_id: UUID, zone: ZoneInfo | None = None) -> LeadStory | None:
    """Return everything there is to tell about a lead, None when there is no such lead.

    Instants among its fields are written in `zone`, the market's when none is given.
    """
    passport = passports([lead_id]).get(lead_id)
    facts = facts_of([lead_id]).get(lead_id)
    submission = queries.submission(lead_id)
    if passport is None or facts is None or submission is None:
        return None
    market = current_market()
    events = events_of(lead_id)
    assignments = queries.assignments_of(lead_id)
    product = market.products.get(facts.product or "")
    return LeadStory(
        passport=passport,
        source=facts.source,
        source_name=market.sources[facts.source].name,
        product=facts.product,
        product_name=product.name if product else None,
        name=f"{facts.fields.get('first_name', '')} {facts.fields.get('last_name', '')}".strip(),
        groups=_groups(passport, facts, market, Reader(zone or market.zone, market.currency)),
        submission=submission,
        events=tuple(events),
        decisions=tuple(decisions_of(lead_id, market)),
        assignments=tuple(assignments),
        feedback=tuple(queries.feedback_of(lead_id)),
        parcels=tuple(parcels_of(lead_id)),
        money=_money(passport, assignments),
        lasted=(passport.settled_at or events[-1].at) - passport.received_at,
    )


def _groups(passport: Passport, facts: LeadFacts, market: Market, reader: Reader) -> tuple[FieldGroup, ...]:
    product = market.products.get(facts.product or "")
    found: Mapping[str, object] = appended([facts.lead_id]).get(facts.lead_id, {})
    own = product.fields if product else {}
    return groups(facts, found, passport, own, reader)


def _money(passport: Passport, assignments: Iterable[AssignmentTold]) -> MoneyTold:
    return MoneyTold(
        revenue_minor=passport.revenue_minor,
        payout_minor=payouts_of([passport.lead_id]).get(passport.lead_id, 0),
        credited_minor=sum(credits_of(one.id for one in assignments).values()),
    )
