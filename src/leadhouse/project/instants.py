"""Days and instants as people type them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from leadhouse.project.commands import CommandError


def instant_of(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read a day as its first instant in the zone; an instant without an offset is the zone's too."""
    from leadhouse.kit.periods import first_instant

    if text is None:
        return None
    try:
        if len(text) == len("2026-11-16"):
            return first_instant(zone, date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"{text!r} is neither a day like 2026-11-16 nor an instant like 2026-11-16T09:30"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
