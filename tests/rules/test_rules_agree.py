"""One tree, three readers: the generated Python, the plain reference, PostgreSQL."""

import json
from collections.abc import Mapping

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhouse.rules import parse
from tests.rules.rule_examples import FIELDS, TYPES, facts, trees
from tests.rules.rule_reference import answer


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


def asked(condition: str, parameters: Mapping[str, object]) -> list[bool]:
    """Return what PostgreSQL answers for each of the leads given as one JSON array."""
    statement = f"SELECT {condition} FROM jsonb_array_elements(%(leads)s::jsonb) AS leads(lead)"
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees, st.lists(facts, min_size=4, max_size=10))
def test_postgresql_answers_as_python(tree: dict[str, object], leads: list[dict[str, object]]) -> None:
    rule = parse(tree, FIELDS)
    condition, parameters = rule.to_sql({key: f"lead -> '{key}'" for key in FIELDS})
    answers = asked(condition, parameters | {"leads": json.dumps(leads)})
    assert answers == [rule.matches(lead) for lead in leads]


@pytest.mark.django_db
def test_postgresql_folds_every_letter_and_trims_every_space_as_python() -> None:
    letters = [chr(code) for code in range(1, 0x11000) if not 0xD800 <= code < 0xE000]
    leads = [{"state": f" {letter}a"} for letter in letters]
    spaces = sum(letter.isspace() for letter in letters)
    for letter, alike in (("k", 3), ("\u00e9", 2), ("\u03c3", 2), ("", spaces)):
        rule = parse({"field": "state", "operator": "=", "value": f"{letter}a"}, FIELDS)
        condition, parameters = rule.to_sql({"state": "lead -> 'state'"})
        answers = asked(condition, parameters | {"leads": json.dumps(leads)})
        assert answers == [rule.matches(lead) for lead in leads]
        assert answers.count(True) == alike


TYPED = """
SELECT {condition}
FROM (VALUES
    ('WY'::text, 700, 12.5, TRUE, DATE '2026-03-01', TIMESTAMPTZ '2026-03-01 10:00Z', ARRAY['a', 'B']),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL)
)
  AS lead (state, credit, budget, owner, moved_on, received_at, services)
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "operator", "value", "answers"),
    [
        ("state", "=", "wy", [True, False]),
        ("state", "!=", "co", [True, True]),
        ("credit", "between", [699, 701], [True, False]),
        ("budget", "notIn", [12, "12.50"], [False, True]),
        ("owner", "=", "yes", [True, False]),
        ("moved_on", "<=", "2026-03-01", [True, False]),
        ("received_at", "=", "2026-03-01T05:00:00-05:00", [True, False]),
        ("services", "contains", "b", [True, False]),
        ("services", "null", None, [False, True]),
    ],
)
def test_typed_columns_are_asked_as_json_is(
    field: str, operator: str, value: object, answers: list[bool]
) -> None:
    rule = parse({"field": field, "operator": operator, "value": value}, FIELDS)
    condition, parameters = rule.to_sql({key: key for key in FIELDS}, prefix="criteria")
    assert all(name.startswith("criteria_") for name in parameters)
    with connection.cursor() as cursor:
        cursor.execute(TYPED.format(condition=condition), parameters)
        assert [row[0] for row in cursor.fetchall()] == answers
