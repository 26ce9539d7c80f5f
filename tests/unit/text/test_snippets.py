"""Ready pieces for a site: only of what it speaks, and each of one piece."""

from dataclasses import replace

from moderation.domain.site import Pings, Site
from moderation.text.snippets import snippets

SITE = Site("blog", "https://blog.example/notes/")
SERVER = "https://comments.blog.example"


def texts(pings: Pings) -> dict[str, str]:
    return {piece.title: piece.text for piece in snippets(replace(SITE, pings=pings), SERVER)}


def test_every_server_is_told_the_same_lines_in_its_own_words() -> None:
    pieces = texts(Pings())
    link, pingback = f'<{SERVER}/webmention>; rel="webmention"', f"{SERVER}/pingback"
    for server in ("Discovery, in the header", "nginx", "Apache", "Caddy", "Netlify"):
        assert pieces[server].count(link) == 1, server
        assert pieces[server].count(pingback) == 1, server
    assert pieces["nginx"].splitlines()[0] == f"add_header Link '{link}';"
    assert pieces["Netlify"].splitlines() == ["/*", f"  Link: {link}", f"  X-Pingback: {pingback}"]


def test_generators_write_the_address_of_each_page() -> None:
    pieces = texts(Pings())
    start = f'<link rel="trackback" href="{SERVER}/trackback?'
    assert (
        f'{start}{{{{ querify "article" .Permalink | safeURL }}}}">' in pieces["Hugo, in the head"]
    )
    eleventy = '("https://blog.example/notes" + page.url) | urlencode }}">'
    assert pieces["Eleventy, in the head"].endswith(eleventy)
    for engine in ("Hugo", "Jekyll", "Eleventy"):
        assert pieces[f"{engine}, in the head"].count("<link ") == 3


def test_a_site_without_pings_is_offered_no_way_to_be_found() -> None:
    assert set(texts(Pings(False, False, False))) == {"Embed", "Server-side include"}
    only = texts(Pings(pingback=False, webmention=False))
    assert "nginx" not in only
    assert "Discovery, RDF" in only
