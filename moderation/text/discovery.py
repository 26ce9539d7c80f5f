"""How an article tells other blogs where to send their pings: header lines, elements, RDF."""

from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from markupsafe import Markup

from moderation.domain.site import Pings
from moderation.text.clean import clean_text
from moderation.text.urls import parse_http_url

TITLE = 200  # characters of a title that go into the RDF
# None of these has to stand in an address, and each means something to a server's settings.
_AWKWARD = str.maketrans({c: f"%{ord(c):02X}" for c in "\"'$`<>{}\\| "})
LINK = Markup('<link rel="{}" href="{}">')
RDF = Markup(
    """\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">
<rdf:Description rdf:about="{article}" dc:identifier="{article}" dc:title="{title}"
  trackback:ping="{ping}"/>
</rdf:RDF>"""
)


@dataclass(frozen=True, slots=True)
class Doors:
    """Where an article's pings go; "" for a protocol that it does not take."""

    article: str  # canonical, exactly as readers link to it
    title: str
    webmention: str
    pingback: str
    trackback: str

    @property
    def any(self) -> bool:
        return bool(self.webmention or self.pingback or self.trackback)


def doors(
    pings: Pings, server: str, article: str, title: str = "", *, closed: bool = False
) -> Doors:
    """The doors of one article of a site at a server (its `public_url`)."""
    server = server.translate(_AWKWARD)

    def at(path: str, on: bool) -> str:
        return f"{server}{path}" if on and not closed else ""

    return Doors(
        article=article,
        title=clean_text(title, lines=False)[:TITLE],
        webmention=at("/webmention", pings.webmention),
        pingback=at("/pingback", pings.pingback),
        trackback=at(f"/trackback?article={escaped(article)}", pings.trackback),
    )


def escaped(article: str) -> str:
    """Write an address as the value of a query, so that a comment of HTML can hold it too."""
    return quote(article, safe="").replace("--", "-%2D")


def article_of(address: str, server: str) -> str:
    """The article whose thread has its own page at an address; else the address itself."""
    if "/thread?" not in address:  # as good as always: nothing needs to be parsed
        return address
    try:
        url, home = parse_http_url(address), parse_http_url(server)
        if (url.host, url.path) != (home.host, f"{home.path.rstrip('/')}/thread"):
            return address
        named = parse_qs(url.query or "").get("article", [""])[0]
        return parse_http_url(named).text
    except ValueError:
        return address


def header_lines(to: Doors) -> list[tuple[str, str]]:
    """The lines of the HTTP header, by name and value, for GET and for HEAD.

    The quotes and the one blank are what a sender's pattern wants (W-21).
    """
    lines = []
    if to.webmention:
        lines.append(("Link", f'<{to.webmention}>; rel="webmention"'))
    if to.pingback:
        lines.append(("X-Pingback", to.pingback))
    return lines


def link_elements(to: Doors) -> list[Markup]:
    """The elements of the head, each a line of its own.

    In exactly this shape: some senders look for ``<link rel="…" href="…">`` letter by
    letter (P-5), and one takes the last address of the line (T-17).
    """
    found = (("webmention", to.webmention), ("pingback", to.pingback), ("trackback", to.trackback))
    return [LINK.format(name, address) for name, address in found if address]


def rdf(to: Doors) -> Markup:
    """The block old TrackBack senders read, in a comment of HTML; "" without TrackBack.

    What would end the comment is written as XML allows it: two hyphens never meet (T-17).
    """
    if not to.trackback:
        return Markup("")
    inner = RDF.format(article=to.article, title=to.title, ping=to.trackback)
    return Markup("<!--\n{}\n-->").format(inner.replace("--", Markup("-&#45;")))


def markup(to: Doors) -> Markup:
    """All that a page can say of itself: the elements and the RDF."""
    return Markup("\n").join([*link_elements(to), *filter(None, [rdf(to)])])
