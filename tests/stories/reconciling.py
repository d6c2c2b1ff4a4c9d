"""What must be true of a house once it is quiet, whatever happened before: each check tells what is not."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import dict_row

from leadhouse.kit.money import to_minor
from leadhouse.store.postgres import Server
from tests.running_house import House
from tests.stories.storm import Post

Row = dict[str, Any]
TAKEN = frozenset({"held", "delivering", "accepted"})
FINAL = frozenset({"disqualified", "unsold", "delivered"})
# Which events move a passport on, and where to.
MOVES = {
    ("capture", "received"): "initial",
    ("accept", "refused"): "disqualified",
    ("qualify", "started"): "qualifying",
    ("qualify", "qualified"): "qualified",
    ("qualify", "disqualified"): "disqualified",
    ("prevalidate", "buyers"): "allocating",
    ("allocate", "waiting"): "waiting",
    ("assign", "assigned"): "sold",
    ("deliver", "started"): "delivering",
    ("deliver", "search"): "allocating",
    ("settle", "settled"): "delivering",
    ("settle", "delivered"): "delivered",
    ("settle", "unsold"): "unsold",
}


@dataclass(frozen=True)
class Books:
    """Everything the house has written down, and everything its buyers have."""

    posts: Sequence[Post]
    received: Sequence[Row]
    mails: frozenset[str]
    tables: dict[str, list[Row]]
    market: Row

    def rows(self, table: str) -> list[Row]:
        return self.tables[table]

    def by_lead(self, table: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(table):
            found[str(row["lead_id"])].append(row)
        return found


TABLES = {
    "leads": "SELECT id::text AS lead_id, source_id FROM capture_lead",
    "receipts": "SELECT encode(digest, 'hex') AS digest, lead_id, is_key FROM capture_receipt",
    "passports": "SELECT * FROM timeline_passport",
    "events": "SELECT * FROM timeline_event ORDER BY lead_id, seq",
    "work": "SELECT * FROM timeline_work",
    "assignments": "SELECT * FROM allocate_assignment ORDER BY decided_at, id",
    "windows": "SELECT * FROM allocate_cap_window",
    "wallets": "SELECT * FROM billing_wallet",
    "entries": "SELECT * FROM billing_entry",
    "parcels": "SELECT * FROM deliver_parcel",
    "attempts": "SELECT * FROM deliver_attempt",
    "companies": "SELECT id, key FROM parties_company",
    "campaigns": "SELECT id, key, company_id FROM parties_campaign",
    "sources": "SELECT id, key FROM parties_source",
}


def connect(house: House) -> psycopg.Connection[Row]:
    """Open a connection of the test's own to a house's database."""
    return psycopg.connect(Server(house.data_dir).conninfo(), autocommit=True, row_factory=dict_row)


def read_books(house: House, posts: Sequence[Post], market: Row) -> Books:
    """Read all tables and the buyers' own log."""
    with connect(house) as database:
        tables = {name: database.execute(query).fetchall() for name, query in TABLES.items()}
    address = f"http://127.0.0.1:{house.sandbox_port}/received"
    received = house.client.get(address, timeout=60).json()
    mails = frozenset(file.name for file in (house.data_dir / "mail").glob("*.eml"))
    return Books(posts, received, mails, tables, market)


Check = Callable[[Books], Iterator[str]]


def every_post_is_one_lead(books: Books) -> Iterator[str]:
    """G1 and G2: nothing acknowledged is missing, and a key is one lead with one answer for ever."""
    stored = {row["lead_id"] for row in books.rows("leads")}
    by_lead: dict[str, set[str]] = defaultdict(set)
    for post in books.posts:
        if not post.answers:
            yield f"{post.key} was never answered"
            continue
        if len(set(post.answers)) > 1:
            yield f"{post.key} was answered differently: {set(post.answers)}"
        if post.answers[0][0] != 201:
            yield f"{post.key} was answered {post.answers[0]}"
            continue
        by_lead[post.lead_id].add(post.key)
        if post.lead_id not in stored:
            yield f"{post.key}: lead {post.lead_id} was acknowledged and is lost"
    yield from (f"lead {lead} answers several keys {keys}" for lead, keys in by_lead.items() if len(keys) > 1)
    if len(stored) != len(books.posts):
        yield f"{len(books.posts)} posts, but {len(stored)} leads"
    if len(books.rows("receipts")) != len(books.posts):
        yield f"{len(books.posts)} posts, but {len(books.rows('receipts'))} receipts"


