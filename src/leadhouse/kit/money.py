"""Money as integer minor units: reading it, writing it, taking a share of it."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]+)(?:\.(?P<fraction>[0-9]+))?")
# A ledger column is a signed 64-bit integer; 15 digits leave room for sums of thousands of such amounts.
_MOST_DIGITS = 15
# Wide enough that a product of two amounts is exact, so that the only rounding is the last one.
_EXACT = Context(prec=80)

# ISO 4217: the currencies whose minor unit is not a hundredth.
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_WITH_FOUR = "CLF UYW"
_EXPONENTS = {
    **dict.fromkeys(_WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(_WITH_THREE.split(), 3),
    **dict.fromkeys(_WITH_FOUR.split(), 4),
}
_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CAD": "CA$",
    "AUD": "A$",
    "MXN": "MX$",
    "INR": "₹",
}


def is_currency(text: str) -> bool:
    """Return whether a text is written like an ISO 4217 code."""
    return _CURRENCY.fullmatch(text) is not None


def exponent(currency: str) -> int:
    """Return how many decimals the currency has (USD 2, JPY 0); ValueError for what is no ISO 4217 code."""
    if not _CURRENCY.fullmatch(currency):
        raise ValueError(f"{currency!r} is not a currency: give three capital letters such as USD")
    return _EXPONENTS.get(currency, 2)


def to_minor(text: str, currency: str = "USD") -> int:
    """Read decimal text such as "12.50" as minor units; ValueError says what is wrong with it."""
    decimals = exponent(currency)
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text[:40]!r} is not an amount of money: write it like 12.50")
    fraction = found["fraction"] or ""
    if len(fraction) > decimals:
        raise ValueError(f"{text[:40]!r} has more decimals than {currency} allows ({decimals})")
    digits = (found["whole"] + fraction.ljust(decimals, "0")).lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"{text[:40]!r} is too large an amount of money")
    return -int(digits) if found["sign"] == "-" else int(digits)


def to_text(minor: int, currency: str = "USD") -> str:
    """Write minor units as decimal text: 1250 is "12.50"."""
    return _written(minor, currency, grouped=False)


def display(minor: int, currency: str = "USD") -> str:
    """Write minor units for people: 922000 is "$9,220.00"; a currency without a symbol gets its code."""
    sign = "-" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{_written(abs(minor), currency, grouped=True)}"


def share_of(minor: int, percent: Decimal) -> int:
    """Return `percent` (0..100) of an amount in minor units, rounded once, half to even."""
    if not percent.is_finite():
        raise ValueError(f"{percent} is not a percentage")
    share = _EXACT.multiply(Decimal(minor), percent).scaleb(-2, _EXACT)
    return int(share.to_integral_value(ROUND_HALF_EVEN, _EXACT))


def _written(minor: int, currency: str, *, grouped: bool) -> str:
    decimals = exponent(currency)
    sign = "-" if minor < 0 else ""
    whole, fraction = divmod(abs(minor), 10**decimals)
    units = f"{whole:,}" if grouped else str(whole)
    return f"{sign}{units}.{fraction:0{decimals}d}" if decimals else f"{sign}{units}"
