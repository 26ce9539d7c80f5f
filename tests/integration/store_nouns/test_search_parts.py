"""Search: what came last is indexed in parts, united when they come to a whole segment."""

from datetime import timedelta

from sqlalchemy import select

from moderation.flow.indexing import Indexing
from moderation.store import queue
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore
from moderation.store.queue import Filter
from moderation.store.tables import search_segment
from tests.conftest import FakeClock

from .conftest import Keep

SIZE, PART = 8, 2  # comments


def sizes() -> Query[list[int]]:
    rows = yield select(search_segment.c.size).order_by(search_segment.c.from_at), {}
    return [row[0] for row in rows]


async def test_what_came_last_is_indexed_in_parts_until_they_come_to_a_whole_segment(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    indexing, came = Indexing(store, clock, size=SIZE, part=PART), 0

    async def come(number: int) -> list[int]:
        """Keep some more comments and index them: how many each segment has."""
        nonlocal came
        for _ in range(number):
            await keep(f"c{came:02}", text=f"Casino {came}.")
            came += 1
            clock.turn(timedelta(seconds=1))
        clock.turn(timedelta(hours=1))
        await indexing.everything()
        found = await store.read(queue.page, Filter(words=("casino",)), limit=100)
        assert len(found) == came
        return await store.read(sizes)

    assert await come(SIZE - 1) == []  # a store as small as that is looked through
    assert await come(1) == [SIZE]
    assert await come(1) == [SIZE]
    assert await come(1) == [SIZE, 2]
    assert await come(3) == [SIZE, 2, 3]
    assert await come(3) == [SIZE, 2, 3, 3]
    assert await come(0) == [SIZE, SIZE]
    assert await come(7) == [SIZE, SIZE, 7]  # nearly whole: it stays
    assert await come(3) == [SIZE, SIZE, 7, 3]