def every_lead_has_one_end(books: Books) -> Iterator[str]:
    """I1: each lead stands at a final status, reached once; nothing is left to be done."""
    events = books.by_lead("events")
    for row in books.rows("passports"):
        lead = str(row["lead_id"])
        ends = [one["type"] for one in events[lead] if MOVES.get((one["step"], one["type"])) in FINAL]
        if row["status"] not in FINAL or len(ends) != 1:
            yield f"lead {lead} stands at {row['status']}, its ends are {ends}"
    if len(books.rows("passports")) != len(books.rows("leads")):
        yield "not every lead has a passport"
    yield from (f"work is left: {row}" for row in books.rows("work"))


def the_sources_were_told_the_truth(books: Books) -> Iterator[str]:
    """What an answer that was not pending said is how it ended."""
    status = {str(row["lead_id"]): row["status"] for row in books.rows("passports")}
    for post in books.posts:
        if not post.answers or post.answers[0][0] != 201 or post.answer.get("pending"):
            continue
        ended, is_success = status.get(post.lead_id), post.answer["outcome"] == "success"
        bad = {"disqualified", "unsold"} if "sold" in post.source_key else {"disqualified"}
        if "received" in post.source_key and is_success:
            continue
        if (ended in bad) == is_success:
            yield f"{post.key} was told {post.answer}, and is {ended}"


def passports_equal_their_events(books: Books) -> Iterator[str]:
    """I6: the history has no gaps, and what the passport caches is what the events say."""
    events = books.by_lead("events")
    for row in books.rows("passports"):
        told = events[str(row["lead_id"])]
        seqs = [one["seq"] for one in told]
        if seqs != list(range(1, row["last_seq"] + 1)):
            yield f"lead {row['lead_id']}: seq {seqs}, last {row['last_seq']}"
        derived = _derived(told)
        cached = {name: row[name] for name in derived}
        if cached != derived:
            yield f"lead {row['lead_id']}: cached {cached}, told {derived}"


def _derived(events: Sequence[Row]) -> Row:
    found: Row = {
        "status": None,
        "reason": None,
        "good_to_sell": False,
        "classification": None,
        "sale_size": None,
        "revenue_minor": 0,
        "unique_lead_id": None,
    }
    for one in events:
        step, data = (one["step"], one["type"]), one["data"]
        if step in MOVES:
            is_told_why = MOVES[step] in FINAL or MOVES[step] == "waiting"
            found |= {"status": MOVES[step], "reason": one["reason"] if is_told_why else None}
        if step in {("qualify", "qualified"), ("qualify", "disqualified")}:
            found |= {
                "good_to_sell": one["type"] == "qualified",
                "classification": data["classification"],
                "unique_lead_id": data["unique_lead"],
            }
        if step == ("assign", "assigned"):
            found["sale_size"] = data["sale_size"]
        if one["step"] == "settle" and MOVES.get(step):
            found["revenue_minor"] = data["revenue_minor"]
    return found


