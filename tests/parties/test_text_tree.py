"""Market texts are read safely: nothing repeated is lost, nothing endless is followed, no tag is obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.parties.export import to_json, to_yaml
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.text_tree import DEEPEST, read_json, read_yaml


def refused(read: object, text: str) -> list[str]:
    """Return the faults that make a text unreadable."""
    with pytest.raises(MarketFaults) as refusal:
        read(text)  # type: ignore[operator]
    return [str(fault) for fault in refusal.value.faults]


def test_yaml_words_numbers_and_texts_are_what_version_1_2_says() -> None:
    text = "a: NO\nb: 07001\nc: 12\nd: -1.5\ne: true\nf: ~\ng: 12:30\nh: 2026-11-22\ni: yes\n5: '12'\nj:\n"
    read = read_yaml(text)
    assert read.faults == []
    assert read.tree == {
        "a": "NO",
        "b": "07001",
        "c": 12,
        "d": -1.5,
        "e": True,
        "f": None,
        "g": "12:30",
        "h": "2026-11-22",
        "i": "yes",
        "5": "12",
        "j": None,
    }


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_yaml, "a:\n- b: 1\n  b: 2\n  c: 3\n"),
        (read_json, '{"a": [{"b": 1, "b": 2, "c": 3}]}'),
    ],
)
def test_a_key_given_twice_is_a_fault_at_its_place(read: object, text: str) -> None:
    found = read(text)  # type: ignore[operator]
    assert [str(fault) for fault in found.faults] == ["a[0].b: is given twice"]


def test_aliases_and_merges_are_read() -> None:
    read = read_yaml("base: &b {x: 1, y: 2}\none: {<<: *b, y: 3}\ntwo: *b\n")
    assert read.tree == {"base": {"x": 1, "y": 2}, "one": {"y": 3, "x": 1}, "two": {"x": 1, "y": 2}}
    assert read.faults == []


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert refused(read_yaml, "\n".join(lines)) == ["holds more than 4,000,000 values, aliases counted"]


def test_an_alias_of_itself_is_refused() -> None:
    assert refused(read_yaml, "a: &a [1, *a]\n") == ["a[1]: *a contains itself"]
    assert refused(read_yaml, "a: *b\n") == ["a: *b is not defined above"]


@pytest.mark.parametrize(("read", "opening"), [(read_yaml, "["), (read_json, "["), (read_json, '{"a":')])
def test_deep_nesting_is_refused(read: object, opening: str) -> None:
    (fault,) = refused(read, opening * 20_000)
    assert fault.endswith(f"nested deeper than {DEEPEST} levels") or "Expecting value" in fault


def test_tags_are_not_obeyed() -> None:
    read = read_yaml('a: !!python/object/apply:os.system ["true"]\n')
    assert [fault.path for fault in read.faults] == ["a"]
    assert read.tree == {"a": ["true"]}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": NaN}', "NaN is not a JSON value"),
        ('{"a" 1}', "line 1, column 6: Expecting ':' delimiter"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text: str, fault: str) -> None:
    assert refused(read_json, text) == [fault]


def test_what_no_database_could_keep_is_a_fault() -> None:
    read = read_json(
        '{"a": "x\\u0000", "b": "\\ud800", "c": 1e999, "d": 99999999999999999999999, "e": "ok\\n"}'
    )
    assert sorted(str(fault) for fault in read.faults) == [
        "a: has control characters: remove them",
        "b: has control characters: remove them",
        "c: is too large a number",
        "d: is too large a number",
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
WORDS = st.sampled_from(
    ["yes", "NO", "null", "~", "1e5", "0x1f", "07001", "12:30", "1_000", ".5", "<<", "=", "- a", "*a"]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | TEXTS
    | WORDS
    | st.decimals(-999, 999, places=2).map(float),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXTS | WORDS.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_is_written_is_read_again_equal(tree: dict[str, object]) -> None:
    assert read_yaml(to_yaml(tree)).tree == tree
    assert read_json(to_json(tree)).tree == tree
