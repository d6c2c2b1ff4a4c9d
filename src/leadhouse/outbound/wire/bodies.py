"""Encodes a flat object as JSON, a form or XML; whatever a lead says stays data in each of them."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from leadhouse.outbound.wire.values import text_of

CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "xml": "application/xml",
}
# NCName without the letters beyond ASCII, which old readers stumble over.
_ELEMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def encode(content: Mapping[str, object], form: str) -> bytes:
    """Return the body in `form`: json | form | xml."""
    if form == "json":
        return _json(content)
    return _form(content) if form == "form" else _xml(content)


def _json(content: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(dict(content))
    except TypeError:
        # Lone surrogates and integers beyond 64 bits, which no reader could take as they are.
        return orjson.dumps(_harmless(content))


def _harmless(value: object) -> object:
    if isinstance(value, Mapping):
        return {_SURROGATES.sub("\ufffd", str(name)): _harmless(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(part) for part in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    return _SURROGATES.sub("\ufffd", str(value))


def _form(content: Mapping[str, object]) -> bytes:
    pairs = []
    for name, value in content.items():
        if isinstance(value, Mapping):
            pairs += [(f"{name}[{part}]", text_of(one)) for part, one in value.items()]
        else:
            pairs.append((name, text_of(value)))
    return urlencode(pairs, encoding="utf-8", errors="replace").encode()


def _xml(content: Mapping[str, object]) -> bytes:
    root = Element("lead")
    _fill(root, content)
    return b'<?xml version="1.0" encoding="utf-8"?>' + tostring(root, "unicode").encode()


def _fill(parent: Element, content: Mapping[str, object]) -> None:
    for name, value in content.items():
        child = _child(parent, name)
        if isinstance(value, Mapping):
            _fill(child, value)
        else:
            child.text = _NOT_XML.sub("", text_of(value))


def _child(parent: Element, name: str) -> Element:
    """Add an element of this name; a name that XML cannot have becomes <field name="…">."""
    if _ELEMENT_NAME.fullmatch(name) and not name.lower().startswith("xml"):
        return SubElement(parent, name)
    return SubElement(parent, "field", {"name": _NOT_XML.sub("", name)})