def caps_are_kept(books: Books) -> Iterator[str]:
    """I2: each window holds what its assignments take, counted anew in the company's own calendar."""
    keys = {row["id"]: row["key"] for row in books.rows("campaigns")}
    zones = {c["key"]: ZoneInfo(o["timezone"]) for o in books.market["companies"] for c in o["campaigns"]}
    caps = {c["key"]: c.get("caps", {}) for o in books.market["companies"] for c in o["campaigns"]}
    counted: Counter[tuple[str, str, str, datetime]] = Counter()
    for row in books.rows("assignments"):
        if row["status"] not in TAKEN:
            continue
        key = keys[row["campaign_id"]]
        for period, limits in caps[key].items():
            start = _start(period, row["decided_at"].astimezone(zones[key]))
            for unit in limits:
                counted[key, period, unit, start] += 1 if unit == "count" else row["price_minor"]
    shown = {
        (keys[row["campaign_id"]], row["period"], row["unit"], row["starts_at"]): row["used_amount"]
        for row in books.rows("windows")
    }
    for window in shown.keys() | counted.keys():
        key, period, unit, _ = window
        limit = caps[key][period][unit] if unit == "count" else to_minor(caps[key][period][unit], "USD")
        if shown.get(window, 0) != counted[window]:
            yield f"cap {window} shows {shown.get(window, 0)}, its assignments take {counted[window]}"
        if counted[window] > limit:
            yield f"cap {window} is over: {counted[window]} of {limit}"


def _start(period: str, local: datetime) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def wallets_are_kept(books: Books) -> Iterator[str]:
    """I3: each wallet is what its assignments and its book say, and never below zero."""
    keys = {row["id"]: row["key"] for row in books.rows("companies")}
    credited = {str(row["ref"]) for row in books.rows("entries") if row["kind"] == "credit"}
    for wallet in books.rows("wallets"):
        mine = [row for row in books.rows("assignments") if row["company_id"] == wallet["company_id"]]
        sums = {
            "held_minor": sum(row["price_minor"] for row in mine if row["status"] in {"held", "delivering"}),
            "charged_minor": sum(row["price_minor"] for row in mine if row["status"] == "accepted"),
            "credited_minor": sum(row["price_minor"] for row in mine if str(row["id"]) in credited),
        }
        shown = {name: wallet[name] for name in sums}
        if shown != sums:
            yield f"wallet of {keys[wallet['company_id']]} shows {shown}, its assignments {sums}"
        room = wallet["limit_minor"] + wallet["deposits_minor"] + wallet["credited_minor"]
        if room < wallet["held_minor"] + wallet["charged_minor"]:
            yield f"wallet of {keys[wallet['company_id']]} is overdrawn: {wallet}"


def money_is_booked_once(books: Books) -> Iterator[str]:
    """I3: one hold and one end of it per priced assignment, one payout per lead that earned one."""
    booked: dict[str, set[str]] = defaultdict(set)
    for row in books.rows("entries"):
        booked[row["kind"]].add(str(row["ref"]))
    given = books.rows("assignments")
    for kind, wanted in {
        "hold": {str(row["id"]) for row in given},
        "capture": {str(row["id"]) for row in given if row["status"] == "accepted"},
        "release": {str(row["id"]) for row in given if row["status"] in {"refused", "failed"}},
        "payout": set(_earning(books)),
    }.items():
        if booked[kind] != wanted:
            yield f"{kind}: booked, not due {booked[kind] - wanted}; due, not booked {wanted - booked[kind]}"


def _earning(books: Books) -> Iterator[str]:
    sources = {row["id"]: row["key"] for row in books.rows("sources")}
    accepted = {
        str(r["lead_id"]) for r in books.rows("events") if (r["step"], r["type"]) == ("accept", "accepted")
    }
    for row in books.rows("passports"):
        lead, answer = str(row["lead_id"]), sources[row["source_id"]]
        is_paid_early = answer in {"received", "late"}
        if (lead in accepted) if is_paid_early else row["status"] == "delivered":
            yield lead


