"""What a condition says about a fact, by the words of DOMAIN.md."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from leadhouse.rules import NotInSqlError, Operator, parse
from tests.rules.rule_examples import FIELDS


def says(field: str, operator: str, value: object, fact: object, **more: object) -> bool:
    tree = {"field": field, "operator": operator, "value": value} | more
    return parse(tree, FIELDS).matches({field: fact})


NOTHING = (None, "", "  ", "\t\u00a0")


@pytest.mark.parametrize("fact", [*NOTHING, 7, ["WY"], {"a": 1}, True])
def test_a_blank_or_misshapen_text_is_missing(fact: object) -> None:
    assert says("state", "null", None, fact) is True
    assert says("state", "notNull", None, fact) is False
    for operator in ("=", "contains", "beginsWith", "endsWith", "matchesRegex"):
        assert says("state", operator, "WY", fact) is False
    for operator in ("!=", "doesNotContain", "doesNotBeginWith", "doesNotEndWith"):
        assert says("state", operator, "WY", fact) is True


@pytest.mark.parametrize("fact", [*NOTHING, "many", "1e3", "1,000", float("nan"), Decimal("inf"), True, [1]])
def test_a_missing_number_fails_what_is_positive_and_passes_what_is_negative(fact: object) -> None:
    for operator in ("=", "<", "<=", ">", ">="):
        assert says("credit", operator, 700, fact) is False
    assert says("credit", "in", [700], fact) is False
    assert says("credit", "between", [0, 999], fact) is False
    assert says("credit", "!=", 700, fact) is True
    assert says("credit", "notIn", [700], fact) is True
    assert says("credit", "notBetween", [0, 999], fact) is True


@pytest.mark.parametrize("missing", [True, False])
def test_a_condition_may_say_what_missing_means(missing: bool) -> None:
    for operator, value in (("=", "WY"), ("!=", "WY"), ("in", ["WY"]), ("notIn", ["WY"]), ("contains", "W")):
        assert says("state", operator, value, None, missing=missing) is missing
    for operator, value in (("<", 1), ("between", [0, 1]), ("notBetween", [0, 1])):
        assert says("credit", operator, value, "", missing=missing) is missing


def test_an_absent_field_is_missing() -> None:
    assert parse({"field": "state", "operator": "null"}, FIELDS).matches({"credit": 1}) is True


def test_texts_are_compared_trimmed_and_without_case() -> None:
    assert says("state", "=", " wy ", "WY\n") is True
    assert says("state", "in", ["co", "Wy"], "wY") is True
    assert says("state", "contains", "OMI", "Wyoming") is True
    assert says("state", "beginsWith", "wyo", " Wyoming") is True
    assert says("state", "endsWith", "ING", "Wyoming ") is True
    assert says("state", "=", "MÜNCHEN", "München") is True
    assert says("state", "=", "WYO", "Wyoming") is False
    assert says("state", "doesNotEndWith", "ing", "Wyoming") is False


def test_letters_whose_lower_case_is_longer_or_depends_on_the_place_stay_one_letter() -> None:
    assert says("state", "=", "İzmir", "İZMIR") is True
    assert says("state", "=", "izmir", "İzmir") is False
    assert says("state", "in", ["ΟΔΟΣ"], "οδοσ") is True
    assert says("state", "=", "strasse", "straße") is False


def test_patterns_search_without_case_and_never_wait() -> None:
    assert says("state", "matchesRegex", "^wy|co$", "WYOMING") is True
    assert says("state", "matchesRegex", "^y", "WYOMING") is False
    assert says("state", "matchesRegex", "(a+)+$", "a" * 100_000 + "b") is True
    assert says("state", "matchesRegex", "(a+)+$", "b" * 100_000) is False


@pytest.mark.parametrize("fact", [700, "700", " 700 ", "700.0", 700.0, Decimal("700.00")])
def test_a_number_is_a_number_however_it_came(fact: object) -> None:
    assert says("credit", "=", "700", fact) is True
    assert says("credit", "between", [700, 700], fact) is True
    assert says("credit", ">", 699.5, fact) is True
    assert says("credit", ">", 700, fact) is False


def test_a_tenth_is_a_tenth() -> None:
    assert says("budget", "=", "0.1", 0.1) is True
    assert says("budget", "=", 0.1, Decimal("0.1")) is True
    assert says("budget", "<", 0.3, 0.1 + 0.2) is False


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (True, True),
        (" Yes", True),
        ("1", True),
        (1, True),
        (False, False),
        ("NO", False),
        (0, False),
        (2, False),
    ],
)
def test_yes_and_no_come_in_many_words(fact: object, expected: bool) -> None:
    assert says("owner", "=", "yes", fact) is expected


def test_dates_are_days_and_instants_have_offsets() -> None:
    assert says("moved_on", "<", "2026-03-02", date(2026, 3, 1)) is True
    assert says("moved_on", "<", "2026-03-02", "2026-03-01") is True
    assert says("moved_on", "null", None, datetime(2026, 3, 1, tzinfo=UTC)) is True
    assert says("received_at", "=", "2026-03-01T10:00:00Z", "2026-03-01T05:00:00-05:00") is True
    assert says("received_at", "=", "2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)) is True
    assert says("received_at", "null", None, "2026-03-01T10:00:00") is True


def test_of_several_choices_each_counts() -> None:
    fact = ["Roofing", "solar", 7, " "]
    assert says("services", "contains", "SOLAR", fact) is True
    assert says("services", "contains", "sol", fact) is False
    assert says("services", "in", ["gutters", "solar"], fact) is True
    assert says("services", "notIn", ["gutters", "solar"], fact) is False
    assert says("services", "notIn", ["gutters"], fact) is True
    assert says("services", "contains", "roofing", "Roofing") is True
    assert says("services", "null", None, [" ", 7]) is True


def test_part_of_a_choice_need_not_be_a_choice() -> None:
    assert says("roof", "contains", "met", "Metal") is True


RULE = {
    "combinator": "and",
    "rules": [
        {"field": "state", "operator": "in", "value": ["WY", "CO"]},
        {
            "combinator": "or",
            "rules": [
                {"field": "credit", "operator": ">", "value": "700"},
                {
                    "combinator": "and",
                    "not": True,
                    "rules": [
                        {"field": "roof", "operator": "=", "value": "metal"},
                        {"field": "owner", "operator": "=", "value": False, "missing": True},
                    ],
                },
            ],
        },
    ],
}


@pytest.mark.req("R003-273")
def test_a_rule_says_itself_in_one_sentence() -> None:
    assert parse(RULE, FIELDS).sentence() == (
        "State is one of WY or CO and (Credit is more than 700 or"
        " not (Roof Type is metal and Owner is no (or is not given)))"
    )
    assert parse({"combinator": "and", "rules": []}, FIELDS).sentence() == "always"


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        (
            {"field": "budget", "operator": "between", "value": [100, "250.50"]},
            "Budget is between $100.00 and $250.50",
        ),
        ({"field": "budget", "operator": "<", "value": "1500.005"}, "Budget is less than 1500.005 USD"),
        ({"field": "budget", "operator": "in", "value": [5, 1500]}, "Budget is one of $5.00 or $1,500.00"),
        ({"field": "state", "operator": "is_blank"}, "State is not given"),
        ({"field": "state", "operator": "in", "value": ["WY"]}, "State is WY"),
        ({"field": "state", "operator": "notIn", "value": ["WY"]}, "State is not WY"),
        ({"field": "state", "operator": "in", "value": ["a, b", "c"]}, 'State is one of "a, b" or c'),
        (
            {"field": "state", "operator": "!=", "value": "WY", "missing": False},
            "State is not WY (and is given)",
        ),
        ({"field": "state", "operator": "matches_regex", "value": "^W"}, "State matches the pattern ^W"),
        ({"field": "credit", "operator": "=", "value": 7}, "Credit is 7"),
        ({"field": "services", "operator": "in", "value": ["a", "b"]}, "Services includes one of a or b"),
        ({"field": "services", "operator": "notIn", "value": ["a"]}, "Services does not include a"),
        (
            {"field": "moved_on", "operator": ">=", "value": "2026-11-05"},
            "Moved On is on or after Nov 5, 2026",
        ),
        (
            {"field": "received_at", "operator": "<", "value": "2026-11-30T08:00:00-07:00"},
            "Received At is before Nov 30, 2026, 08:00 UTC-07:00",
        ),
        (
            {"field": "credit", "operator": "notIn", "value": list(range(14))},
            "Credit is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 or 2 more",
        ),
    ],
)
def test_a_condition_reads_as_people_say_it(tree: Mapping[str, object], sentence: str) -> None:
    assert parse(tree, FIELDS).sentence() == sentence


@pytest.mark.parametrize(
    ("lead", "verdict", "deciding"),
    [
        ({"state": "CA", "credit": 710}, False, ["rules[0]"]),
        (
            {"state": "WY", "credit": 710, "roof": "tile"},
            True,
            ["rules[0]", "rules[1].rules[0]", "rules[1].rules[1].rules[0]"],
        ),
        (
            {"state": "WY", "credit": 1, "roof": "metal"},
            False,
            ["rules[1].rules[0]", "rules[1].rules[1].rules[0]", "rules[1].rules[1].rules[1]"],
        ),
    ],
)
def test_an_explanation_names_the_conditions_that_decided(
    lead: Mapping[str, object], verdict: bool, deciding: list[str]
) -> None:
    explanation = parse(RULE, FIELDS).explain(lead)
    assert explanation.verdict is verdict
    assert [part.path for part in explanation.deciding()] == deciding


def test_an_explanation_shows_every_condition_with_the_value_seen() -> None:
    explanation = parse(RULE, FIELDS).explain({"state": " wy", "credit": "many"})
    first, second = explanation.parts
    assert (first.sentence, first.seen, first.verdict, first.missing) == (
        "State is one of WY or CO",
        " wy",
        True,
        False,
    )
    credit, negated = second.parts
    assert (credit.sentence, credit.seen, credit.verdict, credit.missing) == (
        "Credit is more than 700",
        "many",
        False,
        True,
    )
    roof, owner = negated.parts
    assert (negated.verdict, roof.verdict, owner.verdict) == (True, False, True)
    assert (roof.seen, roof.missing, owner.seen, owner.missing) == (None, True, None, True)


def test_no_word_of_a_rule_becomes_source() -> None:
    evil = "'); import os; os._exit(1) #"
    rule = parse({"field": "state", "operator": "=", "value": evil}, FIELDS)
    assert rule.matches({"state": evil.upper()}) is True
    assert rule.matches({"state": "WY"}) is False


def test_a_pattern_or_a_field_without_a_column_is_not_asked_in_sql() -> None:
    pattern = parse({"field": "state", "operator": str(Operator.MATCHES_REGEX), "value": "a"}, FIELDS)
    with pytest.raises(NotInSqlError, match="matchesRegex cannot be asked in SQL"):
        pattern.to_sql({"state": "state"})
    with pytest.raises(NotInSqlError, match="no column holds credit"):
        parse({"field": "credit", "operator": "=", "value": 1}, FIELDS).to_sql({"state": "state"})
