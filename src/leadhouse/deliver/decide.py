"""What an answer, or its absence, means for a parcel, and when to try again (DOMAIN.md, Delivery)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from leadhouse.deliver.types import ParcelStatus, Reason, Receipt, Verdict
from leadhouse.outbound.types import Trouble, TroubleKind

DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
# A fifth up or down: enough to spread a crowd that failed together, too little to change the order of delays.
JITTER = 0.2
LONGEST_WISH = timedelta(hours=24)
_MUST_RETRY = frozenset({408, 425, 429})
_DETAIL_LENGTH = 300

_TROUBLES = {
    TroubleKind.UNSENDABLE: (Verdict.FAILED, Reason.UNSENDABLE),
    TroubleKind.BLOCKED: (Verdict.FAILED, Reason.BLOCKED_ADDRESS),
    TroubleKind.NOT_CONNECTED: (Verdict.RETRY, Reason.NOT_CONNECTED),
    TroubleKind.TRY_LATER: (Verdict.RETRY, Reason.MAIL_TRY_LATER),
    TroubleKind.REFUSED: (Verdict.FAILED, Reason.MAIL_REFUSED),
    TroubleKind.TIME_OUT: (Verdict.UNKNOWN, Reason.TIME_OUT),
    TroubleKind.RESET: (Verdict.UNKNOWN, Reason.RESET),
    TroubleKind.TOO_LARGE: (Verdict.UNKNOWN, Reason.TOO_LARGE),
    TroubleKind.UNREADABLE: (Verdict.UNKNOWN, Reason.UNREADABLE),
}


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of the parcel: its end and why, or the instant of the next attempt."""

    status: ParcelStatus
    due_at: datetime | None = None
    reason: Reason | None = None


def receipt_of_trouble(trouble: Trouble) -> Receipt:
    """Return what the absence of an answer means."""
    verdict, reason = _TROUBLES[trouble.kind]
    return Receipt(verdict, reason, detail=trouble.detail[:_DETAIL_LENGTH])


def judge_status(status: int) -> tuple[Verdict, Reason] | None:
    """Return what an HTTP status says by itself; None for a 2xx, whose body decides."""
    if 200 <= status < 300:
        return None
    if status in _MUST_RETRY:
        return Verdict.RETRY, Reason.BUSY
    if status >= 500:
        return Verdict.UNKNOWN, Reason.SERVER_ERROR
    # Redirects are never followed (they could lead inside), so the lead was not taken.
    return Verdict.REFUSED, Reason.REFUSING_STATUS if status >= 400 else Reason.REDIRECTED


def next_for(receipt: Receipt, *, attempts: int, now: datetime, jitter: float) -> Next:
    """Return the parcel's end or its next attempt, after `attempts` tries; `jitter` lies in 0..1."""
    if receipt.verdict is Verdict.ACCEPTED:
        return Next(ParcelStatus.ACCEPTED)
    if receipt.verdict is Verdict.REFUSED:
        return Next(ParcelStatus.REFUSED, reason=receipt.reason)
    if receipt.verdict is Verdict.FAILED:
        return Next(ParcelStatus.FAILED, reason=receipt.reason)
    if attempts > len(DELAYS):
        return Next(ParcelStatus.FAILED, reason=Reason.GIVEN_UP)
    return Next(ParcelStatus.OPEN, now + delay(attempts, jitter, receipt.retry_after_seconds), receipt.reason)


def delay(attempts: int, jitter: float, wish_seconds: float | None = None) -> timedelta:
    """Return how long to wait after the given number of tries (1..7).

    The other side's wish only lengthens it, up to 24 hours; `jitter` in 0..1 moves it by a fifth at most.
    """
    planned = DELAYS[attempts - 1] * (1 - JITTER + 2 * JITTER * jitter)
    if wish_seconds is None:
        return planned
    return max(planned, min(timedelta(seconds=wish_seconds), LONGEST_WISH))


def read_retry_after(text: str, now: datetime) -> float | None:
    """Read Retry-After (RFC 9110 10.2.3), seconds or a date, as seconds from now; None when unreadable."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), int(LONGEST_WISH.total_seconds())))
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=UTC)
    return max(0.0, (asked - now).total_seconds())
