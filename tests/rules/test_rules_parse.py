"""What is a rule, and what each fault says."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadhouse.rules import ALIASES, OPERATORS_OF, FieldType, Operator, RuleFaults, parse
from tests.rules.rule_examples import FIELDS


def condition(field: object, operator: object, *value: object) -> dict[str, object]:
    return {"field": field, "operator": operator} | ({"value": value[0]} if value else {})


def both(*rules: object) -> dict[str, object]:
    return {"combinator": "and", "rules": list(rules)}


def faults_of(tree: object, path: str = "") -> list[tuple[str, str]]:
    with pytest.raises(RuleFaults) as raised:
        parse(tree, FIELDS, path=path)
    return [(fault.path, fault.message) for fault in raised.value.faults]


def test_an_and_of_nothing_is_true_for_everything() -> None:
    rule = parse(both(), FIELDS)
    assert rule.matches({}) is True
    assert rule.fields_used == frozenset()
    assert rule.tree == {"combinator": "and", "rules": []}


def test_an_or_of_nothing_is_a_fault() -> None:
    assert faults_of({"combinator": "or", "rules": []}) == [
        ("rules", "an or of nothing is never true: give it rules or remove it")
    ]


def test_a_lone_condition_needs_no_combinator_and_a_group_does() -> None:
    assert parse(condition("state", "=", "WY"), FIELDS).matches({"state": "WY"})
    assert faults_of({"rules": [condition("state", "=", "WY")]}) == [
        ("combinator", "is missing: write and, or or")
    ]


@pytest.mark.req("R003-174")
def test_not_negates_the_whole_group() -> None:
    rule = parse(both(condition("state", "=", "WY"), condition("credit", ">", 700)) | {"not": True}, FIELDS)
    assert rule.matches({"state": "WY", "credit": 701}) is False
    assert rule.matches({"state": "WY", "credit": 700}) is True
    assert rule.matches({}) is True


def test_all_faults_come_at_once_each_with_its_path() -> None:
    tree = {
        "combinator": "xor",
        "rules": [
            condition("stat", "=", "WY"),
            both(condition("state", "isin", ["WY"]), condition("state", ">", 3)),
            condition("credit", "between", [700]),
            condition("credit", "between", [700, 600]),
            condition("credit", "in", []),
            condition("credit", "=", "many"),
            condition("roof", "in", ["tile", "thatch"]),
            condition("owner", "=", "perhaps"),
            condition("moved_on", "<", "2026-02-30"),
            condition("received_at", "<", "2026-03-01T10:00:00"),
            condition("state", "matchesRegex", "(a"),
            condition("state", "=", 82301),
            condition("state", "=", " "),
            {"field": "state", "combinator": "and"},
            "and",
            {},
        ],
    }
    assert faults_of(tree, "campaigns[0].criteria") == [
        (f"campaigns[0].criteria.{path}", message)
        for path, message in [
            ("combinator", 'cannot be "xor": write and, or or'),
            ("rules[0].field", 'unknown field "stat", did you mean "state"?'),
            ("rules[1].rules[0].operator", 'unknown operator "isin", did you mean "in"?'),
            (
                "rules[1].rules[1].operator",
                "> does not fit State (text); fitting: " + ", ".join(OPERATORS_OF[FieldType.TEXT]),
            ),
            ("rules[2].value", "between takes two bounds, lowest first"),
            ("rules[3].value", "between takes the lowest bound first"),
            ("rules[4].value", "in takes a list like [1, 2]: give at least one value"),
            ("rules[5].value", 'Credit takes a number like 700 or 12.50, not "many"'),
            ("rules[6].value[1]", 'Roof Type has no choice "thatch": shingle, metal, tile'),
            ("rules[7].value", 'Owner takes true or false, not "perhaps"'),
            ("rules[8].value", 'Moved On takes a date like 2026-11-30, not "2026-02-30"'),
            (
                "rules[9].value",
                "Received At takes a time with its offset like 2026-11-30T08:00:00Z,"
                ' not "2026-03-01T10:00:00"',
            ),
            ("rules[10].value", "not a pattern: missing ): (a"),
            ("rules[11].value", "State takes text in quotes, not 82301"),
            (
                "rules[12].value",
                'give a value; whether there is one is for null ("Is Blank") and notNull ("Is Present")',
            ),
            ("rules[13]", "either a group (combinator, rules) or a condition (field, operator, value)"),
            (
                "rules[14]",
                "combinators between rules are not read: put the rules of one combinator in a group",
            ),
            ("rules[15]", "needs a field and an operator, or a combinator and rules"),
        ]
    ]


def test_unknown_keys_and_wrong_switches_are_faults() -> None:
    tree = {
        "combinator": "and",
        "not": "yes",
        "rule": [],
        "rules": [
            condition("state", "=", "WY") | {"mising": True, "missing": 1},
            condition("state", "null") | {"missing": False},
            condition("state", "notNull", "WY"),
            condition("state", "=", "city") | {"valueSource": "field"},
        ],
    }
    assert faults_of(tree) == [
        ("rule", 'unknown key, did you mean "rules"?'),
        ("not", 'takes true or false, not "yes"'),
        ("rules[0].mising", 'unknown key, did you mean "missing"?'),
        ("rules[0].missing", "takes true or false, not 1"),
        ("rules[1].missing", "null itself asks whether the value is missing"),
        ("rules[2].value", "notNull takes no value"),
        ("rules[3].valueSource", "fields are compared with values only"),
    ]


def nested(depth: int) -> dict[str, object]:
    tree = condition("state", "=", "WY")
    for _ in range(depth - 1):
        tree = both(tree)
    return tree


def test_groups_nest_thirty_two_deep_and_no_deeper() -> None:
    assert parse(nested(32), FIELDS).matches({"state": "WY"})
    assert [message for _, message in faults_of(nested(33))] == ["groups nested deeper than 32"]
    assert [message for _, message in faults_of(nested(5000))] == ["groups nested deeper than 32"]


def test_a_rule_has_a_thousand_nodes_and_no_more() -> None:
    assert parse(both(*[condition("state", "=", "WY")] * 999), FIELDS).matches({"state": "WY"})
    assert faults_of(both(*[condition("state", "=", "WY")] * 1000)) == [
        ("rules[999]", "more than 1000 conditions and groups")
    ]


def test_patterns_are_those_of_re2_short_and_few() -> None:
    assert faults_of(condition("state", "matchesRegex", "a" * 513)) == [
        ("value", "not a pattern: a pattern of more than 512 characters")
    ]
    assert [path for path, _ in faults_of(condition("state", "matchesRegex", r"(a)\1"))] == ["value"]
    assert faults_of(both(*[condition("state", "matchesRegex", "a")] * 11)) == [
        ("rules[10].value", "more than 10 patterns in one rule")
    ]


def test_lists_are_long_but_not_endless() -> None:
    zips = [f"{number:05}" for number in range(50_001)]
    assert parse(condition("state", "in", zips[:-1]), FIELDS).matches({"state": "49999"})
    assert faults_of(condition("state", "in", zips)) == [
        ("value", "more than 50000 values in the lists of one rule")
    ]


@pytest.mark.parametrize(("alias", "operator"), ALIASES.items())
def test_the_friendlier_names_are_read_and_written_back_as_given(alias: str, operator: Operator) -> None:
    field = "credit" if operator in OPERATORS_OF[FieldType.NUMBER] else "state"
    value = {Operator.BETWEEN: [1, 2], Operator.NOT_BETWEEN: [1, 2], Operator.NOT_IN: [1]}.get(operator, "1")
    given_value = () if operator in (Operator.NULL, Operator.NOT_NULL) else (value,)
    friendly = parse(condition(field, alias, *given_value), FIELDS)
    assert friendly == parse(condition(field, str(operator), *given_value), FIELDS)
    assert friendly.tree == condition(field, alias, *given_value)


def test_the_tree_is_json_in_one_order_without_what_a_screen_adds() -> None:
    tree = {
        "rules": [
            condition("budget", "between", (Decimal("1.50"), 2.5)) | {"id": "r1", "valueSource": "value"},
            condition("moved_on", "=", date(2026, 3, 1)),
            condition("received_at", ">", datetime(2026, 3, 1, tzinfo=UTC)) | {"missing": True},
        ],
        "not": False,
        "combinator": "OR",
        "id": "root",
    }
    rule = parse(tree, FIELDS)
    assert json.dumps(rule.tree) == json.dumps(
        {
            "combinator": "or",
            "rules": [
                {"field": "budget", "operator": "between", "value": ["1.50", 2.5]},
                {"field": "moved_on", "operator": "=", "value": "2026-03-01"},
                {"field": "received_at", "operator": ">", "value": "2026-03-01T00:00:00+00:00"}
                | {"missing": True},
            ],
        }
    )
    assert rule.fields_used == {"budget", "moved_on", "received_at"}


@pytest.mark.req("R003-172")
def test_every_operator_has_a_label_and_fits_a_type() -> None:
    assert [operator.label for operator in Operator if not operator.label] == []
    assert [operator for operator in Operator if not operator.types] == []
    assert {
        FieldType.NUMBER: [one.label_for(FieldType.NUMBER) for one in OPERATORS_OF[FieldType.NUMBER]]
    } == {
        FieldType.NUMBER: [
            *("Equal To", "Not Equal To", "Less Than", "At Most", "Greater Than", "At Least"),
            *("Within Range", "Not Within Range", "In List", "Not in List", "Is Blank", "Is Present"),
        ]
    }


def test_an_endless_number_is_refused_as_a_value_and_compared_as_a_fact() -> None:
    endless = 10**5000
    assert faults_of(condition("credit", "=", endless)) == [("value", "a number too large to compare")]
    assert faults_of(condition(endless, endless, endless))[0] == (
        "field",
        "unknown field a very large number",
    )
    rule = parse(condition("credit", ">", 700), FIELDS)
    assert rule.matches({"credit": endless}) is True
    assert rule.explain({"credit": endless}).verdict is True


keys = st.sampled_from(["combinator", "not", "rules", "field", "operator", "value", "missing", "id", "x"])
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*FIELDS, *Operator, *ALIASES, "and", "or", "\ud800", "a\0b"])
)
anything = st.recursive(
    leaves,
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(keys | st.text(max_size=3), parts, max_size=5)
    ),
    max_leaves=20,
)
nearly = st.fixed_dictionaries(
    {"field": st.sampled_from(sorted(FIELDS)), "operator": st.sampled_from(Operator), "value": anything}
)


@settings(max_examples=1000, deadline=None)
@given(anything | nearly | st.lists(nearly, max_size=3).map(lambda rules: both(*rules)), anything)
@example({"field": "state", "operator": "=", "value": "\ud800"}, "\ud800")
@example({"field": "state", "operator": "matchesRegex", "value": "."}, "\ud800")
def test_any_json_is_a_rule_or_faults_and_any_fact_gets_an_answer(tree: object, fact: object) -> None:
    try:
        rule = parse(tree, FIELDS)
    except RuleFaults:
        return
    lead = dict.fromkeys(FIELDS, fact)
    assert rule.matches(lead) is rule.explain(lead).verdict
    assert rule.sentence()
    json.dumps(rule.tree)
