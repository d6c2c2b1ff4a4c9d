"""What is made of one submission under one market.

The source's product, clean fields, acceptance, first events.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from msgspec import Struct
from msgspec.structs import replace

from leadhouse.capture.decide import ACCEPTED, accept, imported_end, product_of, terms_of
from leadhouse.capture.pings import promises
from leadhouse.capture.pings.promises import Ping
from leadhouse.capture.reading.normalise import as_text, normalise
from leadhouse.capture.types import Acceptance, Cleaned, Submission
from leadhouse.identity.types import Person
from leadhouse.kit.emails import parse_email
from leadhouse.kit.ids import new_id
from leadhouse.kit.names import name_key
from leadhouse.parties.types import Market, Product, Source
from leadhouse.timeline.types import (
    AnswerStage,
    Change,
    Event,
    NewPassport,
    NewWork,
    Outcome,
    Stage,
    Status,
    Step,
    Terms,
)


class Judged(Struct, frozen=True):
    """A submission that becomes a lead, wanted or not; `ping` is the promise whose price it is to have."""

    lead_id: UUID
    submission: Submission
    source: Source
    product: Product | None
    cleaned: Cleaned
    acceptance: Acceptance
    received_at: datetime
    ping: Ping | None = None

    @property
    def is_for_sale(self) -> bool:
        """Return whether the lead goes on to qualification; history only ends."""
        return self.acceptance.is_accepted and self.submission.outcome is None

    @property
    def promised_minor(self) -> int | None:
        """Return the price that was promised for the lead, if it was and the lead is wanted."""
        return self.ping.price_minor if self.ping and self.acceptance.is_accepted else None

    @property
    def terms(self) -> Terms:
        """Return what the source is answered and paid for the lead: nothing more for what is history."""
        if self.submission.outcome is not None:
            return Terms()
        return terms_of(self.source, self.promised_minor)

    def refused(self, acceptance: Acceptance) -> Self:
        """Return the same lead, not wanted after all."""
        return replace(self, acceptance=acceptance)


def judge(submission: Submission, source: Source, market: Market, now: datetime) -> Judged:
    """Clean a submission and say whether it is wanted; imported history is taken as it is."""
    product, acceptance, cleaned = made_out(submission.values, source, market)
    ping = promises.read(submission.ping_id, settings.SECRET_KEY) if submission.ping_id else None
    if submission.outcome is not None:
        acceptance = ACCEPTED
    elif acceptance.is_accepted and product is not None:
        if submission.ping_id:
            acceptance = promises.claim(
                ping, source.id, product.key, cleaned, now=now, key=settings.SECRET_KEY
            )
        if acceptance.is_accepted:
            acceptance = accept(source, product, cleaned)
    return Judged(
        lead_id=new_id(),
        submission=submission,
        source=source,
        product=product,
        cleaned=cleaned,
        acceptance=acceptance,
        received_at=submission.received_at or now,
        ping=ping,
    )


def made_out(
    values: Mapping[str, object], source: Source, market: Market
) -> tuple[Product | None, Acceptance, Cleaned]:
    """Return a post's product, whether it is one of the source's and open, and its values cleaned."""
    product, acceptance = product_of(source, as_text(values.get("product")), market.products)
    cleaned = normalise(values, product.fields if product else {})
    return product, acceptance, _with_product(cleaned, product)


def _with_product(cleaned: Cleaned, product: Product | None) -> Cleaned:
    """Mark a product text that names none: the source's only product was taken."""
    posted = cleaned.fields.get("product")
    if posted is None or product is None or _names(product, posted):
        return cleaned
    marks = {**cleaned.marks, "product": f"not a product: taken as {product.key}"}
    return replace(cleaned, marks=marks)


def _names(product: Product, posted: object) -> bool:
    return str(posted).casefold() in (product.key.casefold(), product.name.casefold())


def person(judged: Judged) -> Person:
    """Return the person a lead names, by what is good in it."""
    fields = {
        name: str(value) for name, value in judged.cleaned.fields.items() if name not in judged.cleaned.marks
    }
    email = parse_email(fields.get("email", ""))
    return Person(
        email=email.key if email else "",
        phone=fields.get("phone_1", ""),
        name_key=name_key(fields.get("last_name", "")),
    )


def passport(judged: Judged, consumer_id: int) -> NewPassport:
    """Return a lead's new passport."""
    return NewPassport(
        lead_id=judged.lead_id,
        consumer_id=consumer_id,
        product_id=judged.product.id if judged.product else None,
        source_id=judged.source.id,
        received_at=judged.received_at,
        channel=judged.source.channel,
        state=str(judged.cleaned.facts().get("state", "")),
        contact_requests=contact_requests(judged.cleaned),
        is_test=judged.source.is_test,
        promised_minor=judged.promised_minor,
        terms=judged.terms,
    )


def contact_requests(cleaned: Cleaned) -> int | None:
    """Return how many companies the person wants to hear from, None when that is not said properly."""
    asked = cleaned.fields.get("max_contact_requests")
    return asked if isinstance(asked, int) and "max_contact_requests" not in cleaned.marks else None


def events(judged: Judged, consumer_id: int) -> list[Event]:
    """Return a lead's first events: received, and accepted or refused; for history also how it ended."""
    return [_received(judged, consumer_id), _accepted(judged), *_ended(judged)]


def _received(judged: Judged, consumer_id: int) -> Event:
    submission = judged.submission
    data: Mapping[str, object] = {
        "source": judged.source.key,
        "product": judged.product.key if judged.product else None,
        "consumer": consumer_id,
        "created_by": submission.created_by.value,
        "content_type": submission.content_type,
        "bytes": len(submission.raw),
    }
    return Event(judged.lead_id, Step.CAPTURE, "received", Outcome.SUCCESS, data=data)


def _accepted(judged: Judged) -> Event:
    found = judged.acceptance
    if found.code is None:
        data: dict[str, object] = {"marks": dict(judged.cleaned.marks)}
        if judged.ping:
            data |= {"ping": str(judged.ping.id), "promised_minor": judged.ping.price_minor}
        return Event(judged.lead_id, Step.ACCEPT, "accepted", Outcome.SUCCESS, data=data)
    errors = [{"field": one.field, "code": one.code, "message": one.message} for one in found.errors]
    return Event(
        judged.lead_id,
        Step.ACCEPT,
        "refused",
        Outcome.FAILURE,
        reason=found.code.value,
        data={"reason": found.reason, "errors": errors, "marks": dict(judged.cleaned.marks)},
        change=Change(status=Status.DISQUALIFIED, reason=found.code.value),
    )


def _ended(judged: Judged) -> list[Event]:
    outcome = judged.submission.outcome
    if outcome is None:
        return []
    status, reason = imported_end(outcome)
    revenue = outcome.revenue_minor if outcome.is_sold else 0
    data = {"sold": outcome.is_sold, "revenue_minor": revenue, "converted": outcome.is_converted}
    change = Change(status=status, reason=reason, revenue_minor=revenue, settled_at=judged.received_at)
    how = Outcome.SUCCESS if outcome.is_sold else Outcome.FAILURE
    return [Event(judged.lead_id, Step.SETTLE, "imported", how, reason=reason, data=data, change=change)]


def work(judged: Judged) -> list[NewWork]:
    """Return what is to be done next: qualify, and pay a source whose payout is due at once."""
    if not judged.is_for_sale:
        return []
    items = [NewWork(Stage.QUALIFY, judged.lead_id)]
    if judged.terms.paid_at is AnswerStage.RECEIVED and judged.terms.payout_minor:
        items.append(NewWork(Stage.PAYOUT, judged.lead_id))
    return items
