"""Better answers for stored leads.

Read from their passports, written down once, told byte for byte by everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from leadhouse.capture import queries
from leadhouse.capture.answers import refused, render
from leadhouse.capture.decide import Verdict, body_of, early_price, is_filtered, later_verdict
from leadhouse.capture.queries import Place
from leadhouse.capture.types import Answer, Code, Refusal, Waiting
from leadhouse.parties import current
from leadhouse.parties.types import Market
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Outcome, Passport


def progress(waiting: Sequence[Answer]) -> dict[int, Answer]:
    """Return the final answers of those that have one now, by their place in the sequence."""
    held = [(place, one.waiting) for place, one in enumerate(waiting) if one.waiting]
    now = database_now()
    market = current.market()
    passports = timeline.passports({one.lead_id for _, one in held})
    words = _words(passports.values())
    bodies = {
        (one.source_id, one.digest): body
        for _, one in held
        if (body := _body(one, passports.get(one.lead_id), words, market, now)) is not None
    }
    given = _settled(bodies, [(one.source_id, one.digest) for _, one in held if one.gives_up_at])
    answers: dict[int, Answer] = {}
    for place, one in held:
        key = (one.source_id, one.digest)
        if key in given:
            answers[place] = _final(waiting[place], given[key])
        elif one.gives_up_at and now >= one.gives_up_at:
            answers[place] = in_progress(one)
    return answers


def in_progress(twin: Waiting) -> Answer:
    """Return what a twin is told that has waited long enough for its first's answer."""
    reason = "The first post of this lead is still being answered: post again in a second"
    return refused(Refusal(409, Code.IN_PROGRESS, reason, retry_after=1), twin.format)


def _words(passports: Iterable[Passport]) -> dict[UUID, str]:
    filtered = [one.lead_id for one in passports if is_filtered(one)]
    return timeline.reasons_in_words(filtered) if filtered else {}


def _body(
    waiting: Waiting, passport: Passport | None, words: Mapping[UUID, str], market: Market, now: datetime
) -> bytes | None:
    verdict = later_verdict(passport, words.get(waiting.lead_id)) if passport else None
    if verdict is None:
        if now < waiting.until:
            return None
        early = early_price(passport.terms, passport.promised_minor) if passport else 0
        verdict = Verdict(Outcome.SUCCESS, early, pending=True)
    return render(body_of(verdict, str(waiting.lead_id), market.currency), waiting.format)


def _settled(bodies: Mapping[Place, bytes], twins: Sequence[Place]) -> dict[Place, bytes]:
    """Write bodies down and return what is written by now, also by others; a receipt is settled only once."""
    if not bodies:
        return queries.answers_given(twins) if twins else {}
    with transaction():
        queries.settle_receipts(bodies)
        return queries.answers_given({*bodies, *twins})


def _final(answer: Answer, body: bytes) -> Answer:
    return Answer(
        status=answer.status,
        body=body,
        content_type=answer.content_type,
        location=answer.location,
        lead_id=answer.lead_id,
    )
