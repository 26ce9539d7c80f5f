"""What the host of an address is: a name in IDNA or an IP literal, in its one spelling."""

import ipaddress
import re

import idna

MAX_LENGTH = 253  # characters of a name in ASCII

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def normal_host(host: str) -> str:
    """Bring a host name or IP literal to its one spelling; raises ValueError with a sentence.

    Names come back in lower case and ASCII (UTS 46, IDNA 2008), an IPv6 literal (given in
    brackets) without them. Refused is what some reader of addresses would take for another
    host than the next: `127.1`, `0x7f000001`, full-width digits, IPv4 within IPv6, a dot at
    the end, escapes.
    """
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1])
    name = _ascii(host)
    labels = name.split(".")
    if len(name) > MAX_LENGTH or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("The host is not a name or an IP address.")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(host)
    return name


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    if len(host) > MAX_LENGTH:
        raise ValueError("The host name is too long.")
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:  # idna.IDNAError is one
        raise ValueError("The host name is not a valid international name.") from error


def _ipv4(literal: str) -> str:
    try:
        # Digits of other scripts, which Python may read as numbers, are refused.
        return str(ipaddress.IPv4Address(literal.encode("ascii").decode()))
    except ValueError as error:  # UnicodeEncodeError is one too
        raise ValueError("The host looks like an IP address but is not written as one.") from error


def _ipv6(literal: str) -> str:
    try:
        address = ipaddress.IPv6Address(literal)
    except ValueError as error:
        raise ValueError("The host in brackets is not an IPv6 address.") from error
    if address.scope_id is not None or address.ipv4_mapped is not None:
        raise ValueError("The host is an IPv6 address with an interface or an IPv4 one inside.")
    return str(address)
