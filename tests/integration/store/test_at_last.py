"""Steps that are put off to the end of a batch: they are in its commit, or nothing is."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import insert, select

from moderation.store.contract import AtLast, Query
from moderation.store.db import DatabaseStore
from moderation.store.tables import author

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
ADD = insert(author)
NAMES = select(author.c.id).order_by(author.c.id)


def names() -> Query[list[str]]:
    rows = yield NAMES, {}
    return [row[0] for row in rows]


def with_one_at_last(key: str, later: str | None) -> Query[list[str]]:
    """A write whose last step waits for the end of the batch."""
    yield ADD, {"id": key, "created_at": NOW}
    yield AtLast(ADD, {"id": later, "created_at": NOW})
    return (yield from names())


async def test_what_is_put_off_to_the_end_of_the_batch_is_in_its_commit(
    store: DatabaseStore,
) -> None:
    seen = await asyncio.gather(
        store.write(with_one_at_last, "a1", "z1"), store.write(with_one_at_last, "a2", "z2")
    )
    assert list(seen) == [["a1"], ["a1", "a2"]], "nobody in the batch has seen it"
    assert await store.read(names) == ["a1", "a2", "z1", "z2"]


async def test_what_fails_at_the_end_undoes_the_write_it_belongs_to_and_no_other(
    store: DatabaseStore,
) -> None:
    spoilt, well = await asyncio.gather(
        store.write(with_one_at_last, "a1", None),
        store.write(with_one_at_last, "a2", "z2"),
        return_exceptions=True,
    )
    assert isinstance(spoilt, Exception)
    assert isinstance(well, list)
    assert await store.read(names) == ["a2", "z2"]
