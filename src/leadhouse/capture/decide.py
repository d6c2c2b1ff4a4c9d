"""Whether a lead is wanted at the door, what its source is told, and what it earns at once."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from leadhouse.capture.types import Acceptance, Cleaned, Code, FieldError, ImportedOutcome
from leadhouse.kit.money import share_of, to_text
from leadhouse.parties.types import Cap, Payout, PayoutKind, Product, Source
from leadhouse.timeline.types import FINAL, AnswerStage, Outcome, Passport, Status, Terms

ACCEPTED = Acceptance()
# How long a first answer counts: with a key of the source's own, and for the same bytes without one.
KEY_LIFETIME = timedelta(days=30)
BYTES_LIFETIME = timedelta(seconds=60)
# For so long after that an answer can still be read on screen, though the same post would be a new lead.
ANSWERS_KEPT = timedelta(days=7)

_PAST_QUALIFYING = frozenset(Status) - {Status.INITIAL, Status.QUALIFYING, Status.DISQUALIFIED}
# Of leads that are settled; one of them is allocated once more when a buyer has given its place back.
_BOUGHT = frozenset({Status.ALLOCATING, Status.SOLD, Status.DELIVERING, Status.DELIVERED})
_LONGEST_REASON = 500
# Why a lead that came in with a history without a sale is not sold.
IMPORTED = "imported"

# For the closed reasons of later rooms, in words that help their source.
_FILTERED = "filtered"
_REASONS = {
    "duplicate": "We already have this person's request for this product",
    "suppressed": "This person asked not to be contacted",
    "bad_phone": "The phone number cannot exist",
    "bad_email": "The email address cannot exist",
    "disposable_email": "The email address is a throw-away one",
    "bad_ip": "The IP address cannot be a visitor's",
    "unverified_phone": "The phone number could not be verified",
    "unverified_email": "The email address could not be verified",
    "risky_ip": "The IP address was used for fraud",
    _FILTERED: "The lead does not pass this product's filters",
    "test": "A test lead is sold to nobody",
    "no_campaign": "No buyer looks for such leads",
    "no_bid": "No buyer bids for this lead",
    "no_room": "The buyers for this lead have taken all they can",
    "no_scenario": "The lead cannot be sold in any sale size",
    "no_opening": "No buyer opens in time",
    "out_of_hours": "No buyer is open",
    "nobody_accepted": "No buyer accepted the lead",
    "price_gone": "No buyer takes the lead at the promised price any more",
    IMPORTED: "The lead came in with its history: it was not sold",
    "internal_error": "The lead could not be processed; its operator has been told",
}


class Verdict(Struct, frozen=True):
    """What the source is told of a lead: success or failure with its price in minor units.

    `pending` while open.
    """

    outcome: Outcome
    price: int = 0
    code: str | None = None
    reason: str = ""
    errors: tuple[FieldError, ...] = ()
    pending: bool = False


def product_of(
    source: Source, posted: object, products: Mapping[str, Product]
) -> tuple[Product | None, Acceptance]:
    """Return which product a post is about: the source's only one, else the one it names by key or name."""
    named = _named(posted, products)
    if named is not None and named.key in source.products:
        return named, _open(named)
    if len(source.products) == 1 and named is None:
        only = products[source.products[0]]
        return only, _open(only)
    taken = ", ".join(source.products)
    if not posted:
        return None, _refused("product", Code.MISSING_FIELD, f"Missing required product: one of {taken}")
    return None, _refused(
        "product", Code.UNKNOWN_PRODUCT, f"{str(posted)[:80]!r} is no product of this source: {taken}"
    )


def _named(posted: object, products: Mapping[str, Product]) -> Product | None:
    if not isinstance(posted, str) or not posted.strip():
        return None
    wanted = posted.strip().casefold()
    found = [one for one in products.values() if wanted in (one.key.casefold(), one.name.casefold())]
    return found[0] if found else None


def _open(product: Product) -> Acceptance:
    if product.is_closed:
        return Acceptance(Code.PRODUCT_CLOSED, f"{product.name} leads are no longer taken")
    return ACCEPTED


def _refused(field: str, code: Code, message: str) -> Acceptance:
    kind = "missing" if code is Code.MISSING_FIELD else "unknown"
    return Acceptance(code, message, (FieldError(field, kind, message),))


def accept(source: Source, product: Product, cleaned: Cleaned) -> Acceptance:
    """Return whether a source's lead is wanted.

    The source open, what is required there and good, criteria met.
    """
    return _accepted(source, product, cleaned, [*_missing(product, cleaned), *_invalid(product, cleaned)])


def accept_ping(source: Source, product: Product, cleaned: Cleaned) -> Acceptance:
    """Return whether a lead would be wanted by what its ping tells; what is required may still be missing."""
    return _accepted(source, product, cleaned, _invalid(product, cleaned))


def _accepted(source: Source, product: Product, cleaned: Cleaned, errors: list[FieldError]) -> Acceptance:
    if source.is_closed:
        return Acceptance(Code.SOURCE_CLOSED, f"{source.name} is closed: no leads are taken from it")
    if errors:
        code = Code.MISSING_FIELD if errors[0].code == "missing" else Code.INVALID_FIELD
        return Acceptance(code, "; ".join(error.message for error in errors)[:_LONGEST_REASON], tuple(errors))
    return _criteria(source, product, cleaned)


