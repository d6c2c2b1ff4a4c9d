"""Hides a person in what was sent about them: of a body only its names stay, and values known to be harmless.

A body holds what the lead said when it was sent, in an order and under names that an operator chose: what is
not known to be harmless is hidden, rather than the other way round.
"""

import re
from collections.abc import Callable, Mapping
from html import unescape
from urllib.parse import parse_qsl

import orjson

from leadhouse.deliver.channels.email import CATEGORIES
from leadhouse.parties.fields import CANONICAL

HIDDEN = "•••"
_AMOUNT = re.compile(r"\d{1,7}\.\d{2}")
# What a cut left without an end is text too.
_XML_TEXT = re.compile(r">([^<]+)(?=<|\Z)")
_XML_EXTRA = re.compile(r"<extra>.*?(?:</extra>|\Z)", re.DOTALL)
_LABELLED = re.compile(r"(\s*)([^:\n]{1,80}): (.*)")
_CONTENT_TYPE = re.compile(r"^content-type: *([\w/.+-]+)", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(r"^Subject: .*$", re.MULTILINE)
_LABELS = frozenset({key.replace("_", " ") for key in CANONICAL} | {"lead id", "price", "delivery"})
_HEADINGS = frozenset((*CATEGORIES, "Industry specific", "System"))

Harmless = Callable[[str], bool]


def harmless_among(values: frozenset[str]) -> Harmless:
    """Return what tells values that name nobody: these, amounts of money, and nothing else."""
    return lambda text: text in values or _AMOUNT.fullmatch(text) is not None


def veiled_body(head: str, body: str, is_harmless: Harmless) -> str:
    """Return a body with every value hidden that may be the person's own; `head` says how it is written."""
    found = _CONTENT_TYPE.search(head)
    veil = _VEILS.get(found.group(1).lower()) if found else _veiled_mail
    return veil(body, is_harmless) if veil and body else HIDDEN if body else ""


def veiled_head(head: str) -> str:
    """Return a head without a mail's subject, which an operator may have written of the person's words."""
    return _SUBJECT.sub(f"Subject: {HIDDEN}", head)


def _veiled_json(body: str, is_harmless: Harmless) -> str:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return HIDDEN
    return orjson.dumps(_veiled_value(said, is_harmless), option=orjson.OPT_INDENT_2).decode()


def _veiled_value(value: object, is_harmless: Harmless) -> object:
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if name == "extra" else _veiled_value(one, is_harmless)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_veiled_value(one, is_harmless) for one in value]
    if value is None or isinstance(value, bool) or is_harmless(str(value)):
        return value
    return HIDDEN


def _veiled_form(body: str, is_harmless: Harmless) -> str:
    return "\n".join(
        f"extra={HIDDEN}" if name.startswith("extra[") else f"{name}={_veiled_text(value, is_harmless)}"
        for name, value in parse_qsl(body, keep_blank_values=True)
    )


def _veiled_xml(body: str, is_harmless: Harmless) -> str:
    shown = _XML_EXTRA.sub(f"<extra>{HIDDEN}</extra>", body)
    return _XML_TEXT.sub(lambda found: f">{found[1] if is_harmless(unescape(found[1])) else HIDDEN}", shown)


def _veiled_mail(body: str, is_harmless: Harmless) -> str:
    """Return a mail's lines: those that our own layout labels with their values veiled, of others nothing."""
    return "\n".join(_veiled_line(line, is_harmless) for line in body.splitlines())


def _veiled_line(line: str, is_harmless: Harmless) -> str:
    found = _LABELLED.fullmatch(line)
    if found and found[2].lower() in _LABELS:
        return f"{found[1]}{found[2]}: {_veiled_text(found[3], is_harmless)}"
    return line if not line.strip() or line in _HEADINGS else HIDDEN


def _veiled_text(text: str, is_harmless: Harmless) -> str:
    return text if not text or is_harmless(text) else HIDDEN


_VEILS: Mapping[str, Callable[[str, Harmless], str]] = {
    "application/json": _veiled_json,
    "application/x-www-form-urlencoded": _veiled_form,
    "application/xml": _veiled_xml,
}
