"""Ready pieces for a site's pages and its web server: the thread, and where pings go."""

from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from moderation.domain.site import Site
from moderation.text import discovery
from moderation.text.discovery import Doors

EXAMPLE = "an-article/"  # below the site's address
THREAD = Markup(
    """\
<div data-comments></div>
<noscript><a href="{server}/thread?article={example}">Comments</a></noscript>
<script src="{server}/embed.js" async></script>"""
)
CANONICAL = Markup('<link rel="canonical" href="{}">')


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece to paste."""

    title: str
    says: str  # where it goes, and what it does
    text: str


def example_of(site: Site) -> str:
    """The address of an article that stands for any."""
    return site.url + EXAMPLE


def embed(site: Site, server: str) -> str:
    """The lines where the comments go on an article's page."""
    return str(THREAD.format(server=server, example=quote(example_of(site), safe="")))


def canonical(site: Site) -> str:
    return str(CANONICAL.format(example_of(site)))


def snippets(site: Site, server: str) -> list[Snippet]:
    """Everything for one site; of the protocols only those it speaks."""
    to = discovery.doors(site.pings, server, example_of(site), "An article")
    home = site.url.rstrip("/")
    return [*_thread(site, server), *_pages(to), *_servers(to), *_generators(to, home)]


def _thread(site: Site, server: str) -> list[Snippet]:
    include = f"{server}/thread.html?article={quote(example_of(site), safe='')}"
    return [
        Snippet(
            "Embed",
            "Where the comments are to stand on the page of every article. A page says which it"
            " is by its canonical link, else by its address.",
            embed(site, server),
        ),
        Snippet(
            "Server-side include",
            "The same HTML, fetched by your web server or generator with the address of each page:"
            " readers need no script. It carries an ETag, so that asking again is cheap.",
            include,
        ),
    ]


def _pages(to: Doors) -> list[Snippet]:
    found = []
    links = discovery.link_elements(to)
    if links:
        says = (
            "In the head of every article, letter by letter and each on a line of its own. The"
            " address of TrackBack holds the article's own, percent-encoded."
        )
        found.append(Snippet("Discovery, in the page", says, str(Markup("\n").join(links))))
    if to.trackback:
        says = (
            "For old TrackBack senders, anywhere in the page. The address is the article's, exactly"
            " as others link to it."
        )
        found.append(Snippet("Discovery, RDF", says, str(discovery.rdf(to))))
    return found


def _servers(to: Doors) -> list[Snippet]:
    """The header lines, which pages that are not HTML can have too, in each server's words."""
    lines = discovery.header_lines(to)
    if not lines:
        return []
    says = "Or rather as lines of the HTTP header, to GET and HEAD: {}"
    nginx = "\n".join(f"add_header {name} '{value}';" for name, value in lines)
    apache = "\n".join(f"Header add {name} '{value}'" for name, value in lines)
    caddy = "\n".join(f"header {'+' * (name == 'Link')}{name} `{value}`" for name, value in lines)
    netlify = "/*\n" + "\n".join(f"  {name}: {value}" for name, value in lines)
    bare = "\n".join(f"{name}: {value}" for name, value in lines)
    return [
        Snippet("Discovery, in the header", says.format("what is sent."), bare),
        Snippet("nginx", says.format("beside any other add_header of the place."), nginx),
        Snippet("Apache", says.format("with mod_headers, in .htaccess or a Directory."), apache),
        Snippet("Caddy", says.format("in the site's block of the Caddyfile."), caddy),
        Snippet("Netlify", says.format("in the file _headers, published with the pages."), netlify),
    ]


def _generators(to: Doors, home: str) -> list[Snippet]:
    if not to.any:
        return []
    engines = (
        ("Hugo", "layouts/partials/head.html", '{{ querify "article" .Permalink | safeURL }}'),
        ("Jekyll", "_includes/head.html", "article={{ page.url | absolute_url | cgi_escape }}"),
        (
            "Eleventy",
            "the articles' layout, in Nunjucks",
            f'article={{{{ ("{home}" + page.url) | urlencode }}}}',
        ),
    )
    return [
        Snippet(f"{engine}, in the head", f"In {where}.", "\n".join(_head(to, query)))
        for engine, where, query in engines
    ]


def _head(to: Doors, query: str) -> list[str]:
    lines = [str(line) for line in discovery.link_elements(to)]
    return [f'{line.partition("?")[0]}?{query}">' if "?" in line else line for line in lines]
