"""WordPress as a sender: its requests to the byte, from finding the door to pinging again."""

import re
import xmlrpc.client
from urllib.parse import urlencode

import httpx2
import pytest

from moderation.domain.comment import Kind, WaitingFor
from moderation.store import pings
from tests.conformance.looking import look, sign_in
from tests.conformance.pinging import said_no
from tests.integration.journey.conftest import PUBLIC, Journey

AGENT = "WordPress/{version}; http://bea.example"

# The markup of its own themes: microformats of before 2, `&` in addresses as &#038;.
POST = """<!DOCTYPE html>
<html lang="en-US"><head><title>On margins &#8211; Bea&#8217;s Blog</title></head>
<body class="post-template-default single single-post postid-7">
<article id="post-7" class="post-7 post type-post status-publish format-standard hentry">
<header class="entry-header"><h1 class="entry-title">On margins</h1>
<div class="entry-meta"><span class="byline"><span class="author vcard"><a class="url fn n"
href="{home}">Bea Otten</a></span></span></div></header>
<div class="entry-content">
<p>Before that I had read <a href="{link}">a fine piece</a> on margins, and went on.</p>
</div></article></body></html>"""


def post_of(journey: Journey, link: str = "", path: str = "/2026/on-margins/") -> str:
    """A published post that links to an article, written as WordPress writes addresses."""
    written = (link or journey.article).replace("&", "&#038;")
    page = POST.format(link=written, home=journey.sources.url("/author/bea/"))
    return journey.sources.page(path, page)


async def find_door(journey: Journey, target: str, version: str) -> str:
    """`discover_pingback_server_uri`: HEAD for the header, else GET and the two quotings."""
    agent = {"User-Agent": AGENT.format(version=version)}
    async with httpx2.AsyncClient(headers=agent) as client:
        head = await client.head(target)
        if door := head.headers.get("x-pingback"):
            return str(door)
        page = (await client.get(target)).text
    for quote in ('"', "'"):
        at = page.find(f"rel={quote}pingback{quote}")
        if at > 0:
            start = page.index(f"href={quote}", at) + len("href=") + 1
            return page[start : page.index(quote, start)]
    return ""


async def ping(journey: Journey, door: str, source: str, target: str, version: str) -> int:
    """`pingback.ping` by its XML-RPC library; the fault, or -1 for success."""
    body = (
        '<?xml version="1.0"?>\n<methodCall>\n<methodName>pingback.ping</methodName>\n<params>\n'
        f"<param><value><string>{escaped(source)}</string></value></param>\n"
        f"<param><value><string>{escaped(target)}</string></value></param>\n"
        "</params></methodCall>"
    )
    headers = {
        "User-Agent": f"The Incutio XML-RPC PHP Library -- WordPress/{version}",
        "Accept": "*/*",
        "Accept-Encoding": "deflate, gzip, br",
        "Referer": door,
        "Content-Type": "text/xml",
        "Connection": "close",
    }
    answer = await journey.client.post(door, content=body.encode(), headers=headers)
    assert answer.status_code == 200  # all else is -32301 to it
    try:
        xmlrpc.client.loads(answer.text)
    except xmlrpc.client.Fault as fault:
        return int(fault.faultCode)
    return -1


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("version", ["6.1.9", "7.1"])
async def test_a_post_s_pingback_gets_in(journey: Journey, version: str) -> None:
    """WP-1: by header, asked for with HEAD, and by the element in the page."""
    door = f"{PUBLIC}/pingback"
    page = "<html><head><title>In praise</title>{}</head></html>"
    element = page.format(f'<link rel="pingback" href="{door}">')
    by_header = journey.blog.page("/1/", page.format(""), headers={"X-Pingback": door})
    by_element = journey.blog.page("/2/", element)
    for article in (by_header, by_element):
        found = await find_door(journey, article, version)
        assert found == door
        post = post_of(journey, article, path=article[-3:])
        assert await ping(journey, found, post, article, version) == -1
    await journey.work()
    assert {c.waiting_for for c in await journey.all()} == {WaitingFor.MODERATOR}
    assert len(await journey.all()) == 2


async def test_a_trackback_s_entities_are_decoded_once(journey: Journey) -> None:
    """WP-2: a form without charset, escaped fields, and the owner reads the blog's name."""
    where = f"/trackback?article={journey.article}"
    fields = {
        "title": "A reply &#038; &#8220;more&#8221;",
        "url": post_of(journey),
        "blog_name": "Bea&#039;s Blog &amp; Co",
        "excerpt": "Zwölf Boxkämpfer &#8230; 日本",
    }
    headers = {
        "User-Agent": AGENT.format(version="7.1"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(fields)
    answer = await journey.client.post(where, content=body.encode(), headers=headers)
    assert "<error>0</error>" in answer.text

    session = await sign_in(journey)
    queue = await look(journey, "/dashboard?waiting_for=source", session)
    assert "Bea&#39;s Blog &amp; Co" in queue.text
    assert "&amp;#" not in queue.text
    comment = await journey.only()
    assert (comment.author.name, comment.title) == ("Bea's Blog & Co", "A reply & “more”")
    assert comment.text == "Zwölf Boxkämpfer … 日本"


async def test_a_post_that_is_edited_pings_again_in_vain(journey: Journey) -> None:
    """WP-3: 48, at which it notes the ping as done; for the trackback error 1."""
    door, source = f"{PUBLIC}/xmlrpc.php", post_of(journey)
    assert await ping(journey, door, source, journey.article, "7.1") == -1
    await journey.work()
    for target in (journey.article, f"{journey.article}#comment-7"):
        assert await ping(journey, door, source, target, "7.1") == 48
    again = await journey.client.post(f"/trackback?article={journey.article}", data={"url": source})
    assert said_no(again)
    assert len(await journey.all()) == 1


async def test_its_own_page_proves_the_link_and_names_its_author(journey: Journey) -> None:
    """WP-4: the href has &#038;; name, words and title come from the theme's markup."""
    link = f"{journey.article}?utm_source=bea&utm_medium=blog"
    source = post_of(journey, link)
    assert await ping(journey, f"{PUBLIC}/pingback", source, link, "7.1") == -1
    await journey.work()

    comment = await journey.only()
    assert comment.waiting_for is WaitingFor.MODERATOR
    assert comment.author.name == "Bea Otten"
    assert comment.author.url == journey.sources.url("/author/bea/")
    assert comment.text == "Before that I had read a fine piece on margins, and went on."
    assert re.match("On margins", comment.title)


async def test_with_the_webmention_plugin_it_is_one_entry_by_one_door(journey: Journey) -> None:
    """WP-5: 2xx, after which its core sends no pingback; and no harm if it did."""
    agent = "WordPress/7.1; http://bea.example; sending Webmention"
    source = post_of(journey)
    answer = await journey.client.post(
        "/webmention",
        data={"source": source, "target": journey.article},
        headers={"User-Agent": agent, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code // 100 == 2
    await journey.work()
    comment = await journey.only()
    assert (comment.kind, comment.via) == (Kind.WEBMENTION, (Kind.WEBMENTION,))
    (receipt,) = await journey.house.store.read(pings.receipts, comment.id)
    assert receipt.client.user_agent == agent

    assert await ping(journey, f"{PUBLIC}/pingback", source, journey.article, "7.1") == 48
    assert len(await journey.all()) == 1
