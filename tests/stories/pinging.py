"""Pinging and posting as a source does, and what was booked for it."""

import time
from typing import Any

from tests.running_house import House, person
from tests.stories.reconciling import connect
from tests.stories.story_market import SOURCE_KEY

Json = dict[str, Any]
PLACE = {"postal_code": "82301", "roof_type": "metal"}
SHARE = {"payout": {"kind": "share", "percent": 60}}


def ping(home: House, key: str = SOURCE_KEY, **told: Any) -> Json:
    """Ask for the price of a lead from Rawlins; return the answer."""
    answer = home.client.post(
        f"{home.url}/v1/ping", json={**PLACE, **told}, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def post(home: House, number: int, ping_id: str, key: str = SOURCE_KEY, **told: Any) -> Json:
    """Post the lead of somebody there under a promise; return the answer."""
    answer = home.post(key, person(number, **{**PLACE, **told}, ping_id=ping_id))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def said(answer: Json) -> tuple[str, str | None, str]:
    """Return an answer's outcome, code and price."""
    return answer["outcome"], answer.get("code"), answer["price"]


def payout(home: House, answer: Json) -> int | None:
    """Return what was booked for the source of an answered lead, in minor units, once all is done for it."""
    lead_id = [answer["lead"]["id"]]
    deadline = time.monotonic() + 10
    with connect(home) as database:
        while database.execute("SELECT FROM timeline_work WHERE lead_id = %s", lead_id).rowcount:
            assert time.monotonic() < deadline, home.events(lead_id[0])
            time.sleep(0.02)
        found = database.execute(
            "SELECT posting.amount_minor AS amount FROM billing_entry AS entry"
            " JOIN billing_posting AS posting ON posting.entry_id = entry.id"
            " WHERE entry.kind = 'payout' AND posting.amount_minor > 0 AND entry.ref = %s",
            lead_id,
        ).fetchone()
    return int(found["amount"]) if found else None


def count(home: House, table: str) -> int:
    """Return how many rows a table has."""
    with connect(home) as database:
        (row,) = database.execute(f"SELECT count(*) AS count FROM {table}").fetchall()  # type: ignore[arg-type]
    return int(row["count"])
