"""In which zone a reader sees dates: the market's, the browser's own, or UTC."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest

CHOICE = "zone"
_LONGEST = 64


def chosen_zone(request: HttpRequest, market_zone: ZoneInfo) -> ZoneInfo:
    """Return the zone that the reader has chosen, else the market's."""
    return known_zone(str(request.session.get(CHOICE, ""))) or market_zone


@lru_cache(maxsize=256)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of this name, None when there is none."""
    return ZoneInfo(name) if len(name) <= _LONGEST and name in _names() else None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
