"""Asks DNS whether a domain takes mail at all (RFC 5321, 5.1; null MX: RFC 7505)."""

import asyncio
from collections.abc import Sequence

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

_SECONDS = 5.0
_AT_ONCE = 16


async def takes_mail(domains: Sequence[str], resolver: dns.asyncresolver.Resolver) -> list[bool | None]:
    """Return for each domain whether mail can be sent to it; None when DNS did not tell."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(domain: str) -> bool | None:
        async with places:
            return await _takes_mail(domain, resolver)

    return await asyncio.gather(*map(one, domains))


async def _takes_mail(domain: str, resolver: dns.asyncresolver.Resolver) -> bool | None:
    try:
        hosts = await resolver.resolve(domain, "MX", lifetime=_SECONDS, search=False)
        return any(record.exchange != dns.name.root for record in hosts)
    except dns.resolver.NoAnswer:
        # Without an MX the domain's own address takes its mail.
        return await _has_address(domain, resolver)
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.exception.DNSException, OSError, ValueError):
        return None


async def _has_address(domain: str, resolver: dns.asyncresolver.Resolver) -> bool | None:
    is_sure = True
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        try:
            await resolver.resolve(domain, kind, lifetime=_SECONDS, search=False)
            return True
        except (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN):
            continue
        except (dns.exception.DNSException, OSError, ValueError):
            is_sure = False
    return False if is_sure else None
