"""What a URL must be before anything is looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.outbound.targets import Target, read_target
from leadhouse.outbound.types import Trouble, TroubleKind


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("https://buyer.example/leads", "buyer.example", 443, "buyer.example"),
        ("HTTP://Buyer.Example:8080/a?b=c#d", "buyer.example", 8080, "buyer.example:8080"),
        ("https://buyer.example.:443/", "buyer.example", 443, "buyer.example."),
        ("http://bücher.example/", "xn--bcher-kva.example", 80, "xn--bcher-kva.example"),
        ("http://[2606:4700::1111]:9000/x", "2606:4700::1111", 9000, "[2606:4700::1111]:9000"),
        ("http://0x7f.1/", "0x7f.1", 80, "0x7f.1"),
    ],
)
def test_a_url_is_read_once_into_host_and_port(url: str, host: str, port: int, authority: str) -> None:
    target = read_target(url)
    assert isinstance(target, Target)
    assert (target.host, target.port, target.authority) == (host, port, authority)
    assert target.place == f"{host}:{port}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "buyer.example/leads",
        "//buyer.example/",
        "ftp://buyer.example/",
        "file:///etc/passwd",
        "gopher://buyer.example/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://user@buyer.example/",
        "http://user:secret@buyer.example/",
        "http://buyer.example@127.0.0.1/",
        "http://buyer.example\\@127.0.0.1/",
        "http://buyer.example /",
        "http://buyer.example/\r\nX: y",
        "http://buyer.example/\x00",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://buyer.example:25/",
        "http://buyer.example:22/",
        "http://buyer.example:0/",
        "http://buyer.example:99999/",
        "http://buyer.example:port/",
        "http://[::1",
        "https://buyer.example/" + "a" * 2000,
    ],
)
def test_what_is_no_plain_http_url_is_unsendable(url: str) -> None:
    trouble = read_target(url)
    assert isinstance(trouble, Trouble)
    assert trouble.kind is TroubleKind.UNSENDABLE
    assert not trouble.may_have_arrived
    assert "secret" not in trouble.detail


@given(st.text(max_size=60) | st.builds("http://{}".format, st.text(max_size=60)))
def test_no_text_whatever_raises(text: str) -> None:
    assert isinstance(read_target(text), Target | Trouble)
