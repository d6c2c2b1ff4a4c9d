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


@pytest.mark.parametrize(
    ("text", "fault"),
    [
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
