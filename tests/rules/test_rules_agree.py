"""One tree, three readers: the generated Python, the plain reference, PostgreSQL."""

import json
from collections.abc import Mapping

from hypothesis import given, settings
from rule_examples import FIELDS, TYPES, facts, trees
from rule_reference import answer

from leadhouse.rules import parse


@settings(max_examples=1000, deadline=None)
@given(trees, facts)
def test_generated_python_and_explanation_answer_as_the_reference(
    tree: dict[str, object], lead: Mapping[str, object]
) -> None:
    rule = parse(tree, FIELDS)
    expected = answer(tree, TYPES, lead)
    assert rule.matches(lead) is expected
    assert rule.explain(lead).verdict is expected


@settings(max_examples=300, deadline=None)
@given(trees)
def test_the_canonical_tree_is_the_same_rule_again(tree: dict[str, object]) -> None:
    rule = parse(tree, FIELDS)
    again = parse(json.loads(json.dumps(rule.tree)), FIELDS)
    assert again == rule
    assert again.tree == rule.tree
    assert again.sentence() == rule.sentence()
