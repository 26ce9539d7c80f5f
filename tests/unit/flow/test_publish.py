"""Ready bytes: made once for all who wait, never kept past a change, bounded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from moderation.domain.article import Article, Existence
from moderation.domain.errors import NotFound
from moderation.domain.site import Site
from moderation.domain.thread import Thread
from moderation.flow.publish import ENTRY_BYTES, Asked, Publish
from moderation.formats.contract import View
from moderation.store.contract import Changed, Health
from tests.conftest import FakeClock

SITE = Site("blog", "https://blog.example/")


class Shelf:
    """A store that hands out one thread, when it is let; it counts who asks."""

    def __init__(self, clock: FakeClock) -> None:
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self.revision = 1
        self.until: datetime | None = None
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
        (asked,) = args
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
        return Thread(SITE, shown, asked.address, (), (), 0), None, self.until

    async def write(self, make: Any, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("reading writes nothing")

    def on_change(self, listener: Callable[[Sequence[Changed]], None]) -> None:
        self.listeners.append(listener)

    async def close(self) -> None: ...

    async def health(self) -> Health:
        raise AssertionError("nobody asks")

    def commit(self, *articles: str) -> None:
        self.revision += 1
        for listener in self.listeners:
            listener([Changed(article, self.revision) for article in articles])


class Plain:
    """A format of as many bytes as it is told."""

    name = "plain"
    content_type = "text/plain"

    def __init__(self, size: int = 10) -> None:
        self.size = size

    def render(self, thread: Thread, view: View) -> bytes:
        revision = thread.article.revision if thread.article is not None else 0
        return f"{revision:0{self.size}}".encode()


@pytest.fixture
def shelf(clock: FakeClock) -> Shelf:
    return Shelf(clock)


@pytest.fixture
def publish(shelf: Shelf, clock: FakeClock) -> Publish:
    return Publish(shelf, [SITE], {"plain": Plain()}, clock)


def asked(article: str = "a", **more: Any) -> Asked:
    return Asked("plain", f"https://blog.example/{article}", **more)


async def test_what_was_made_is_kept(publish: Publish, shelf: Shelf) -> None:
    first = await publish.thread(asked())
    assert await publish.thread(asked()) is first
    assert shelf.asked == 1


async def test_all_who_wait_get_what_one_asked_for(publish: Publish, shelf: Shelf) -> None:
    shelf.open.clear()
    waiting = [asyncio.create_task(publish.thread(asked())) for _ in range(20)]
    await shelf.until_asked(1)
    shelf.open.set()

    assert len(set(map(id, await asyncio.gather(*waiting)))) == 1
    assert shelf.asked == 1


async def test_one_who_goes_away_takes_nothing_from_the_others(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    first, second = (asyncio.create_task(publish.thread(asked())) for _ in range(2))
    await shelf.until_asked(1)
    first.cancel()
    shelf.open.set()

    assert (await second).body
    assert shelf.asked == 1


async def test_a_change_is_in_the_next_read(publish: Publish, shelf: Shelf) -> None:
    before = await publish.thread(asked())
    shelf.commit("a")
    after = await publish.thread(asked())

    assert (before.body, after.body) == (b"0000000001", b"0000000002")
    assert before.etag != after.etag


async def test_a_change_of_one_article_leaves_the_others(publish: Publish, shelf: Shelf) -> None:
    kept = await publish.thread(asked("b"))
    await publish.thread(asked("a"))
    shelf.commit("a")
    assert publish.kept(asked("b")) is kept
    assert publish.kept(asked("a")) is None


async def test_a_load_begun_before_a_commit_is_not_kept_after_it(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    early = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a")
    late = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(2)
    shelf.open.set()

    assert (await early).body == b"0000000001"  # it asked before
    assert (await late).body == b"0000000002"
    kept = publish.kept(asked())
    assert kept is not None
    assert kept.body == b"0000000002"


async def test_a_load_is_kept_though_another_article_changed_meanwhile(
    publish: Publish, shelf: Shelf
) -> None:
    shelf.open.clear()
    loading = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("other")
    shelf.open.set()
    assert publish.kept(asked()) is None
    await loading
    assert publish.kept(asked()) is not None


async def test_when_too_many_changes_are_remembered_no_older_load_is_kept(
    publish: Publish, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.flow.publish.REMEMBERED", 3)
    shelf.open.clear()
    loading = asyncio.create_task(publish.thread(asked()))
    await shelf.until_asked(1)
    shelf.commit("a")
    for number in range(5):
        shelf.commit(f"x{number}")
    shelf.open.set()
    await loading
    assert publish.kept(asked()) is None


async def test_two_loads_of_the_same_weigh_once(shelf: Shelf, clock: FakeClock) -> None:
    limit = 4 * (2 * 10 + ENTRY_BYTES)
    publish = Publish(shelf, [SITE], {"plain": Plain()}, clock, limit=limit)
    for _ in range(20):
        shelf.open.clear()
        shelf.asked = 0
        one = asyncio.create_task(publish.thread(asked("a", page=1)))
        await shelf.until_asked(1)
        shelf.commit("other")  # nobody joins what was begun before
        two = asyncio.create_task(publish.thread(asked("a", page=1)))
        await shelf.until_asked(2)
        shelf.open.set()
        await asyncio.gather(one, two)
        shelf.commit("a")
    for page in (1, 2, 3):
        await publish.thread(asked(page=page))

    assert all(publish.kept(asked(page=page)) is not None for page in (1, 2, 3))


async def test_bytes_are_bounded_and_the_least_used_goes_first(
    shelf: Shelf, clock: FakeClock
) -> None:
    size = 1000
    limit = 3 * (2 * size + ENTRY_BYTES)
    publish = Publish(shelf, [SITE], {"plain": Plain(size)}, clock, limit=limit)
    for article in "abc":
        await publish.thread(asked(article))
    publish.kept(asked("a"))
    await publish.thread(asked("d"))

    kept = {article for article in "abcd" if publish.kept(asked(article)) is not None}
    assert kept == {"a", "c", "d"}


async def test_what_is_larger_than_all_room_is_given_and_not_kept(
    shelf: Shelf, clock: FakeClock
) -> None:
    publish = Publish(shelf, [SITE], {"plain": Plain(5000)}, clock, limit=5000)
    assert len((await publish.thread(asked())).body) == 5000
    assert publish.kept(asked()) is None


async def test_of_an_address_never_seen_nothing_is_kept(publish: Publish, shelf: Shelf) -> None:
    shelf.known = False
    await publish.thread(asked())
    assert publish.kept(asked()) is None


async def test_a_refusal_is_told_and_not_kept(publish: Publish, shelf: Shelf) -> None:
    shelf.fault = NotFound()
    with pytest.raises(NotFound):
        await publish.thread(asked(page=7))
    shelf.fault = None
    assert (await publish.thread(asked(page=7))).body


async def test_an_article_that_closes_by_itself_is_asked_for_anew(
    publish: Publish, shelf: Shelf, clock: FakeClock
) -> None:
    shelf.until = clock.now() + timedelta(hours=1)
    kept = await publish.thread(asked())
    clock.turn(timedelta(hours=1))
    assert await publish.thread(asked()) is kept
    clock.turn(timedelta(seconds=1))
    assert await publish.thread(asked()) is not kept


async def test_a_tag_is_of_the_bytes_alone(shelf: Shelf, clock: FakeClock) -> None:
    tags = set()
    for _ in range(2):  # as two processes
        publish = Publish(shelf, [replace(SITE)], {"plain": Plain()}, clock)
        tags.add((await publish.thread(asked())).etag)
    assert len(tags) == 1
    assert next(iter(tags)).startswith('"')


async def test_the_compressed_form_is_the_same_each_time(publish: Publish) -> None:
    ready = await publish.thread(asked())
    assert await ready.gzipped() is await ready.gzipped()
