"""An opened house with a blog, other blogs, Akismet and a mail server, all on loopback."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp

from moderation.app import make_app
from moderation.domain.comment import Comment
from moderation.domain.decision import Actor, Door
from moderation.domain.site import Moderation, Pings, Site
from moderation.house import House, open_house
from moderation.settings import Settings
from moderation.settings.sections import Limits, Server, StoreSettings
from moderation.store import comments, queue
from tests.conftest import FakeClock
from tests.sources import SourceServer

PUBLIC = "http://comments.example"
ANA = Actor("Ana", Door.DASHBOARD, "ana")
BEN = Actor("Ben", Door.API, "ben")
HTML = "text/html"


@dataclass
class Journey:
    """A house, its doors as a browser and a program reach them, and the servers around it."""

    house: House
    app: ASGIApp
    client: httpx2.AsyncClient
    clock: FakeClock
    blog: SourceServer
    sources: SourceServer

    @property
    def article(self) -> str:
        return self.blog.url("/2026/margins/")

    async def reply(self, **fields: str) -> httpx2.Response:
        """Send the form."""
        form = {
            "article": self.article,
            "author": "Mei Lin",
            "email": "mei@readers.example",
            "comment": "I keep *my* notes in the margins too.",
        }
        return await self.client.post("/comments", data=form | fields)

    async def json_reply(self, **members: Any) -> httpx2.Response:
        body = {
            "article": self.article,
            "author": {"name": "Mei Lin", "email": "mei@readers.example"},
            "text": "I keep *my* notes in the margins too.",
        }
        return await self.client.post("/comments", json=body | members)

    async def all(self) -> list[Comment]:
        found = await self.house.store.read(queue.page, queue.Filter(), order="oldest", limit=100)
        return list(found)

    async def only(self) -> Comment:
        (comment,) = await self.all()
        return comment

    async def again(self, comment_id: str) -> Comment:
        found = await self.house.store.read(comments.by_id, comment_id)
        assert found is not None
        return found

    async def thread(self, name: str = "thread.html", **query: str) -> httpx2.Response:
        return await self.client.get(f"/{name}", params={"article": self.article} | query)

    async def work(self) -> None:
        """Do every job that is due; both servers are one host, which is asked by turns."""
        for _ in range(5):
            await self.house.worker.drain()
            self.clock.turn(timedelta(seconds=2))


@pytest.fixture
async def blog() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        server.page(
            "/2026/margins/",
            '<html lang="en"><title>In praise of margins</title>'
            '<body class="h-entry"><h1 class="p-name">In praise of margins</h1>'
            '<time class="dt-published" datetime="2026-11-20T08:00:00Z">then</time></body></html>',
        )
        yield server


@pytest.fixture
async def sources() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        yield server


@pytest.fixture
def settings(store_url: str, blog: SourceServer, sources: SourceServer) -> Settings:
    site = Site(
        id="blog",
        url=blog.url("/"),
        name="The Blog",
        moderation=Moderation(),
        pings=Pings(allowed_private_hosts=(blog.pair, sources.pair)),
    )
    return Settings(server=Server(public_url=PUBLIC), store=StoreSettings(store_url), sites=(site,))


Open = Callable[..., Awaitable[Journey]]


@pytest.fixture
async def begin(
    settings: Settings, clock: FakeClock, blog: SourceServer, sources: SourceServer
) -> AsyncIterator[Open]:
    """Open a house with other settings: ``await begin(akismet=…)``."""
    opened: list[Journey] = []

    async def open_one(**changes: Any) -> Journey:
        site_changes = changes.pop("site", {})
        changed = replace(settings, **changes)
        changed = replace(changed, sites=(replace(changed.sites[0], **site_changes),))
        house = await open_house(changed, clock=clock)
        app = make_app(house)
        transport = httpx2.ASGITransport(app=app, client=("192.0.2.9", 5555))
        client = httpx2.AsyncClient(transport=transport, base_url=PUBLIC)
        journey = Journey(house, app, client, clock, blog, sources)
        opened.append(journey)
        return journey

    yield open_one
    for journey in opened:
        await journey.client.aclose()
        await journey.house.close()


@pytest.fixture
async def journey(begin: Open) -> Journey:
    return await begin()


@pytest.fixture
async def open_one(begin: Open) -> Open:
    """Open a house whose door takes any number of replies."""

    async def opened(**changes: Any) -> Journey:
        return await begin(**({"limits": Limits(0, 0)} | changes))

    return opened
