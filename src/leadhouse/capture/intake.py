"""Takes submissions in: one transaction keeps each with all that follows from it, and says what to answer."""

import logging
import time
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.db import InterfaceError, OperationalError, connection
from msgspec.structs import replace

from leadhouse.capture import queries
from leadhouse.capture.answers import CONTENT_TYPES, refused, render
from leadhouse.capture.caps import within_caps
from leadhouse.capture.decide import BYTES_LIFETIME, KEY_LIFETIME, body_of, first_verdict
from leadhouse.capture.judging import Judged, events, judge, passport, person, work
from leadhouse.capture.keys import UNKNOWN_KEY, poster
from leadhouse.capture.limits import Buckets
from leadhouse.capture.pings import honouring
from leadhouse.capture.queries import NewReceipt, Receipt
from leadhouse.capture.types import Answer, AnswerFormat, Code, CreatedBy, Refusal, Submission, Waiting
from leadhouse.identity.queries import recognise
from leadhouse.parties import current
from leadhouse.parties.types import Market, Source
from leadhouse.store.run import RacedError, database_now, transaction
from leadhouse.timeline import queries as timeline

logger = logging.getLogger(__name__)

# The most that is written in one transaction.
MOST_AT_ONCE = 256
_MOST_TRIES = 10
# After that long without an answer the process that gave the first one is gone, and a twin answers instead.
_GRACE = timedelta(seconds=5)
# How long a twin waits for the answer that its first is being given.
TWIN_PATIENCE = timedelta(seconds=5)

_buckets = Buckets()


def take(submissions: Sequence[Submission]) -> list[Answer]:
    """Keep submissions and return their answers in order, after commit; never raises for a submission.

    Answers with `waiting` may become better ones when the lead has come further.
    """
    answers: list[Answer] = []
    for start in range(0, len(submissions), MOST_AT_ONCE):
        answers += _take(submissions[start : start + MOST_AT_ONCE])
    return answers


def _take(submissions: Sequence[Submission]) -> list[Answer]:
    try:
        return _take_patiently(submissions)
    except (OperationalError, InterfaceError) as fault:
        connection.close()
        logger.warning("the database did not take %d posts: %s", len(submissions), type(fault).__name__)
        return [
            _not_stored(one, "The lead could not be stored: nothing was accepted, post again")
            for one in submissions
        ]
    except Exception as fault:
        if len(submissions) > 1:
            middle = len(submissions) // 2
            return _take(submissions[:middle]) + _take(submissions[middle:])
        # Where, but not with what: a driver's message quotes the lead.
        where = "".join(traceback.format_tb(fault.__traceback__))
        logger.warning("a post could not be taken: %s\n%s", type(fault).__name__, where)
        reason = "The lead could not be stored: nothing was accepted. If it fails again, tell the operator"
        return [_not_stored(submissions[0], reason)]


def _not_stored(submission: Submission, reason: str) -> Answer:
    return refused(Refusal(503, Code.NOT_STORED, reason, retry_after=1), submission.format)


def _take_patiently(submissions: Sequence[Submission]) -> list[Answer]:
    """Try again when a twin was faster, and once when the connection turns out to be an old one."""
    for tried in range(_MOST_TRIES):
        try:
            return _take_once(submissions)
        except RacedError:
            continue
        except (OperationalError, InterfaceError):
            # A commit whose end we did not hear of is found by its receipts; so trying again is safe.
            if tried:
                raise
            connection.close()
    raise OperationalError("twins of these posts keep coming in elsewhere")


def _take_once(submissions: Sequence[Submission]) -> list[Answer]:
    with transaction():
        now = database_now()
        market = current.market()
        submissions, answers = _admitted(submissions, market)
        answers, fresh = _answered_before(submissions, answers, now)
        leads = [
            judge(submissions[place], _sources(market)[submissions[place].source_id], market, now)
            for place in fresh
        ]
        leads = within_caps(honouring.used_once(leads, now), now, market.zone)
        honouring.give_back(leads)
        told = [_first_answer(one, market, now) for one in leads]
        _write(leads, told, now)
    answers |= dict(zip(fresh, told, strict=True))
    return _with_twins(submissions, answers)


def _write(leads: Sequence[Judged], told: Sequence[Answer], now: datetime) -> None:
    """Write everything a lead begins with; the order of locks: pings, caps, receipts, contacts, passports."""
    if not leads:
        return
    receipts = [_receipt(lead, answer, now) for lead, answer in zip(leads, told, strict=True)]
    if queries.write_receipts(receipts) < len(receipts):
        raise RacedError("somebody else has just answered one of our posts")
    consumers = recognise([person(one) for one in leads])
    queries.keep_leads(leads)
    recognised = list(zip(leads, consumers, strict=True))
    timeline.open_passports(
        [passport(lead, consumer) for lead, consumer in recognised],
        [event for lead, consumer in recognised for event in events(lead, consumer)],
    )
    timeline.enqueue([item for lead in leads for item in work(lead)])


_known: tuple[Market, dict[int, Source]] | None = None


def _sources(market: Market) -> dict[int, Source]:
    global _known
    known = _known
    if known is None or known[0] is not market:
        known = _known = (market, {source.id: source for source in market.sources.values()})
    return known[1]


def source_of(market: Market, source_id: int) -> Source:
    """Return a source by its id; closed ones too."""
    return _sources(market)[source_id]


