"""Bodies are read with limits: their values come out, or a code and a reason, never anything else."""

import json
import time

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadhouse.capture.answers import negotiated, render
from leadhouse.capture.door.submissions import _as_ascii
from leadhouse.capture.reading.parsing import parse
from leadhouse.capture.reading.readers import is_web_address
from leadhouse.capture.types import AnswerFormat, Refusal

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "content_type", "values"),
    [
        (b'\xef\xbb\xbf{"a":1,"a":2,"b":null,"c":true}', "application/json", {"a": 2, "b": None, "c": True}),
        ('{"a":"ü"}'.encode("utf-16"), "application/json; charset=utf-16", {"a": "ü"}),
        ('{"a":"ü"}'.encode("latin-1"), 'application/JSON; charset="ISO-8859-1"', {"a": "ü"}),
        (b'{"a":{"b":[1]}}', "application/vnd.api+json", {"a": {"b": [1]}}),
        (b"a=1&a=2&b=&c=%C3%BC+x", FORM, {"a": ("1", "2"), "b": "", "c": "ü x"}),
        (b"c=%FC", f"{FORM}; charset=windows-1252", {"c": "ü"}),
        (b"<lead><a>1</a><b><c>2</c></b><a>3</a></lead>", "text/xml", {"a": ("1", "3"), "b": {"c": "2"}}),
        (b'<l:lead xmlns:l="x"><l:a>&lt;&#252;</l:a><b/></l:lead>', "application/xml", {"a": "<ü", "b": ""}),
        (b"<?xml version='1.0' encoding='latin-1'?><lead><a>\xfc</a></lead>", "text/xml", {"a": "ü"}),
        ("<?xml version='1.0'?><lead><a>ü</a></lead>".encode("utf-16"), "text/xml", {"a": "ü"}),
    ],
)  # fmt: skip
def test_values_are_read(body: bytes, content_type: str, values: dict[str, object]) -> None:
    assert parse(body, content_type) == values


BOMB = "<!DOCTYPE lead [<!ENTITY a0 'x'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9)
)


@pytest.mark.parametrize(
    "body",
    [
        f"{BOMB}]><lead>&a8;</lead>".encode(),
        b"<!DOCTYPE lead SYSTEM 'http://127.0.0.1:1/x.dtd'><lead/>",
        b"<!DOCTYPE lead [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><lead/>",
        b"<?xml version='1.0' encoding='utf-7'?><lead/>",
        b"<lead>" + b"<a>" * 60_000,
        b'<lead a="' + b"x" * 250_000,
        b"<lead>" + b"<a/>" * 60_000 + b"</lead>",
        b"<lead>\0</lead>",
        b"\xff\xfe\xff",
    ],
    ids=range(9),
)  # fmt: skip
def test_hostile_xml_is_refused_quickly(body: bytes) -> None:
    started = time.thread_time()
    with pytest.raises(Refusal) as refusal:
        parse(body, "application/xml")
    assert refusal.value.status == 400
    assert time.thread_time() - started < 0.25


kinds = st.sampled_from(
    ["application/json", FORM, "text/xml", "", "text/plain", "application/json; charset=x"]
)


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")), kinds
)
@example(b"\xff", "text/xml; charset=utf-8")
@example(b"%", f"{FORM}; charset=utf-16")
def test_any_bytes_are_values_or_a_refusal(body: bytes, content_type: str) -> None:
    found: object
    try:
        found = parse(body, content_type)
    except Refusal as refusal:
        found = refusal
    if isinstance(found, Refusal):
        assert found.status in (400, 413, 415)
        assert len(found.reason) > 20
    else:
        assert isinstance(found, dict)


trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), trees, max_size=8))
def test_json_objects_come_out_as_they_went_in(values: dict[str, object]) -> None:
    assert parse(orjson.dumps(values), "application/json") == values


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("text/xml", "xml"),
        ("application/xml;q=0.9, application/json;q=0.1", "xml"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "xml"),
        ("*/*, application/xml", "xml"),
        ("image/png, */*;q=0.1", "json"),
    ],
)
def test_the_accept_header_decides_between_json_and_xml(accept: str, form: str) -> None:
    assert negotiated(accept) is AnswerFormat(form)


@given(st.text())
@example("\ufffe\uffff")
def test_no_text_breaks_out_of_an_xml_answer(text: str) -> None:
    from defusedxml.ElementTree import fromstring

    printable = text.encode("utf-8", "ignore").decode()
    root = fromstring(render({"outcome": "error", "reason": printable}, AnswerFormat.XML))
    assert [element.tag for element in root] == ["outcome", "reason"]


@given(st.text(max_size=60).map(lambda tail: f"https://x.test/{tail}"))
def test_an_address_that_is_let_through_can_stand_in_a_header(url: str) -> None:
    if is_web_address(url):
        written = _as_ascii(url.encode("utf-8", "ignore").decode())
        assert written.isascii()
        assert not any(sign <= " " for sign in written)


def test_the_largest_body_is_read_quickly() -> None:
    body = json.dumps({f"field_{n}": "x" * 500 for n in range(480)}).encode()
    started = time.thread_time()
    assert len(parse(body, "application/json")) == 480
    assert time.thread_time() - started < 0.25


def test_a_long_content_type_is_refused_before_it_is_read() -> None:
    started = time.thread_time()
    with pytest.raises(Refusal) as refusal:
        parse(b"{}", 'application/json; x="' + ";" * 60_000)
    assert (refusal.value.status, refusal.value.code) == (415, "unsupported_media_type")
    assert time.thread_time() - started < 0.05


def test_one_element_given_thousands_of_times_is_read_quickly() -> None:
    body = b"<lead>" + b"<a><b>1</b>" + b"<b>22</b>" * 4_990 + b"</a></lead>"
    started = time.thread_time()
    assert parse(body, "text/xml") == {"a": {"b": ("1", *["22"] * 4_990)}}
    assert time.thread_time() - started < 0.15
