"""What an article's page says of its doors, in the shapes that senders look for."""

import re
import xml.etree.ElementTree as ET

import pytest

from moderation.domain.site import Pings
from moderation.text import discovery
from moderation.text.discovery import Doors, article_of, doors

SERVER = "https://comments.blog.example/talk"
ARTICLE = "https://blog.example/bees/?a=1&b=2"
RDF = "{http://purl.org/dc/elements/1.1/}"
PING = "{http://madskills.com/public/xml/rss/module/trackback/}ping"


def made(article: str = ARTICLE, title: str = "Bees", server: str = SERVER) -> Doors:
    return doors(Pings(), server, article, title)


def described(to: Doors) -> dict[str, str]:
    """The description in the RDF, as a parser of XML reads it."""
    block = discovery.rdf(to)
    inner = block.removeprefix("<!--").removesuffix("-->")
    assert "--" not in inner
    (found,) = ET.fromstring(inner)  # noqa: S314 what we wrote ourselves
    return dict(found.attrib)


@pytest.mark.parametrize(
    "article",
    [
        ARTICLE,
        "https://blog.example/a--b---c/",
        "https://xn--bcher-kva.example/x",
        "https://blog.example/it's/",
    ],
)
def test_the_rdf_names_exactly_the_article_whatever_its_address(article: str) -> None:
    found = described(made(article))
    assert found[f"{RDF}identifier"] == article
    assert article_of(found[PING].replace("/trackback?", "/thread?"), SERVER) == article


@pytest.mark.parametrize("title", ['--> <script>alert("1")</script>', "a -- b", "-", "\x00<&'\""])
def test_a_title_ends_neither_the_comment_nor_its_attribute(title: str) -> None:
    found = described(made(title=title))
    assert found[f"{RDF}title"] == title.replace("\x00", "")
    assert "<script" not in discovery.markup(made(title=title))


def test_a_title_is_cut_and_its_lines_are_joined() -> None:
    assert made(title="a\r\nb" + "c" * 300).title == "a b" + "c" * 197


def test_what_a_site_does_not_speak_is_left_out() -> None:
    assert not doors(Pings(), SERVER, ARTICLE, closed=True).any
    only = doors(Pings(pingback=False, trackback=False), SERVER, ARTICLE)
    assert discovery.header_lines(only) == [("Link", f'<{SERVER}/webmention>; rel="webmention"')]
    assert discovery.markup(only) == f'<link rel="webmention" href="{SERVER}/webmention">'
    assert discovery.rdf(only) == ""
    assert discovery.header_lines(doors(Pings(webmention=False), SERVER, ARTICLE)) == [
        ("X-Pingback", f"{SERVER}/pingback")
    ]


def test_an_address_never_breaks_out_of_a_line_or_an_attribute() -> None:
    odd = made(server="https://blog.example/\"><b>$x`'", article='https://blog.example/"><b>')
    for line in (*discovery.link_elements(odd), discovery.rdf(odd)):
        assert "<b>" not in line
        assert re.sub(r'"[^"<>$`]*"', "", line).count('"') == 0


@pytest.mark.parametrize(
    ("address", "article"),
    [
        (f"{SERVER}/thread?article=https%3A%2F%2Fblog.example%2Fa", "https://blog.example/a"),
        (f"{SERVER}/thread?parent=m1&article=https://blog.example/a#c1", "https://blog.example/a"),
        ("http://comments.blog.example/talk/thread?article=http://x.example/", "http://x.example/"),
        (f"{SERVER}/thread?article=x", f"{SERVER}/thread?article=x"),
        (f"{SERVER}/thread", f"{SERVER}/thread"),
        (f"{SERVER}/thread.json?article=x", f"{SERVER}/thread.json?article=x"),
        (
            "https://else.example/talk/thread?article=x",
            "https://else.example/talk/thread?article=x",
        ),
        ("no address", "no address"),
    ],
)
def test_a_thread_s_own_page_stands_for_its_article(address: str, article: str) -> None:
    assert article_of(address, SERVER) == article
