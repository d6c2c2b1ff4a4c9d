"""Text from outside can be stored, opened in a spreadsheet and shown without harm."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.text import clean, defuse_cell, masked_email, masked_phone

any_text = st.text(alphabet=st.characters())
formula_like = st.text(alphabet="=+-@\t\r\n\x00＝＋－＠ '\"1.a", max_size=12)
FORMULA_STARTS = "=+-@\t\r\n\x00＝＋－＠"


def test_cleaning_takes_out_what_cannot_be_stored_and_nothing_else() -> None:
    assert clean("a\x00b\x07c\ud800d\x85e\x7f") == "abcde"
    assert clean("one\r\ntwo\rthree\tfour\n") == "one\ntwo\nthree\tfour\n"
    assert clean("e\u0301") == "\u00e9"
    assert clean("Zoë 🏠 \u200d") == "Zoë 🏠 \u200d"


@given(any_text)
def test_clean_text_is_storable_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") or c in "\t\n" for c in cleaned)
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+13023215560",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        " =1",
        "\ufeff=1",
        "-",
        "-1-1",
        "\x00=1",
    ],
)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe(text: str) -> None:
    assert defuse_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Rawlins", "-12.5", "-3", "12.50", "a=1", "'=1", " a", "O'Neil", "50%"])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert defuse_cell(text) == text


@given(st.one_of(any_text, formula_like))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = defuse_cell(text)
    assert cell in (text, f"'{text}")
    assert cell[:1] not in tuple(FORMULA_STARTS) or float(cell) < 0 or float(cell) == 0


@given(st.lists(st.one_of(st.text(), formula_like), min_size=1, max_size=4))
def test_defused_cells_survive_a_round_trip_through_csv(texts: list[str]) -> None:
    cells = [defuse_cell(clean(text)) for text in texts]
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow(cells)
    file.seek(0)
    assert list(csv.reader(file)) == [cells]


def test_masks_give_away_no_more_than_is_needed_to_recognise() -> None:
    assert masked_email("john.doe@example.com") == "j***@example.com"
    assert masked_email("not an address") == "***"
    assert masked_phone("+13023215560") == "***5560"
    assert masked_phone("(302) 321-5560") == "***5560"
    assert masked_phone("5560") == "***"


@given(any_text)
def test_no_text_breaks_a_mask(text: str) -> None:
    assert "***" in masked_email(text)
    assert masked_phone(text).startswith("***")
