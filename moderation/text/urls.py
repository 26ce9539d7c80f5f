"""What an address is: the one parser of the house, and when two addresses are the same page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from moderation.domain.site import Site, TrailingSlash
from moderation.text.addresses import is_email
from moderation.text.escapes import (
    encode_path,
    encode_query,
    fewest_escapes,
    raise_escapes,
    resolve_dots,
)
from moderation.text.hosts import normal_host

MAX_LENGTH = 2048  # characters, as given and as written out
REMEMBERED = 256  # characters of an address that is parsed once while it is in use
DEFAULT_PORTS = {"http": 80, "https": 443}
# Of the query these tell where a reader came from, never which page it is.
TRACKING = frozenset({"fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "igshid", "replytocom"})

_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.I | re.S)
_REFUSED = re.compile(
    "[\\s\x00-\x20\x7f-\x9f\\\\\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SLASHES = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """An http or https address in parts; `text` is the only way it is written."""

    scheme: str  # "http" | "https"
    host: str  # lower case, IDNA (xn--…); an IPv6 literal without brackets
    port: int  # the one connected to: the scheme's own when none is given
    path: str  # begins with "/", no dot segments, ASCII
    query: str | None
    fragment: str | None

    @property
    def authority(self) -> str:
        """Host, in brackets where it must be, and the port unless it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def page(self) -> str:
        """The address without its fragment."""
        return self.origin + self.path + ("" if self.query is None else "?" + self.query)

    @property
    def text(self) -> str:
        return self.page + ("" if self.fragment is None else "#" + self.fragment)


def parse_http_url(raw: str) -> HttpUrl:
    """Parse an absolute http or https address; raises ValueError with a sentence.

    What comes back is what is used: the host in IDNA (UTS 46), IP literals in their one
    spelling (`127.1`, `0x7f000001` and full-width digits are refused), dot segments
    resolved, what RFC 3986 does not allow percent-encoded. Escapes that are there stay
    as they are. No user name, white space, control, direction sign or backslash.
    """
    return _parse_again(raw) if len(raw) <= REMEMBERED else _parse(raw)


def _parse(raw: str) -> HttpUrl:
    if len(raw) > MAX_LENGTH:
        raise ValueError(f"The address is longer than {MAX_LENGTH} characters.")
    if _REFUSED.search(raw):
        raise ValueError("The address holds a space, a control character or a backslash.")
    parts = _PARTS.fullmatch(raw)
    if parts is None:
        raise ValueError("The address does not begin with http:// or https://.")
    scheme, authority, path, query, fragment = parts.groups()
    scheme = scheme.lower()
    if "@" in authority:
        raise ValueError("The address holds a user name.")
    host, port = _split_port(authority)
    url = HttpUrl(
        scheme=scheme,
        host=normal_host(host),
        port=_port(port) if port else DEFAULT_PORTS[scheme],
        path=resolve_dots(encode_path(path) or "/"),
        query=None if query is None else encode_query(query),
        fragment=None if fragment is None else encode_query(fragment),
    )
    if len(url.text) > MAX_LENGTH:
        raise ValueError(f"The address is longer than {MAX_LENGTH} characters once encoded.")
    return url


_parse_again = lru_cache(maxsize=1024)(_parse)  # one article is named in request after request


def canonical(raw: str, site: Site) -> str | None:
    """Return the canonical address of an article, or None outside the site (or no address).

    In this order: parsed (dot segments resolved); scheme, host and port replaced by the
    site's where the host is one of the site's; escapes of unreserved characters undone,
    all others in upper case; doubled slashes made one; prefix tested by path segment;
    the end slash as the site wants it; of the query only the names in `site.query`, in
    that order, repeated ones as given (tracking names never stay); no fragment. The case
    of the path stays.
    """
    try:
        url = parse_http_url(raw)
    except ValueError:
        return None
    home = _home(site.url, site.hosts)
    if not home.holds(url):
        return None
    path = _ended(_path(url), home.prefix, site.trailing_slash)
    address = home.origin + path + _kept_query(url.query or "", site.query)
    return address if len(address) <= MAX_LENGTH else None


def find_site(raw: str, sites: Iterable[Site]) -> Site | None:
    """Return the site an address lies under; of nested ones the innermost (longest prefix)."""
    try:
        url = parse_http_url(raw)
    except ValueError:
        return None
    homes = [(site, _home(site.url, site.hosts)) for site in sites]
    inside = [(site, home) for site, home in homes if home.holds(url)]
    return max(inside, key=lambda pair: len(pair[1].prefix), default=(None, None))[0]


