"""Parses what the other side answered, and finds values in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from leadhouse.outbound.wire.values import text_of


@dataclass(frozen=True, slots=True)
class Answer:
    """A parsed body: JSON, XML, or (when neither) its bare text."""

    json: object = None
    xml: Element | None = None
    text: str = ""
    is_readable: bool = False


def parse(body: bytes) -> Answer:
    """Parse a body by what it is, not by what its header says: buyers' headers are wrong too often."""
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    text = body.decode("utf-8", "replace")
    return _parse_xml(body, text) if text.startswith("<") else _parse_json(text)


def _parse_xml(body: bytes, text: str) -> Answer:
    try:
        # A DTD is refused: no buyer needs one to say ok, and entities can blow up.
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return Answer(text=text)
    # A page for people is somebody's gateway speaking, not the buyer's answer.
    return Answer(xml=root, text=text, is_readable=_local(root.tag).lower() != "html")


def _parse_json(text: str) -> Answer:
    try:
        return Answer(json=orjson.loads(text), text=text, is_readable=True)
    except orjson.JSONDecodeError:
        return Answer(text=text)


def find(answer: Answer, path: str) -> list[str]:
    """Return the texts at a path: dotted in JSON (results.0.status), slashed or dotted in XML (a/b/@c)."""
    return _in_xml(answer.xml, path) if answer.xml is not None else _in_json(answer.json, path)


def _in_json(value: object, path: str) -> list[str]:
    for name in path.removeprefix("$").strip(".").split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return []
    return [] if value is None or isinstance(value, Mapping) else [text_of(value)]


def _in_xml(root: Element, path: str) -> list[str]:
    """Walk from the root; the root's own name may stand first, namespaces do not matter, @name ends it."""
    names = [name for name in path.strip("./").replace("/", ".").split(".") if name]
    if names and _local(root.tag) == names[0]:
        names = names[1:]
    found = [root]
    for name in names:
        if name.startswith("@"):
            return [one.get(name[1:], "") for one in found if name[1:] in one.attrib]
        found = [child for one in found for child in one if _local(child.tag) == name]
    return ["".join(one.itertext()).strip() for one in found]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
