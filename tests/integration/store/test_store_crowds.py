"""Many at once: queues that fill, callers that go away, snapshots, and other processes' changes."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, literal, select

from moderation.domain.article import Article, Existence
from moderation.domain.clock import SystemClock
from moderation.domain.errors import Busy
from moderation.settings import StoreSettings
from moderation.store import articles, changes
from moderation.store.contract import Changed, Query
from moderation.store.db import DatabaseStore, open_store
from moderation.store.tables import author, change

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
OpenStore = Callable[..., Awaitable[DatabaseStore]]
KEYS = select(author.c.id).order_by(author.c.id)


def keep(key: str) -> Query[str]:
    yield insert(author), {"id": key, "created_at": NOW}
    return key


def keys() -> Query[list[str]]:
    rows = yield KEYS, {}
    return [row[0] for row in rows]


def some_article(ident: str) -> Article:
    url = f"https://blog.example/{ident}/"
    return Article(ident, "blog", url, None, NOW, Existence.FOUND, True, False, 0, 0, NOW)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 the condition is another's to change
            await asyncio.sleep(0.005)


def elsewhere(url: str, work: Callable[[DatabaseStore], Awaitable[object]]) -> None:
    """Do something in a store of its own on a thread of its own, and wait for it."""

    async def run() -> None:
        store = await open_store(StoreSettings(url), clock=SystemClock(), readers=1)
        await work(store)
        await store.close()

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    thread.join()


async def test_a_full_queue_is_busy_and_then_it_is_not(open_another: OpenStore) -> None:
    store = await open_another(room=10)
    writes = [asyncio.create_task(store.write(keep, f"{n:02}")) for n in range(15)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    kept = [result for result in results if isinstance(result, str)]
    assert sum(isinstance(result, Busy) for result in results) == 5
    assert await store.read(keys) == kept
    assert await store.write(keep, "later") == "later"


async def test_a_full_queue_of_reads_is_busy(open_another: OpenStore) -> None:
    store = await open_another(room=10)
    reads = [asyncio.create_task(store.read(keys)) for _ in range(15)]
    results = await asyncio.gather(*reads, return_exceptions=True)
    assert sum(isinstance(result, Busy) for result in results) == 5
    assert await store.read(keys) == []


@pytest.mark.parametrize("turns", range(8))
async def test_callers_that_go_away_leave_nothing_behind(store: DatabaseStore, turns: int) -> None:
    """Their writes go on; nobody who comes after them waits for ever."""
    tasks: list[asyncio.Task[object]] = []
    for number in range(60):
        tasks.append(asyncio.create_task(store.write(keep, f"{number:03}")))
        tasks.append(asyncio.create_task(store.read(keys)))
    for _ in range(turns):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(10):
        await store.write(keep, "after")
        expected = [f"{number:03}" for number in range(60)] if turns else []
        assert await store.read(keys) == [*expected, "after"]
        await asyncio.gather(*(store.read(keys) for _ in range(20)))


async def test_a_read_that_nobody_waits_for_gives_its_connection_back(
    open_another: OpenStore, engine_name: str
) -> None:
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL's own statement_timeout bounds it")
    store = await open_another(readers=1)
    count = select(literal(1).label("n")).cte("count", recursive=True)
    count = count.union_all(select(count.c.n + 1))

    def endless() -> Query[object]:
        return (yield select(count.c.n).where(count.c.n < 0), {})

    task = asyncio.create_task(store.read(endless))
    await asyncio.sleep(0.05)
    task.cancel()
    async with asyncio.timeout(10):
        assert await store.read(keys) == []


async def test_a_read_sees_one_state_whatever_is_committed_meanwhile(
    store: DatabaseStore, store_url: str
) -> None:
    def twice() -> Query[tuple[list[str], list[str]]]:
        before = yield from keys()
        if len(seen) < 2:  # it may be run again, once
            seen.append(len(seen))
            elsewhere(store_url, lambda other: other.write(keep, f"new{len(seen)}"))
        after = yield from keys()
        return before, after

    seen: list[int] = []
    before, after = await store.read(twice)
    assert before == after
    assert len(await store.read(keys)) == len(seen) > 0


async def test_another_store_hears_of_a_change_and_each_hears_it_once(
    store: DatabaseStore, open_another: OpenStore
) -> None:
    other = await open_another()
    here: list[Changed] = []
    there: list[Changed] = []
    store.on_change(here.extend)
    other.on_change(there.extend)
    await store.write(articles.add, some_article("a1"))
    await store.write(articles.shift, "a1", 1)
    await until(lambda: there == [Changed("a1", 1)])
    await other.write(articles.shift, "a1", 1)
    await until(lambda: here[-1:] == [Changed("a1", 2)])
    await store.write(articles.shift, "a1", 1)
    await until(lambda: there[-1:] == [Changed("a1", 3)])
    assert here == there == [Changed("a1", 1), Changed("a1", 2), Changed("a1", 3)]


async def test_no_change_is_missed_when_two_write_at_once(
    store: DatabaseStore, open_another: OpenStore
) -> None:
    other = await open_another()
    heard: dict[DatabaseStore, list[Changed]] = {store: [], other: []}
    for each in (store, other):
        each.on_change(heard[each].extend)
        await each.write(articles.add, some_article("s" if each is store else "o"))
    for _ in range(30):
        await asyncio.gather(store.write(articles.shift, "s"), other.write(articles.shift, "o"))
    last = {Changed("s", 30), Changed("o", 30)}  # of several in a row the last is enough
    await until(lambda: last <= set(heard[store]) and last <= set(heard[other]))


async def test_who_was_away_for_long_is_told_of_every_article(store: DatabaseStore) -> None:
    """Rows of the stream are cut off in the end; then nothing is left to read on from."""
    await store.write(articles.add, some_article("a1"))
    await store.write(articles.add, some_article("a2"))

    def far() -> Query[None]:
        row = {"seq": changes.KEEP + 50, "article_id": "a2", "revision": 7, "at": NOW}
        yield insert(change), row

    await store.write(far)
    found = await store.read(changes.since, 3)
    assert {changed.article_id for _, changed in found} == {"a1", "a2"}
    assert found[-1] == (changes.KEEP + 50, Changed("a2", 7))


async def test_closing_finishes_what_is_queued(store: DatabaseStore, store_url: str) -> None:
    writes = [asyncio.create_task(store.write(keep, f"{n:03}")) for n in range(200)]
    await asyncio.sleep(0)
    await store.close()
    assert [write.result() for write in writes] == [f"{n:03}" for n in range(200)]
    with pytest.raises(Busy):
        await store.write(keep, "late")
    with pytest.raises(Busy):
        await store.read(keys)
    found: list[str] = []

    async def look(other: DatabaseStore) -> None:
        found.extend(await other.read(keys))

    await asyncio.to_thread(elsewhere, store_url, look)
    assert len(found) == 200
