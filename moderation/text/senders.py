"""How other people's software looks for an article's doors, each sender in its own way.

What is written here was read in their sources and seen in their requests; protocols.md names
the versions. A page is looked at as they do: by patterns where they use patterns.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import TypeAlias
from urllib.parse import urljoin

from moderation.text.tree import Document, attribute

PINGBACK, TRACKBACK, WEBMENTION = "pingback", "trackback", "webmention"
Headers: TypeAlias = Sequence[tuple[str, str]]

_EXACT = re.compile(r'<link rel="pingback" href="([^"]+)" ?/?>')
_REL_TRACKBACK = re.compile(r"""link\s*rel=["']trackback["'].*href=["'](https?:[^"']+)["']""", re.I)
_IDENTIFIER = re.compile(r"""dc:identifier\s*=\s*["'](https?:[^"']+)["']""", re.I)
_PING = re.compile(r"""trackback:ping\s*=\s*["'](https?:[^"']+)["']""", re.I)
_QUOTED = re.compile(r"""<([^>]+)>; rel=["'](?:https://)?webmention(?:\.org/?)?["']""")
_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
_REL = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.I)


@dataclass(frozen=True, slots=True)
class Seen:
    """An article's page as it came."""

    url: str  # as it is linked to
    head: Headers  # of the answer to HEAD
    headers: Headers  # of the answer to GET
    html: str


@dataclass(frozen=True, slots=True)
class Found:
    """A door that a sender found, and by what."""

    protocol: str
    address: str
    by: str


Look: TypeAlias = Callable[[Seen], Found | None]


@dataclass(frozen=True, slots=True)
class Sender:
    """A piece of software and the places where it looks, in its order."""

    name: str
    looks: tuple[Look, ...]
    wants: tuple[str, ...]  # of `discovery`: what would make it find us, the surest first

    @property
    def speaks(self) -> frozenset[str]:
        """The protocols by which it could reach us."""
        return frozenset(_SPOKEN[want] for want in self.wants)

    def find(self, seen: Seen) -> Found | None:
        """The door it would send to; None where it finds none."""
        return next((found for look in self.looks if (found := look(seen)) is not None), None)


def _x_pingback(seen: Seen, *, by_head: bool = False) -> Found | None:
    value = _first(seen.head if by_head else seen.headers, "x-pingback")
    method = "HEAD" if by_head else "GET"
    return Found(PINGBACK, value, f"X-Pingback in the answer to {method}") if value else None


def _pingback_text(seen: Seen) -> Found | None:
    """As WordPress: ``rel="pingback"`` anywhere, then the next ``href=`` in the same quotes."""
    for quote in ('"', "'"):
        at = seen.html.find(f"rel={quote}pingback{quote}")
        start = seen.html.find("href=", at) if at >= 0 else -1
        end = seen.html.find(quote, start + 6) if start >= 0 else -1
        if end > start + 6:
            address = seen.html[start + 6 : end]
            return Found(PINGBACK, address, 'rel="pingback" in the page')
    return None


def _pingback_exact(seen: Seen) -> Found | None:
    match = _EXACT.search(seen.html)
    return Found(PINGBACK, unescape(match[1]), "the pingback element") if match else None


def _rel_trackback(seen: Seen) -> Found | None:
    match = _REL_TRACKBACK.search(seen.html)
    return Found(TRACKBACK, match[1].strip(), 'rel="trackback" in the page') if match else None


def _rdf(seen: Seen, *, parsed: bool = False) -> Found | None:
    """The RDF block; as text its identifier has to be the address letter by letter."""
    for block in rdf_blocks(seen.html):
        ping, named = _PING.search(block), _IDENTIFIER.search(block)
        if ping and (parsed or (named and named[1] == seen.url)):
            return Found(TRACKBACK, unescape(ping[1]) if parsed else ping[1], "the RDF block")
    return None


def _link_header(seen: Seen) -> Found | None:
    """The first Link of the kind, quoted or not, among others or alone (RFC 8288)."""
    for name, value in seen.headers:
        for address, parameters in _LINK.findall(value) if name.lower() == "link" else ():
            match = _REL.search(parameters)
            if match and WEBMENTION in (match[1] or match[2] or "").lower().split():
                return Found(WEBMENTION, urljoin(seen.url, address), "a Link header")
    return None


def _link_quoted(seen: Seen) -> Found | None:
    value = ", ".join(value for name, value in seen.headers if name.lower() == "link")
    match = _QUOTED.search(value)
    return Found(WEBMENTION, urljoin(seen.url, match[1]), "a Link header") if match else None


def _element(seen: Seen, *, rel: str = WEBMENTION) -> Found | None:
    """The first ``link`` or ``a`` of the kind in the document's order."""
    document = Document.parse(seen.html)
    for element in document.elements:
        named = element.name in ("link", "a") and "href" in element.attrs
        if named and rel in attribute(element, "rel").lower().split():
            address = urljoin(document.base(seen.url), attribute(element, "href"))
            return Found(rel, address, f"the first <{element.name}> with rel={rel}")
    return None


def rdf_blocks(html: str) -> Iterator[str]:
    """Every RDF block of a page, as text."""
    at = 0
    while (start := html.find("<rdf:RDF", at)) >= 0:
        end = html.find("</rdf:RDF>", start)
        if end < 0:
            return
        yield html[start:end]
        at = end


def identifiers(html: str) -> list[str]:
    """The addresses that the page's RDF blocks name, as a parser of XML reads them."""
    found = (_IDENTIFIER.search(block) for block in rdf_blocks(html))
    return [unescape(match[1]) for match in found if match]


def _first(headers: Headers, wanted: str) -> str:
    return next((value.strip() for name, value in headers if name.lower() == wanted), "")


_HEADER_PINGBACK, _HEADER_WEBMENTION = "X-Pingback", "Link"
_LINK_PINGBACK, _LINK_WEBMENTION, _LINK_TRACKBACK, _RDF = PINGBACK, WEBMENTION, TRACKBACK, "rdf"
_SPOKEN = {
    _HEADER_PINGBACK: PINGBACK,
    _HEADER_WEBMENTION: WEBMENTION,
    _LINK_PINGBACK: PINGBACK,
    _LINK_WEBMENTION: WEBMENTION,
    _LINK_TRACKBACK: TRACKBACK,
    _RDF: TRACKBACK,
}
_STANDARD = (_link_header, _element)
_MENTIONS = (_LINK_WEBMENTION, _HEADER_WEBMENTION)

SENDERS = (
    Sender(
        "WordPress",
        (partial(_x_pingback, by_head=True), _pingback_text),
        (_HEADER_PINGBACK, _LINK_PINGBACK),
    ),
    Sender("WordPress with Webmention", _STANDARD, _MENTIONS),
    Sender(
        "Serendipity",
        (_rel_trackback, _rdf, _pingback_exact),
        (_LINK_TRACKBACK, _LINK_PINGBACK, _RDF),
    ),
    Sender(
        "Dotclear",
        (_rdf, _x_pingback, _pingback_exact, *_STANDARD),
        (_RDF, _HEADER_PINGBACK, _LINK_PINGBACK, *_MENTIONS),
    ),
    Sender("Movable Type", (_rdf,), (_RDF,)),
    Sender(
        "@remy/webmention",
        (_x_pingback, *_STANDARD, partial(_element, rel=PINGBACK)),
        (_HEADER_PINGBACK, *_MENTIONS, _LINK_PINGBACK),
    ),
    Sender("ronkyuu", _STANDARD, _MENTIONS),
    Sender("webmention-tools", (_link_quoted, _element), _MENTIONS),
    Sender("indieweb-utils", _STANDARD, _MENTIONS),
    Sender("indieweb-utils, TrackBack", (partial(_rdf, parsed=True),), (_RDF,)),
    Sender("Webmention as the W3C has it", _STANDARD, _MENTIONS),
)
