"""The verdict table, and the times between attempts."""

from datetime import UTC, datetime, timedelta

import pytest

from leadhouse.deliver.decide import (
    DELAYS,
    Next,
    delay,
    next_for,
    read_retry_after,
    receipt_of_trouble,
)
from leadhouse.deliver.types import ParcelStatus, Reason, Receipt, Verdict
from leadhouse.outbound.types import Trouble, TroubleKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TROUBLES = [
    (TroubleKind.UNSENDABLE, Verdict.FAILED, Reason.UNSENDABLE),
    (TroubleKind.BLOCKED, Verdict.FAILED, Reason.BLOCKED_ADDRESS),
    (TroubleKind.NOT_CONNECTED, Verdict.RETRY, Reason.NOT_CONNECTED),
    (TroubleKind.TRY_LATER, Verdict.RETRY, Reason.MAIL_TRY_LATER),
    (TroubleKind.REFUSED, Verdict.FAILED, Reason.MAIL_REFUSED),
    (TroubleKind.TIME_OUT, Verdict.UNKNOWN, Reason.TIME_OUT),
    (TroubleKind.RESET, Verdict.UNKNOWN, Reason.RESET),
    (TroubleKind.TOO_LARGE, Verdict.UNKNOWN, Reason.TOO_LARGE),
    (TroubleKind.UNREADABLE, Verdict.UNKNOWN, Reason.UNREADABLE),
]


@pytest.mark.parametrize(("kind", "verdict", "reason"), TROUBLES)
def test_each_trouble_means_what_the_domain_says(kind: TroubleKind, verdict: Verdict, reason: Reason) -> None:
    assert receipt_of_trouble(Trouble(kind, "why")) == Receipt(verdict, reason, "why")


def test_every_trouble_has_a_meaning_and_only_the_ambiguous_are_unknown() -> None:
    for kind in TroubleKind:
        trouble = Trouble(kind, "")
        assert (receipt_of_trouble(trouble).verdict is Verdict.UNKNOWN) == trouble.may_have_arrived


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.REFUSED, Verdict.FAILED])
def test_a_final_verdict_closes_the_parcel_at_once(verdict: Verdict) -> None:
    receipt = Receipt(verdict, Reason.BLOCKED_ADDRESS if verdict is not Verdict.ACCEPTED else None)
    assert next_for(receipt, attempts=1, now=NOW, jitter=0.5) == Next(
        ParcelStatus(verdict.value), None, receipt.reason
    )


@pytest.mark.parametrize("verdict", [Verdict.RETRY, Verdict.UNKNOWN])
def test_an_open_parcel_is_tried_eight_times_over_growing_delays(verdict: Verdict) -> None:
    receipt = Receipt(verdict, Reason.TIME_OUT)
    waits = []
    for attempts in range(1, 8):
        following = next_for(receipt, attempts=attempts, now=NOW, jitter=0.5)
        assert following.status is ParcelStatus.OPEN
        assert following.due_at
        waits.append((following.due_at - NOW).total_seconds())
    assert waits == [5, 30, 120, 600, 3_600, 21_600, 86_400]
    assert next_for(receipt, attempts=8, now=NOW, jitter=0.5) == Next(
        ParcelStatus.FAILED, None, Reason.GIVEN_UP
    )


def test_jitter_moves_a_delay_by_a_fifth_at_most() -> None:
    for attempts, planned in enumerate(DELAYS, start=1):
        assert delay(attempts, 0.0) == planned * 0.8
        assert delay(attempts, 1.0) == planned * 1.2


@pytest.mark.parametrize(
    ("wish", "seconds"), [(None, 5), (0, 5), (4, 5), (60, 60), (86_400, 86_400), (10**9, 86_400)]
)
def test_a_wish_lengthens_the_delay_within_a_day(wish: float | None, seconds: int) -> None:
    assert delay(1, 0.5, wish) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("9" * 40, 86_400.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("\u0662", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert read_retry_after(text, NOW) == seconds
