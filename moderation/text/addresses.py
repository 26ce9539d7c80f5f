"""Whose address a request bears: network addresses for limits and privacy, and e-mail addresses."""

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from moderation.text.hosts import normal_host

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_EMAIL = 254  # characters, RFC 5321 §4.5.3.1.3 less its angle brackets
_MAX_LOCAL = 64
_MAX_HOPS = 32  # entries of X-Forwarded-For looked at
_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


def canonical_address(raw: str) -> str:
    """Write a network address in its one spelling, or "" for what is none.

    IPv4 that travels inside IPv6 (``::ffff:192.0.2.1``) is IPv4; an interface name
    (``fe80::1%eth0``) is left out.
    """
    address = _parsed(raw)
    return "" if address is None else str(address)


def limit_key(address: str) -> str:
    """Say what a rate limit counts by: an IPv4 address, the /64 of an IPv6 one, else ""."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, 64), strict=False))
    return "" if parsed is None else str(parsed)


@lru_cache(maxsize=256)
def coarse(address: str) -> str:
    """Blur an address for keeping: its /24 or, of IPv6, its /48 as text; "" for what is none.

    What is blurred already stays as it is.
    """
    parsed = _parsed(address.partition("/")[0])
    if parsed is None:
        return ""
    length = 24 if isinstance(parsed, ipaddress.IPv4Address) else 48
    return str(ipaddress.ip_network((parsed, length), strict=False))


def is_email(text: str) -> bool:
    """Tell whether a letter could be sent there: one @, a dot-atom, a domain of two labels.

    Quoted and non-ASCII local parts, comments and IP literals are refused: real mailboxes
    do without. The domain may be international.
    """
    local, at, domain = text.partition("@")
    if not at or len(text) > MAX_EMAIL or len(local) > _MAX_LOCAL:
        return False
    if not _DOT_ATOM.fullmatch(local):
        return False
    try:
        host = normal_host(domain)
    except ValueError:
        return False
    labels = host.split(".")
    return len(labels) > 1 and "_" not in host and not labels[-1].isdigit()


def parse_networks(texts: Sequence[str]) -> tuple[IPNetwork, ...]:
    """Read addresses and networks (``10.0.0.0/8``); raises ValueError naming the first bad one."""
    networks = []
    for text in texts:
        try:
            networks.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError as error:
            raise ValueError(f"“{text}” is neither an IP address nor a network.") from error
    return tuple(networks)


def client_address(
    peer: str, forwarded_for_headers: Sequence[str], trusted_proxies: Sequence[str]
) -> str:
    """Find the client behind trusted proxies; "" when not even the peer has an address.

    X-Forwarded-For is read from right to left, as each proxy appends whom it saw, and
    only as long as who wrote the entry is trusted; so what a client puts there itself is
    never reached. Something that is no address ends the walk at the last proxy. Raises
    ValueError for a trusted proxy that is no address or network.
    """
    client = _parsed(peer)
    if client is None:
        return ""
    trusted = _networks(tuple(trusted_proxies))
    hops = ",".join(forwarded_for_headers).rsplit(",", _MAX_HOPS)[-_MAX_HOPS:]
    for hop in reversed(hops):
        if not _within(client, trusted):
            break
        seen = _hop(hop.strip())
        if seen is None:
            break
        client = seen
    return str(client)


def _hop(entry: str) -> IPAddress | None:
    """Read an entry; some proxies write a port behind the address."""
    with_port = _WITH_PORT.fullmatch(entry)
    return _parsed(with_port.group(1) or with_port.group(2) if with_port else entry)


def _parsed(raw: str) -> IPAddress | None:
    try:
        address = ipaddress.ip_address(raw.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _within(address: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    return any(address in network for network in networks)


@lru_cache(maxsize=16)
def _networks(texts: tuple[str, ...]) -> tuple[IPNetwork, ...]:
    return parse_networks(texts)
