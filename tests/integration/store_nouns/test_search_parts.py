"""Search: what came last is indexed in parts, united when they come to a whole segment."""

from datetime import timedelta
from itertools import count, islice

from sqlalchemy import select

from moderation.flow.indexing import Indexing
from moderation.store import comment_changes, queue
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


class Coming:
    """Comments that come and are indexed."""

    def __init__(self, store: DatabaseStore, keep: Keep, clock: FakeClock) -> None:
        self._store = store
        self._keep = keep
        self._clock = clock
        self._indexing = Indexing(store, clock, size=SIZE, part=PART)
        self._numbers = count()
        self.ids: list[str] = []  # of those that are still there

    async def come(self, number: int) -> list[int]:
        """Keep some more and index them: how many each segment has."""
        for each in islice(self._numbers, number):
            self.ids.append((await self._keep(f"c{each:02}", text=f"Casino {each}.")).id)
            self._clock.turn(timedelta(seconds=1))
        self._clock.turn(timedelta(hours=1))
        await self._indexing.everything()
        found = await self._store.read(queue.page, Filter(words=("casino",)), limit=100)
        assert [comment.id for comment in found] == self.ids[::-1]
        return await self._store.read(sizes)


async def test_what_came_last_is_indexed_in_parts_until_they_come_to_a_whole_segment(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    coming = Coming(store, keep, clock)
    assert await coming.come(SIZE - 1) == []  # a store as small as that is looked through
    assert await coming.come(1) == [SIZE]
    assert await coming.come(1) == [SIZE]
    assert await coming.come(1) == [SIZE, 2]
    assert await coming.come(3) == [SIZE, 2, 3]
    assert await coming.come(3) == [SIZE, 2, 3, 3]
    assert await coming.come(0) == [SIZE, SIZE]
    assert await coming.come(7) == [SIZE, SIZE, 7]  # nearly whole: it stays
    assert await coming.come(3) == [SIZE, SIZE, 7, 3]


async def test_parts_that_lost_most_of_their_comments_do_not_become_many(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    coming = Coming(store, keep, clock)
    await coming.come(SIZE)
    for number in range(3):
        await coming.come(2)
        await store.write(comment_changes.remove, coming.ids.pop())
        assert await coming.come(0) == [SIZE, *[1] * (number + 1)]
    assert await coming.come(2) == [SIZE, 1, 1, 1, 2]
    assert await coming.come(0) == [SIZE, 5]
