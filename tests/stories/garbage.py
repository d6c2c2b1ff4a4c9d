"""Input that nobody means well with, or that nobody has looked at before sending it."""

import json
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

from leadhouse.parties.fields import CANONICAL

# fmt: off
NASTY = (
    "\x00", "a\x00b", "\ud800", "a\udfffb", "\u202e", "\ufeff", "\x1b[2J", "\r\nX-Evil: 1", "\x7f",
    "\x85\u2028", "{{ 7*7 }}", "{% for i in (1..9999999) %}x{% endfor %}", "%00", "%s%n",
    "=cmd|' /C calc'!A0", "@SUM(1)", "\\", "<script>alert(1)</script>", "]]>", "&#0;",
    "'; DROP TABLE capture_lead; --", "../../etc/passwd", "x" * 5_000, "1e400", "NaN", "-0", "9" * 400,
    "0" * 300 + "1", "١٢٣", "１２３", "1_000", "0x10", "1,5", "٫", "-1", "4.0", "2026-02-30", "0000-00-00",
    "9999-12-31T23:59:59Z", "2026-11-22T01:00:00+99:99", "T", "12:00", "a " * 4_000, "a@b", '"@x.y', "@",
    "a@" + "b." * 120 + "c", "ü@ü.de", "a@[127.0.0.1]", "a@xn--zckzah", "A@EXAMPLE.COM ", "+1" * 50, "+",
    "3073245560 x9999999999", "(307) 324-5560", "００１", "911", "tel:+1-307", "٣٠٧٣٢٤٥٥٦٠", "82301\n",
    "00000", "823*", "82301-9999999", "W1A 1AA", "XX", "wyoming ", "Ⅷ", "ſ", "ß" * 100, "İ", "http://[::1",
    "http://x:99999/", "javascript:alert(1)", "http://a b/", "//evil", "http://\x00/", "http://ü/",
    "https://" + "a" * 70 + ".com/", "http://xn--a/", "http://.../", "http://%zz/", "https://a/\ud800",
    "HTTP://A", "::1", "1.2.3.4.5", "fe80::1%eth0", "::ffff:1.2.3.4", "01.02.03.04",
)
NAMES = (
    *CANONICAL, "roof_type", "redir_url", "extra", "lead", "id", "price", "status", "lead_id", "__proto__",
    "constructor", "extra.note", "a.b.c", "", " ", "email ", "EMAIL", "email[]", "email[0]", "\x00",
    "\ud800",
)
CONTENT_TYPES = (
    "application/json", "application/x-www-form-urlencoded", "application/xml", "text/xml", "text/plain",
    "", "*/*", "application/json; charset=utf-16", "application/json; charset=utf-7",
    "application/json; charset=\xff", "text/xml; charset=idna", "application/xml; charset=undefined",
    "application/json;;;=;charset", "a/b/c", "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=x", "application/x-ndjson", "APPLICATION/JSON",
    "application/vnd.api+json", "application/soap+xml", "x" * 3_000, "application/json, x",
)
ACCEPTS = (
    "*/*", "application/xml", "text/xml;q=0.9, */*;q=0.1", "application/json;q=nan",
    "application/json;q=1e999", "text/html", ";", ",", "q=1", "*/*;q=-1", "application/*;q=0, text/*",
    "x" * 3_000, "\xff/\xff", ", " * 500,
)
# fmt: on

text = st.sampled_from(NASTY) | st.text(st.characters(), max_size=60)
names = st.sampled_from(NAMES) | text
scalars = st.none() | st.booleans() | st.integers() | st.floats() | text
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names, inner, max_size=5),
    max_leaves=12,
)
leads = st.dictionaries(names, values, max_size=12)
# Leads that are taken, with nonsense in their fields: what the rooms behind the door have to live with.
_sayable = [one for one in NASTY if one.isascii() or one.encode("utf-8", "ignore").decode() == one]
taken_leads = st.dictionaries(
    st.sampled_from([name for name in NAMES if name.isascii() and name != "redir_url"]),
    st.sampled_from(_sayable)
    | st.text(max_size=80)
    | st.integers(-(2**53), 2**53)
    | st.lists(st.text(), max_size=4),
    max_size=16,
)


