"""Which URLs may be asked for and which addresses dialled: a table of networks, and no exceptions.

The table is applied to *resolved* addresses: what a host looks like in writing says
nothing, since resolvers read ``0x7f.1`` and ``127。0。0。1`` as loopback. It is explicit
because the standard library's `is_global` depends on the Python version and calls
NAT64, 6to4 and several reserved ranges global.
"""

from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from moderation.net.contract import NotReadable
from moderation.text.urls import HttpUrl, parse_http_url

_REFUSED_4 = {
    IPv4Network(network): why
    for network, why in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared by carriers",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "a cloud's own services",
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.31.196.0/24": "AS112",
        "192.52.193.0/24": "AMT relays",
        "192.88.99.0/24": "6to4 relays",
        "192.168.0.0/16": "private",
        "192.175.48.0/24": "AS112",
        "198.18.0.0/15": "benchmarks",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}
_UNICAST_6 = IPv6Network("2000::/3")
_REFUSED_6 = {
    IPv6Network(network): why
    for network, why in {
        "2001::/23": "protocol assignments (Teredo among them)",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
    }.items()
}


class Refused(NotReadable):
    """The guard said no; nothing was sent."""


def refusal(address: str) -> str | None:
    """Say why an address must not be dialled, or None for one that is public unicast.

    IPv6 is allowed inside 2000::/3 only, so mapped, translated (NAT64), unique-local,
    link-local and multicast addresses need no line of their own. What is no address is
    refused, and so is one with a zone (``fe80::1%eth0``).
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(parsed, IPv4Address):
        return next((why for network, why in _REFUSED_4.items() if parsed in network), None)
    if parsed.scope_id is not None or parsed not in _UNICAST_6:
        return "not public unicast"
    return next((why for network, why in _REFUSED_6.items() if parsed in network), None)


def pair(host: str, port: int) -> str:
    """Write host and port as the settings name an allowed private host: ``127.0.0.1:8091``."""
    try:
        literal = ip_address(host)
    except ValueError:
        return f"{host.lower()}:{port}"
    return f"[{literal}]:{port}" if isinstance(literal, IPv6Address) else f"{literal}:{port}"


def vet(
    raw: str,
    allowed_private: AbstractSet[str] = frozenset(),
    *,
    ports: AbstractSet[int] = frozenset({80, 443}),
    url_characters: int = 2048,
) -> HttpUrl:
    """Understand a URL, or raise `Refused` before anything is looked up.

    http and https only, no user name, no characters a URL cannot hold, and a port that
    web servers have, unless ``host:port`` as written stands in `allowed_private`. What
    comes back is what is asked for: there is no second parser.
    """
    if len(raw) > url_characters:
        raise Refused(f"an address of more than {url_characters} characters")
    try:
        url = parse_http_url(raw)
    except ValueError as error:
        raise Refused(f"not a usable address: {error}") from None
    if url.port not in ports and pair(url.host, url.port) not in allowed_private:
        raise Refused(f"port {url.port} is not one of a web site")
    return url
