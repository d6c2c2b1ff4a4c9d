"""One spelling for the many ways in which people write ZIP codes, states, counties and cities."""

import re
from functools import lru_cache
from unicodedata import category, normalize

# Longer than any place name; it keeps what the caches hold small, whatever is posted.
_LONGEST = 100

_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_DROPPED = re.compile(r"['’‘ʼ`´.]")

# Names are stored as their `_words`; the codes stand for themselves.
_NAMES_OF_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS",
    "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA",
    "michigan": "MI", "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT",
    "nebraska": "NE", "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM",
    "new york": "NY", "north carolina": "NC", "north dakota": "ND", "ohio": "OH", "oklahoma": "OK",
    "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI", "south carolina": "SC", "south dakota": "SD",
    "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA",
    "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
_STATES = _NAMES_OF_STATES | {
    "american samoa": "AS", "guam": "GU", "northern mariana islands": "MP", "puerto rico": "PR",
    "virgin islands": "VI", "marshall islands": "MH", "micronesia": "FM", "palau": "PW",
    "armed forces americas": "AA", "armed forces europe": "AE", "armed forces pacific": "AP",
}  # fmt: skip
_OTHER_NAMES = {
    "washington dc": "DC", "washington state": "WA", "state of washington": "WA", "hawai i": "HI",
    "us virgin islands": "VI", "commonwealth of the northern mariana islands": "MP",
    "cnmi": "MP", "saipan": "MP", "republic of the marshall islands": "MH",
    "federated states of micronesia": "FM", "republic of palau": "PW",
    "armed forces the americas": "AA", "armed forces africa": "AE", "armed forces canada": "AE",
    "armed forces middle east": "AE",
}  # fmt: skip
# The fifty states and DC by their postal codes, as people write them.
STATE_NAMES = {code: name.title().replace(" Of ", " of ") for name, code in _NAMES_OF_STATES.items()}
_CODES = {code.lower(): code for code in _STATES.values()}

_COUNTY_STARTS = ("city and borough of ", "county of ", "parish of ", "borough of ", "municipality of ")
_COUNTY_ENDS = (
    " city and borough", " consolidated municipality", " census area", " municipality", " municipio",
    " county", " parish", " borough", " cnty", " cty", " co",
)  # fmt: skip
_SAINTS = {"st": "saint", "ste": "sainte"}


def normal_zip(text: str) -> str | None:
    """Return the five digits of a ZIP or ZIP+4 ("82301-1234" is "82301"), or None if it is neither."""
    found = _ZIP.fullmatch(text.strip())
    return found[1] if found else None


# The United States and the territories that share their ZIP codes but have country codes of their own.
ZIP_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "UM"})


def plain_code(text: str) -> str:
    """Return a postal code of any country for matching: "m5v 2t6" and "M5V-2T6" are one."""
    return text.strip().upper().replace(" ", "").replace("-", "")


def state_code(text: str) -> str | None:
    """Return the postal code of a state, DC, a territory or a military region ("Wyoming", "wy", "US-WY")."""
    return _state_code(text) if len(text) <= _LONGEST else None


def county_key(text: str) -> str:
    """Return a county's name for matching inside its state: "St. Louis County" and "saint louis" are one.

    The kind of county, case, accents, punctuation and spaces ("De Kalb", "DeKalb") do not count; "city" does,
    since Baltimore City is not Baltimore County.
    """
    return _county_key(text[:_LONGEST])


def city_key(text: str) -> str:
    """Return a city's name for matching: case, accents, punctuation and spaces do not count, St is Saint."""
    return _city_key(text[:_LONGEST])


@lru_cache(maxsize=4_096)
def _state_code(text: str) -> str | None:
    words = _words(text)
    bare = words.removeprefix("us ") if len(words) == 5 else words
    return _CODES.get(bare) or _STATES.get(words) or _OTHER_NAMES.get(words)


@lru_cache(maxsize=16_384)
def _county_key(text: str) -> str:
    name = " ".join(_SAINTS.get(word, word) for word in _words(text).split())
    for start in _COUNTY_STARTS:
        name = name.removeprefix(start)
    if name.startswith("city of "):
        name = name.removeprefix("city of ") + " city"
    for end in _COUNTY_ENDS:
        if name.endswith(end):
            name = name.removesuffix(end)
            break
    return name.replace(" ", "")


@lru_cache(maxsize=16_384)
def _city_key(text: str) -> str:
    words = [
        {"ft": "fort", "mt": "mount"}.get(word, _SAINTS.get(word, word)) for word in _words(text).split()
    ]
    return "".join(words)


def _words(text: str) -> str:
    """Return plain small words of a-z and 0-9, one space between; apostrophes and full stops join."""
    plain = "".join(c for c in normalize("NFKD", text) if category(c) != "Mn").casefold()
    return _NOT_WORD.sub(" ", _DROPPED.sub("", plain.replace("&", " and "))).strip()
