"""What `leadhouse doctor` looks at; each check returns findings, in words that say what to do."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadhouse.kit.periods import US_ZONES
from leadhouse.project.database import pending_migrations, safety_faults
from leadhouse.project.environment import Environment, unknown_variables

_GIB = 1024**3
LEAST_FREE_BYTES, COMFORTABLE_FREE_BYTES = _GIB // 4, 2 * _GIB
MOST_CLOCK_SKEW_SECONDS = 2.0
_MOST_FAULTS = 20


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; only faults make the doctor fail."""

    level: Level
    subject: str
    message: str


Check = Callable[[Environment], Iterator[Finding]]


def variables(environment: Environment) -> Iterator[Finding]:
    """Look for misspelt variables and for settings that are meant for trying things out."""
    for name in unknown_variables(os.environ):
        yield Finding(Level.WARNING, "settings", f"{name} is no setting of leadhouse: is it misspelt?")
    if environment.clock_offset_s:
        yield Finding(Level.WARNING, "settings", f"every now is shifted by {environment.clock_offset_s:g} s")
    if environment.sandbox:
        yield Finding(Level.WARNING, "settings", "verification services are answered by the sandbox")
    if environment.allow_targets:
        yield Finding(Level.WARNING, "settings", "deliveries may reach private networks")


def disk(environment: Environment) -> Iterator[Finding]:
    """Look at the space left where the data dir is."""
    place = _existing(environment.data_dir)
    free = shutil.disk_usage(place).free
    told = f"{free / _GIB:.1f} GiB free at {place}"
    if free < LEAST_FREE_BYTES:
        yield Finding(Level.FAULT, "disk", f"{told}: make room, the database stops when it is full")
    elif free < COMFORTABLE_FREE_BYTES:
        yield Finding(Level.WARNING, "disk", f"{told}: little")
    else:
        yield Finding(Level.OK, "disk", told)
    if not os.access(place, os.W_OK | os.X_OK):
        yield Finding(
            Level.FAULT, "data dir", f"{place} cannot be written: set LEADHOUSE_DATA_DIR to one that can"
        )


def time_zones(environment: Environment) -> Iterator[Finding]:
    """Look whether Python knows the zones in which companies live."""
    missing = [name for name in US_ZONES if not _is_known(name)]
    if missing:
        yield Finding(Level.FAULT, "time zones", f"unknown: {', '.join(missing)}; run make setup again")


def server(environment: Environment) -> Iterator[Finding]:
    """Look whether the server is one that keeps what it commits, and whether its clock agrees with ours."""
    from leadhouse.project.queries import server_facts

    yield from (Finding(Level.FAULT, "database", fault) for fault in safety_faults())
    facts = server_facts()
    kind = "of your own" if environment.database_url else f"embedded in {environment.data_dir}"
    yield Finding(Level.OK, "database", f"PostgreSQL {facts.version_name}, {kind}")
    skew = facts.clock - time.time()
    if abs(skew) > MOST_CLOCK_SKEW_SECONDS:
        yield Finding(Level.WARNING, "clock", f"the database's clock is {skew:+.1f} s off this machine's")


def database_zones(environment: Environment) -> Iterator[Finding]:
    """Look whether Python and PostgreSQL agree on the zones, now and half a year from now."""
    from leadhouse.project.queries import zone_offsets

    year = datetime.now(UTC).year
    for at in (datetime(year, 1, 15, tzinfo=UTC), datetime(year, 7, 15, tzinfo=UTC)):
        theirs = zone_offsets(US_ZONES, at)
        for name in filter(_is_known, US_ZONES):
            offset = at.astimezone(ZoneInfo(name)).utcoffset()
            if offset is None or theirs.get(name) != offset.total_seconds():
                told = f"{name} differs between Python and PostgreSQL on {at:%Y-%m-%d}: update both"
                yield Finding(Level.FAULT, "time zones", told)
                return
    yield Finding(Level.OK, "time zones", f"{len(US_ZONES)} zones agree")


def migrations(environment: Environment) -> Iterator[Finding]:
    """Look whether the tables are those of this version."""
    pending = pending_migrations()
    if pending:
        yield Finding(Level.WARNING, "tables", f"{len(pending)} migrations to do; leadhouse up does them")
    else:
        yield Finding(Level.OK, "tables", "up to date")


def portals(environment: Environment) -> Iterator[Finding]:
    """Look whether the database has fences between companies and sources; without, the portals are closed."""
    from leadhouse.web.portal.fence import open_portals

    if pending_migrations():
        return
    advice = open_portals()
    if advice:
        yield Finding(Level.WARNING, "portals", f"closed to companies and sources: {advice} Then start again")
    else:
        yield Finding(Level.OK, "portals", "the database shows each company and source its own rows only")


def books(environment: Environment) -> Iterator[Finding]:
    """Prove that the book sums to zero, and that wallets and caps are what was sold."""
    from leadhouse.allocate.queries import prove as prove_caps
    from leadhouse.billing.queries import prove as prove_book

    if pending_migrations():
        return
    faults = [*prove_book(), *prove_caps()]
    yield from (Finding(Level.FAULT, "books", fault) for fault in faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        yield Finding(Level.FAULT, "books", f"and {len(faults) - _MOST_FAULTS} more of the kind")
    if not faults:
        yield Finding(Level.OK, "books", "the book sums to zero; wallets and caps equal it")


def second_factors(environment: Environment) -> Iterator[Finding]:
    """Look whether second factors can be read with the present key."""
    from leadhouse.parties.people.factors import sealed_otherwise

    if pending_migrations():
        return
    shut = sealed_otherwise()
    if shut:
        told = (
            f"{len(shut)} were sealed with another LEADHOUSE_SECRET_KEY ({', '.join(shut[:5])}): set the "
            "former key again, or remove them (leadhouse user remove-second-factor EMAIL)"
        )
        yield Finding(Level.FAULT, "second factors", told)
    else:
        yield Finding(Level.OK, "second factors", "all can be read")


# Those that need no database come first: they are told even when it is away.
CHECKS: tuple[Check, ...] = (variables, disk, time_zones)
DATABASE_CHECKS: tuple[Check, ...] = (
    server,
    database_zones,
    migrations,
    portals,
    books,
    second_factors,
)


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return False
    return True
