"""Many rules asked at once answer as each does by itself, missing facts, edits and all."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.matching.rule_index import RuleIndex
from leadhouse.rules import Rule, parse
from leadhouse.rules.alternatives import alternatives
from tests.rules.rule_examples import FIELDS, facts, trees

_PATTERN = {"field": "state", "operator": "matchesRegex", "value": "^w"}
rules = st.builds(lambda tree: parse(tree, FIELDS), trees | st.just(_PATTERN))
many_rules = st.dictionaries(st.integers(1, 400), st.none() | rules, max_size=25)


def _saying_no(wished: Mapping[int, Rule | None], lead: Mapping[str, object]) -> list[int]:
    return sorted(number for number, rule in wished.items() if rule is not None and not rule.matches(lead))


@given(many_rules, st.lists(facts, min_size=1, max_size=4), st.sets(st.integers(1, 400)))
@settings(max_examples=300, deadline=None)
def test_those_that_say_no_are_found_without_asking(
    wished: dict[int, Rule | None], leads: list[dict[str, object]], asked: set[int]
) -> None:
    index = RuleIndex(wished.items())
    for lead in leads:
        refusing = BitMap(_saying_no(wished, lead))
        for some in (BitMap(wished), BitMap(asked)):
            assert index.passing(lead, some) == some - refusing


@given(many_rules, st.lists(many_rules, min_size=1, max_size=6), facts)
@settings(max_examples=200, deadline=None)
def test_an_edited_index_answers_as_a_new_one(
    wished: dict[int, Rule | None], edits: list[dict[int, Rule | None]], lead: dict[str, object]
) -> None:
    first = index = RuleIndex(wished.items())
    now = dict(wished)
    for edit in edits:
        gone = [(number, now[number]) for number in edit if number in now]
        index = index.edited(gone, edit.items())
        now |= edit
        assert index.passing(lead, BitMap(now)) == BitMap(now) - BitMap(_saying_no(now, lead))
    # Whoever still holds the former index is not disturbed: nothing of it was changed in place.
    everybody = BitMap(wished)
    assert first.passing(lead, everybody) == everybody - BitMap(_saying_no(wished, lead))


def test_hundreds_of_limits_are_told_apart_at_each_of_them() -> None:
    def limit(number: int) -> Rule:
        operator = ("<", "<=", ">", ">=", "between")[number % 5]
        value = number // 10
        written = [value, value + 40] if operator == "between" else value
        return parse({"field": "credit", "operator": operator, "value": written}, FIELDS)

    wished = {number: limit(number) for number in range(1, 1_001)}
    index = RuleIndex(wished.items())
    for credit in (None, -1, 0, 7, 50, "50.5", 99, 100, 101, 500):
        lead = {"credit": credit}
        everybody = BitMap(wished)
        assert list(everybody - index.passing(lead, everybody)) == _saying_no(wished, lead)


def test_more_than_so_many_edits_make_it_anew() -> None:
    rule = parse({"field": "credit", "operator": ">", "value": 5}, FIELDS)
    index = RuleIndex([])
    for number in range(1, 101):
        index = index.edited([], [(number, rule)])
    everybody = BitMap(range(1, 101))
    assert not index.passing({"credit": 5}, everybody)
    assert index.passing({"credit": 6}, everybody) == everybody
    left = index.edited([(number, rule) for number in range(2, 101)], [])
    assert list(everybody - left.passing({"credit": 5}, everybody)) == [1]


def test_a_rule_of_too_many_alternatives_is_left_whole() -> None:
    either = {"combinator": "or", "rules": [{"field": "credit", "operator": "=", "value": n} for n in (1, 2)]}
    rule = parse({"combinator": "and", "rules": [either] * 4}, FIELDS)
    assert alternatives(rule.root, 15) is None
    found = alternatives(rule.root, 16)
    assert found is not None
    assert len(found) == 16
    assert alternatives(parse({"combinator": "and", "not": True, "rules": []}, FIELDS).root, 8) == ()


@given(rules, facts)
@settings(max_examples=300, deadline=None)
def test_a_rule_holds_when_one_of_its_alternatives_does(rule: Rule, lead: dict[str, object]) -> None:
    index = RuleIndex([(7, rule)])
    assert bool(index.passing(lead, BitMap([7]))) is rule.matches(lead)