def buyers_saw_each_sale_once(books: Books) -> Iterator[str]:
    """I4: one constant id for each assignment, no lead with too many buyers, no parcel out of nowhere."""
    keys = {row["id"]: row["key"] for row in books.rows("campaigns")}
    by_id = {str(row["id"]): row for row in books.rows("assignments")}
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    took: dict[str, set[str]] = defaultdict(set)
    kept: Counter[str] = Counter()
    for one in books.received:
        if one["kind"] != "parcel":
            continue
        said = json.loads(one["body"])
        ids[said["lead"], said["campaign"]].add(one["delivery"])
        kept[one["delivery"]] += one["outcome"] == "accepted"
        if one["outcome"] == "accepted":
            took[said["lead"]].add(said["campaign"])
        row = by_id.get(one["delivery"])
        if row is None or (str(row["lead_id"]), keys[row["campaign_id"]]) != (said["lead"], said["campaign"]):
            yield f"a buyer was sent {said} under {one['delivery']}, which is {row}"
    yield from (f"{sale} went out under several ids {found}" for sale, found in ids.items() if len(found) > 1)
    sizes = {str(row["lead_id"]): row["sale_size"] for row in books.rows("passports")}
    for lead, campaigns in took.items():
        if len(campaigns) > sizes[lead]:
            yield f"lead {lead} was sold to {sizes[lead]}, and taken by {campaigns}"
    portal = {campaign_id for campaign_id, key in keys.items() if key == "portal-roofs"}
    for delivery, row in by_id.items():
        if row["status"] == "accepted" and row["campaign_id"] not in portal and not kept[delivery]:
            yield f"assignment {delivery} is accepted, and no buyer has it"


def parcels_are_closed(books: Books) -> Iterator[str]:
    """I7: no parcel and no attempt is left open."""
    for row in books.rows("parcels"):
        if row["status"] == "open":
            yield f"parcel {row['id']} ({row['kind']}) is still open after {row['attempts']} attempts"
    yield from (
        f"attempt {row} was never closed" for row in books.rows("attempts") if row["ended_at"] is None
    )


def people_were_told(books: Books) -> Iterator[str]:
    """Each consumer whose lead was sold has one mail, each source that asked was told how each sale ended."""
    ends = {str(row["lead_id"]): row for row in books.rows("passports")}
    sold = {lead for lead, row in ends.items() if row["status"] == "delivered"}
    letters = [row for row in books.rows("parcels") if row["kind"] == "confirmation"]
    if sorted(str(row["lead_id"]) for row in letters) != sorted(sold):
        yield f"{len(sold)} leads were sold, {len(letters)} consumers written to"
    for row in letters:
        if not any(name.startswith(str(row["id"])) for name in books.mails):
            yield f"the mail about lead {row['lead_id']} is in no folder"
    asking = {row["id"] for row in books.rows("sources") if row["key"] == "sold"}
    refused = {
        str(row["lead_id"])
        for row in books.rows("events")
        if (row["step"], row["type"]) == ("accept", "refused")
    }
    due = {
        (lead, "sold" if lead in sold else "unsold")
        for lead, row in ends.items()
        if row["source_id"] in asking and lead not in refused
    }
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in books.received:
        if one["kind"] == "notice":
            said = json.loads(one["body"])["data"]
            if said["outcome"] in {"sold", "unsold"}:
                ids[said["lead"]["id"], said["outcome"]].add(one["delivery"])
    if ids.keys() != due:
        yield f"notices: due and not sent {due - ids.keys()}, sent and not due {ids.keys() - due}"
    yield from (
        f"{about} was told under several ids {found}" for about, found in ids.items() if len(found) > 1
    )


def used_of(books: Books, campaign: str) -> list[tuple[int, int]]:
    """Return how much of which limit each window of a campaign has used."""
    ids = {row["id"] for row in books.rows("campaigns") if row["key"] == campaign}
    windows = [row for row in books.rows("windows") if row["campaign_id"] in ids]
    return [(row["used_amount"], row["limit_amount"]) for row in windows]


CHECKS: tuple[Check, ...] = (
    every_post_is_one_lead,
    every_lead_has_one_end,
    the_sources_were_told_the_truth,
    passports_equal_their_events,
    caps_are_kept,
    wallets_are_kept,
    money_is_booked_once,
    buyers_saw_each_sale_once,
    parcels_are_closed,
    people_were_told,
)


def reconcile(books: Books) -> list[str]:
    """Return everything that is not as it must be."""
    return [f"{check.__name__}: {fault}" for check in CHECKS for fault in check(books)]
