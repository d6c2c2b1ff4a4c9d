"""What a ping is answered: the price that its source would be paid and a promise of it, or why not."""

from django.conf import settings

from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.quoting import quote
from leadhouse.allocate.types import Lead
from leadhouse.capture.answers import CONTENT_TYPES, refused, render
from leadhouse.capture.decide import earned, in_words
from leadhouse.capture.judging import contact_requests
from leadhouse.capture.pings import promises
from leadhouse.capture.pings.asking import Pinged, PingRequest, judge_ping
from leadhouse.capture.types import Answer, AnswerFormat, Code, Refusal
from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.parties.current import market as current_market
from leadhouse.parties.types import Product
from leadhouse.qualify.classification import expected
from leadhouse.store.run import database_now

Body = dict[str, object]


def answer(request: PingRequest) -> Answer:
    """Answer a ping; nothing is stored and nothing used up."""
    market, now = current_market(), database_now()
    try:
        pinged = judge_ping(request, market, now)
    except Refusal as refusal:
        return refused(refusal, request.format)
    return _told(_body(pinged, market.currency), request.format)


def _told(body: Body, form: AnswerFormat) -> Answer:
    return Answer(status=200, body=render(body, form), content_type=CONTENT_TYPES[form])


def _body(pinged: Pinged, currency: str) -> Body:
    code = pinged.acceptance.code
    if code is not None or pinged.product is None:
        return _no_bid(code.value if code else "", pinged.acceptance.reason, currency)
    decision = quote(_lead(pinged, pinged.product), pinged.at)
    if decision.chosen is None:
        cause = decision.reason.value if decision.reason else ""
        return _no_bid(cause, in_words(cause), currency)
    return _bid(pinged, pinged.product, decision.chosen.price_minor, currency)


def _no_bid(cause: str, reason: str, currency: str) -> Body:
    code = Code.NO_BID.value
    return {
        "outcome": "failure", "code": code, "reason": reason, "cause": cause, "price": to_text(0, currency)
    }  # fmt: skip


def _bid(pinged: Pinged, product: Product, revenue_minor: int, currency: str) -> Body:
    source, key = pinged.source, settings.SECRET_KEY
    price = earned(source.payout, revenue_minor)
    values = promises.pinged_values(pinged.cleaned, pinged.posted)
    promise = promises.promise(
        pinged.id, values, source_id=source.id, product=product.key, price_minor=price, now=pinged.at, key=key
    )
    return {
        "outcome": "success",
        "price": to_text(price, currency),
        "ping_id": promises.signed(promise, key),
        "expires_at": iso(promise.expires_at),
    }


def _lead(pinged: Pinged, product: Product) -> Lead:
    """Return the lead as buyers will see it, as far as the ping tells."""
    source, cleaned = pinged.source, pinged.cleaned
    facts = cleaned.facts()
    classification = expected(
        has_phone="phone_1" in facts or "phone_1" in product.required,
        has_email="email" in facts or "email" in product.required,
    )
    facts |= {
        "source": source.key,
        "channel": source.channel,
        "product": product.key,
        "received_at": pinged.at,
        "is_test": source.is_test,
        "classification": classification,
    }
    return Lead(
        id=pinged.id,
        product=product.key,
        source=source.key,
        classification=classification,
        contact_requests=contact_requests(cleaned),
        received_at=pinged.at,
        spot=spot_of(facts),
        facts=facts,
    )
