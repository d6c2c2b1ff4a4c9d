"""People's names, for showing and for matching."""

import re
from unicodedata import category, normalize

from leadhouse.kit.text import clean

# Written small inside a name, never at its start: Juan de la Cruz.
_SMALL = "af al bin da das de del della den der di dos du e el la le ter van vom von y zu zum zur"
_PARTICLES = frozenset(_SMALL.split())
_ROMAN = frozenset(["II", "III", "IV", "VI", "VII", "VIII", "IX"])
_WORD = re.compile(r"[^\s-]+")
_ONE_LETTER_PREFIX = re.compile(r"^(\w)(['’])(\w.*)$")
_MC = re.compile(r"^mc(\w{2,})$")

# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_APOSTROPHES = re.compile("['’‘ʼʻ`´.]")
_SEPARATORS = re.compile(r"[\s\-‐‑–—_,]+")


def normal_name(text: str) -> str:
    """Return a name for display: trimmed, spaces collapsed, SHOUTED or small names capitalised.

    A name in mixed case is taken as its owner writes it (McDonald, O'Neil, van der Berg).
    """
    # Format characters (Cf) are invisible and can turn round the reading direction of a page.
    visible = "".join(" " if c in "\n\t" else c for c in clean(text) if category(c) != "Cf")
    name = " ".join(visible.split())
    if name not in (name.upper(), name.lower()):
        return name
    return _WORD.sub(lambda word: _capitalised(word.group().lower(), is_first=word.start() == 0), name)


def name_key(text: str) -> str:
    """Return a name for matching: case, accents, apostrophes and full stops gone, hyphens as spaces."""
    folded = normalize("NFKD", clean(text).casefold()).casefold().translate(_PLAIN)
    letters = "".join(c for c in folded if category(c) not in ("Mn", "Me", "Cc", "Cf"))
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", letters)).strip()


def _capitalised(word: str, *, is_first: bool) -> str:
    if word in _PARTICLES and not is_first:
        return word
    if word.upper() in _ROMAN and not is_first:
        return word.upper()
    if prefixed := _ONE_LETTER_PREFIX.match(word):
        return prefixed[1].upper() + prefixed[2] + prefixed[3].capitalize()
    if scottish := _MC.match(word):
        return "Mc" + scottish[1].capitalize()
    return word.capitalize()
