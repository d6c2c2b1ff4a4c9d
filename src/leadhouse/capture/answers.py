"""Answers as bytes: JSON or XML with the same names, in the form that the request accepts."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

import orjson

from leadhouse.capture.types import Answer, AnswerFormat, Code, Refusal

CONTENT_TYPES: Mapping[AnswerFormat, str] = {
    AnswerFormat.JSON: "application/json",
    AnswerFormat.XML: "application/xml; charset=utf-8",
}
NDJSON = "application/x-ndjson"
_OFFERED = {
    "application/json": AnswerFormat.JSON,
    "application/xml": AnswerFormat.XML,
    "text/xml": AnswerFormat.XML,
    "application/*": AnswerFormat.JSON,
    "text/*": AnswerFormat.XML,
    "*/*": AnswerFormat.JSON,
}
_OFFERED_FOR_BATCH = dict.fromkeys(("*/*", "application/*", NDJSON, "application/json"), AnswerFormat.JSON)
_HEADS = {"errors": "error"}


def render(body: Mapping[str, object], form: AnswerFormat) -> bytes:
    """Write an answer's body."""
    if form is AnswerFormat.JSON:
        return orjson.dumps(body)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_element("result", body)}'.encode()


def refused(refusal: Refusal, form: AnswerFormat = AnswerFormat.JSON) -> Answer:
    """Return the answer to a request that is no lead at all."""
    body = {"outcome": "error", "code": refusal.code.value, "reason": refusal.reason}
    return Answer(
        status=refusal.status,
        body=render(body, form),
        content_type=CONTENT_TYPES[form],
        retry_after=refusal.retry_after,
        allow=refusal.allow,
        refusal=refusal,
    )


@lru_cache(maxsize=1_024)
def negotiated(accept: str, *, is_batch: bool = False) -> AnswerFormat:
    """Return which of our forms an Accept header likes best; Refusal 406 when it takes none of them."""
    offered = _OFFERED_FOR_BATCH if is_batch else _OFFERED
    if not accept.strip():
        return AnswerFormat.JSON
    liked = sorted(_ranges(accept), key=lambda one: (-one[1], _is_wild(one[0])))
    for kind, quality in liked:
        if quality > 0 and kind in offered:
            return offered[kind]
    told = NDJSON if is_batch else "application/json, application/xml or text/xml"
    raise Refusal(
        406, Code.NOT_ACCEPTABLE, f"Accept {accept[:80]!r} takes none of what is answered here: {told}"
    )


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(",")[:32]:
        kind, *parameters = [piece.strip() for piece in part.lower().split(";")]
        quality = next((one[2:].strip() for one in parameters if one.startswith("q=")), "1")
        try:
            yield kind, float(quality)
        except ValueError:
            yield kind, 0.0


def _is_wild(kind: str) -> int:
    return kind.count("*")


def _element(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        inside = "".join(_element(inner, one) for inner, one in value.items())
    elif isinstance(value, list):
        inside = "".join(_element(_HEADS.get(name, "item"), one) for one in value)
    elif isinstance(value, bool):
        inside = "true" if value else "false"
    else:
        inside = escape(_xml_text(str(value)))
    return f"<{name}>{inside}</{name}>"


def _xml_text(text: str) -> str:
    """Leave out what XML 1.0 cannot carry even escaped."""
    return "".join(sign for sign in text if (sign >= " " or sign in "\t\n\r") and sign not in "\ufffe\uffff")