def _missing(product: Product, cleaned: Cleaned) -> list[FieldError]:
    return [
        FieldError(name, "missing", f"Missing required {name}")
        for name in product.required
        if cleaned.fields.get(name) is None
    ]


def _invalid(product: Product, cleaned: Cleaned) -> list[FieldError]:
    return [
        FieldError(name, "invalid", f"Invalid {name}: {cleaned.marks[name]}")
        for name in product.required
        if name in cleaned.marks
    ]


def _criteria(source: Source, product: Product, cleaned: Cleaned) -> Acceptance:
    if source.criteria is None:
        return ACCEPTED
    facts = cleaned.facts() | {"source": source.key, "channel": source.channel, "product": product.key}
    if source.criteria.matches(facts | {"is_test": source.is_test}):
        return ACCEPTED
    deciding = [part.sentence for part in source.criteria.explain(facts).deciding()]
    reason = f"Not accepted by this source's criteria: {'; '.join(deciding) or source.criteria.sentence()}"
    return Acceptance(Code.CRITERIA, reason[:_LONGEST_REASON])


def over_cap(cap: Cap) -> Acceptance:
    """Return the refusal of a lead that its source's cap has no room for."""
    return Acceptance(
        Code.CAP_REACHED, f"This source's cap of {cap.limit} leads a {cap.period.value} is reached"
    )


def terms_of(source: Source, promised: int | None = None) -> Terms:
    """Return what a source's answer waits for and what it is paid for a lead that it posts now.

    A promised price is owed for a sale, and so the answer waits for that; test leads earn nothing.
    """
    answer = source.answer if promised is None else AnswerStage.SOLD
    if source.is_test:
        return Terms(answer)
    if source.payout.kind is PayoutKind.SHARE:
        return Terms(answer, promised, source.payout.percent)
    return Terms(answer, source.payout.amount if promised is None else promised)


def first_verdict(acceptance: Acceptance, terms: Terms, promised: int | None = None) -> Verdict:
    """Return what can be told when the lead is stored: refused, received, or wanted and still on its way."""
    if acceptance.code is not None:
        return Verdict(Outcome.FAILURE, 0, acceptance.code.value, acceptance.reason, acceptance.errors)
    pending = terms.answer is not AnswerStage.RECEIVED
    return Verdict(Outcome.SUCCESS, early_price(terms, promised), pending=pending)


def early_price(terms: Terms, promised: int | None = None) -> int:
    """Return the price told before a sale is known: what was promised, else 0 for share and `sold`."""
    is_known = terms.answer is not AnswerStage.SOLD or promised is not None
    return terms.payout_minor or 0 if is_known else 0


def is_filtered(passport: Passport) -> bool:
    """Return whether a filter of the product refused the lead: its market file says why, in words."""
    return passport.status is Status.DISQUALIFIED and passport.reason == _FILTERED


def later_verdict(passport: Passport, words: str | None = None) -> Verdict | None:
    """Return what can be told of a stored lead now, or None until it has come as far as its answer waits.

    `words`: why a filter refused it.
    """
    status = passport.status
    if status is Status.DISQUALIFIED:
        return _failed(passport, words)
    early = early_price(passport.terms, passport.promised_minor)
    if passport.answer is not AnswerStage.SOLD:
        return Verdict(Outcome.SUCCESS, early) if status in _PAST_QUALIFYING else None
    if status is Status.WAITING:
        return Verdict(Outcome.SUCCESS, early, pending=True)
    if passport.settled_at is None and status not in FINAL:
        return None
    if status in _BOUGHT:
        return Verdict(Outcome.SUCCESS, passport.payout_minor or 0)
    return _failed(passport) if status is Status.UNSOLD else None


def earned(payout: Payout, revenue: int) -> int:
    """Return what a source earns with a lead that brings so much revenue, in minor units."""
    return payout.amount if payout.kind is PayoutKind.FIXED else share_of(revenue, payout.percent)


def _failed(passport: Passport, words: str | None = None) -> Verdict:
    code = passport.reason or passport.status.value
    return Verdict(Outcome.FAILURE, 0, code, words or in_words(code))


def in_words(code: str) -> str:
    """Return why a lead is not sold in words that help its source."""
    return _REASONS.get(code, code.replace("_", " ").capitalize())


def body_of(verdict: Verdict, lead_id: str, currency: str) -> dict[str, object]:
    """Return the answer's body: outcome, why if a failure, lead id, price, `pending` while open."""
    body: dict[str, object] = {"outcome": verdict.outcome.value}
    if verdict.outcome is Outcome.FAILURE:
        body |= {
            "code": verdict.code,
            "reason": verdict.reason,
            "errors": [
                {"field": one.field, "code": one.code, "message": one.message} for one in verdict.errors
            ],
        }
    body |= {"lead": {"id": lead_id}, "price": to_text(verdict.price, currency)}
    return {**body, "pending": True} if verdict.pending else body


def imported_end(outcome: ImportedOutcome) -> tuple[Status, str | None]:
    """Return the status and reason in which a lead with a history of its own ends at once."""
    return (Status.DELIVERED, None) if outcome.is_sold else (Status.UNSOLD, IMPORTED)
