"""Leads a second for which one nested rule of five conditions is answered, over leads of forty fields.

The rule of experiment 4: mostly text, some numbers, false for most leads, as most rules are. Hand-written
Python that trusts every fact to be there and clean is what cannot be beaten. Processor time.
"""

from collections.abc import Callable, Sequence
from random import Random
from time import process_time

from bench.apparatus.result import Figure, Peer, Result
from leadhouse.rules import Facts, Field, FieldType, parse

LEADS, QUICK_LEADS = 10_000, 100
ROUNDS = 5

FIELDS = {
    field.key: field
    for field in (
        Field("status", FieldType.CHOICE, "Status"),
        Field("hours_untouched", FieldType.NUMBER, "Time Untouched", unit="hours"),
        Field("source", FieldType.CHOICE, "Lead Source"),
        Field("engagement", FieldType.NUMBER, "Engagement Level", unit="%"),
    )
}
TREE = {
    "combinator": "and",
    "rules": [
        {"field": "status", "operator": "=", "value": "untouched"},
        {"field": "hours_untouched", "operator": ">", "value": 24},
        {
            "combinator": "or",
            "rules": [
                {"field": "source", "operator": "=", "value": "web_form"},
                {"field": "source", "operator": "=", "value": "trade_show"},
                {"field": "engagement", "operator": ">=", "value": 70},
            ],
        },
    ],
}
STATUSES = ("untouched", "nurturing", "qualified", "customer", "unqualified", "spam")
SOURCES = ("web_form", "trade_show", "referral", "email", "social", "chat", "phone", "partner")


def leads(random: Random, count: int) -> list[Facts]:
    """Return leads of forty fields, the four that the rule asks about among them."""
    padding = {f"field_{number}": f"value {number}" for number in range(36)}
    return [
        padding
        | {
            "status": random.choice(STATUSES),
            "hours_untouched": random.randrange(60),
            "source": random.choice(SOURCES),
            "engagement": random.randrange(100),
        }
        for _ in range(count)
    ]


def by_hand(lead: Facts) -> bool:
    """Answer as hand-written Python would that trusts every fact to be there and clean."""
    return (
        lead["status"] == "untouched"
        and lead["hours_untouched"] > 24  # type: ignore[operator]
        and (lead["source"] in ("web_form", "trade_show") or lead["engagement"] >= 70)  # type: ignore[operator]
    )


def run(*, is_quick: bool) -> Result:
    """Ask ours, then hand-written Python, the same leads."""
    asked = leads(Random(4), QUICK_LEADS if is_quick else LEADS)
    rule = parse(TREE, FIELDS)
    if [rule.matches(lead) for lead in asked] != [by_hand(lead) for lead in asked]:
        raise RuntimeError("the rule and the hand-written Python disagree")
    limit = Peer("hand-written Python", _rounds(by_hand, asked))
    return Result(
        (
            Figure("answered", "leads/s", _rounds(rule.matches, asked), peer=limit),
            Figure("answered and explained", "leads/s", _rounds(rule.explain, asked), peer=limit),
        ),
        {"leads": f"{len(asked):,} a round"},
    )


def _rounds(ask: Callable[[Facts], object], asked: Sequence[Facts]) -> tuple[float, ...]:
    """Return how many answers a second each round gave."""
    return tuple(len(asked) / _seconds(ask, asked) for _ in range(ROUNDS))


def _seconds(ask: Callable[[Facts], object], asked: Sequence[Facts]) -> float:
    began = process_time()
    for lead in asked:
        ask(lead)
    return process_time() - began
