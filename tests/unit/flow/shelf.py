"""A store that hands out one thread when it is let, and a format of as many bytes as it is told."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from moderation.domain.article import Article, Existence
from moderation.domain.site import Site
from moderation.domain.thread import Thread
from moderation.flow.gather import Gathered
from moderation.flow.places import Place
from moderation.flow.ready import Asked
from moderation.formats.contract import Given, View
from moderation.store.contract import Changed, Health
from tests.conftest import FakeClock

SITE = Site("blog", "https://blog.example/")


class Shelf:
    """A store that hands out one thread, when it is let; it counts who asks."""

    until: datetime | None = None  # the article closes then

    def __init__(self, clock: FakeClock) -> None:
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self.revision = 1
        self.known = True
        self.fault: Exception | None = None
        self.listeners: list[Callable[[Sequence[Changed]], None]] = []
        self._clock = clock
        self._came = asyncio.Condition()

    async def until_asked(self, times: int) -> None:
        async with asyncio.timeout(5), self._came:
            await self._came.wait_for(lambda: self.asked >= times)

    async def read(self, make: Any, *args: Any, **kwargs: Any) -> Any:
        async with self._came:
            self.asked += 1
            self._came.notify_all()
        revision = self.revision  # a snapshot: what is committed later is not seen
        asked, *_ = args
        await self.open.wait()
        if self.fault is not None:
            raise self.fault
        article = Article(
            id=asked.address.rpartition("/")[2],
            site="blog",
            url=asked.address,
            title=None,
            published_at=None,
            existence=Existence.FOUND,
            open=True,
            pings_open=True,
            revision=revision,
            count=0,
            created_at=self._clock.now(),
        )
        shown = article if self.known else None
        place = Place(SITE, asked.address, shown)
        return Gathered(place, shown, self.until), None  # to be written by who asked

    async def write(self, make: Any, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("reading writes nothing")

    def on_change(self, listener: Callable[[Sequence[Changed]], None]) -> None:
        self.listeners.append(listener)

    async def close(self) -> None: ...

    async def health(self) -> Health:
        raise AssertionError("nobody asks")

    def commit(self, *articles: str, automatic: bool = False) -> None:
        self.revision += 1
        for listener in self.listeners:
            listener([Changed(article, self.revision, automatic) for article in articles])


class Plain:
    """A format of as many bytes as it is told."""

    name = "plain"
    content_type = "text/plain"
    given = Given.WHOLE

    def __init__(self, size: int = 10) -> None:
        self.size = size

    def render(self, thread: Thread, view: View) -> bytes:
        revision = thread.article.revision if thread.article is not None else 0
        return f"{revision:0{self.size}}".encode()


def asked(article: str = "a", **more: Any) -> Asked:
    return Asked("plain", f"https://blog.example/{article}", **more)
