"""The whole service in a thread of its own, for browsers; what a test asks of it runs in there."""

import asyncio
import shutil
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import uvicorn

from moderation.app import make_app
from moderation.domain.clock import SystemClock
from moderation.domain.comment import Author, Client, Comment, Kind
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.moderator import Role
from moderation.domain.rule import Rule
from moderation.domain.site import Articles, Site
from moderation.domain.submission import Ping, Reply
from moderation.domain.trust import Stance
from moderation.flow.block import Wanted
from moderation.flow.owner_rules import Wish
from moderation.house import House, open_house
from moderation.settings import Settings
from moderation.settings.sections import ChecksSettings, Limits, Server, StoreSettings
from moderation.store import comments
from moderation.text.globs import read_pattern

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "correct horse battery staple"
ARTICLE = "https://blog.example/margins/"
BEN = Actor("Ben", Door.API, "ben")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
T = TypeVar("T")


@dataclass
class Running:
    """A service that runs; `close` ends it."""

    base: str
    house: House
    loop: asyncio.AbstractEventLoop
    server: uvicorn.Server
    thread: threading.Thread

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def say(self, text: str, name: str = "Mei", **more: str) -> Comment:
        """Send a reply as a reader would."""
        reply = Reply(
            article=more.get("article", ARTICLE),
            parent=more.get("parent"),
            author=Author(name, f"{name.split()[0].lower()}@readers.example", more.get("url", "")),
            text=text,
            client=Client("203.0.113.9", "Tests/1", ""),
            trap=more.get("trap", ""),
        )
        received = self.run(self.house.receive.reply(reply))
        return self.again(received.id)

    def mention(self, source: str, **claims: str) -> Comment:
        """Send a ping; nothing of it is fetched before its source's turn comes."""
        ping = Ping(Kind.TRACKBACK, source, ARTICLE, Client("203.0.113.9", "Blog/1"), **claims)
        return self.again(self.run(self.house.hear.ping(ping)).comment_id)

    def again(self, comment_id: str) -> Comment:
        found = self.run(self.house.store.read(comments.by_id, comment_id))
        assert found is not None
        return found

    def decide(self, comment: Comment, action: Action) -> Comment:
        done = self.run(self.house.decide.one(comment.id, action, BEN, version=comment.version))
        return done.done[0]

    def rule(self, phrase: str) -> Rule:
        """A rule that says spam of a phrase; what waits already waits on."""
        rules = self.house.rules.own
        return self.run(rules.add(rules.draft(Wish("phrase", phrase, "spam"), "Ana")))

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)


def start(database: Path) -> Running:
    """Start the service on a free port of loopback, with Ana as its owner."""
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        server=Server(public_url=base),
        store=StoreSettings(f"sqlite:///{database}"),
        sites=(
            Site("blog", "https://blog.example/", name="The Margin", articles=Articles.ANY),
            Site("garden", "https://garden.example/", name="Garden", articles=Articles.ANY),
        ),
        checks=ChecksSettings(phrases_hold=("casino",)),
        limits=Limits(0, 0),
    )
    ready: list[Running] = []
    opened = threading.Event()

    async def serve() -> None:
        house = await open_house(settings, clock=SystemClock())
        await house.enter.add(house.enter.draft("Ana", "ana@blog.example", Role.OWNER), PASSWORD)
        config = uvicorn.Config(make_app(house), lifespan="off", log_level="error", ws="none")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listening])
        loop = asyncio.get_running_loop()
        ready.append(Running(base, house, loop, server, thread))
        opened.set()
        await server.main_loop()
        await server.shutdown(sockets=[listening])
        await house.close()

    def in_a_loop() -> None:
        try:
            asyncio.run(serve())
        finally:
            opened.set()  # where it failed, the test is not left to wait

    thread = threading.Thread(target=in_a_loop, daemon=True)
    thread.start()
    opened.wait(30)
    return ready[0]


@pytest.fixture
def running(sqlite_template: Path, tmp_path: Path) -> Iterator[Running]:
    """The service on a database of the test's own."""
    database = tmp_path / "moderation.db"
    shutil.copyfile(sqlite_template, database)
    made = start(database)
    yield made
    made.close()


@pytest.fixture
def filled(running: Running) -> Running:
    """The service with something of everything."""
    first = running.decide(running.say("A book without *notes* is a room.", "Mei"), Action.APPROVE)
    running.say(f"I **disagree**.\n\n> {LONG}\n\n    code", "Tom " + LONG[:80], parent=first.id)
    running.say("Win at the casino: https://casino.example", "Sly", url="https://casino.example")
    for number in range(3):
        running.say(f"Pills {number}", f"Seller {number}", trap="filled in")
        running.decide(running.mention(f"https://ada.example/{LONG}/{number}"), Action.APPROVE)
    for pattern, days in (("*.spam.example", 0), (f"homes.example/~{LONG}", 30)):
        running.run(running.house.blocks.add(Wanted(read_pattern(pattern), days=days), BEN))
    say = running.house.sources.say
    running.run(say("blog", "https://never.example/", Stance.WATCHED, BEN))
    return running


def sign_in(running: Running, context: "BrowserContext") -> "Page":
    tab = context.new_page()
    tab.goto(f"{running.base}/dashboard")
    tab.fill("#username", "Ana")
    tab.fill("#password", PASSWORD)
    tab.click("text=Sign in >> nth=-1")
    tab.wait_for_url(f"{running.base}/dashboard")
    return tab
