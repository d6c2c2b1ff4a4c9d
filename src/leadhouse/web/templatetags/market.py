"""What the templates of the market's pages say: how forms act, how values and places are written."""

import re
from collections.abc import Mapping

import orjson
from django import template
from django.utils.safestring import SafeString, mark_safe

from leadhouse.parties.fields import Catalogue, catalogue_of
from leadhouse.parties.rule_words import is_rule, rule_words

register = template.Library()
_ENTRY = re.compile(r"^(companies\[[^\]]*\]\.)?(companies|campaigns|sources|products)\[[^\]]*\]\.")
_LONGEST, _LONGEST_RULE = 80, 600
_MOST_ROWS = 12


@register.simple_tag
def acts(when: str = "") -> SafeString:
    """Have a button, or a field when it is changed, draw the form anew instead of checking it."""
    # A button carries its own `_do`; a field that decides what else there is only has the form drawn again.
    # Not by `change` itself: whoever chooses by typing has more letters to come; market.js says when.
    values = """hx-vals='{"_do": "refresh:"}' hx-trigger="redraw" """ if when else ""
    swap = 'hx-post="" hx-target="#editor" hx-select="#editor" hx-swap="morph:outerHTML"'
    return mark_safe(f"{swap} {values}data-acts")  # noqa: S308 - nothing in it was ever typed by anybody


@register.filter
def said(value: object, fields: Catalogue | None = None) -> str:
    """Write a value of the market file shortly, rules as sentences about these fields."""
    if value is None:
        return "(absent)"
    if is_rule(value):
        return _cut(_words(value, fields or catalogue_of()), _LONGEST_RULE)
    return _cut(_words(value, fields or catalogue_of()), _LONGEST)


register.filter("is_rule", is_rule)


def _words(value: object, fields: Catalogue) -> str:
    if is_rule(value) and (sentence := rule_words(value, fields)):
        return sentence
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(one, fields)}" for key, one in value.items()) or "(empty)"
    if isinstance(value, list | tuple):
        between = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        return between.join(_words(one, fields) for one in value) or "(none)"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


@register.filter
def after_entry(path: str) -> str:
    """Return the part of a place that lies in its entry."""
    return _ENTRY.sub("", path)


@register.filter
def at(mapping: Mapping[str, object], key: str) -> object:
    """Return what stands under a key, None for nothing."""
    return mapping.get(key)


@register.filter
def minus(number: int, by: int) -> int:
    """Subtract."""
    return number - by


@register.filter
def rows_of(text: object) -> int:
    """Return how many lines a box needs for a text."""
    lines = str(text or "").split("\n")
    return max(1, min(_MOST_ROWS, sum(1 + len(line) // 90 for line in lines)))
