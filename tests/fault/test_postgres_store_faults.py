"""PostgreSQL that undoes, stops, or is lost sight of in the middle of a COMMIT."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select, text, update

from moderation.domain.article import Article, Existence
from moderation.domain.clock import SystemClock
from moderation.domain.errors import Busy
from moderation.settings import StoreSettings
from moderation.store import articles
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore, open_store
from moderation.store.postgres_run import STREAM_LOCK
from moderation.store.tables import author
from tests.postgres import Cluster
from tests.postgres_proxy import Cut, Proxy, proxy

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
LOCK = select(author.c.id).where(author.c.id == bindparam("id")).with_for_update()
TOUCH = update(author).where(author.c.id == bindparam("author")).values(created_at=bindparam("at"))
OpenStore = Callable[..., Awaitable[DatabaseStore]]


def keep(key: str) -> Query[str]:
    yield insert(author), {"id": key, "created_at": NOW}
    return key


def keys() -> Query[list[str]]:
    rows = yield select(author.c.id).order_by(author.c.id), {}
    return [row[0] for row in rows]


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 the server has no event for it
            await asyncio.sleep(0.01)


@pytest.fixture
def engine_name() -> str:
    return "postgresql"


@pytest.fixture
async def stranger(store_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(store_url)
    yield connection
    await connection.close()


@pytest.fixture
async def between(cluster: Cluster) -> AsyncIterator[Proxy]:
    if cluster.control is None:
        pytest.skip("the proxy stands before a server of our own")
    async with proxy(cluster.socket) as standing:
        yield standing


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[DatabaseStore]:
    store = await open_store(StoreSettings(store_url), clock=SystemClock())
    yield store
    await store.close()


@pytest.fixture
async def cut_off(store_url: str, between: Proxy) -> AsyncIterator[DatabaseStore]:
    """A store whose server can be lost."""
    settings = StoreSettings(between.through(store_url))
    store = await open_store(settings, clock=SystemClock())
    yield store
    between.refuses = False
    await store.close()


async def test_a_deadlock_runs_the_batch_again(
    store: DatabaseStore, stranger: asyncpg.Connection
) -> None:
    runs: list[int] = []

    def both() -> Query[None]:
        runs.append(1)
        yield LOCK, {"id": "a"}
        yield LOCK, {"id": "b"}
        yield from keep(f"run {len(runs)}")

    await asyncio.gather(store.write(keep, "a"), store.write(keep, "b"))
    async with stranger.transaction():
        await stranger.fetch("SELECT 1 FROM author WHERE id = 'b' FOR UPDATE")
        write = asyncio.create_task(store.write(both))
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
        await until(lambda: stranger.fetch(waiting))
        await stranger.fetch("SELECT 1 FROM author WHERE id = 'a' FOR UPDATE")
    await write
    assert len(runs) == 2
    assert await store.read(keys) == ["a", "b", "run 2"]


async def test_a_serialization_failure_runs_the_batch_again(
    stranger: asyncpg.Connection, store_url: str
) -> None:
    name = await stranger.fetchval("SELECT current_database()")
    level = "SET default_transaction_isolation = 'repeatable read'"
    await stranger.execute(f"ALTER DATABASE {name} {level}")
    store = await open_store(StoreSettings(store_url), clock=SystemClock())
    runs: list[int] = []

    async def touch() -> None:
        other = await asyncpg.connect(store_url)
        await other.execute("UPDATE author SET created_at = 1 WHERE id = 'a'")
        await other.close()

    def late() -> Query[None]:
        runs.append(1)
        yield select(author.c.id), {}
        if len(runs) == 1:  # somebody commits between our reading and our writing
            thread = threading.Thread(target=lambda: asyncio.run(touch()))
            thread.start()
            thread.join()
        yield TOUCH, {"author": "a", "at": NOW}

    await store.write(keep, "a")
    await store.write(late)
    assert len(runs) == 2
    assert await stranger.fetchval("SELECT created_at FROM author") != 1
    await store.close()


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize("cut", Cut)
async def test_an_answer_after_a_lost_commit_is_true(
    cut_off: DatabaseStore, between: Proxy, stranger: asyncpg.Connection, cut: Cut, number: int
) -> None:
    await cut_off.write(keep, "before")
    between.cut = cut
    writes = [cut_off.write(keep, f"{n:02}") for n in range(number)]
    async with asyncio.timeout(4):  # what is left of the connection is not waited for
        results = await asyncio.gather(*writes, return_exceptions=True)
    assert between.cuts == 1
    kept = [key for key in results if isinstance(key, str)]
    assert {type(result) for result in results} <= {str, Busy}
    await asyncio.sleep(0.4 if cut is Cut.LATE else 0)  # when it would have come
    rows = await stranger.fetch("SELECT id FROM author ORDER BY id")
    assert [row[0] for row in rows] == [*kept, "before"]
    if cut is Cut.AFTER:
        assert len(kept) == number
    assert await cut_off.write(keep, "zz") == "zz"


async def test_a_server_that_is_away_is_busy_until_it_is_back(
    cut_off: DatabaseStore, between: Proxy
) -> None:
    await cut_off.write(keep, "a")
    assert await cut_off.read(keys) == ["a"]
    between.refuses = True
    between.cut_all()
    with pytest.raises(Busy):
        await cut_off.write(keep, "b")
    with pytest.raises(Busy):
        await cut_off.read(keys)
    with pytest.raises(Busy):
        await cut_off.health()
    between.refuses = False
    assert await cut_off.write(keep, "c") == "c"
    assert await cut_off.read(keys) == ["a", "c"]


async def test_connections_that_were_ended_are_replaced_unnoticed(
    store: DatabaseStore, stranger: asyncpg.Connection
) -> None:
    await store.write(keep, "a")
    await asyncio.gather(*(store.read(keys) for _ in range(10)))
    await stranger.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'moderation%'"
    )
    gone = (
        "SELECT count(*) = 0 FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'moderation w%'"
    )
    await until(lambda: stranger.fetchval(gone))
    assert await store.write(keep, "b") == "b"
    for _ in range(10):
        assert await store.read(keys) == ["a", "b"]


async def test_a_connection_ended_in_the_middle_of_a_batch_keeps_nothing_of_it(
    store: DatabaseStore,
) -> None:
    def suicide() -> Query[None]:
        yield from keep("doomed")
        yield text("SELECT pg_terminate_backend(pg_backend_pid())"), {}

    results = await asyncio.gather(
        store.write(keep, "a"), store.write(suicide), return_exceptions=True
    )
    assert [type(result) for result in results] == [Busy, Busy]
    assert await store.read(keys) == []
    assert await store.write(keep, "b") == "b"


async def test_it_recovers_by_itself_when_the_server_was_restarted(
    store: DatabaseStore, cluster: Cluster, open_another: OpenStore
) -> None:
    heard: list[object] = []
    other = await open_another()
    other.on_change(heard.extend)
    await store.write(articles.add, _article("a1"))
    await asyncio.to_thread(cluster.restart)

    async def written() -> bool:
        try:
            await store.write(articles.shift, "a1", 1)
        except Busy:
            return False
        return True

    await until(written)
    found = await store.read(articles.by_id, "a1")
    assert found is not None
    assert found.revision == 1

    async def was_heard() -> bool:
        return bool(heard)

    await until(was_heard)


def _article(ident: str) -> Article:
    url = f"https://blog.example/{ident}/"
    return Article(ident, "blog", url, None, NOW, Existence.FOUND, True, True, 0, 0, NOW)


async def test_numbers_of_the_stream_appear_in_order_of_commit(
    store: DatabaseStore, stranger: asyncpg.Connection
) -> None:
    """Who has drawn a number and not committed yet makes the next one wait."""
    await store.write(articles.add, _article("a1"))
    numbers = "SELECT array_agg(article_id ORDER BY seq) FROM change"
    async with stranger.transaction():
        await stranger.execute(f"SELECT pg_advisory_xact_lock({STREAM_LOCK})")
        await stranger.execute(
            "INSERT INTO change (article_id, revision, at) VALUES ('other', 1, 1)"
        )
        write = asyncio.create_task(store.write(articles.shift, "a1", 1))
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        await until(lambda: stranger.fetch(waiting))
        assert not write.done()
    await write
    assert await stranger.fetchval(numbers) == ["other", "a1"]


async def test_a_lock_that_is_held_too_long_is_busy_for_the_whole_batch(
    store: DatabaseStore, stranger: asyncpg.Connection
) -> None:
    await store.write(keep, "a")

    def hurried() -> Query[None]:
        yield text("SET LOCAL lock_timeout = '100ms'"), {}
        yield LOCK, {"id": "a"}

    async with stranger.transaction():
        await stranger.fetch("SELECT 1 FROM author WHERE id = 'a' FOR UPDATE")
        results = await asyncio.gather(
            store.write(hurried), store.write(keep, "b"), return_exceptions=True
        )
    assert [type(result) for result in results] == [Busy, Busy]
    assert await store.write(keep, "c") == "c"
