"""The clock is the world's, shifted by the setting."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from leadhouse.kit import clock


@pytest.fixture(autouse=True)
def _fresh_offset() -> Iterator[None]:
    clock.offset.cache_clear()
    yield
    clock.offset.cache_clear()


def test_without_the_setting_now_is_the_worlds_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADHOUSE_CLOCK_OFFSET_S", raising=False)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("text", "seconds"), [("3600", 3600), ("-86400", -86400), ("1.5", 1.5), ("", 0), (" 7 ", 7)]
)
def test_now_is_shifted_by_the_setting(monkeypatch: pytest.MonkeyPatch, text: str, seconds: float) -> None:
    monkeypatch.setenv("LEADHOUSE_CLOCK_OFFSET_S", text)
    shift = timedelta(seconds=seconds)
    before = datetime.now(UTC)
    shown = clock.now()
    assert clock.offset() == shift
    assert shown.tzinfo is UTC
    assert before <= shown - shift <= datetime.now(UTC)


def test_the_setting_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADHOUSE_CLOCK_OFFSET_S", "60")
    clock.offset()
    monkeypatch.setenv("LEADHOUSE_CLOCK_OFFSET_S", "120")
    assert clock.offset() == timedelta(seconds=60)


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "1e12", "1h"])
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LEADHOUSE_CLOCK_OFFSET_S", text)
    with pytest.raises(ValueError, match=f"LEADHOUSE_CLOCK_OFFSET_S='{text}' is not a number of seconds"):
        clock.offset()


def test_instants_are_written_in_utc_with_milliseconds() -> None:
    assert clock.iso(datetime(2026, 11, 22, 0, 42, 41, 123_999, UTC)) == "2026-11-22T00:42:41.123Z"
    assert (
        clock.iso(datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=-7)))) == "2026-11-22T07:00:00.000Z"
    )


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        clock.iso(datetime(2026, 11, 22))  # noqa: DTZ001 - the naive time is what is refused
