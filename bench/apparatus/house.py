"""A house to be measured: a data dir of its own, PostgreSQL as durable as everybody's, a market, leads."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.apparatus import machine
from bench.apparatus.people import Post
from leadhouse.store.cluster import NAME
from leadhouse.store.postgres import Server
from leadhouse.store.postmaster import processes_in

CHECKOUT = Path(__file__).parents[2]
_SEED = f"{NAME}_seed"
# A wallet nobody empties: leads go on being sold however many are measured.
_CREDIT_MINOR = 10**12


class House:
    """A running database with the house's tables; Django is set up for it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def database_seconds(self) -> float:
        """Return the processor seconds that PostgreSQL has used so far, ended processes included."""
        return machine.cpu_seconds(processes_in(self._server.folder), with_ended_children=True)

    def fresh_database(self, name: str) -> dict[str, str]:
        """Make an empty database beside the house's; return libpq's variables that lead to it."""
        from psycopg.conninfo import conninfo_to_dict

        self._command(f"CREATE DATABASE {name}", "postgres")
        found = conninfo_to_dict(self._server.conninfo(name))
        return {"PGHOST": str(found["host"]), "PGUSER": str(found["user"]), "PGDATABASE": name}

    def keep_as_seed(self) -> None:
        """Remember the database as it is now."""
        self._command("VACUUM ANALYZE", NAME)
        self._replace(_SEED, NAME)

    def begin_again(self) -> None:
        """Make the database what `keep_as_seed` remembered, everything written to disk."""
        self._replace(NAME, _SEED)
        self._command("CHECKPOINT", "postgres")

    def _replace(self, name: str, template: str) -> None:
        from django.db import connections

        connections.close_all()
        self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", "postgres")
        self._command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY", "postgres")

    def _command(self, statement: str, database: str) -> None:
        import psycopg

        with psycopg.connect(self._server.conninfo(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def house(**settings: str) -> Iterator[House]:
    """Run a house on a folder of its own until the block ends; processes started inside find it too."""
    from leadhouse.project.database import open_database
    from leadhouse.project.environment import read_environment

    for name in [name for name in os.environ if name.startswith("LEADHOUSE_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="leadhouse-bench-") as folder:
        os.environ |= {"LEADHOUSE_DATA_DIR": folder, **settings}
        with open_database(read_environment(os.environ)) as server:
            if server is None:
                raise RuntimeError("benchmarks measure the embedded PostgreSQL")
            yield House(server)


def install(market: str, suffix: str = ".yaml") -> None:
    """Apply a market and give every company credit without end."""
    from leadhouse.billing.market import apply_market
    from leadhouse.billing.queries import balances, set_terms
    from leadhouse.billing.types import Terms
    from leadhouse.parties.market_file import read_market_text
    from leadhouse.parties.types import WalletMode

    apply_market(read_market_text(market, suffix=suffix))
    set_terms([Terms(one.company_id, WalletMode.CREDIT, _CREDIT_MINOR) for one in balances()])


def bring_in(posts: Iterable[Post]) -> int:
    """Take leads in as if posted; return how many are to be qualified."""
    from leadhouse.capture.door.http import Head
    from leadhouse.capture.door.submissions import read_line
    from leadhouse.capture.intake import take
    from leadhouse.capture.types import Submission
    from leadhouse.parties.keys import digest
    from leadhouse.timeline.queries import work_left
    from leadhouse.timeline.types import Stage

    head = Head("POST", "/v1/leads/batch", {}, "127.0.0.1")
    lines = (
        # Whose the key is, and so the source, is found by the intake.
        read_line(head, 0, json.dumps(post.submission).encode(), place, digest(post.api_key))
        for place, post in enumerate(posts)
    )
    take([line for line in lines if isinstance(line, Submission)])
    return work_left().get(Stage.QUALIFY, 0)
