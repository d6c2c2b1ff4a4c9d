"""In which zone a reader sees dates: the one chosen, else the device's own, else the market's."""

from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest

# Written by zone.js: the zone that the device is set to.
DEVICE = "leadhouse_zone"
_LONGEST = 64


def zone_of(request: HttpRequest, chosen: str, market_zone: ZoneInfo) -> ZoneInfo:
    """Return the zone that the reader chose, else the device's, else the market's."""
    return known_zone(chosen) or known_zone(request.COOKIES.get(DEVICE, "")) or market_zone


@lru_cache(maxsize=256)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of this name, None when there is none."""
    return ZoneInfo(name) if len(name) <= _LONGEST and name in _names() else None


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