def _admitted(
    submissions: Sequence[Submission], market: Market
) -> tuple[list[Submission], dict[int, Answer]]:
    """Return the submissions under their keys' sources now, and by place the answers to those refused now.

    Refused are keys taken back since the door looked, and sources over their rate.
    """
    now = time.monotonic()
    posted = [poster(one, market.revision) for one in submissions]
    answers = {}
    for place, one in enumerate(posted):
        refusal = _not_now(one, market, now)
        if refusal is not None:
            answers[place] = refused(refusal, submissions[place].format)
    return [one or submissions[place] for place, one in enumerate(posted)], answers


def _not_now(submission: Submission | None, market: Market, now: float) -> Refusal | None:
    source = _sources(market).get(submission.source_id) if submission else None
    if submission is None or source is None:
        return Refusal(401, Code.UNKNOWN_KEY, UNKNOWN_KEY)
    per_minute = source.rate_per_minute if submission.created_by is not CreatedBy.CSV else None
    wait = _buckets.take(source.id, per_minute, now)
    if not wait:
        return None
    reason = f"More than {per_minute} posts a minute: wait and post again"
    return Refusal(429, Code.RATE_LIMITED, reason, retry_after=ceil(wait))


def _answered_before(
    submissions: Sequence[Submission], answers: dict[int, Answer], now: datetime
) -> tuple[dict[int, Answer], list[int]]:
    """Return the answers known already by place, and the places of the submissions that are new."""
    for place, receipt in queries.seen(submissions).items():
        answers.setdefault(place, _repeated(submissions[place], receipt, now))
    firsts: set[tuple[int, bytes]] = set()
    fresh = []
    for place, one in enumerate(submissions):
        if place not in answers and not firsts & _marks_of(one):
            firsts |= _marks_of(one) | {(one.source_id, one.body_digest)}
            fresh.append(place)
    return answers, fresh


def _marks_of(one: Submission) -> set[tuple[int, bytes]]:
    """Return by what a later post of the same batch is the same: its key, or without one its bytes."""
    return {(one.source_id, one.token.digest if one.token.is_key else one.body_digest)}


def _repeated(submission: Submission, receipt: Receipt, now: datetime) -> Answer:
    """Answer a post that was seen before as it was answered then, byte for byte."""
    if receipt.body_digest != submission.body_digest:
        reason = "This Idempotency-Key was used with another body: use a new key for a new lead"
        return refused(Refusal(422, Code.IDEMPOTENCY_KEY_REUSED, reason), submission.format)
    answer = Answer(
        status=receipt.status,
        body=receipt.answer or b"",
        content_type=receipt.content_type,
        location=receipt.location,
        lead_id=receipt.lead_id,
        is_repeated=True,
    )
    if receipt.answer is not None or receipt.waits_until is None:
        return answer
    form = AnswerFormat.XML if receipt.content_type == CONTENT_TYPES[AnswerFormat.XML] else AnswerFormat.JSON
    is_left_alone = now > receipt.waits_until + _GRACE
    return replace(
        answer,
        waiting=Waiting(
            lead_id=receipt.lead_id,
            source_id=submission.source_id,
            digest=receipt.digest,
            until=receipt.waits_until,
            format=form,
            gives_up_at=None if is_left_alone else now + TWIN_PATIENCE,
        ),
    )


def _with_twins(submissions: Sequence[Submission], answers: dict[int, Answer]) -> list[Answer]:
    """Give those that came in the same batch as their first the first's answer."""
    firsts: dict[tuple[int, bytes], int] = {}
    for place, one in enumerate(submissions):
        if place in answers:
            for mark in _marks_of(one) | {(one.source_id, one.body_digest)}:
                firsts.setdefault(mark, place)
            continue
        first = next(firsts[mark] for mark in _marks_of(one))
        answers[place] = _as_first(one, submissions[first], answers[first])
    return [answers[place] for place in range(len(submissions))]


def _as_first(twin: Submission, first: Submission, answer: Answer) -> Answer:
    if first.body_digest == twin.body_digest:
        return replace(answer, is_repeated=True)
    reason = "This Idempotency-Key was used with another body: use a new key for a new lead"
    return refused(Refusal(422, Code.IDEMPOTENCY_KEY_REUSED, reason), twin.format)


def _first_answer(lead: Judged, market: Market, now: datetime) -> Answer:
    submission = lead.submission
    verdict = first_verdict(lead.acceptance, lead.terms, lead.promised_minor)
    is_history = submission.outcome is not None
    if is_history:
        verdict = replace(verdict, pending=False)
    waits = verdict.pending and submission.created_by is not CreatedBy.CSV
    answer = Answer(
        status=303 if submission.redir_url else 201,
        body=render(body_of(verdict, str(lead.lead_id), market.currency), submission.format),
        content_type=CONTENT_TYPES[submission.format],
        location=submission.redir_url,
        lead_id=lead.lead_id,
    )
    if not waits:
        return answer
    waiting = Waiting(
        lead_id=lead.lead_id,
        source_id=lead.source.id,
        digest=submission.token.digest,
        until=now + lead.source.answer_timeout,
        format=submission.format,
    )
    return replace(answer, waiting=waiting)


def _receipt(lead: Judged, answer: Answer, now: datetime) -> NewReceipt:
    submission = lead.submission
    usual = KEY_LIFETIME if submission.token.is_key else BYTES_LIFETIME
    return NewReceipt(
        source_id=lead.source.id,
        token=submission.token,
        body_digest=submission.body_digest,
        lead_id=lead.lead_id,
        created_at=now,
        lifetime=submission.receipt_lifetime or usual,
        status=answer.status,
        content_type=answer.content_type,
        location=answer.location,
        answer=None if answer.waiting else answer.body,
        waits_until=answer.waiting.until if answer.waiting else None,
    )
