"""Pages as they come over the wire, and what is read in them; in a process: integration/net."""

from datetime import UTC, datetime

import pytest

from moderation.domain.comment import Type
from moderation.domain.ping import ArticleFacts, SourceFacts
from moderation.net.contract import NotHtml, Page
from moderation.net.reading import read_article, read_source

TARGET = "https://blog.example/a"
LINK = f'<a href="{TARGET}">the shirts</a>'
BY_LINK = f'<a href="{TARGET}">'
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
# The page of webmention.rocks' first test of receivers: an author who is only a picture.
ROCKS = f"""<!doctype html><html lang="en"><title>Receiver Test</title><body>
<div class="h-entry"><h1 class="p-name">Receiver Test #1</h1>
<div class="p-author h-card"><a href="https://rocks.example/" class="u-url">
<img src="/me.png" class="u-photo" alt="Ana Author"></a></div>
<p>In reply to: <a class="u-in-reply-to" href="{TARGET}">{TARGET}</a></p>
<div class="e-content">This verifies the <b>first</b> test.</div>
<a class="u-url" href=""><time class="dt-published" datetime="2026-11-20T10:00:00Z">x</time></a>
</div>"""


def page(body: str | bytes, named: str = "text/html", url: str = "https://other.example/p") -> Page:
    content = body.encode() if isinstance(body, str) else body
    return Page(url, url, 200, named, "", content)


def source(body: str | bytes, named: str = "text/html", *targets: str) -> SourceFacts:
    return read_source(page(body, named), targets or (TARGET,), NOW)


def test_a_page_of_an_independent_blog_is_read_whole() -> None:
    """M-7: the page of webmention.rocks' receiver test, whose author is a picture."""
    assert source(ROCKS) == SourceFacts(
        links=True,
        title="Receiver Test",
        excerpt=f"In reply to: {TARGET}",
        author_name="Ana Author",
        author_url="https://rocks.example/",
        published_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
        type=Type.REPLY,
        content="This verifies the first test.",
        language="en",
        link=BY_LINK,
    )


def test_an_ordinary_page_is_a_mention_with_words_around_the_link() -> None:
    """P-22, M-1: title, and the words around the link."""
    facts = source(f"<title>My day</title><p>I like {LINK} a lot.</p>")
    assert facts == SourceFacts(
        links=True, title="My day", excerpt="I like the shirts a lot.", link=BY_LINK
    )


def test_a_page_without_a_title_is_no_error() -> None:
    """P-22: unlike WordPress's fault 32."""
    assert source(f"<p>{LINK}").links


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>nothing</p>",
        f"<template>{LINK}</template>",
        f"<p>{TARGET}</p>",
        LINK.replace('">', 'b">'),
    ],
)
def test_a_page_without_the_link_says_nothing_else(body: str) -> None:
    """P-8: nothing of it is kept."""
    assert source(f"<title>T</title>{body}") == SourceFacts(links=False)


@pytest.mark.parametrize("content", ["410 Gone", "410", " 410 gone "])
def test_a_page_may_call_itself_gone(content: str) -> None:
    html = f'<meta HTTP-EQUIV="Status" content="{content}">'
    assert source(html + LINK) == SourceFacts(links=False, gone=True)
    assert source(html).gone


def test_a_page_is_gone_by_its_own_words_only_where_it_says_so() -> None:
    assert not source('<meta http-equiv="status" content="200 OK">410' + LINK).gone
    assert not source('<!-- <meta http-equiv="status" content="410"> -->' + LINK).gone


@pytest.mark.parametrize(
    "coded", ["https://bl&#111;g.example/a", "https&#x3a;//blog&period;example/a"]
)
def test_a_host_written_in_entities_is_found(coded: str) -> None:
    """P-9: decoded before it is compared."""
    assert source(f'<a href="{coded}">x</a>').links


def test_a_relative_link_on_the_targets_own_host_is_found() -> None:
    same = page('<a href="/a">x</a>', url="https://blog.example/b")
    assert read_source(same, [TARGET], NOW).links


def test_an_international_host_is_found_in_its_other_spelling() -> None:
    """W-13: one host in two spellings."""
    assert source(
        '<a href="https://bücher.example/a">x</a>', "text/html", "https://xn--bcher-kva.example/a"
    ).links


def test_a_page_in_another_encoding_is_read() -> None:
    """H-8: by header, byte-order mark and meta."""
    html = f'<meta charset="koi8-r"><title>Привет</title>{LINK}'
    assert source(html.encode("koi8-r")).title == "Привет"


def test_plain_text_is_looked_through() -> None:
    """W-14: with the words around it."""
    facts = source(f"I like {TARGET}, really.", "text/plain")
    assert facts == SourceFacts(
        links=True, excerpt=f"I like {TARGET}, really.", link="its address, in plain text"
    )
    assert not source(f"{TARGET}b", "text/plain").links


@pytest.mark.parametrize("named", ["application/json", "application/mf2+json"])
def test_json_is_looked_through(named: str) -> None:
    """W-14: by any type that ends in json."""
    found = SourceFacts(links=True, link="a property of the JSON")
    assert source(f'{{"url": "{TARGET}"}}', named) == found
    assert source("{", named) == SourceFacts(links=False)


@pytest.mark.parametrize("named", ["image/svg+xml", "text/css", "application/pdf", "text/xml"])
def test_other_types_are_not_looked_through(named: str) -> None:
    """W-14: refused, and told as not_html."""
    with pytest.raises(NotHtml):
        source(LINK, named)
    with pytest.raises(NotHtml):
        read_article(page("", named), NOW)


ENTRY = (
    '<div class="h-entry"><b class="p-name">E</b>'
    '<time class="dt-published" datetime="2026-11-20"></div>'
)
GRAPH = (
    "<meta property='og:title' content='O'>"
    "<meta property='article:published_time' content='2026-11-19'>"
)


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (f"<title>T</title>{GRAPH}{ENTRY}", ArticleFacts("E", datetime(2026, 11, 20, tzinfo=UTC))),
        (f"<title>T</title>{GRAPH}", ArticleFacts("O", datetime(2026, 11, 19, tzinfo=UTC))),
        ("<title>T</title><h1>H</h1>", ArticleFacts("T")),
        ("<h1>H</h1>", ArticleFacts("H")),
        ("", ArticleFacts()),
        ("<meta property='article:published_time' content='2999-01-01'>", ArticleFacts()),
        ("<link rel='x Canonical' href='/c'>", ArticleFacts(canonical="https://other.example/c")),
        ("<link rel=canonical href='javascript:x'>", ArticleFacts()),
        ("<link rel=canonical><link rel=alternate href=/x>", ArticleFacts()),
    ],
)
def test_what_the_owners_page_says(body: str, facts: ArticleFacts) -> None:
    assert read_article(page(body), NOW) == facts
