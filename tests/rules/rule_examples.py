"""The fields that these tests speak about, and every rule and lead that Hypothesis may make of them."""

from functools import partial

from hypothesis import strategies as st

from leadhouse.rules import OPERATORS_OF, Field, FieldType, Operator
from tests.rules.rule_reference import read

FIELDS = {
    field.key: field
    for field in (
        Field("state", FieldType.TEXT, "State"),
        Field("credit", FieldType.NUMBER, "Credit"),
        Field("budget", FieldType.MONEY, "Budget", unit="USD"),
        Field("roof", FieldType.CHOICE, "Roof Type", choices=("shingle", "metal", "tile")),
        Field("services", FieldType.MULTICHOICE, "Services"),
        Field("owner", FieldType.BOOLEAN, "Owner"),
        Field("moved_on", FieldType.DATE, "Moved On"),
        Field("received_at", FieldType.DATETIME, "Received At"),
    )
}
TYPES = {key: str(field.type) for key, field in FIELDS.items()}

# Few words, so that facts and values meet; letters whose lower case is special somewhere.
WORDS = (
    "WY",
    "wy",
    "wyoming",
    "Co",
    "ß",
    "ẞ",
    "İ",
    "I",
    "ı",
    "K",
    "K",
    "Σ",
    "ς",
    "É",
    "é",
    "Ⱥ",
    "Ǆ",
    "100%",
    "a'b",
)
SPACES = ("", " ", "\t", "\u00a0", "\u2003", "\x1f")

words = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4
)
texts = st.builds(
    lambda before, word, after: before + word + after, st.sampled_from(SPACES), words, st.sampled_from(SPACES)
)
amounts = (
    st.integers(-3, 3)
    | st.sampled_from([0.1, 0.5, -0.5, 1.0, 2.5, 1e22, 10**29, "0.1", " 2 ", "+3", "-0.50", 1e-300])
    | st.floats(-1e29, 1e29)
)
days = st.sampled_from(["2026-03-01", " 2024-02-29", "0001-01-01", "9999-12-31"])
moments = st.sampled_from(
    [
        "2026-03-01T10:00:00Z",
        "2026-03-01 05:00:00-05:00",
        "2026-03-01T10:00+00:00",
        "2026-03-01T10:00:00.000001Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ]
)
answers = st.sampled_from([True, False, "yes", "No", " TRUE ", "0", 1, 0, 1.0])
# Each of these some reader somewhere takes for a number, a day or a moment; here they are missing.
WRONG = (
    *("1e3", "１", "0x10", "1_000", "NaN", "infinity", "2026-3-1", "2026-02-30", "0000-01-01", "today"),
    *(
        "2026-03-01T10:00:00",
        "2026-03-01T24:00:00Z",
        "2026-02-30T10:00:00Z",
        "2026-03-01T10:00:60Z",
        2,
        1e300,
    ),
)
anything = st.none() | answers | amounts | texts | days | moments | st.sampled_from(WRONG)

facts = st.fixed_dictionaries(
    {},
    optional={
        "state": texts | anything,
        "credit": amounts | anything,
        "budget": amounts | anything,
        "roof": texts | st.sampled_from(["Metal", "tile "]) | anything,
        "services": st.lists(texts | anything, max_size=3) | st.just({"a": 1}) | anything,
        "owner": answers | anything,
        "moved_on": days | anything,
        "received_at": moments | anything,
    },
)

_VALUES: dict[str, st.SearchStrategy[object]] = {
    "state": texts.filter(str.strip),
    "credit": amounts,
    "budget": amounts,
    "roof": st.sampled_from(["shingle", "METAL", " tile"]),
    "services": texts.filter(str.strip),
    "owner": answers,
    "moved_on": days,
    "received_at": moments,
}


def _ranges(key: str) -> st.SearchStrategy[list[object]]:
    return st.lists(_VALUES[key], min_size=2, max_size=2).map(
        lambda ends: sorted(ends, key=partial(read, TYPES[key]))
    )


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, object]:
    key = draw(st.sampled_from(sorted(FIELDS)))
    operators = [one for one in OPERATORS_OF[FIELDS[key].type] if one is not Operator.MATCHES_REGEX]
    operator = draw(st.sampled_from(operators))
    condition: dict[str, object] = {"field": key, "operator": str(operator)}
    if operator in (Operator.NULL, Operator.NOT_NULL):
        return condition
    if operator in (Operator.IN, Operator.NOT_IN):
        condition["value"] = draw(st.lists(_VALUES[key], min_size=1, max_size=3))
    elif operator in (Operator.BETWEEN, Operator.NOT_BETWEEN):
        condition["value"] = draw(_ranges(key))
    else:
        condition["value"] = draw(_VALUES[key])
    return condition | draw(st.sampled_from([{}, {}, {"missing": True}, {"missing": False}]))


def _groups(parts: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {"combinator": st.sampled_from(["and", "or"]), "rules": st.lists(parts, min_size=1, max_size=3)},
        optional={"not": st.booleans()},
    )


trees = st.recursive(conditions(), _groups, max_leaves=8)
