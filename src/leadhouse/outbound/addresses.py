"""Which addresses of the internet strangers' URLs may lead us to: public unicast ones only.

The table is our own because Python's `is_global` lets through ::7f00:1, 64:ff9b::7f00:1, 2002:7f00:1::,
224.0.0.1 and 192.0.0.8 (measured on 3.11). Sources: the IANA special-purpose address registries.
"""

from bisect import bisect_left
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network (RFC 791); Linux takes 0.0.0.0 for itself
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carriers' shared space (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, withdrawn (RFC 7526)
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_STARTS = tuple(int(one[0]) for one in _CLOSED_V4)
_ENDS = tuple(int(one[-1]) for one in _CLOSED_V4)
# IPv6 is the other way round: closed but for global unicast, and there but for these.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID (RFC 2928)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation (RFC 9637)
    )
)
# Where only IPv6 is spoken, DNS64 gives IPv4-only hosts this prefix and the IPv4 address (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF


def read_address(text: str) -> Address | None:
    """Read a numeric address, unpacking IPv4 mapped into IPv6 as the kernel does; None when it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def is_public(address: Address) -> bool:
    """Return whether the address is one of the public internet's, looking through NAT64."""
    if isinstance(address, IPv4Address):
        number = int(address)
        return number < _STARTS[bisect_left(_ENDS, number)]
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & _LAST_32_BITS))
    return address in _GLOBAL_UNICAST and not any(address in network for network in _CLOSED_V6)


def is_allowed(address: Address, allowed_networks: Sequence[Network]) -> bool:
    """Return whether we may connect there: a public address, or one in a network the operator allowed."""
    return is_public(address) or any(
        address.version == network.version and address in network for network in allowed_networks
    )
