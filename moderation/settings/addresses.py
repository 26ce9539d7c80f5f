"""What an address in the settings must be: hosts, networks, URLs of servers, sites and stores."""

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from moderation.settings.values import Unfit, text
from moderation.text.hosts import normal_host
from moderation.text.urls import HttpUrl, parse_http_url

STORE_QUERY = ("host", "sslmode")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PORT = re.compile(r":([0-9]{1,5})\Z")


def host(value: object) -> str:
    """Read a host without a port."""
    return _host(text(value), 'must be a host without port and scheme, such as "www.blog.example"')


def site_host(value: object) -> str:
    """Read a host; with a port where it is that one only."""
    expected = 'must be a host, such as "www.blog.example" or "blog.example:8080"'
    name, port = _split(text(value), expected)
    return _bracketed(_host(name, expected)) + (f":{port}" if port else "")


def listening_host(value: object) -> str:
    """Read what to listen on: an address of this machine, or a name for it."""
    return _host(
        text(value), 'must be an address to listen on, such as "127.0.0.1", "::1" or "0.0.0.0"'
    )


def host_and_port(value: object) -> str:
    """Read a host with its port."""
    expected = 'must be a host with its port, such as "127.0.0.1:8091"'
    name, port = _split(text(value), expected)
    if not port:
        raise Unfit(expected)
    return f"{_bracketed(_host(name, expected))}:{port}"


def network(value: object) -> str:
    """Read an address, or a network of them."""
    try:
        found = ipaddress.ip_network(text(value), strict=False)
    except ValueError:
        raise Unfit('must be an address or a network, such as "10.0.0.7" or "10.0.0.0/8"') from None
    return str(found.network_address) if found.num_addresses == 1 else str(found)


def web_url(value: object) -> str:
    """Read an http or https URL without query; the result has no trailing slash."""
    return _web(value, 'must be an address such as "https://comments.example"')


def site_url(value: object) -> str:
    """Read the prefix of a site's articles; the result ends with a slash."""
    return _web(value, 'must be the address of a blog, such as "https://blog.example/"') + "/"


def mail_url(value: object) -> str:
    """Read "" or a mail server: ``smtp://user:pass@host:587``, ``smtps://host``."""
    url = text(value)
    if url:
        expected = 'must be a mail server, such as "smtp://user:password@mail.example:587", or ""'
        parts = _parts(url, expected)
        if parts.scheme not in ("smtp", "smtps") or parts.path.strip("/"):
            raise Unfit(expected)
        if parts.query not in ("", "tls=off"):
            raise Unfit('must have nothing after its port but "?tls=off"')
        _host(_bracketed(parts.hostname or ""), expected)
    return url


def store_url(value: object) -> str:
    """Read the address of a database; a relative SQLite path stays so here."""
    url = text(value)
    expected = 'must be "sqlite:///a/path.db" or "postgresql://user@host/name"'
    parts = _parts(url, expected)
    if parts.scheme == "sqlite":
        if parts.netloc or parts.query or parts.path in ("", "/") or ":memory:" in parts.path:
            raise Unfit('must name a file with three slashes: "sqlite:///data/moderation.db"')
        return url
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options:
        if name not in STORE_QUERY:
            raise Unfit(f'has "{name}" in its query; known are {" and ".join(STORE_QUERY)}')
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise Unfit(f"must have one of {', '.join(SSL_MODES)} as sslmode")
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise Unfit(expected)
    if not (parts.hostname or options.get("host")):
        raise Unfit('must name a host, or the folder of its socket: "postgresql:///x?host=/run/pg"')
    return "postgresql" + url[len(parts.scheme) :]


def _web(value: object, expected: str) -> str:
    """Write an http(s) URL that has nothing but scheme, host, port and path, without end slash."""
    try:
        url: HttpUrl = parse_http_url(text(value))
    except ValueError:
        raise Unfit(expected) from None
    if url.query is not None or url.fragment is not None:
        raise Unfit(f"{expected}, without query or fragment")
    return url.text.rstrip("/")


def _parts(url: str, expected: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.port != 0  # raises for what is no port
    except ValueError:
        usable = False
    if not usable or parts.fragment:
        raise Unfit(expected)
    return parts


def _host(name: str, expected: str) -> str:
    """Bring a host to its one spelling; an IPv6 address may come without its brackets."""
    try:
        return normal_host(_bracketed(name))
    except ValueError:
        raise Unfit(expected) from None


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _split(written: str, expected: str) -> tuple[str, int]:
    """Take a host and its port apart; 0 where it has none."""
    found = PORT.search(written)
    if found is None or (written.count(":") > 1 and "]" not in written):
        return written, 0
    port = int(found[1])
    if not 0 < port < 65_536:
        raise Unfit(expected)
    return written[: found.start()], port
