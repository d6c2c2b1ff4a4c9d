"""The same match as one query of PostgreSQL: every place that a campaign names is a row of one index.

Circles are expanded to the ZIP codes around and measured exactly for what is left; limits of property rules
are columns, hours are ranges of minutes of the week.
"""

from collections.abc import Iterable, Iterator, Sequence

import psycopg
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Range

from bench.apparatus import machine
from bench.apparatus.crowd import NOW, ZONES
from leadhouse.allocate.types import Lead
from leadhouse.kit.hours import WeekHours, minute_of_week
from leadhouse.kit.places import zips_within
from leadhouse.parties.types import Area, Campaign, Market
from leadhouse.rules.types import Condition

# Leads with coordinates lie a few miles from their ZIP's centre.
_AROUND_MILES = 15
_TABLES = """
CREATE TABLE campaign (
    id int PRIMARY KEY, is_active bool NOT NULL, only_sources text[], never_sources text[], classes int[],
    least_estimate numeric, roof_types text[], credit_above numeric, zone int NOT NULL, hours int4multirange,
    lat float8, lon float8, miles float8
);
CREATE TABLE place (name text NOT NULL, campaign_id int NOT NULL, PRIMARY KEY (name, campaign_id));
"""
_MATCH = """
SELECT {what}
FROM (SELECT DISTINCT campaign_id FROM place WHERE name = ANY(%(names)s::text[])) AS near
JOIN campaign ON campaign.id = near.campaign_id
WHERE is_active
  AND (only_sources IS NULL OR %(source)s::text = ANY(only_sources))
  AND (never_sources IS NULL OR %(source)s::text <> ALL(never_sources))
  AND (classes IS NULL OR %(class)s::int = ANY(classes))
  AND (least_estimate IS NULL OR %(estimate)s::numeric >= least_estimate)
  AND (roof_types IS NULL OR %(roof)s::text = ANY(roof_types))
  AND (credit_above IS NULL OR %(credit)s::numeric IS NULL OR %(credit)s::numeric > credit_above)
  AND (hours IS NULL OR hours @> (%(minutes)s::int[])[zone])
  AND (miles IS NULL OR
       2 * 3958.7613 * asin(least(1, sqrt(
           sin(radians(%(lat)s::float8 - lat) / 2) ^ 2 + cos(radians(lat)) * cos(radians(%(lat)s::float8))
           * sin(radians(%(lon)s::float8 - lon) / 2) ^ 2))) <= miles)
"""
_COUNT, _IDS = _MATCH.format(what="count(*)"), _MATCH.format(what="array_agg(id)")
_MINUTES = [minute_of_week(NOW.astimezone(zone)) for zone in ZONES]


class SqlMatching:
    """The campaigns of a market in tables of their own."""

    def __init__(self, connection: psycopg.Connection, market: Market) -> None:
        self._connection = connection
        connection.execute("SET jit = off")
        connection.execute(_TABLES.encode())
        campaigns = market.campaigns.values()
        zones = {number: ZONES.index(one.zone) + 1 for number, one in market.companies.items()}
        with connection.cursor() as cursor:
            with cursor.copy("COPY campaign FROM STDIN") as copy:
                for one in campaigns:
                    copy.write_row(_row(one, zones[one.company_id]))
            with cursor.copy("COPY place FROM STDIN") as copy:
                for one in campaigns:
                    for name in _names(one.where):
                        copy.write_row((name, one.id))
        connection.execute("VACUUM ANALYZE campaign")
        connection.execute("VACUUM ANALYZE place")

    def matching(self, lead: Lead) -> list[int]:
        """Return the campaigns that may have the lead by everything but money."""
        found = self._connection.execute(_IDS.encode(), _asked(lead), prepare=True).fetchone()
        return sorted(found[0] or ()) if found else []

    def seconds(self, leads: Iterable[Lead]) -> float:
        """Have the campaigns of all leads counted; return the processor seconds of the server for that."""
        asked = [_asked(lead) for lead in leads]
        server = self._connection.info.backend_pid
        before = machine.exact_cpu_seconds(server)
        for one in asked:
            self._connection.execute(_COUNT.encode(), one, prepare=True).fetchone()
        return machine.exact_cpu_seconds(server) - before


def _asked(lead: Lead) -> dict[str, object]:
    spot, facts = lead.spot, lead.facts
    county = f"{spot.county[1]}, {spot.county[0]}" if spot.county else ""
    zip_code = spot.zip_code
    prefixes = [f"{zip_code[:length]}*" for length in (1, 2, 3, 4)]
    return {
        "names": ["everywhere", spot.state, county, zip_code, f"~{zip_code}", *prefixes],
        "source": lead.source,
        "class": lead.classification,
        "estimate": facts["estimate_low"],
        "roof": facts["roof_type"],
        "credit": facts["credit"],
        "minutes": _MINUTES,
        "lat": spot.point and spot.point[0],
        "lon": spot.point and spot.point[1],
    }


def _row(one: Campaign, zone: int) -> Sequence[object]:
    limits = {condition.field.key: list(condition.values) for condition in _conditions(one)}
    circle = one.where.radius if one.where else None
    return (
        one.id,
        one.is_active,
        sorted(one.only_sources) or None,
        sorted(one.never_sources) or None,
        None if one.classifications is None else sorted(one.classifications),
        *(limits[key][0] if key in limits else None for key in ("estimate_low",)),
        limits.get("roof_type"),
        limits["credit"][0] if "credit" in limits else None,
        zone,
        _ranges(one.schedule),
        circle and circle.lat,
        circle and circle.lon,
        circle and circle.miles,
    )


def _conditions(one: Campaign) -> Iterator[Condition]:
    root = one.criteria.root if one.criteria else None
    for part in root.rules if root and not isinstance(root, Condition) else ():
        if isinstance(part, Condition):
            yield part


def _ranges(hours: WeekHours | None) -> Int4Multirange | None:
    return Int4Multirange([Range(start, end) for start, end in hours.ranges]) if hours else None


def _names(area: Area | None) -> Iterator[str]:
    if area is None:
        yield "everywhere"
        return
    yield from area.states
    yield from area.zips
    yield from (f"{county}, {state}" for state, county in area.counties)
    yield from (f"{prefix}*" for prefix in area.zip_prefixes)
    if area.radius:
        circle = area.radius
        yield from (
            f"~{zip_code}" for zip_code in zips_within(circle.lat, circle.lon, circle.miles + _AROUND_MILES)
        )
