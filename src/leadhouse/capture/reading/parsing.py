"""The values in a post: JSON, form-encoded or XML bytes read with limits, refused with a reason."""

import codecs
from collections.abc import Iterable, Mapping
from email.message import Message
from functools import lru_cache
from io import BytesIO
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError

import orjson
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from leadhouse.capture.types import Code, CreatedBy, Refusal

MOST_BYTES = 256 * 1024
MOST_FIELDS = 500
MOST_VALUES = 5_000
MOST_DEPTH = 64
# Python's reader of header parameters takes seconds for 60,000 characters.
LONGEST_CONTENT_TYPE = 200

_CHARSETS = frozenset(
    {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16", "utf-16-le", "utf-16-be"}
)
_FORM = "application/x-www-form-urlencoded"
_KNOWN = f"application/json, {_FORM}, application/xml or text/xml"


class Several(tuple[str, ...]):
    """The values of a form field or XML element that was given more than once; the last one counts."""

    __slots__ = ()


def parse(body: bytes, content_type: str) -> dict[str, object]:
    """Return the posted values by name; Refusal says what is wrong with the body or its type."""
    kind, charset = media_type(content_type)
    if len(body) > MOST_BYTES:
        raise too_large(MOST_BYTES)
    if _is_json(kind):
        return parse_json(
            body if charset == "utf-8" else _decoded(body, charset, Code.MALFORMED_JSON).encode()
        )
    if kind == _FORM:
        return parse_form(body, charset)
    if _is_xml(kind):
        return parse_xml(body if charset is None else _decoded(body, charset, Code.MALFORMED_XML))
    raise Refusal(
        415, Code.UNSUPPORTED_MEDIA_TYPE, f"Content-Type {kind[:80]!r} is not read here: post {_KNOWN}"
    )


def created_by(content_type: str) -> CreatedBy:
    """Return how a lead of this content type came in."""
    is_form = content_type.partition(";")[0].strip().lower() == _FORM
    return CreatedBy.FORM if is_form else CreatedBy.API


def too_large(most: int) -> Refusal:
    """Return the refusal of a body of more than `most` bytes."""
    return Refusal(
        413, Code.TOO_LARGE, f"The body is larger than {most // 1024} KiB: post fewer or shorter values"
    )


@lru_cache(maxsize=256)
def media_type(content_type: str) -> tuple[str, str | None]:
    """Return the media type in small letters, and the charset's Python name: None for XML that names none."""
    if len(content_type) > LONGEST_CONTENT_TYPE:
        reason = f"Content-Type is longer than {LONGEST_CONTENT_TYPE} characters: post {_KNOWN}"
        raise Refusal(415, Code.UNSUPPORTED_MEDIA_TYPE, reason)
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    if not content_type.strip():
        raise Refusal(
            415, Code.UNSUPPORTED_MEDIA_TYPE, f"Content-Type is missing: say what you post ({_KNOWN})"
        )
    kind = content_type.partition(";")[0].strip().lower()
    named = message.get_param("charset")
    if not isinstance(named, str):
        return kind, None if _is_xml(kind) else "utf-8"
    return kind, _charset(named)


def parse_json(body: bytes) -> dict[str, object]:
    """Read a JSON object; NaN, lone surrogates and deep nesting are refused, of equal keys the last wins."""
    try:
        values = orjson.loads(body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as fault:
        if "depth" in str(fault):
            raise too_deep() from None
        raise Refusal(400, Code.MALFORMED_JSON, f"The body is not JSON: {fault}") from None
    if not isinstance(values, dict):
        raise Refusal(400, Code.MALFORMED_JSON, 'The body must be one JSON object, like {"email": "…"}')
    return _bounded(values)


def parse_form(body: bytes, charset: str | None = "utf-8") -> dict[str, object]:
    """Read form-encoded pairs; a name given several times keeps all its values, the last one counts."""
    try:
        pairs = parse_qsl(
            body.decode("ascii" if charset and charset.startswith("utf-16") else charset or "utf-8"),
            keep_blank_values=True,
            encoding=charset or "utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeError:
        raise Refusal(400, Code.MALFORMED_FORM, f"The form is not {charset} text: name its charset") from None
    except ValueError:
        raise too_many_fields() from None
    if not any(name for name, _ in pairs):
        raise Refusal(400, Code.MALFORMED_FORM, "The form has no fields: post name=value pairs joined by &")
    return _gathered(pairs)


def parse_xml(body: bytes | str) -> dict[str, object]:
    """Read <lead><email>…</email>…</lead>; no DTD, no entities.

    Elements inside elements become nested values.
    """
    reader = _LeadReader()
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        for part in _parts(body):
            parser.feed(part)
        parser.close()
    except DefusedXmlException:
        raise Refusal(
            400, Code.MALFORMED_XML, "XML with a DTD or entities is not read: leave them out"
        ) from None
    except (ParseError, ValueError, LookupError, UnicodeError) as fault:
        raise Refusal(400, Code.MALFORMED_XML, f"The body is not XML: {fault}") from None
    return _bounded(reader.values())


def too_deep() -> Refusal:
    """Return the refusal of values nested too deeply."""
    return Refusal(400, Code.TOO_DEEP, f"The values are nested more than {MOST_DEPTH} deep: post flat fields")


def too_many_fields() -> Refusal:
    """Return the refusal of too many fields."""
    return Refusal(
        400, Code.TOO_MANY_FIELDS, f"More than {MOST_FIELDS} fields: post those that belong to the lead"
    )


class _LeadReader:
    """Collects the elements under the root as values, without building a tree."""

    def __init__(self) -> None:
        self._open: list[tuple[str, list[tuple[str, object]], list[str]]] = []
        self._root: list[tuple[str, object]] = []
        self._count = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MOST_DEPTH:
            raise too_deep()
        if self._count > MOST_VALUES:
            raise too_many_fields()
        self._open.append((tag.rpartition("}")[2], [], []))

    def data(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _tag: str) -> None:
        tag, inside, texts = self._open.pop()
        if not self._open:
            self._root = [(f"<{tag}>", None), *inside]
            return
        self._open[-1][1].append((tag, _gathered(inside) if inside else "".join(texts)))

    def close(self) -> None:
        return None

    def values(self) -> dict[str, object]:
        if not self._root or self._root[0][0] != "<lead>":
            raise Refusal(400, Code.MALFORMED_XML, "The outermost element must be <lead>")
        return _gathered(self._root[1:])


def _gathered(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, list[object]] = {}
    for name, value in pairs:
        if name:
            values.setdefault(name, []).append(value)
    return {name: _together(given) for name, given in values.items()}


def _together(given: list[object]) -> object:
    texts = [value for value in given if isinstance(value, str)]
    return Several(texts) if 1 < len(texts) == len(given) else given[-1]


def _parts(body: bytes | str) -> list[bytes] | list[str]:
    """Cut a body so that a limit in the reader is met long before all of it has been read."""
    size = 16_384
    if isinstance(body, str):
        return [body[at : at + size] for at in range(0, len(body), size)]
    stream = BytesIO(body)
    return list(iter(lambda: stream.read(size), b""))


def _bounded(values: dict[str, object]) -> dict[str, object]:
    level: list[object] = list(values.values())
    count, depth = len(level), 1
    if count > MOST_FIELDS:
        raise too_many_fields()
    while level:
        if count > MOST_VALUES:
            raise too_many_fields()
        if depth > MOST_DEPTH:
            raise too_deep()
        level = [inner for one in level for inner in _inside(one)]
        count, depth = count + len(level), depth + 1
    return values


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _charset(named: str) -> str:
    try:
        name = codecs.lookup(named.strip()).name
    except (LookupError, ValueError):
        name = ""
    if name not in _CHARSETS:
        raise Refusal(415, Code.UNSUPPORTED_MEDIA_TYPE, f"Charset {named[:40]!r} is not read here: use UTF-8")
    return name


def _decoded(body: bytes, charset: str | None, code: Code) -> str:
    try:
        return body.decode(charset or "utf-8")
    except UnicodeError:
        raise Refusal(400, code, f"The body is not {charset} text: name its charset") from None


def _is_json(kind: str) -> bool:
    return kind in ("application/json", "text/json") or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _is_xml(kind: str) -> bool:
    return kind in ("application/xml", "text/xml") or (
        kind.startswith("application/") and kind.endswith("+xml")
    )
