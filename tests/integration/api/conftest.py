"""An opened house with two sites, and programs with tokens that reach its API."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from moderation.app import make_app
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.moderator import Scope
from moderation.domain.site import Articles, Pings, Site
from moderation.flow.programs import Programs
from moderation.house import House, open_house
from moderation.settings import Settings
from moderation.settings.sections import Limits, Server, StoreSettings
from tests.conftest import FakeClock
from tests.integration.api.program import Program
from tests.sources import SourceServer

PUBLIC = "http://comments.example"
ANA = Actor("Ana", Door.DASHBOARD, "ana")
ARTICLE = "https://blog.example/2026/margins/"
OTHER = "https://other.example/a/"


@dataclass
class Owner:
    """A house, and how its owner's programs and its readers reach it."""

    house: House
    client: httpx2.AsyncClient
    clock: FakeClock
    programs: Programs
    document: dict[str, Any]
    admin: Program

    async def program(self, scope: Scope, *sites: str, name: str = "bot") -> Program:
        """A program with a token of one scope."""
        _, secret = await self.programs.create(name, [scope], sites)
        return self.admin.with_token(secret)

    async def comment(self, text: str = "I keep notes.", *, article: str = ARTICLE) -> str:
        """Send a reply as a reader would; its id."""
        body = {
            "article": article,
            "author": {"name": "Mei Lin", "email": "mei@readers.example"},
            "text": text,
        }
        answer = await self.client.post("/comments", json=body)
        assert answer.status_code == 201, answer.text
        ident: str = answer.json()["id"]
        return ident

    async def put(self, comment_id: str, *actions: Action) -> None:
        """Bring a comment to a status by decisions in the dashboard."""
        for action in actions:
            seen = await self.house.see.comment(comment_id)
            await self.house.decide.one(comment_id, action, ANA, version=seen.comment.version)

    async def thread(self, address: str = ARTICLE) -> str:
        answer = await self.client.get("/thread.html", params={"article": address})
        return answer.text


@pytest.fixture
async def sources() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        yield server


@pytest.fixture
def settings(store_url: str, sources: SourceServer) -> Settings:
    pings = Pings(allowed_private_hosts=(sources.pair,))
    blog = Site("blog", "https://blog.example/", "The Blog", articles=Articles.ANY, pings=pings)
    other = Site("other", "https://other.example/", "Other", articles=Articles.KNOWN)
    return Settings(
        server=Server(public_url=PUBLIC),
        store=StoreSettings(store_url),
        sites=(blog, other),
        limits=Limits(comments_per_minute=0, pings_per_minute=0),
    )


Open = Callable[[], Awaitable[Owner]]


@pytest.fixture
async def owner(settings: Settings, clock: FakeClock) -> AsyncIterator[Owner]:
    house = await open_house(settings, clock=clock)
    transport = httpx2.ASGITransport(app=make_app(house), client=("192.0.2.9", 5555))
    async with httpx2.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        document = (await client.get("/api/openapi.json")).json()
        programs = Programs(house.store, settings.sites, clock)
        _, secret = await programs.create("admin", [Scope.ADMIN])
        admin = Program(client, document, secret)
        yield Owner(house, client, clock, programs, document, admin)
    await house.close()


@pytest.fixture
async def admin(owner: Owner) -> Program:
    return owner.admin
