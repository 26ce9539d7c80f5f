"""How an article says where its pings go, in a running house: at `/discovery` and on our pages."""

import re
from itertools import product
from urllib.parse import quote

import httpx2
import pytest

from moderation.domain.article import Existence
from moderation.domain.site import Articles, Pings
from moderation.settings.sites import demo_site
from moderation.store import articles
from moderation.text import senders
from moderation.text.senders import SENDERS, Seen
from tests.conformance.pinging import mention, pingback, source
from tests.integration.journey.conftest import PUBLIC, Journey, Open

ARTICLE = f"{PUBLIC}/demo/weather/"
THREAD = f"{PUBLIC}/thread?article={ARTICLE}"
DISCOVERY = f"{PUBLIC}/discovery?article={ARTICLE}"
PAGES = (ARTICLE, THREAD)
EXACT = re.compile(r'<link rel="pingback" href="([^"&]+)">')
JSON, HTML = {"Accept": "application/json"}, {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
async def demo(begin: Open) -> Journey:
    """A house that shows articles of its own, as before any site is set up."""
    return await begin(demo=True, sites=(demo_site(PUBLIC, Pings()),))


async def seen(journey: Journey, where: str) -> Seen:
    head, page = await journey.client.head(where), await journey.client.get(where)
    assert (head.status_code, page.status_code, head.content) == (200, 200, b"")
    return Seen(where, head.headers.multi_items(), page.headers.multi_items(), page.text)


async def discovered(journey: Journey, **headers: str) -> httpx2.Response:
    where = f"/discovery?article={quote(journey.article, safe='')}"
    return await journey.client.get(where, headers=headers)


async def test_the_header_names_the_pingback_server(demo: Journey) -> None:
    """P-4: an absolute address, on GET and on HEAD."""
    for method, where in product(("GET", "HEAD"), (*PAGES, DISCOVERY)):
        answer = await demo.client.request(method, where)
        assert answer.headers.get_list("x-pingback") == [f"{PUBLIC}/pingback"]


async def test_the_pingback_element_is_exactly_as_senders_look_for_it(demo: Journey) -> None:
    """P-5: rel before href, double quotes, nothing between, no entity."""
    for where in (*PAGES, DISCOVERY):
        page = await demo.client.get(where)
        assert EXACT.findall(page.text) == [f"{PUBLIC}/pingback"]


async def test_there_is_one_pingback_server(demo: Journey) -> None:
    """P-6: header and element name the same absolute address, once each."""
    for where in PAGES:
        page = await demo.client.get(where)
        assert page.headers.get_list("x-pingback") == [f"{PUBLIC}/pingback"]
        assert page.text.count('"pingback"') == 1


async def test_the_rdf_names_exactly_the_article(demo: Journey) -> None:
    """T-17: in one comment without two hyphens, and as a link with an absolute address."""
    ping = f"{PUBLIC}/trackback?article={quote(ARTICLE, safe='')}"
    for where in (ARTICLE, DISCOVERY):
        page = (await demo.client.get(where)).text
        (block,) = senders.rdf_blocks(page)
        assert f'dc:identifier="{ARTICLE}"' in block
        assert f'trackback:ping="{ping}"' in block
        assert "--" not in block
        assert "<!--\n<rdf:RDF" in page
        assert f'<link rel="trackback" href="{ping}">' in page


async def test_a_title_ends_no_comment(journey: Journey) -> None:
    """T-17: nothing that the article calls itself opens markup or ends the block."""
    odd = '--></title><script>alert("1")</script> -- '
    await journey.reply()
    (article,) = await journey.house.store.read(articles.page, "blog", after="", limit=2)
    found = Existence.FOUND
    describe = articles.describe
    await journey.house.store.write(
        describe, article.id, title=odd, published_at=None, existence=found
    )
    (block,) = senders.rdf_blocks((await discovered(journey)).text)
    assert "--" not in block
    assert "<script" not in block
    assert "&lt;script&gt;" in block
    assert "<script" not in (await discovered(journey, **HTML)).text


async def test_the_header_names_the_webmention_endpoint(demo: Journey) -> None:
    """W-20: on GET and on HEAD, and the first such element in the page says the same."""
    for where in (*PAGES, DISCOVERY):
        for method in ("HEAD", "GET"):
            answer = await demo.client.request(method, where)
            assert f"<{PUBLIC}/webmention>" in answer.headers["link"]
        assert f'<link rel="webmention" href="{PUBLIC}/webmention">' in answer.text


async def test_the_link_line_has_the_shape_that_a_pattern_wants(demo: Journey) -> None:
    """W-21: quoted, one blank, a line of its own."""
    for where in (*PAGES, DISCOVERY):
        (line,) = (await demo.client.get(where)).headers.get_list("link")
        assert line == f'<{PUBLIC}/webmention>; rel="webmention"'


async def test_every_known_sender_finds_a_door_of_the_article(demo: Journey) -> None:
    """P-4, P-5, T-17, W-20, W-21: by its own order and patterns, and it is ours."""
    page = await seen(demo, ARTICLE)
    for sender in SENDERS:
        found = sender.find(page)
        assert found is not None, sender.name
        assert found.address.startswith(f"{PUBLIC}/{found.protocol}"), sender.name
        assert found.protocol in sender.speaks


async def test_a_ping_to_the_page_of_a_thread_is_a_ping_to_its_article(journey: Journey) -> None:
    """P-4, W-20: the page says where pings go, so those are taken and proven."""
    page = f"{PUBLIC}/thread?article={quote(journey.article, safe='')}"
    linking = journey.sources.page("/s/", f'<title>x</title><a href="{page}">words</a>')
    assert (await mention(journey, linking, page)).status_code == 201
    assert await pingback(journey, linking, f"{page}#comment-1") == 48
    await journey.work()
    comment = await journey.only()
    assert comment.waiting_for == "moderator"
    thread = (await journey.thread("thread.json")).json()
    assert thread["article"]["url"] == journey.article
    other = source(journey, path="/o/")
    assert await pingback(journey, other, f"{PUBLIC}/thread?article=https://else.example/") == 32


async def test_what_is_off_or_closed_is_left_out(begin: Open) -> None:
    """P-4, T-17, W-20: no page names a door that would refuse."""
    journey = await begin(site={"pings": Pings(pingback=False, trackback=False)})
    told = (await discovered(journey, **JSON)).json()
    assert (told["pingback"], told["trackback"], told["rdf"]) == (None, None, None)
    assert told["links"] == [f'<link rel="webmention" href="{PUBLIC}/webmention">']
    assert told["headers"] == [
        {"name": "Link", "value": f'<{PUBLIC}/webmention>; rel="webmention"'}
    ]

    await journey.reply()
    (article,) = await journey.house.store.read(articles.page, "blog", after="", limit=2)
    await journey.house.store.write(articles.set_open, article.id, replies=True, pings=False)
    closed, thread = await discovered(journey), await journey.thread("thread")
    assert closed.text == f"{journey.article} takes no pings.\n"
    for answer in (closed, thread):
        assert "link" not in answer.headers
        assert 'rel="webmention"' not in answer.text


async def test_a_page_that_is_not_known_and_would_be_refused_names_no_door(begin: Open) -> None:
    """P-12: the front of a site, and what is not in a closed list of articles."""
    journey = await begin(site={"articles": Articles.KNOWN})
    for address in (journey.article, journey.blog.url("/")):
        answer = await journey.client.get("/discovery", params={"article": address}, headers=JSON)
        assert (answer.status_code, answer.json()["links"]) == (200, [])


async def test_it_is_for_people_programs_and_other_origins(journey: Journey) -> None:
    """C-7, C-6: a page, JSON or text by Accept; the site's scripts may read it."""
    origin = journey.blog.url("")
    kinds = {"text/html": HTML, "application/json": JSON, "text/plain": {"Accept": "*/*"}}
    for kind, accept in kinds.items():
        answer = await discovered(journey, Origin=origin, **accept)
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "Accept, Origin"
        shown = "&lt;rdf:RDF" if accept is HTML else "<rdf:RDF"
        assert shown in answer.text
    asked = await journey.client.options("/discovery", headers={"Origin": origin})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, origin)


async def test_outside_every_site_there_is_nothing_to_discover(journey: Journey) -> None:
    """C-8: 404, and 400 without an address; in the form that was asked for."""
    for query, status in (("?article=https://else.example/", 404), ("", 400), ("?article=x", 400)):
        for accept in (HTML, JSON):
            answer = await journey.client.get(f"/discovery{query}", headers=accept)
            assert answer.status_code == status
            assert answer.headers["cache-control"] == "no-store"
