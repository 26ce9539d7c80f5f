"""The headers every response carries, and those that let a site read what is public."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from moderation.domain.site import Site
from moderation.flow.compress import ENCODINGS
from moderation.text.forms import quality
from moderation.text.urls import origin

Headers = list[tuple[bytes, bytes]]

ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=(), camera=(), microphone=(), geolocation=()"),
]
STRICT_CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
CSP = (b"content-security-policy", STRICT_CSP.encode())
NOT_KEPT = (b"cache-control", b"no-store")
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


def protected(headers: Headers, *, https: bool) -> Headers:
    """Add to an answer's header what all answers carry and this one does not say itself."""
    have = {name.lower() for name, _ in headers}
    more = [*ALWAYS, CSP, NOT_KEPT, *([STRICT_TRANSPORT] if https else ())]
    return [*headers, *(pair for pair in more if pair[0] not in have)]


def origins_of(site: Site) -> tuple[str, ...]:
    """The origins a site's pages come from, the canonical one first.

    A host without a port is the site at the default port and at that of its address.
    """
    home = origin(site.url)
    scheme, _, authority = home.partition("://")
    port = authority.rpartition("]")[2].partition(":")[2]
    found = [home]
    for host in site.hosts:
        found.append(origin(f"{scheme}://{host}"))
        if port and ":" not in host.rpartition("]")[2]:
            found.append(origin(f"{scheme}://{host}:{port}"))
    return tuple(dict.fromkeys(found))


def posting_origins(site: Site) -> tuple[str, ...]:
    """Those a reply may come from: http and https are one site, whatever its links say."""
    other = {"http": "https", "https": "http"}
    names = origins_of(site)
    twins = []
    for name in names:
        scheme, _, authority = name.partition("://")
        if ":" not in authority.rpartition("]")[2]:
            twins.append(f"{other[scheme]}://{authority}")
    return (*names, *twins)


@lru_cache(maxsize=256)
def encoding_for(accept_encoding: bytes) -> str:
    """The encoding that a client likes best of ours (RFC 9110 §12.5.3); "" for none.

    Named, or by "*", and not at q=0; none too where it says that it likes `identity` better.
    """
    liking: dict[str, float] = {}
    for choice in accept_encoding.decode("latin-1").lower().split(",")[:50]:
        name = choice.partition(";")[0].strip()
        liking.setdefault("gzip" if name == "x-gzip" else name, quality(choice))
    best = max(ENCODINGS, key=lambda name: liking.get(name, liking.get("*", 0.0)))
    liked = liking.get(best, liking.get("*", 0.0))
    return best if liked > 0 and liked >= liking.get("identity", 0.0) else ""


def matches(if_none_match: str | None, etag: str, *others: str) -> bool:
    """Whether If-None-Match names this version, weakly compared (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    given = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return not {etag, *others}.isdisjoint(given)


def tag_of(etag: str, encoding: str) -> str:
    """The tag of a form: that of the bytes, with the encoding's name."""
    return f'{etag[:-1]}-{encoding}"' if encoding else etag


def tags(etag: str) -> list[str]:
    """Those of all forms."""
    return [etag, *(tag_of(etag, name) for name in ENCODINGS)]


def page_csp(sites: Iterable[Site], *, framed: bool = False, post_to: str = "'self'") -> str:
    """What a public page of ours may do: our own style and script, posting to us and back.

    Browsers apply `form-action` to the redirect after a post too, so the sites are named.
    """
    names = " ".join(name for site in sites for name in origins_of(site))
    ancestors = names if framed and names else "'none'"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; object-src 'none'; "
        f"form-action {post_to} {names}; frame-ancestors {ancestors}"
    )


def dashboard_csp() -> str:
    """What the dashboard may do: our own files only, framed by nobody."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


class Origins:
    """Which origins may post to us and read from us."""

    def __init__(self, public_url: str, sites: Sequence[Site]) -> None:
        self.own = origin(public_url)
        self._of_site = {site.id: posting_origins(site) for site in sites}
        self.of_sites = frozenset(name for names in self._of_site.values() for name in names)

    def may_post(self, given: str | None) -> bool:
        """Ours, a site's, absent or ``null``."""
        return given in (None, "", "null", self.own) or given in self.of_sites

    def reading(self, given: str | None, site: Site) -> Headers:
        """CORS headers of what is public of a site; never with credentials."""
        allowed = self._of_site[site.id]
        name = given if given in allowed or given == self.own else allowed[0]
        return [(b"access-control-allow-origin", (name or "").encode()), (b"vary", b"Origin")]

    def named(self, site: Site) -> dict[bytes, bytes]:
        """The origins that `reading` names back, as they stand in a request's header."""
        names = (name.encode() for name in (*self._of_site[site.id], self.own))
        return {name: name for name in names}

    def posting(self, given: str | None) -> dict[str, str]:
        """CORS headers of an answer to a script on a site's page."""
        headers = {"Vary": "Origin"}
        if given and given in self.of_sites | {self.own}:
            headers["Access-Control-Allow-Origin"] = given
        return headers

    def preflight(self, given: str | None) -> dict[str, str]:
        """The answer to OPTIONS."""
        return self.posting(given) | {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
            "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
            "Access-Control-Max-Age": "86400",
            "Cache-Control": "no-store",
        }
