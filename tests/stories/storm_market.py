"""The market of the storm: small caps, wallets that run out, and buyers of every temper."""

import random
from typing import Any

import orjson

from tests.running_house import House, person
from tests.stories.storm import Post
from tests.stories.story_market import company, http, market

Json = dict[str, Any]
ACCEPT = {"path": "status", "equals": "ok", "reference": "id", "reason": "message"}
MAP = {"lead": "{{ lead.lead_id }}", "campaign": "{{ campaign.key }}", "price": "{{ price }}"}
SOURCES = {"sold": "storm-sold-key", "received": "storm-received-key", "qualified": "storm-qualified-key"}
# This one's only buyer takes its time, so that a worker has it in hand when it is killed.
LATE, LATE_KEY = "late", "storm-received-late-key"
# Always full when the storm is over: it pays best, and its buyer takes everything.
FULL = "capped"
PREPAID = {"thrifty": 40_000, "prepaid": 30_000}


def storm_market(home: House) -> Json:
    """Return the market, with its buyers in the house's sandbox."""

    def buyer(
        key: str, behaviour: str, bids: Json, *further: Json, caps: Json | None = None, **given: Any
    ) -> Json:
        method = http(home.buyer(behaviour), accept=ACCEPT, map=MAP)
        campaign = {"rejection_window_hours": 24} | ({"caps": caps} if caps else {})
        return company(key, bids, method, *further, campaign=campaign, **given)

    rich = {"wallet": {"mode": "credit", "limit": "100000.00"}}
    mail = {"method": "email", "to": ["desk@storm.example"]}
    companies = [
        buyer(FULL, "accept", {"exclusive": "95.00", "duo": "60.00"}, caps={"day": {"count": 30}}, **rich),
        buyer(
            "weekly",
            "accept",
            {"exclusive": "80.00"},
            caps={"week": {"count": 25}, "month": {"count": 40}},
            **rich,
        ),
        buyer(
            "thrifty",
            "accept",
            {"exclusive": "70.00", "duo": "40.00"},
            caps={"day": {"money": "900.00"}, "month": {"money": "950.00"}},
            wallet={"mode": "prepaid", "balance": "400.00"},
        ),
        buyer(
            "prepaid",
            "accept",
            {"exclusive": "65.00", "duo": "38.00", "trio": "28.00"},
            wallet={"mode": "prepaid", "balance": "300.00"},
            timezone="Pacific/Honolulu",
        ),
        buyer(
            "slow", "slow?seconds=0.4", {"exclusive": "60.00", "duo": "36.00"}, caps={"day": {"count": 60}}
        ),
        buyer("moody", "moody", {"duo": "45.00", "trio": "30.00"}, caps={"day": {"count": 80}}, **rich),
        buyer("refuser", "refuse", {"exclusive": "99.00"}, caps={"day": {"count": 40}}, **rich),
        buyer("flaky", "flaky", {"trio": "26.00", "quad": "20.00"}, caps={"day": {"count": 25}}),
        buyer(
            "resets",
            "reset-once",
            {"duo": "42.00", "trio": "27.00"},
            caps={"week": {"money": "1200.00"}},
            **rich,
        ),
        buyer("never", "reset", {"trio": "25.00", "exclusive": "85.00"}, caps={"day": {"count": 12}}, **rich),
        buyer(
            "broad",
            "accept",
            {"quad": "16.00", "trio": "15.00", "duo": "14.00"},
            mail,
            timezone="America/New_York",
        ),
        buyer(LATE, "slow?seconds=2", {"exclusive": "50.00"}, **rich),
        company("portal", {"quad": "18.00", "trio": "17.00", "duo": "16.00", "exclusive": "15.00"}, **rich),
    ]
    # Refusals at the door come from a few leads only, or each lead would be decided many times.
    only = {"refuser": "received", LATE: LATE}
    for one in companies:
        campaign = one["campaigns"][0]
        campaign["sources"] = {"only": [only[one["key"]]]} if one["key"] in only else {"never": [LATE]}
    sources = [_source(home, answer) for answer in SOURCES]
    late = {**_source(home, "received"), "key": LATE, "name": "Late", "api_key": LATE_KEY}
    return market(*companies, sources=[*sources, late], product={"pacing": "shadow"})


def _source(home: House, answer: str) -> Json:
    return {
        "key": answer,
        "name": answer.title(),
        "product": "roofing",
        "api_key": SOURCES[answer],
        "payout": {"kind": "share", "percent": 50}
        if answer == "qualified"
        else {"kind": "fixed", "amount": "3.00"},
        "answer": answer,
        "answer_timeout_ms": 1500,
        **({"notify": {"url": f"http://127.0.0.1:{home.sandbox_port}/notices"}} if answer == "sold" else {}),
    }


def storm_post(number: int, chance: random.Random) -> Post:
    """Return the post of a lead: mostly somebody new, sometimes somebody seen before or not acceptable."""
    who = number if chance.random() > 0.06 else chance.randrange(max(1, number))
    given: Json = {
        "last_name": f"Espinoza {'abcdefghij'[who % 10]}",
        "max_contact_requests": chance.randint(1, 4),
    }
    if chance.random() < 0.04:
        given["email"] = "no address at all"
    lead = person(who, **given, reference=f"post {number}")
    source = chance.choice(("sold", "qualified", "received", "received"))
    return Post(f"storm-{number}", SOURCES[source], orjson.dumps(lead))


def late_post(number: int) -> Post:
    """Return the post of a lead that is on its way for some seconds."""
    lead = person(5_000 + number, last_name="Late", max_contact_requests=1, reference=f"late {number}")
    return Post(f"late-{number}", LATE_KEY, orjson.dumps(lead))
