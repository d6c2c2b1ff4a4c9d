"""Named statements are read from the file beside a module, and its faults are told clearly."""

from pathlib import Path

import pytest

from leadhouse.store.statements import StatementError, Statements


def statements(folder: Path, text: str) -> Statements:
    (folder / "queries.sql").write_text(text, "utf-8")
    return Statements(str(folder / "queries.py"))


def test_statements_are_found_by_name(tmp_path: Path) -> None:
    found = statements(
        tmp_path,
        "-- Our statements.\n\n-- name: claim\n-- Take one.\nSELECT 1;\n\n"
        "-- name: count_all\n-- Count.\n-- More of why.\nSELECT count(*)\nFROM thing;\n",
    )
    assert dict(found) == {"claim": "SELECT 1", "count_all": "-- More of why.\nSELECT count(*)\nFROM thing"}


def test_what_statements_share_stands_in_each_that_uses_it(tmp_path: Path) -> None:
    found = statements(
        tmp_path,
        "-- shared: recent\n-- Of late.\n  AND at > 1\n  AND at < 9;\n\n"
        "-- name: one\n-- One.\nSELECT 1 FROM a WHERE TRUE\n  -- use: recent\nLIMIT 1;\n\n"
        "-- name: two\n-- Two.\nSELECT 2 FROM b WHERE x\n  -- use: recent\n",
    )
    assert dict(found) == {
        "one": "SELECT 1 FROM a WHERE TRUE\nAND at > 1\n  AND at < 9\nLIMIT 1",
        "two": "SELECT 2 FROM b WHERE x\nAND at > 1\n  AND at < 9",
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("-- shared: a\n-- x\n1;\n-- name: a\n-- x\nSELECT 1;", "two statements are named 'a'"),
        ("-- name: a\n-- x\nSELECT 1\n-- use: b\n", "'a' uses 'b', which nothing is shared under"),
        ("-- name: a\n-- x\nSELECT 1;\n-- name: a\n-- x\nSELECT 2;", "two statements are named 'a'"),
        ("-- name: a\nSELECT 1;", "'a' needs one line of purpose"),
        ("-- name: a\n-- x\n", "'a' has no statement"),
        ("-- name: A b\n-- x\nSELECT 1;", "'A b' is not a name"),
        ("-- name:\n-- x\nSELECT 1;", "'' is not a name"),
        ("SELECT 1;\n-- name: a\n-- x\nSELECT 1;", "a statement stands before the first"),
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(StatementError, match=fault):
        statements(tmp_path, text)


def test_a_missing_name_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match=r"queries\.sql: no statement is named 'gone'"):
        statements(tmp_path, "-- name: a\n-- x\nSELECT 1;")["gone"]
