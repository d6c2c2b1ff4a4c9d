"""How many leads a second one nested rule of five conditions answers, over leads of forty fields.

The rule of experiment 4: mostly text, some numbers, false for most leads, as most rules are.
"""

from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter

from leadhouse.rules import Facts, Field, FieldType, parse

LEADS = 10_000
REPEATS = 5

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


def leads(random: Random) -> list[Facts]:
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
        for _ in range(LEADS)
    ]


def by_hand(lead: Facts) -> bool:
    """Answer as hand-written Python would that trusts every fact to be there and clean."""
    return (
        lead["status"] == "untouched"
        and lead["hours_untouched"] > 24  # type: ignore[operator]
        and (lead["source"] in ("web_form", "trade_show") or lead["engagement"] >= 70)  # type: ignore[operator]
    )


def per_second(ask: Callable[[Facts], object], asked: list[Facts]) -> float:
    """Return the median number of answers a second."""
    seconds = []
    for _ in range(REPEATS):
        began = perf_counter()
        for lead in asked:
            ask(lead)
        seconds.append(perf_counter() - began)
    return len(asked) / median(seconds)


def main() -> None:
    """Print what ours reaches beside hand-written Python."""
    asked = leads(Random(4))
    rule = parse(TREE, FIELDS)
    if [rule.matches(lead) for lead in asked] != [by_hand(lead) for lead in asked]:
        raise SystemExit("the rule and the hand-written Python disagree")
    for name, ask in (
        ("hand-written Python", by_hand),
        ("ours", rule.matches),
        ("ours, explained", rule.explain),
    ):
        print(f"{name:<24}{per_second(ask, asked):>14,.0f} leads/s")


if __name__ == "__main__":
    main()
