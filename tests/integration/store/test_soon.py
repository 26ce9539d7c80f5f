"""Steps that need not run at once: gathered, and there before anybody of the batch looks."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, delete, insert, select

from moderation.store.contract import Query, Soon
from moderation.store.db import DatabaseStore
from moderation.store.tables import author, author_key

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
ADD, ADD_KEY = insert(author), insert(author_key)
NAMES = select(author.c.id).order_by(author.c.id)
KEYS = select(author_key.c.author_id).order_by(author_key.c.author_id)
FORGET = delete(author).where(author.c.id == bindparam("author"))


def names() -> Query[list[str]]:
    rows = yield NAMES, {}
    return [row[0] for row in rows]


def keys() -> Query[list[str]]:
    rows = yield KEYS, {}
    return [row[0] for row in rows]


def soon(*names: str | None) -> Query[None]:
    yield Soon(ADD, [{"id": name, "created_at": NOW} for name in names])


def key_soon(name: str) -> Query[None]:
    """A row that another one is written for first."""
    yield ADD, {"id": name, "created_at": NOW}
    yield Soon(ADD_KEY, {"hash": f"hash of {name}", "author_id": name, "created_at": NOW})


def forget(name: str) -> Query[list[str]]:
    """Delete a row, and by that those that refer to it."""
    yield FORGET, {"author": name}
    return (yield from keys())


async def test_what_may_wait_is_in_the_commit_of_its_batch(store: DatabaseStore) -> None:
    await asyncio.gather(store.write(soon, "a1"), store.write(soon), store.write(soon, "a2", "a3"))
    assert await store.read(names) == ["a1", "a2", "a3"]


async def test_who_looks_at_a_table_finds_what_was_put_off_before(store: DatabaseStore) -> None:
    _, seen, _, all_of_it = await asyncio.gather(
        store.write(soon, "a1"), store.write(names), store.write(soon, "a2"), store.write(names)
    )
    assert (seen, all_of_it) == (["a1"], ["a1", "a2"])


async def test_what_was_put_off_is_there_to_be_deleted(store: DatabaseStore) -> None:
    _, left = await asyncio.gather(store.write(key_soon, "a1"), store.write(forget, "a1"))
    assert left == []
    assert await store.read(keys) == []


async def test_what_refers_to_a_row_is_written_after_it(store: DatabaseStore) -> None:
    await asyncio.gather(store.write(key_soon, "a1"), store.write(key_soon, "a2"))
    assert await store.read(keys) == ["a1", "a2"]


async def test_a_row_that_cannot_be_written_spoils_its_own_write_only(
    store: DatabaseStore,
) -> None:
    well, spoilt, too = await asyncio.gather(
        store.write(soon, "a1"),
        store.write(soon, "a2", None),
        store.write(soon, "a3"),
        return_exceptions=True,
    )
    assert isinstance(spoilt, Exception)
    assert (well, too) == (None, None)
    assert await store.read(names) == ["a1", "a3"]


async def test_a_read_may_put_nothing_off(store: DatabaseStore) -> None:
    with pytest.raises(TypeError, match="use write"):
        await store.read(soon, "a1")
