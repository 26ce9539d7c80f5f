"""The whole service on a real port of loopback, and browsers without script that visit it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import argon2
import httpx2
import pytest
import uvicorn

from moderation.app import make_app
from moderation.domain.comment import Author, Client, Comment
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.ids import hash_secret, new_secret
from moderation.domain.moderator import Role
from moderation.domain.site import Articles, Site
from moderation.domain.submission import Reply
from moderation.house import House, open_house
from moderation.settings import AkismetSettings, Settings
from moderation.settings.sections import ChecksSettings, Limits, Server, StoreSettings
from moderation.store import comments, moderators, sessions
from tests.conftest import FakeClock

from .browsing import Browser

PASSWORD = "correct horse battery staple"
ARTICLE = "https://blog.example/margins/"
COOKIE = "__Host-session"
JSON = {"Accept": "application/json"}


@dataclass
class Service:
    """The running service, the owner's browser, and others."""

    house: House
    base: str
    clock: FakeClock
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """A browser that nobody is signed in with."""
        made = Browser(self.base)
        self.browsers.append(made)
        return made

    async def signed_in(self, name: str, role: Role = Role.MODERATOR) -> Browser:
        """Add somebody, and a browser with their session."""
        store, now, secret = self.house.store, self.clock.now(), new_secret()
        new = self.house.enter.draft(name, "", role)
        await store.write(moderators.add, new, hashed())
        await store.write(sessions.add, hash_secret(secret), new.id, new_secret(), now)
        browser = self.browser()
        browser.cookies[COOKIE] = secret
        return browser

    async def say(
        self, text: str = "I keep *notes* too.", name: str = "Mei", **more: str
    ) -> Comment:
        """Send a reply as a reader would, a second later; it waits for a moderator."""
        self.clock.turn(timedelta(seconds=1))
        reply = Reply(
            article=more.get("article", ARTICLE),
            parent=more.get("parent"),
            author=Author(name, f"{name.lower()}@readers.example", more.get("url", "")),
            text=text,
            client=Client(more.get("client", "203.0.113.9"), "Tests/1", ""),
            trap=more.get("trap", ""),
        )
        received = await self.house.receive.reply(reply)
        return await self.again(received.id)

    async def again(self, comment_id: str) -> Comment:
        found = await self.house.store.read(comments.by_id, comment_id)
        assert found is not None
        return found

    async def decide(self, comment: Comment, action: Action, name: str = "Ben") -> Comment:
        """Decide by another door, a second later."""
        self.clock.turn(timedelta(seconds=1))
        actor = Actor(name, Door.API, name)
        outcome = await self.house.decide.one(comment.id, action, actor, version=comment.version)
        return outcome.done[0]

    async def thread(self, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """The thread as readers get it."""
        browser = self.browser()
        return await browser.request("GET", f"/thread.html?article={ARTICLE}", headers=headers)


@pytest.fixture
async def service(store_url: str, clock: FakeClock) -> AsyncIterator[Service]:
    """The service, on each engine in turn."""
    async for made in running(store_url, clock):
        yield made


@pytest.fixture
async def light(
    sqlite_template: object, tmp_path_factory: pytest.TempPathFactory, clock: FakeClock
) -> AsyncIterator[Service]:
    """The service on SQLite alone, where the engine makes no difference."""
    folder = tmp_path_factory.mktemp("light")
    async for made in running(f"sqlite:///{folder / 'moderation.db'}", clock):
        yield made


async def running(
    store_url: str, clock: FakeClock, *, akismet: AkismetSettings | None = None
) -> AsyncIterator[Service]:
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        server=Server(public_url=base),
        store=StoreSettings(store_url),
        sites=(
            Site("blog", "https://blog.example/", name="The Margin", articles=Articles.ANY),
            Site("garden", "https://garden.example/", name="Garden", time_zone="Europe/Berlin"),
        ),
        checks=ChecksSettings(phrases_hold=("casino",)),
        limits=Limits(0, 0),
        akismet=akismet or AkismetSettings(),
    )
    house = await open_house(settings, clock=clock)
    config = uvicorn.Config(make_app(house), lifespan="off", log_level="error", ws="none")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    task = asyncio.create_task(server.main_loop())
    made = Service(house, base, clock)
    yield made
    for browser in made.browsers:
        await browser.aclose()
    server.should_exit = True
    await task
    await server.shutdown(sockets=[listening])
    await house.close()


@pytest.fixture
async def ana(service: Service) -> Browser:
    """The owner's browser."""
    return await service.signed_in("Ana", Role.OWNER)


@pytest.fixture
async def owner(light: Service) -> Browser:
    """The owner's browser, of the service on SQLite alone."""
    return await light.signed_in("Ana", Role.OWNER)


@cache
def hashed() -> str:
    """The password as it is kept; made once, as it is made to take its time."""
    return argon2.PasswordHasher().hash(PASSWORD)
