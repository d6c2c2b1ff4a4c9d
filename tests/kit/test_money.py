"""Money is read, written and shared without losing or making a cent."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.money import display, share_of, to_minor, to_text

amounts = st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        (" 0.01 ", "USD", 1),
        ("-3.10", "USD", -310),
        ("+3", "USD", 300),
        ("-0.00", "USD", 0),
        ("000012.00", "USD", 1200),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
    ],
)
def test_decimal_text_is_read_as_minor_units(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "NaN",
        "Infinity",
        "1e3",
        "1E-2",
        "1,000.00",
        "$5",
        "5.",
        ".5",
        "--5",
        "1 000",
        "0x10",
        "١٢",
        "1_000",
    ],
)
def test_garbage_is_refused_as_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an amount of money: write it like 12\.50"):
        to_minor(text)


@pytest.mark.parametrize(
    ("text", "currency"), [("1.005", "USD"), ("1.000", "USD"), ("1.5", "JPY"), ("1.2345", "KWD")]
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"has more decimals than {currency} allows"):
        to_minor(text, currency)


def test_amounts_beyond_the_ledger_are_refused() -> None:
    assert to_minor("9999999999999.99") == 10**15 - 1
    with pytest.raises(ValueError, match="too large"):
        to_minor("10000000000000.00")


@pytest.mark.parametrize("currency", ["", "usd", "DOLLAR", "US", "U$D"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="is not a currency"):
        to_minor("1", currency)


@given(st.text())
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(to_minor(text), int)


@given(amounts, st.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    assert to_minor(to_text(minor, currency), currency) == minor


def test_amounts_are_written_with_their_currencys_decimals() -> None:
    assert to_text(1250) == "12.50"
    assert to_text(-5) == "-0.05"
    assert to_text(0) == "0.00"
    assert to_text(500, "JPY") == "500"


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (922_000, "USD", "$9,220.00"),
        (-5, "USD", "-$0.05"),
        (1_234_567, "JPY", "¥1,234,567"),
        (100, "EUR", "€1.00"),
        (100, "CHF", "CHF 1.00"),
    ],
)
def test_amounts_are_shown_with_symbol_and_groups(minor: int, currency: str, shown: str) -> None:
    assert display(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "percent", "share"),
    [
        (1000, "60", 600),
        (5, "50", 2),
        (15, "50", 8),
        (-5, "50", -2),
        (1, "49.999", 0),
        (1, "50.001", 1),
        (333, "0", 0),
    ],
)
def test_a_share_is_rounded_once_half_to_even(minor: int, percent: str, share: int) -> None:
    assert share_of(minor, Decimal(percent)) == share


@given(amounts, st.decimals(min_value=0, max_value=100, places=4))
def test_a_share_is_the_exact_product_rounded(minor: int, percent: Decimal) -> None:
    assert share_of(minor, percent) == round(Fraction(minor) * Fraction(percent) / 100)


@pytest.mark.parametrize("percent", ["NaN", "Infinity", "sNaN"])
def test_a_share_by_no_number_is_refused(percent: str) -> None:
    with pytest.raises(ValueError, match="is not a percentage"):
        share_of(100, Decimal(percent))
