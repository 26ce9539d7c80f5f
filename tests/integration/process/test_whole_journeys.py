"""From the doors to the article page and back to a 304, through a real process and real sockets."""

import asyncio
import xmlrpc.client
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import wire
from tests.owner import Owner, make_owner
from tests.process import Service, running
from tests.sources import SourceServer

ARTICLE = (
    '<html lang="en"><title>In praise of margins</title>'
    '<body class="h-entry"><h1 class="p-name">In praise of margins</h1></body></html>'
)
MENTION = """<html><title>A week of {door}</title><body>
<p>Last week's {door} led me to <a href="{target}">a fine piece</a> on margins.</p></body></html>"""
REPLY = {
    "author": "Mei Lin",
    "email": "mei@readers.example",
    "comment": "I keep *my* notes in the margins too.",
}


@dataclass
class World:
    """A service, its owner, the blog it serves and the blogs that answer."""

    service: Service
    owner: Owner
    blog: SourceServer
    sources: SourceServer

    @property
    def article(self) -> str:
        return self.blog.url("/2026/margins/")

    def source(self, door: str) -> str:
        page = MENTION.format(door=door, target=self.article)
        return self.sources.page(f"/{door}/", page)

    async def pingback(self) -> str:
        """Ping as blogs do, with the client of the standard library."""
        source = self.source("pingback")
        with xmlrpc.client.ServerProxy(f"{self.service.url}/pingback") as proxy:
            answer: Any = await asyncio.to_thread(proxy.pingback.ping, source, self.article)
        return str(answer)

    async def trackback(self) -> wire.Answer:
        where = wire.target("/trackback", article=self.article)
        fields = {"url": self.source("trackback"), "blog_name": "Another blog"}
        return await wire.post_form(self.service.port, where, fields)

    async def webmention(self) -> wire.Answer:
        fields = {"source": self.source("webmention"), "target": self.article}
        return await wire.post_form(self.service.port, "/webmention", fields)

    async def thread(self, etag: str = "") -> wire.Answer:
        where = wire.target("/thread.html", article=self.article)
        headers = {"If-None-Match": etag} if etag else {}
        return await wire.ask(self.service.port, "GET", where, headers=headers)


@pytest.fixture
async def world(store_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with SourceServer() as blog, SourceServer() as sources:
        blog.page("/2026/margins/", ARTICLE)
        settings = f"""
[sites.blog]
url = "{blog.url("/")}"
name = "The Blog"
[pings]
allowed_private_hosts = ["{blog.pair}", "{sources.pair}"]
"""
        async with running(tmp_path, store_url, settings) as service:
            yield World(service, await make_owner(service), blog, sources)


async def test_all_doors_lead_through_the_queue_to_the_article_page(world: World) -> None:
    form = REPLY | {"article": world.article}
    by_form = await wire.post_form(world.service.port, "/comments", form)
    by_json = await wire.post_json(
        world.service.port, "/comments", form | {"comment": "And what of endnotes?"}
    )
    said = await world.pingback()
    by_trackback, by_webmention = await world.trackback(), await world.webmention()

    assert by_form.status == 303
    private = await wire.ask(world.service.port, "GET", path_of(by_form.headers["location"]))
    assert "awaits moderation" in private.text
    assert (by_json.status, by_json.json()["status"]) == (201, "held")
    assert said
    assert "<error>0</error>" in by_trackback.text
    assert by_webmention.status == 201
    empty = await world.thread()
    assert "margins too" not in empty.text

    queue = await world.owner.waiting(5)
    assert {c["kind"] for c in queue} == {"comment", "pingback", "trackback", "webmention"}
    await _approve(world.owner, queue)

    thread = await world.thread()
    assert "5 Responses to “In praise of margins”" in thread.text
    assert "I keep <em>my</em> notes in the margins too." in thread.text
    for door in ("pingback", "trackback", "webmention"):
        assert "led me to a fine piece on margins." in thread.text
        assert f'href="{world.sources.url(f"/{door}/")}"' in thread.text
    assert "mei@readers.example" not in thread.text

    etag = thread.headers["etag"]
    assert etag != empty.headers["etag"]
    again = await world.thread(etag)
    assert (again.status, again.body) == (304, b"")
    assert await world.service.stop() == 0
    await world.service.start()
    assert (await world.thread(etag)).status == 304  # and so it stays in the next life
    assert world.service.complaints() == []


async def _approve(owner: Owner, queue: list[dict[str, Any]]) -> None:
    """Approve the first at the dashboard, the others by the API."""
    signed_in = await owner.sign_in()
    assert signed_in.status == 303, signed_in.text
    first, *others = queue
    pressed = await owner.approve_on_dashboard(first["id"])
    assert pressed.status == 303, pressed.text
    stale = await owner.decide(first["id"], "spam", first["version"])
    assert (stale.status, stale.json()["code"]) == (409, "version_stale")
    for comment in others:
        decided = await owner.decide(comment["id"], "approve", comment["version"])
        assert (decided.status, decided.json()["status"]) == (200, "approved"), decided.body


def path_of(url: str) -> str:
    """The path of an address of the service."""
    return "/" + url.split("/", 3)[3]
