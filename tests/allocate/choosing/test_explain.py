"""What is told of many outbid campaigns at once is what each would be told alone."""

import random

import pytest

from leadhouse.allocate.choosing.explain import Question, margin, verdicts
from leadhouse.allocate.types import WHOLE, Offer


def some_question(seed: int, count: int = 30) -> Question:
    """Return campaigns of a few companies with close bids, some of which conflict."""
    chance = random.Random(seed)
    carriers = [frozenset(), frozenset({"a"}), frozenset({"b"})] if seed % 4 == 0 else [frozenset()]
    offers = tuple(
        Offer(
            campaign_id=number,
            company_id=number // 2,
            key=f"c{number:02}",
            group=f"company {number // 2 % 9}",
            keep=chance.choice((0, WHOLE // 2, WHOLE)),
            prices={size: chance.randint(1, 12) * 100 // size for size in (1, 2, 3) if chance.random() < 0.8},
            carriers=chance.choice(carriers),
        )
        for number in range(count)
    )
    return Question(offers, (1, 2, 3), floor=100, taken=chance.choice((0, 0, 1)))


@pytest.mark.parametrize("seed", range(40))
def test_margins_told_together_are_those_told_alone(seed: int) -> None:
    question = some_question(seed)
    chosen = question.chosen()
    won = dict(zip(chosen.winners, chosen.prices, strict=True)) if chosen else {}
    told = {one.campaign_id: one.margin for one in verdicts(question, won, {}) if one.price_minor is None}
    assert told == {
        one.campaign_id: margin(question, one.campaign_id)
        for one in question.offers
        if one.campaign_id not in won
    }
