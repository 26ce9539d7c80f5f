"""Go through the lessons in force as the model would have met them, a slice of them at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from moderation.checks.learned import weights
from moderation.checks.learned._quiet import uncollected
from moderation.checks.learned.mind import MANY
from moderation.checks.learned.rehearsal import Rehearsal
from moderation.domain.lesson import Lesson
from moderation.store import journal
from moderation.store.contract import Store

READ = 200  # lessons at once: more are never held


async def standing(store: Store, scope: str) -> AsyncIterator[Sequence[Lesson]]:
    """The lessons of a scope that are in force, oldest first ("": of all sites)."""
    after = 0
    while part := await store.read(journal.standing, after, limit=READ):
        after = part[-1].sequence
        yield [lesson for lesson in part if not scope or lesson.site == scope]


async def rehearsed(
    store: Store, scope: str, *, with_starter: bool
) -> AsyncIterator[tuple[Sequence[Lesson], dict[int, float]]]:
    """The lessons with what would have been thought of each; it is computed in a thread."""
    starter = await asyncio.to_thread(weights, with_starter)
    rehearsal = Rehearsal(starter)
    with uncollected(await store.read(journal.last) > MANY):
        async for lessons in standing(store, scope):
            yield lessons, await asyncio.to_thread(rehearsal.take, lessons)
        await asyncio.to_thread(rehearsal.end)
