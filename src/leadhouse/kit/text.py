"""Text made harmless: for storing, for spreadsheets, for showing without giving away; lists in words."""

import re
from collections.abc import Sequence
from unicodedata import normalize

# All control characters but tab and newline, and the surrogates that no UTF-8 can carry.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?")

# OWASP ASVS 1.2.10 and its full-width and small variants, which some spreadsheets read as the plain sign.
_FORMULA_STARTS = frozenset("=+-@\t\r\n\x00＝＋－＠﹦﹢﹣﹫")
# What spreadsheets and CSV readers may skip in front of a formula.
_SKIPPED = " \t\r\n\x0b\x0c\x00\xa0\u200b\u2060\u3000\ufeff"
_NEGATIVE_NUMBER = re.compile(r"-[0-9]{1,15}(\.[0-9]{1,15})?")
_LONGEST_LIST = 12


def clean(text: str) -> str:
    """Return the text as it can be stored: NFC, no NUL, control characters or lone surrogates."""
    return normalize("NFC", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))


def defuse_cell(text: str) -> str:
    """Return the text with a leading apostrophe if a spreadsheet could run it; -12.5 stays a number."""
    if text[:1] not in _FORMULA_STARTS and text.lstrip(_SKIPPED)[:1] not in _FORMULA_STARTS:
        return text
    return text if not text or _NEGATIVE_NUMBER.fullmatch(text) else f"'{text}"


def masked_email(text: str) -> str:
    """Return an address with all but the first letter before the @ hidden: j***@example.com."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def masked_phone(text: str) -> str:
    """Return a phone number with all but its last four digits hidden: ***5560."""
    digits = [character for character in text if character.isdecimal()]
    return "***" + ("".join(digits[-4:]) if len(digits) >= 7 else "")


def listed(words: Sequence[str], joined: str = "or") -> str:
    """Return "A, B or C"; of a long list its beginning and how many more there are."""
    told = [*words[:_LONGEST_LIST]]
    if len(words) > len(told):
        told.append(f"{len(words) - len(told)} more")
    *first, last = told
    return f"{', '.join(first)} {joined} {last}" if first else last
