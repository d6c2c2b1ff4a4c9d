"""Email addresses are judged by their form alone, offline."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.kit.emails import FREE_PROVIDERS, Email, parse_email

email_like = st.text(alphabet='abZ09.@-_+"\\<>[]() ü\u0301＠。\u200b\x00\ud800', max_size=40)


def test_an_address_is_trimmed_and_keyed_without_case() -> None:
    assert parse_email("  John.Doe+roof@GMAIL.com ") == Email(
        address="John.Doe+roof@gmail.com",
        key="john.doe+roof@gmail.com",
        domain="gmail.com",
        is_disposable=False,
        is_free=True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "a@example.com",
        "a@example.org",
        "lead@mail.example",
        "a@shop.test",
        "o'neil@example.net",
        "x_y-z@a-b.example.com",
    ],
)
def test_reserved_test_domains_are_well_formed(text: str) -> None:
    email = parse_email(text)
    assert email is not None
    assert email.address == text
    assert not email.is_disposable
    assert not email.is_free


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@example.com",
        "a@b",
        "a b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@example..com",
        "a@-example.com",
        "a@example.com.",
        "a@@example.com",
        "a@[127.0.0.1]",
        "John <a@example.com>",
        "a@example.com, b@example.com",
        "a@foo.invalid",
        "a@printer.local",
        "a@example.com\nBcc: b@example.com",
        "a\x00@example.com",
        f"{'a' * 250}@example.com",
    ],
)
def test_what_has_not_the_form_is_none(text: str) -> None:
    assert parse_email(text) is None


def test_addresses_in_other_scripts_have_one_key() -> None:
    composed, decomposed = (
        parse_email("j\u00fcrgen@B\u00dcCHER.example"),
        parse_email("Ju\u0308rgen@xn--bcher-kva.example"),
    )
    assert composed is not None
    assert decomposed is not None
    assert composed.domain == "xn--bcher-kva.example"
    assert composed.key == decomposed.key == "j\u00fcrgen@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text", ["a@mailinator.com", "a@MAILINATOR.com", "a@inbox.mailinator.com", "a@guerrillamail.com"]
)
def test_throw_away_domains_are_told_with_their_subdomains(text: str) -> None:
    email = parse_email(text)
    assert email is not None
    assert email.is_disposable


def test_free_providers_are_no_throw_away_domains() -> None:
    for domain in FREE_PROVIDERS:
        email = parse_email(f"someone@{domain}")
        assert email is not None, domain
        assert email.is_free, domain
        assert not email.is_disposable, domain


@given(st.one_of(st.text(), email_like, st.emails()))
def test_no_text_breaks_the_reading_and_the_verdict_is_the_librarys(text: str) -> None:
    trimmed = text.strip()
    try:
        expected = validate_email(trimmed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        expected = None
    email = parse_email(text)
    assert (email.address if email else None) == expected


plain = st.from_regex(r"[A-Za-z0-9.+_-]{1,12}@[A-Za-z0-9.-]{1,20}", fullmatch=True)
mailboxes = st.builds(
    "{}@{}".format,
    st.sampled_from(["info", "INFO", "Sales", "abuse", "wWw", "Info.", "a.Info", "john", "JOHN", "x" * 99]),
    st.sampled_from(
        ["gmail.com", "GMAIL.com", "xn--bcher-kva.example", "xn--zz", "a.b--c.com", "ab--c.com", "x.onion"]
    ),
)


@given(st.one_of(plain, mailboxes))
def test_plain_addresses_are_all_that_the_library_says_of_them(text: str) -> None:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert parse_email(text) is None
        return
    email = parse_email(text)
    assert email is not None
    assert (email.address, email.domain) == (found.normalized, found.ascii_domain.lower())
    assert email.key == f"{found.local_part.casefold()}@{email.domain}"


@given(st.emails())
def test_the_stored_address_reads_back_as_itself(text: str) -> None:
    email = parse_email(text)
    assert email is None or parse_email(email.address) == email