def as_given(raw: str) -> str:
    """Write an address for the look-up of aliases: no fragment, escapes in upper case.

    Beyond that only what never tells two pages apart is levelled (host case, default
    port, empty path, dot segments). Raises ValueError for what is no address.
    """
    return raise_escapes(parse_http_url(raw).page)


def same_page(a: str, b: str) -> bool:
    """Tell whether two addresses are equal but for host case, default port, escape case,
    an empty path and the fragment; what is no address equals nothing."""
    try:
        return as_given(a) == as_given(b)
    except ValueError:
        return False


def spellings(raw: str, site: Site) -> tuple[str, ...]:
    """An address of a site by http and https and by each of the site's hosts."""
    url = parse_http_url(raw)
    rest = url.text.partition("://")[2].partition(url.authority)[2]
    names = {url.authority, parse_http_url(site.url).authority, *site.hosts}
    return tuple(f"{scheme}://{name}{rest}" for scheme in ("http", "https") for name in names)


def safe_link(raw: str, *, mail: bool = False) -> str:
    """Return an address that may stand in an href, re-written by our parser, or "".

    With `mail`, `mailto:` and one e-mail address too; what a link would prefill of the
    letter (`?subject=…`) is left out.
    """
    if mail and raw[:7].lower() == "mailto:":
        address = raw[7:].partition("?")[0]
        return "mailto:" + address if is_email(address) else ""
    try:
        return parse_http_url(raw).text
    except ValueError:
        return ""


def origin(raw: str) -> str:
    """Return ``scheme://host[:port]``, or "" for what is no http address."""
    try:
        return parse_http_url(raw).origin
    except ValueError:
        return ""


def host_of(raw: str) -> str:
    """Return the host (IDNA, lower case, without port), or "" for what is no http address."""
    try:
        return parse_http_url(raw).host
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a site lives: what its addresses are compared with."""

    origin: str
    prefix: str  # normalised path, begins and ends with "/"
    hosts: frozenset[tuple[str, int | None]]  # None: the default port of either scheme

    def holds(self, url: HttpUrl) -> bool:
        at_home = (url.host, _port_or_default(url)) in self.hosts
        return at_home and (_path(url) + "/").startswith(self.prefix)


@lru_cache(maxsize=256)
def _home(site_url: str, hosts: tuple[str, ...]) -> _Home:
    """Raises ValueError where the site's own address or one of its hosts is none.

    A host without a port is the site at the default ports and at the port of its address.
    """
    url = parse_http_url(site_url)
    known = {(url.host, _port_or_default(url))}
    for host in hosts:
        other = parse_http_url(f"{url.scheme}://{host}")
        known.add((other.host, _port_or_default(other)))
        if not _split_port(host)[1]:
            known.add((other.host, _port_or_default(url)))
    return _Home(url.origin, _path(url).rstrip("/") + "/", frozenset(known))


def _path(url: HttpUrl) -> str:
    return _SLASHES.sub("/", fewest_escapes(url.path))


def _port_or_default(url: HttpUrl) -> int | None:
    # http and https are one site, so both their ports are the same door.
    return None if url.port in DEFAULT_PORTS.values() else url.port


def _ended(path: str, prefix: str, mode: TrailingSlash) -> str:
    """Give a path the end the site wants; its root keeps its slash, files get none."""
    if path + "/" == prefix or path == prefix:
        return prefix
    if mode is TrailingSlash.DROP:
        return path.rstrip("/")
    if mode is TrailingSlash.ADD and "." not in path.rpartition("/")[2]:
        return path.rstrip("/") + "/"
    return path


def _kept_query(query: str, names: tuple[str, ...]) -> str:
    kept: list[tuple[int, str]] = []
    order = {fewest_escapes(encode_query(name)): at for at, name in enumerate(names)}
    for pair in fewest_escapes(query).split("&"):
        name = pair.partition("=")[0]
        if name in order and not is_tracking(name):
            kept.append((order[name], pair))
    kept.sort(key=lambda entry: entry[0])  # stable
    return "?" + "&".join(pair for _, pair in kept) if kept else ""


def is_tracking(name: str) -> bool:
    """Tell whether a name in a query says where a reader came from, never which page it is."""
    return name.lower() in TRACKING or name.lower().startswith("utm_")


def _split_port(authority: str) -> tuple[str, str]:
    if authority.endswith("]"):
        return authority, ""
    host, colon, port = authority.rpartition(":")
    return (host, port) if colon else (authority, "")


def _port(digits: str) -> int:
    port = int(digits) if re.fullmatch("[0-9]{1,5}", digits) else 0
    if not 0 < port < 65536:
        raise ValueError("The port of the address is not a number from 1 to 65535.")
    return port