def as_json(value: object) -> bytes:
    """Write JSON as a careless client does: lone surrogates escaped, NaN and Infinity as they are."""
    return json.dumps(value).encode()


def _cut(parts: tuple[bytes, int, bytes, int]) -> bytes:
    body, place, inserted, left_out = parts
    at = place % (len(body) + 1)
    return body[:at] + inserted + body[at + left_out :]


def mutated(bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return bodies with something put in or left out somewhere."""
    changes = st.tuples(bodies, st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 8))
    return changes.map(_cut)


json_bodies = leads.map(as_json)
# The last of two equal names counts; here many are equal.
doubled = st.lists(st.tuples(names, scalars), max_size=8).map(
    lambda pairs: ("{" + ",".join(f"{json.dumps(a)}:{json.dumps(b)}" for a, b in pairs) + "}").encode()
)
form_bodies = st.lists(st.tuples(names, text), max_size=10).map(
    lambda pairs: "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()
)
# fmt: off
_XML = (
    "<lead>", "</lead>", "<email>", "</email>", "<a b='c'>", "</a>", "<a/>", "&amp;", "&lt;", "&#0;",
    "&#x110000;", "&e;", "<![CDATA[", "]]>", "<!--", "-->", "<?pi ?>", "<?xml version='1.0'?>",
    "<?xml version='9' encoding='x'?>", "<!DOCTYPE lead>", "<!DOCTYPE lead [<!ENTITY e 'x'>]>",
    "<?xml version='1.0' encoding='utf-7'?>", "xmlns='u'", "<l:lead xmlns:l='u'>", "</l:lead>", "<phone_1>",
    "</phone_1>", "<redir_url>", "</redir_url>", "\x00", "\ufffe",
)
# fmt: on
xml_bodies = st.lists(st.sampled_from(_XML) | text, max_size=12).map(
    lambda parts: ("<lead>" + "".join(parts) + "</lead>").encode("utf-8", "surrogatepass")
)
bodies = st.one_of(json_bodies, doubled, form_bodies, xml_bodies, st.binary(max_size=200))
# What HTTP allows in a header; anything else never gets as far as our own code.
_NO_HEADER = bytes(one for one in range(256) if (one < 32 and one != 9) or one == 127)
header_values = st.binary(max_size=80).map(lambda raw: raw.translate(None, _NO_HEADER))


def _quoted(part: str) -> str:
    return quote_from_bytes(part.encode("utf-8", "surrogatepass"))


def _nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return opening * depth + closing * depth


_LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
BOMBS = {
    "deep lists": ("application/json", b'{"a":' + _nested(b"[", b"]", 100_000) + b"}"),
    "deep objects": ("application/json", _nested(b'{"a":', b"}", 40_000)),
    "many names": ("application/json", as_json({f"f{number}": number for number in range(20_000)})),
    "one long text": ("application/json", as_json({"email": "a" * 250_000})),
    "one long number": ("application/json", b'{"estimate_low":' + b"9" * 250_000 + b"}"),
    "long exponent": ("application/json", b'{"estimate_low":1e99999999}'),
    "form flood": ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(20_000))),
    "form of signs": ("application/x-www-form-urlencoded", b"&=" * 120_000),
    "percent signs": ("application/x-www-form-urlencoded", b"email=" + b"%" * 250_000),
    "laughs": (
        "application/xml",
        f"<!DOCTYPE lead [<!ENTITY l0 'ha'>{_LAUGHS}]><lead><email>&l9;</email></lead>".encode(),
    ),
    "blow-up": (
        "application/xml",
        b"<!DOCTYPE l [<!ENTITY e '" + b"x" * 99_000 + b"'>]><l>" + b"&e;" * 9_000 + b"</l>",
    ),
    "a file": (
        "application/xml",
        b"<!DOCTYPE l [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><l><email>&e;</email></l>",
    ),
    "a network": (
        "application/xml",
        b"<!DOCTYPE l SYSTEM 'http://127.0.0.1:1/x.dtd'><l><email>x</email></l>",
    ),
    "parameters": ("application/xml", b"<!DOCTYPE l [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/'> %p;]><l/>"),
    "deep elements": ("application/xml", b"<lead>" + _nested(b"<a>", b"</a>", 30_000) + b"</lead>"),
    "wide elements": ("application/xml", b"<lead>" + b"<a/>" * 60_000 + b"</lead>"),
    "attributes": ("application/xml", b"<lead " + b" ".join(b"a%d='1'" % n for n in range(20_000)) + b"/>"),
    "long attribute": ("application/xml", b"<lead a='" + b"x" * 250_000 + b"'/>"),
    "utf-16": (
        "application/xml",
        "<?xml version='1.0' encoding='utf-16'?><lead><email>x</email></lead>".encode("utf-16"),
    ),
}

_GOOD = b"Authorization: Bearer roofing-source-key\r\nContent-Type: application/json\r\n"
_TO = b"POST /v1/leads HTTP/1.1\r\nHost: x\r\n"
NO_HTTP = {
    "nothing": b"\r\n\r\n",
    "random": bytes(range(256)) * 8,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100,
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    "odd host": b"GET /leads HTTP/1.1\r\nHost: \xff<>{}:99999\r\nConnection: close\r\n\r\n",
    "bare newlines": b"POST /v1/leads HTTP/1.1\nHost: x\nContent-Length: 2\nConnection: close\n\n{}",
    "negative length": _TO + _GOOD + b"Content-Length: -5\r\n\r\n{}",
    "word as length": _TO + _GOOD + b"Content-Length: two\r\n\r\n{}",
    "signed length": _TO + _GOOD + b"Content-Length: +2\r\n\r\n{}",
    "huge length": _TO + _GOOD + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "two lengths": _TO + _GOOD + b"Content-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{}",
    "length and chunks": _TO
    + _GOOD
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "bad chunk": _TO + _GOOD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "huge chunk": _TO + _GOOD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
    "chunk without end": _TO + _GOOD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n",
    "long chunk notes": _TO
    + _GOOD
    + b"Transfer-Encoding: chunked\r\n\r\n2;"
    + b"x" * 100_000
    + b"\r\n{}\r\n0\r\n\r\n",
    "unknown coding": _TO + _GOOD + b"Transfer-Encoding: gzip, xyz\r\nConnection: close\r\n\r\n{}",
    "space in a name": b"GET / HTTP/1.1\r\nHost: x\r\nX Y: z\r\nConnection: close\r\n\r\n",
    "NUL in a value": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\nConnection: close\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    "huge header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n",
    "huge path": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "long method": b"A" * 70_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw path": b"GET /\xff\xfe\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "whole address": b"GET http://evil.example/v1/leads HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "upgrade": b"GET /v1/leads HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "expectation": _TO + _GOOD + b"Expect: 200-maybe\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
}
# fmt: off
METHODS = (
    b"GET", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"BREW", b"post",
    b"P\xc3\x96ST",
)
PATHS = (
    "/v1/leads/", "/v1/leads/x", "/v1/leads/00000000-0000-0000-0000-000000000000", "/v1/leads/{}/events",
    "/v1", "/v1/", "/v1/wallets", "/v1/nothing", "/v1/openapi.json", "/v1/docs", "/v1/feedback",
    "/v1/leads//events", "/v1/leads/%00", "/v1/leads/%ff/events", "/v1/leads/..%2f..%2fetc", "/v1//leads",
    "/v1/leads;x=1", "//", "/.",
)
CONSOLE = (
    "/", "/leads", "/leads.csv", "/leads/newest", "/sign-in", "/sign-out", "/zone", "/static/x", "/healthz",
)
QUERY = (
    "q", "status", "source", "product", "classification", "since", "until", "test", "after", "seen", "next",
    "month", "decision", "zone", "page", "refusal", "campaign", "sort", "x",
)
# fmt: on
queries = st.lists(st.tuples(st.sampled_from(QUERY), text), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name)}={_quoted(value)}" for name, value in pairs).encode()
)
paths = st.sampled_from(PATHS).map(str.encode) | text.map(lambda one: b"/v1/leads/" + _quoted(one).encode())
