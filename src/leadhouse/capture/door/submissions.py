"""Requests made into submissions: keys against repeating, addresses to go back to, the lines of a batch."""

from hashlib import sha256
from urllib.parse import quote

from leadhouse.capture.answers import refused
from leadhouse.capture.door.http import Head
from leadhouse.capture.reading.normalise import as_text, is_blank
from leadhouse.capture.reading.parsing import MOST_BYTES, created_by, media_type, parse, parse_json, too_large
from leadhouse.capture.reading.readers import is_web_address
from leadhouse.capture.types import Answer, AnswerFormat, Code, CreatedBy, Refusal, Submission, Token
from leadhouse.kit.text import clean

# A lead is seldom shorter than 100 bytes: as many fill a batch, and its answers fit in memory.
MOST_LINES = 100_000
_AS_THEY_ARE = "%/?#[]@!$&'()*+,;=:~|{}^`"
_LONGEST_IDEMPOTENCY_KEY = 255
_BATCH_TYPES = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-seq",
        "application/json",
    }
)


def read_post(head: Head, source_id: int, body: bytes, form: AnswerFormat, key_digest: bytes) -> Submission:
    """Return what a request posts; Refusal says what is wrong with it."""
    content_type = head.header("content-type")
    values = parse(body, content_type)
    return Submission(
        source_id=source_id,
        raw=body,
        content_type=clean(content_type),
        redir_url=_taken_redirection(values),
        ping_id=taken_ping_id(values),
        values=values,
        token=token_of(idempotency_key(head), body),
        body_digest=sha256(body).digest(),
        created_by=created_by(content_type),
        format=form,
        headers=head.kept_headers(),
        key_digest=key_digest,
    )


def read_line(head: Head, source_id: int, line: bytes, number: int, key_digest: bytes) -> Submission | Answer:
    """Return what one line of a batch posts, or the answer that says what is wrong with it."""
    key = idempotency_key(head)
    try:
        if len(line) > MOST_BYTES:
            raise too_large(MOST_BYTES)
        values = parse_json(line)
    except Refusal as refusal:
        return refused(refusal)
    return Submission(
        source_id=source_id,
        raw=line,
        content_type="application/json",
        ping_id=taken_ping_id(values),
        values=values,
        token=token_of(f"{key}\0{number}" if key else "", line),
        body_digest=sha256(line).digest(),
        created_by=CreatedBy.BATCH,
        headers=head.kept_headers(),
        key_digest=key_digest,
    )


def batch_lines(head: Head, body: bytes) -> list[bytes]:
    """Return the lines of a batch that are not blank; Refusal when it is none."""
    kind, charset = media_type(head.header("content-type"))
    if kind not in _BATCH_TYPES or charset not in ("utf-8", "ascii"):
        reason = (
            f"Content-Type {kind[:80]!r} is no batch: post application/x-ndjson in UTF-8, one lead a line"
        )
        raise Refusal(415, Code.UNSUPPORTED_MEDIA_TYPE, reason)
    idempotency_key(head)
    if body.count(b"\n") > MOST_LINES:
        reason = f"The batch has more than {MOST_LINES:,} lines: post several batches"
        raise Refusal(413, Code.TOO_LARGE, reason)
    lines = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    if not lines:
        raise Refusal(400, Code.MALFORMED_BATCH, "The batch has no lines: post one JSON object a line")
    return lines


def idempotency_key(head: Head) -> str:
    """Return the request's Idempotency-Key, empty when it has none; Refusal when it cannot be one."""
    if "idempotency-key" not in head.headers:
        return ""
    key = head.header("idempotency-key").strip()
    if not 1 <= len(key) <= _LONGEST_IDEMPOTENCY_KEY or not key.isprintable():
        reason = f"Idempotency-Key must be 1 to {_LONGEST_IDEMPOTENCY_KEY} printable characters"
        raise Refusal(400, Code.INVALID_IDEMPOTENCY_KEY, reason)
    return key


def token_of(key: str, body: bytes) -> Token:
    """Return what tells a repeated post: its idempotency key alone when it has one, else its bytes."""
    told = b"key\0" + key.encode() if key else b"bytes\0" + body
    return Token(sha256(told).digest(), is_key=bool(key))


def taken_ping_id(values: dict[str, object]) -> str | None:
    """Take the promise that a post claims out of its values; None when it claims none."""
    posted = values.pop("ping_id", None)
    if is_blank(posted):
        return None
    # What is no text is no promise of ours either, and is refused as such.
    return as_text(posted) or "?"


def _taken_redirection(values: dict[str, object]) -> str | None:
    """Take the address to be sent back to out of the values.

    Refusal when it is not one that is safe to send.
    """
    if "redir_url" not in values:
        return None
    posted = values.pop("redir_url")
    text = posted.strip() if isinstance(posted, str) else as_text(posted)
    if text == "":
        return None
    if text is None or not is_web_address(text):
        reason = "redir_url must be an http or https address without spaces or control characters"
        raise Refusal(400, Code.INVALID_REDIR_URL, reason)
    try:
        return _as_ascii(text)
    except (UnicodeError, ValueError):
        raise Refusal(
            400, Code.INVALID_REDIR_URL, "redir_url has a host name that cannot be written"
        ) from None


def _as_ascii(text: str) -> str:
    """Write an address so that a header can carry it: other letters percent-encoded, in the host as IDNA."""
    scheme, _, rest = text.partition("://")
    end = min((rest.find(sign) for sign in "/?#" if sign in rest), default=len(rest))
    host = rest[:end]
    plain_host = host if host.isascii() else host.encode("idna").decode("ascii")
    # IDNA folds first: a macron becomes a space and a wide slash a slash, and that is another address.
    if not is_web_address(f"{scheme}://{plain_host}") or set("/?#@:") & set(plain_host) - set(host):
        raise ValueError("a host name that turns into something else")
    return f"{scheme}://{plain_host}{quote(rest[end:], safe=_AS_THEY_ARE)}"
