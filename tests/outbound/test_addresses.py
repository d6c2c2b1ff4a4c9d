"""Only public unicast addresses, however they are dressed up."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.outbound import addresses
from leadhouse.outbound.addresses import is_allowed, is_public, read_address

ADDRESSES = Path(__file__).with_name("addresses")
CLOSED = (ADDRESSES / "closed.txt").read_text("utf-8").split()
OPEN = (ADDRESSES / "open.txt").read_text("utf-8").split()


@pytest.mark.parametrize("text", CLOSED)
def test_an_address_that_is_not_on_the_public_internet_is_closed(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert not is_public(address)
    assert not is_allowed(address, ())


@pytest.mark.parametrize("text", OPEN)
def test_a_public_address_is_open(text: str) -> None:
    address = read_address(text)
    assert address is not None
    assert is_allowed(address, ())


@pytest.mark.parametrize(
    "text", ["localhost", "0x7f.1", "2130706433", "127.1", "0177.0.0.1", "", "1.2.3.4.5"]
)
def test_only_plain_numbers_are_addresses(text: str) -> None:
    assert read_address(text) is None


def test_what_the_operator_allows_is_open_and_nothing_beside_it() -> None:
    allowed = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert is_allowed(ip_address("127.0.0.1"), allowed)
    assert is_allowed(ip_address("fd00::1"), allowed)
    mapped = read_address("::ffff:127.0.0.1")
    assert mapped == ip_address("127.0.0.1")
    assert not is_allowed(ip_address("10.0.0.1"), allowed)
    assert not is_allowed(ip_address("::1"), allowed)
    assert not is_allowed(ip_address("64:ff9b::7f00:1"), allowed)


@given(st.integers(0, 2**32 - 1))
def test_nothing_that_python_calls_private_or_special_is_public(number: int) -> None:
    address = IPv4Address(number)
    if address.is_private or address.is_multicast or address.is_reserved or address.is_link_local:
        assert not is_public(address)


@given(st.sampled_from(addresses._CLOSED_V4), st.integers(-2, 2), st.booleans())
def test_a_closed_network_is_closed_up_to_its_edges(network: IPv4Network, beside: int, is_end: bool) -> None:
    number = int(network[-1] if is_end else network[0]) + beside
    if 0 <= number < 2**32:
        address = IPv4Address(number)
        assert is_public(address) is not any(address in one for one in addresses._CLOSED_V4)


@given(st.integers(0, 2**32 - 1))
def test_wrapping_never_opens_an_address(number: int) -> None:
    plain = IPv4Address(number)
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(IPv6Address(prefix | number)) == is_public(plain)
    for closed in (number, 0xFFFF << 48 | number, 0x2002 << 112 | number << 80, 0x64FF9B0001 << 80 | number):
        assert not is_public(IPv6Address(closed))


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_global_unicast_is_public(address: IPv6Address) -> None:
    number = int(address)
    if number >> 125 != 1 and not address.ipv4_mapped and number >> 32 != 0x64FF9B << 64:
        assert not is_public(address)


@given(st.ip_addresses(v=4), st.integers(8, 32))
def test_an_allowed_network_holds_its_own_addresses(address: IPv4Address, bits: int) -> None:
    network = IPv4Network((address, bits), strict=False)
    assert is_allowed(address, (network,))
