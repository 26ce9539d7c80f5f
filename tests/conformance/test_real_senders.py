"""Other people's software finds our doors on an article's page and pings, by real sockets.

Each goes the whole way: the article's page, the door it names, the answer, and the ping is
verified and stands in the owner's queue. What each makes of our answers is in docs/protocols.md.
"""

import asyncio
import shutil
import xmlrpc.client
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests import senders
from tests.owner import Owner, make_owner
from tests.process import Service, running, until
from tests.sources import SourceServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

RDF = """<!--
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:trackback="http://madskills.com/public/xml/rss/module/trackback/">
<rdf:Description rdf:about="{article}" dc:identifier="{article}" dc:title="Margins"
  trackback:ping="{server}/trackback?article={escaped}"/>
</rdf:RDF>
-->"""
ELEMENTS = """<link rel="webmention" href="{server}/webmention">
<link rel="pingback" href="{server}/pingback">"""
SOURCE = """<html lang="en"><title>A week with {client}</title><body><p>I read
<a href="{link}">a fine piece</a> by way of {client}.</p></body></html>"""


@dataclass
class World:
    """A service, its owner, its blog, and a blog on another host that pings it."""

    service: Service
    owner: Owner
    blog: SourceServer
    sources: SourceServer

    def article(self, path: str, *, headers: bool = False, elements: bool = False) -> str:
        """An article that tells of the doors, in the ways that docs/embedding.md gives."""
        server, address = self.service.url, self.blog.url(path)
        markup = RDF + (ELEMENTS if elements else "")
        head = markup.format(server=server, article=address, escaped=quote(address, safe=""))
        given = {
            "Link": f'<{server}/webmention>; rel="webmention"',
            "X-Pingback": f"{server}/pingback",
        }
        page = f"<html><head><title>Margins</title>{head}</head><body>Text.</body></html>"
        return self.blog.page(path, page, headers=given if headers else {})

    def source(self, client: str, link: str, query: str = "") -> str:
        """A page that links to an article, on a host that is not the blog's to a sender."""
        path = f"/{quote(client)}/"
        self.sources.page(path, SOURCE.format(client=client, link=link))
        return f"http://localhost:{self.sources.port}{path}{query}"

    async def verified(self, source: str) -> dict[str, Any]:
        """Wait until a ping's link was found, and it stands in the queue; the comment."""

        async def found() -> dict[str, Any] | None:
            waiting = await self.owner.comments(status="held", waiting_for="moderator")
            return next((c for c in waiting if c["source"] == source), None)

        return await until(found, what=f"the mention by {source}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("senders")
    shutil.copyfile(sqlite_template, folder / "moderation.db")
    async with SourceServer() as blog, SourceServer() as sources:
        settings = f"""
[sites.blog]
url = "{blog.url("/")}"
[pings]
allowed_private_hosts = ["{blog.pair}", "localhost:{sources.port}"]
"""
        url = f"sqlite:///{folder / 'moderation.db'}"
        async with running(folder, url, settings) as service:
            yield World(service, await make_owner(service), blog, sources)
            assert service.complaints() == []


async def test_the_standard_library_s_xmlrpc_client_pings(world: World) -> None:
    """X-1, X-10, P-1, P-14, P-17: success is a string, a repetition fault 48."""
    article = world.article("/python/", headers=True)
    source = world.source("xmlrpc.client", article)
    with xmlrpc.client.ServerProxy(f"{world.service.url}/pingback") as server:
        said: Any = await asyncio.to_thread(server.pingback.ping, source, article)
        assert isinstance(said, str)
        with pytest.raises(xmlrpc.client.Fault) as again:
            await asyncio.to_thread(server.pingback.ping, source, article)
    assert again.value.faultCode == 48
    assert (await world.verified(source))["kind"] == "pingback"


@pytest.mark.parametrize("told_by", ["headers", "elements"])
@pytest.mark.parametrize("client", ["ronkyuu", "webmentions", "indieweb-utils", "webmention-tools"])
async def test_webmention_senders_from_pypi(world: World, client: str, told_by: str) -> None:
    """W-1, W-2, W-3: the door is found by header or element, and 201 is well with all but one."""
    senders.need(senders.PYTHON)
    article = world.article(f"/{client}/{told_by}/", **{told_by: True})
    source = world.source(f"{client} by {told_by}", article)
    told = await asyncio.to_thread(senders.by_python, client, source, article)

    if client == "webmention-tools":  # takes 201 and 202 for errors; the mention has arrived
        assert not told["sent"]
        assert '"http_status": 201' in told["said"]
    else:
        assert told["sent"], told["said"]
    comment = await world.verified(source)
    assert comment["kind"] == "webmention"
    assert "a fine piece" in comment["text"]


async def test_the_trackback_sender_of_indieweb_utils(world: World) -> None:
    """T-1, T-2, T-10: found in the RDF; a form that names its charset; error 1 the second time."""
    senders.need(senders.PYTHON)
    article = world.article("/trackback/")
    source = world.source("indieweb-utils trackback", article)
    told = await asyncio.to_thread(senders.by_python, "indieweb-utils trackback", source, article)
    assert told["sent"], told["said"]
    comment = await world.verified(source)
    assert (comment["kind"], comment["author"]["name"]) == ("trackback", "Bea's Blog")
    again = await asyncio.to_thread(senders.by_python, "indieweb-utils trackback", source, article)
    assert (again["sent"], "already a ping" in again["said"]) == (False, True)


@pytest.mark.parametrize(
    ("headers", "kind"), [(True, "pingback"), (False, "webmention")], ids=["pingback", "webmention"]
)
async def test_the_sender_of_remy_for_node(world: World, headers: bool, kind: str) -> None:
    """X-8, X-12, P-2, P-3, W-1: XML as a form type, `&` as it is; then a form."""
    senders.need(senders.NODE)
    article = world.article(f"/remy/{kind}/", headers=headers, elements=not headers)
    source = world.source(f"remy {kind}", article, query="?a=1&b=2")
    told = await asyncio.to_thread(senders.by_node, source)

    assert told["errors"] == []
    assert [endpoint["type"] for endpoint in told["endpoints"]] == [kind]
    (sent,) = told["sent"]
    assert (sent["status"], sent["error"]) == (200 if kind == "pingback" else 201, None)
    assert (await world.verified(source))["kind"] == kind

    again = await asyncio.to_thread(senders.by_node, source)
    (sent,) = again["sent"]
    if kind == "pingback":
        assert (sent["status"], "already a ping" in sent["error"]) == (400, True)  # its own number
    else:
        assert (sent["status"], sent["error"]) == (201, None)


async def test_an_answer_does_not_wait_for_a_source_that_never_speaks(world: World) -> None:
    """P-17, T-21: the client has its answer while the source still says nothing."""
    article = world.article("/silent/", headers=True)
    silent = world.sources.silent("/silent/").replace("127.0.0.1", "localhost")
    with xmlrpc.client.ServerProxy(f"{world.service.url}/pingback") as server:
        said: Any = await asyncio.to_thread(server.pingback.ping, silent, article)
    assert isinstance(said, str)
