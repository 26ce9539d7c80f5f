"""The job `index`: make segments of the index of words from what came, a slice at a time."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from moderation.domain.clock import Clock, to_micros
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.flow.worker import Later
from moderation.store import jobs, search_making
from moderation.store.contract import Store
from moderation.store.search_index import Segment, postings
from moderation.store.search_making import PART, SIZE, State

INDEX = "index"
KEY = "next"
SETTLED = timedelta(minutes=10)  # what came before this is committed long since
EVERY = timedelta(minutes=10)
SOON = timedelta(seconds=30)  # where there was something to do
SLICE = 1000  # postings a commit
READ = 512  # comments
CHECKED = 12  # segments, the last: a few whole ones, and the parts behind them


class Indexing:
    """Keeps the index of words; called, it is the job."""

    def __init__(self, store: Store, clock: Clock, *, size: int = SIZE, part: int = PART) -> None:
        self._store = store
        self._clock = clock
        self._size = size
        self._part = part

    async def start(self) -> None:
        """Ask for the first run, if none is asked for."""
        now = self._clock.now()
        await self._store.write(jobs.add, new_id(now), INDEX, KEY, {}, due_at=now, now=now)

    async def __call__(self, job: Job) -> None:
        """Do what there is to do, and ask for another time."""
        made = await self.everything()
        raise Later(self._clock.now() + (SOON if made else EVERY), "", counted=False)

    async def everything(self) -> int:
        """Clear what is of no use, and make all segments that can be made; how many."""
        await self._store.write(search_making.check, last=CHECKED)
        await self._store.write(search_making.unite, last=CHECKED, size=self._size, part=self._part)
        made = 0
        while True:
            while await self._store.write(search_making.clear, limit=SLICE):
                pass
            before = to_micros(self._clock.now() - SETTLED)
            stretch = await self._store.read(
                search_making.unmade, before=before, size=self._size, part=self._part
            )
            if stretch is None or not await self._make(*stretch):
                return made
            made += 1

    async def _make(self, start: int, end: int) -> bool:
        """Make one; False where something within it changed meanwhile: it is left for later."""
        segment = await self._store.write(search_making.begin, start, end)
        state, rows = await self._read(segment)
        made = await asyncio.to_thread(postings, segment.number, rows)
        for at in range(0, len(made), SLICE):
            if not await self._store.write(search_making.fill, segment, made[at : at + SLICE]):
                return False
        return await self._store.write(search_making.finish, segment, state)

    async def _read(self, segment: Segment) -> tuple[State, Sequence[tuple[int, str]]]:
        state = await self._store.read(search_making.state, segment)
        found: list[tuple[int, str]] = []
        after = (segment.start, "")
        while part := await self._store.read(search_making.words, segment, after, limit=READ):
            found += ((at, words) for at, _, words in part)
            after = part[-1][:2]
        return state, found
