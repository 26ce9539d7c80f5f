"""Reads that queue up are run together, and none of them is anybody else's trouble."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, literal, select

from moderation.domain.errors import NotFound
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from moderation.store.tables import author

OpenStore = Callable[..., Awaitable[DatabaseStore]]
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
COUNT = select(func.count()).select_from(author)
_numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
_numbers = _numbers.union_all(select(_numbers.c.n + 1))
ENDLESS = select(_numbers.c.n).where(_numbers.c.n < 0)


def count() -> Query[int]:
    rows = yield COUNT, {}
    number: int = rows[0][0]
    return number


def missing() -> Query[int]:
    yield COUNT, {}
    raise NotFound


def broken() -> Query[int]:
    yield COUNT, {}
    raise ZeroDivisionError


def changing() -> Query[None]:
    yield insert(author), {"id": "a", "created_at": NOW}


def endless() -> Query[object]:
    return (yield ENDLESS, {})


def where() -> Query[int]:
    yield COUNT, {}
    return threading.get_ident()  # of the connection, on SQLite


async def test_who_read_last_reads_next(open_another: OpenStore) -> None:
    store = await open_another(readers=3)
    await asyncio.gather(*(store.read(count) for _ in range(100)))
    assert len({await store.read(where) for _ in range(9)}) == 1


async def test_what_fails_among_others_fails_alone(open_another: OpenStore) -> None:
    store = await open_another(readers=1)
    makes = [count, missing, count, broken, changing, count]
    found = await asyncio.gather(*(store.read(make) for make in makes), return_exceptions=True)
    assert [type(one) for one in found] == [int, NotFound, int, ZeroDivisionError, TypeError, int]
    assert await store.read(count) == 0


async def test_a_read_sees_what_was_committed_before_it_was_asked(open_another: OpenStore) -> None:
    store = await open_another(readers=1)
    before = [asyncio.create_task(store.read(count)) for _ in range(5)]
    await store.write(changing)
    assert await store.read(count) == 1
    assert set(await asyncio.gather(*before)) <= {0, 1}


async def test_one_of_several_that_nobody_waits_for_holds_up_the_others_no_longer(
    open_another: OpenStore, engine_name: str
) -> None:
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL's own statement_timeout bounds it")
    store = await open_another(readers=1)
    for _ in range(3):
        slow = asyncio.create_task(store.read(endless))
        others = [asyncio.create_task(store.read(count)) for _ in range(5)]
        await asyncio.sleep(0.05)
        slow.cancel()
        async with asyncio.timeout(10):
            assert await asyncio.gather(*others) == [0] * 5


async def test_while_one_read_is_slow_the_others_have_readers_of_their_own(
    open_another: OpenStore, engine_name: str
) -> None:
    if engine_name != "sqlite":
        pytest.skip("there each read has a connection to itself")
    store = await open_another(readers=2)
    slow = asyncio.create_task(store.read(endless))
    await asyncio.sleep(0.02)
    async with asyncio.timeout(10):
        assert await asyncio.gather(*(store.read(count) for _ in range(5))) == [0] * 5
    slow.cancel()
