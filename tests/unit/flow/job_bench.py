"""A store with jobs, and workers on it that note what they ran."""

from collections.abc import Awaitable, Callable
from typing import Any

from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.flow.worker import Worker
from moderation.store import jobs
from moderation.store.db import DatabaseStore
from tests.conftest import FakeClock

Handler = Callable[[Job], Awaitable[None]]


class Bench:
    """A store with jobs of one kind, and workers on it."""

    def __init__(self, store: DatabaseStore, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.ran: list[Job] = []
        self.does: Handler | None = None

    async def add(self, key: str = "k", **more: Any) -> None:
        now = self.clock.now()
        values: dict[str, Any] = {"due_at": now, "now": now} | more
        await self.store.write(jobs.add, new_id(now), "deed", key, {"key": key}, **values)

    async def handle(self, job: Job) -> None:
        self.ran.append(job)
        if self.does is not None:
            await self.does(job)

    def worker(self, clock: FakeClock | None = None) -> Worker:
        """A worker, on a machine with another clock where one is given."""
        return Worker(self.store, {"deed": self.handle}, clock or self.clock)

    async def jobs(self) -> list[Job]:
        return list(await self.store.read(jobs.page))

    async def job(self) -> Job:
        (job,) = await self.jobs()
        return job
