"""Two-letter country codes, and the names people write for them."""

from functools import cache
from importlib.resources import files

_OTHER_NAMES = {
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "america": "US",
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "russia": "RU",
    "south korea": "KR",
    "korea": "KR",
    "vietnam": "VN",
    "bosnia": "BA",
    "hong kong": "HK",
    "uae": "AE",
    "holland": "NL",
}


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of a country given as code or English name ("us", "Canada"), or None."""
    plain = " ".join(text.replace(".", "").casefold().split())
    return _codes().get(plain) if len(plain) <= 60 else None


@cache
def _codes() -> dict[str, str]:
    """Read the codes that ship with the time zones (package tzdata)."""
    listed = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = [line.split("\t") for line in listed.splitlines() if line and not line.startswith("#")]
    names = {name.split(" (")[0].replace(".", "").casefold(): code for code, name in rows}
    return {**names, **_OTHER_NAMES, **{code.casefold(): code for code, _ in rows}}
