"""Leads to be qualified, with what the house itself knows of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from leadhouse.capture import queries as capture
from leadhouse.capture.types import LeadFacts
from leadhouse.parties.types import Market
from leadhouse.qualify import queries
from leadhouse.qualify.decide import subject_of, unknown_product, walk
from leadhouse.qualify.duplicates import Ledger, contacts_of
from leadhouse.qualify.queries import Asked
from leadhouse.qualify.types import ContactKind, Need, Subject, Verification, Walk
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, Passport, Stage

Suppressed = Mapping[UUID, frozenset[ContactKind]]


class Case(Struct, frozen=True):
    """One claimed lead; `subject` is None when the market does not know its product.

    `answers` is what was asked; `walk` is how far what is known brings it, None when it was not walked yet.
    """

    claim: Claim
    passport: Passport
    lead: LeadFacts
    subject: Subject | None
    answers: tuple[tuple[Need, Verification], ...] = ()
    walk: Walk | None = None

    @property
    def is_started(self) -> bool:
        """Whether its history tells already that this walk began."""
        return self.claim.stage is Stage.VERIFY

    @property
    def need(self) -> Need | None:
        """What has to be asked before it can go on."""
        return self.walk.need if self.walk else None

    @property
    def asks(self) -> bool:
        """Whether the flow has a step that asks somebody outside."""
        flow = self.subject.product.flow if self.subject else ()
        return any(step.step.startswith("verify_") or step.options.get("mx") for step in flow)

    def with_answer(self, need: Need, answer: Verification) -> "Case":
        """Return the case with one more question answered."""
        if self.subject is None:
            return self
        subject = replace(self.subject, answers={**self.subject.answers, need.check: answer})
        return replace(self, subject=subject, answers=(*self.answers, (need, answer)), walk=None)


def cases_of(claims: Sequence[Claim], market: Market) -> list[Case]:
    """Return the cases in the order in which the leads were received; a claim without a lead has none."""
    lead_ids = [claim.lead_id for claim in claims]
    leads, passports = capture.facts_of(lead_ids), timeline.passports(lead_ids)
    cases = [
        Case(claim, passports[claim.lead_id], lead, _subject(lead, passports[claim.lead_id], market))
        for claim in claims
        if (lead := leads.get(claim.lead_id)) is not None and claim.lead_id in passports
    ]
    return sorted(cases, key=lambda case: (case.lead.received_at, case.lead.lead_id))


def _subject(lead: LeadFacts, passport: Passport, market: Market) -> Subject | None:
    product = market.products.get(lead.product or "")
    return subject_of(lead, product, passport.channel) if product else None


def asked_of(cases: Sequence[Case]) -> list[Asked]:
    """Return by which contacts, and how far back and ahead, the cases are compared with accepted leads."""
    return [
        Asked(subject.product.id, contact, subject.lead.received_at, subject.product.duplicates.window)
        for case in cases
        if (subject := case.subject)
        for contact in contacts_of(subject)
    ]


def suppressed_of(cases: Sequence[Case]) -> Suppressed:
    """Return by lead which of its contacts must not be sold."""
    found = queries.suppressed({one.contact for one in asked_of(cases)})
    if not found:
        return {}
    return {
        case.lead.lead_id: frozenset(one.kind for one in contacts_of(case.subject) if one in found)
        for case in cases
        if case.subject
    }


def known(case: Case, ledger: Ledger, suppressed: Suppressed) -> Case:
    """Return the case with what the house knows: its duplicate, its suppressed contacts."""
    subject = case.subject
    if subject is None:
        return case
    found, hits = ledger.find(subject), suppressed.get(case.lead.lead_id, frozenset())
    if (found, hits) == (subject.duplicate, subject.suppressed):
        return case
    return replace(case, subject=replace(subject, duplicate=found, suppressed=hits), walk=None)


def walked(case: Case) -> Case:
    """Return the case with how far what is known brings it."""
    return case if case.walk else replace(case, walk=walk_of(case))


def walk_of(case: Case) -> Walk:
    """Return how far what is known brings a case."""
    return case.walk or (walk(case.subject) if case.subject else unknown_product(case.lead))
