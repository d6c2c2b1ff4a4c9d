"""Whether a domain takes mail is asked of DNS, over a real socket; a DNS that is silent loses no lead."""

import socket
import threading
from collections.abc import Iterator

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from leadhouse.outbound import post_office
from leadhouse.qualify import services
from tests.qualify.qualify_market import qualify

RECORDS = {
    ("acme.example.", "MX"): "10 mail.acme.example.",
    ("null.example.", "MX"): "0 .",
    ("bare.example.", "A"): "192.0.2.1",
    ("empty.example.", "TXT"): '"nothing here"',
}


def answer(query: dns.message.Message) -> dns.message.Message | None:
    asked = query.question[0]
    name, kind = asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype)
    if name.startswith("silent"):
        return None
    response = dns.message.make_response(query)
    response.flags |= dns.flags.RA
    if name.startswith("broken"):
        response.set_rcode(dns.rcode.SERVFAIL)
    elif name not in {known for known, _ in RECORDS}:
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif record := RECORDS.get((name, kind)):
        response.answer.append(dns.rrset.from_text(name, 60, "IN", kind, record))
    return response


@pytest.fixture
def resolver() -> Iterator[dns.asyncresolver.Resolver]:
    """A DNS server on a real socket, and a resolver that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    raw, client = server.recvfrom(4096)
                except TimeoutError:
                    continue
                if (response := answer(dns.message.from_wire(raw))) is not None:
                    server.sendto(response.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        one = dns.asyncresolver.Resolver(configure=False)
        one.nameservers = ["127.0.0.1"]
        one.port = server.getsockname()[1]
        one.timeout = 0.2
        yield one
        done.set()
        thread.join()


def test_mail_goes_to_mx_or_address_and_nowhere_else(resolver: dns.asyncresolver.Resolver) -> None:
    names = [
        "acme.example",
        "bare.example",
        "null.example",
        "empty.example",
        "nobody.example",
        "broken.example",
    ]
    assert post_office.domains_taking_mail(names, resolver) == [True, True, False, False, False, None]


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
@pytest.mark.parametrize(
    ("domain", "event", "status"),
    [
        ("acme.example", ("email", "success", None), "qualified"),
        ("nobody.example", ("email", "failure", "bad_email"), "disqualified"),
        ("broken.example", ("email", "error", "dns_unavailable"), "qualified"),
    ],
)
def test_the_email_step_with_mx_asks_the_domain(
    resolver: dns.asyncresolver.Resolver,
    monkeypatch: pytest.MonkeyPatch,
    domain: str,
    event: tuple[str, str, str | None],
    status: str,
) -> None:
    ask = services.ask
    monkeypatch.setattr(
        services,
        "ask",
        lambda needs: ask(needs, lambda names: post_office.domains_taking_mail(names, resolver)),
    )
    lead = qualify("mailing", email=f"joe@{domain}")
    assert event in lead.story
    assert lead.passport.status == status
    assert lead.data("email").get("email_deliverable") is (False if status == "disqualified" else None)
