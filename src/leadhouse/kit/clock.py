"""The one clock of the application, shifted by LEADHOUSE_CLOCK_OFFSET_S."""

import math
import os
from datetime import UTC, datetime, timedelta
from functools import cache

_SETTING = "LEADHOUSE_CLOCK_OFFSET_S"
# 50 years: beyond it instants would leave the range that databases and calendars agree on.
_FARTHEST_SECONDS = 50 * 366 * 86_400


@cache
def offset() -> timedelta:
    """Return by how much every "now" is shifted (read once a process); ValueError for a bad setting."""
    text = os.environ.get(_SETTING, "").strip() or "0"
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not abs(seconds) <= _FARTHEST_SECONDS:
        raise ValueError(f"{_SETTING}={text!r} is not a number of seconds (at most 50 years)")
    return timedelta(seconds=seconds)


def now() -> datetime:
    """Return the present instant, aware UTC, shifted by `offset()`."""
    return datetime.now(UTC) + offset()


def iso(instant: datetime) -> str:
    """Write an aware instant as UTC with milliseconds (cut, not rounded): 2026-11-22T00:42:41.123Z."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
