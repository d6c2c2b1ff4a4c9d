"""The match alone as one indexed statement of PostgreSQL: which campaigns may have each lead.

Every wish for a place is rows of (kind, name); a circle is the ZIPs whose centres lie in it, which is exact
for leads without coordinates of their own. Campaigns and leads are those of `markets.wide_market`.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from bench.apparatus import machine
from leadhouse.allocate.types import Lead
from leadhouse.kit.places import zips_within
from leadhouse.parties.types import Area, Campaign

_TABLES = """
DROP TABLE IF EXISTS peer_wish, peer_campaign, peer_lead;
CREATE TABLE peer_campaign (id int PRIMARY KEY, least_estimate numeric);
CREATE TABLE peer_wish (kind text, name text, campaign_id int);
CREATE TABLE peer_lead (id int PRIMARY KEY, zip text, prefix text, county text, state text, estimate numeric);
"""
_LEADS = "COPY peer_lead FROM STDIN (FORMAT BINARY)"
_LEAD_TYPES = ("int4", "text", "text", "text", "text", "numeric")
_INDEXES = "CREATE INDEX ON peer_wish (kind, name) INCLUDE (campaign_id)"
_MATCH = """
SELECT lead.id, array_agg(DISTINCT campaign.id)
FROM peer_lead AS lead
JOIN LATERAL (VALUES ('zip', lead.zip), ('prefix', lead.prefix), ('county', lead.county),
                     ('state', lead.state), ('anywhere', '')) AS place (kind, name) ON TRUE
JOIN peer_wish AS wish ON wish.kind = place.kind AND wish.name = place.name
JOIN peer_campaign AS campaign ON campaign.id = wish.campaign_id
WHERE campaign.least_estimate IS NULL OR lead.estimate >= campaign.least_estimate
GROUP BY lead.id
"""


def prepare(campaigns: Iterable[Campaign], leads: Iterable[Lead], least: Mapping[str, int]) -> None:
    """Fill the peer's tables; `least` are the estimates that campaigns ask for at least, by key."""
    from leadhouse.store.run import copy, execute

    for statement in _TABLES.split(";")[:-1]:
        execute(statement, {})
    orders = list(campaigns)
    copy(
        "COPY peer_campaign FROM STDIN (FORMAT BINARY)",
        ("int4", "numeric"),
        [(one.id, least.get(one.key)) for one in orders],
    )
    copy(
        "COPY peer_wish FROM STDIN (FORMAT BINARY)",
        ("text", "text", "int4"),
        [(*wish, one.id) for one in orders for wish in _wishes(one.where)],
    )
    copy(_LEADS, _LEAD_TYPES, [(number, *_place(one)) for number, one in enumerate(leads)])
    execute(_INDEXES, {})
    execute("ANALYZE", {})


def match() -> tuple[dict[int, list[int]], float]:
    """Return the campaigns that may have each lead, by its place, and the server's processor seconds."""
    from leadhouse.store.run import execute, rows

    execute("SET max_parallel_workers_per_gather = 0", {})
    (server,) = rows("SELECT pg_backend_pid()", {}, int)
    before = machine.exact_cpu_seconds(server)
    found = dict(rows(_MATCH, {}, lambda *columns: columns))
    return found, machine.exact_cpu_seconds(server) - before


def _wishes(area: Area | None) -> Iterator[tuple[str, str]]:
    if area is None:
        yield "anywhere", ""
        return
    yield from (("state", one) for one in area.states)
    yield from (("county", "/".join(one)) for one in area.counties)
    yield from (("zip", one) for one in area.zips)
    yield from (("prefix", one) for one in area.zip_prefixes)
    if area.radius:
        yield from (("zip", one) for one in zips_within(area.radius.lat, area.radius.lon, area.radius.miles))


def _place(lead: Lead) -> tuple[str, str, str, str, Decimal]:
    spot = lead.spot
    county = "/".join(spot.county) if spot.county else ""
    estimate = Decimal(str(lead.facts["estimate_low"]))
    return spot.zip_code, spot.zip_code[:3], county, spot.state, estimate
