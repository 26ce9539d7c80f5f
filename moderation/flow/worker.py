"""Do the jobs: lease what is due, run it, put it back after a failure, give up aloud.

A process that was killed leaves its leases behind; others see that they stand still, and take
them back (`flow/vigil`). Who was held up for so long that others took over ends what it runs.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from moderation.domain.clock import Clock
from moderation.domain.errors import Busy
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.flow.vigil import Vigil
from moderation.logs import get, request_id
from moderation.notify.contract import NotDelivered
from moderation.store import leases
from moderation.store.contract import Store

logger = get("worker")

LEASE = timedelta(seconds=30)  # how far its mark is set ahead, for people who look at the row
HEARTBEAT = 10.0  # seconds between two movements of a lease
AT_ONCE = 16
POLL = 0.25  # seconds between looks for due jobs
BREATH = 0.05  # ... while there are some: each look writes, and under load there always are
BACK_OFF = (15, 60, 300, 1800, 7200, 21600)  # seconds; then given up
Handler = Callable[[Job], Awaitable[None]]


class Later(Exception):
    """A handler asks to be called again at `due_at`; not counted as a failure where said so."""

    def __init__(self, due_at: datetime, reason: str, *, counted: bool = True) -> None:
        super().__init__(reason)
        self.due_at = due_at
        self.reason = reason
        self.counted = counted


class GiveUp(Exception):
    """A handler knows that trying again cannot help."""


class Worker:
    """Runs jobs in this process until it is told to stop."""

    def __init__(
        self, store: Store, handlers: Mapping[str, Handler], clock: Clock, *, poll: float = POLL
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._clock = clock
        self._poll = poll
        self._owner = new_id(clock.now())
        self._running: dict[str, asyncio.Task[None]] = {}  # by the job's id
        self._stop = asyncio.Event()
        self._vigil = Vigil(store, clock)

    async def run(self) -> None:
        """Work until `stop`; a store that is away is waited for."""
        while not self._stop.is_set():
            try:
                began = await self.step()
            except Busy:
                began = 0
            except Exception as error:
                logger.error("worker failed", exc_info=error)
                began = 0
            with suppress(TimeoutError):
                pause = min(self._poll, BREATH) if began else self._poll
                await asyncio.wait_for(self._stop.wait(), pause)

    async def step(self) -> int:
        """Claim and begin what is due; how many were begun."""
        await self._vigil.look(self._running)
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return 0
        due, now = await self._store.read(leases.next_due), self._clock.now()
        if due is None or due > now:
            return 0
        claimed = await self._store.write(
            leases.claim, self._owner, now=now, until=now + LEASE, limit=room
        )
        for job in claimed:
            self._begin(job)
        return len(claimed)

    def _begin(self, job: Job) -> None:
        """Run a job of ours. Where it runs here still, that is over: its row was free again.

        Either it has come to its end and was asked for once more, or its lease was lost.
        """
        before = self._running.get(job.id)
        if before is not None:
            before.cancel()
        task = asyncio.create_task(self._work(job, before))
        self._running[job.id] = task
        task.add_done_callback(partial(self._ended, job.id))

    def _ended(self, job_id: str, task: asyncio.Task[None]) -> None:
        if self._running.get(job_id) is task:
            del self._running[job_id]

    async def drain(self) -> None:
        """Run everything that is due now, and what follows from it; for tests and the demo."""
        while await self.step() or self._running:
            if self._running:
                await asyncio.wait(self._running.values())

    async def stop(self, *, within: float = 10.0) -> None:
        """Finish what runs, for a time; then hand the leases back."""
        self._stop.set()
        if self._running:
            await asyncio.wait(self._running.values(), timeout=within)
        for task in list(self._running.values()):
            task.cancel()
        with suppress(Busy):
            await self._store.write(leases.hand_back, self._owner)

    async def _work(self, job: Job, before: asyncio.Task[None] | None = None) -> None:
        """Run one job; where its end cannot be written, its lease stands still: it runs anew."""
        request_id.set(job.id)
        if before is not None:
            await asyncio.wait([before])
        beat = asyncio.create_task(self._hold(job))
        try:
            await self._run(job)
        except Busy as busy:
            logger.warning("job's end not written", kind=job.kind, job=job.id, error=str(busy))
        finally:
            beat.cancel()

    async def _run(self, job: Job) -> None:
        try:
            handler = self._handlers.get(job.kind)
            if handler is None:
                raise GiveUp(f"nobody here knows how to do “{job.kind}”")
            await handler(job)
        except Later as later:
            await self._put_back(job, later.due_at, later.reason, counted=later.counted)
        except GiveUp as error:
            await self._give_up(job, str(error))
        except Busy as busy:
            due_at = self._clock.now() + timedelta(seconds=busy.retry_after)
            await self._put_back(job, due_at, str(busy), counted=False)
        except NotDelivered as error:
            await self._failed(job, error.reason)
        except Exception as error:
            logger.error("a handler failed", kind=job.kind, job=job.id, exc_info=error)
            await self._failed(job, f"{type(error).__name__}: {error}")
        else:
            await self._store.write(leases.done, job.id, self._owner)

    async def _hold(self, job: Job) -> None:
        """Move the lease now and then; where others have taken the job, end it here."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            with suppress(Busy):
                until = self._clock.now() + LEASE
                if not await self._store.write(leases.extend, job.id, self._owner, until):
                    logger.warning("a lease was lost", kind=job.kind, job=job.id)
                    self._running[job.id].cancel()
                    return

    async def _failed(self, job: Job, error: str) -> None:
        if job.attempts > len(BACK_OFF):
            await self._give_up(job, error)
            return
        seconds = BACK_OFF[job.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 (jitter)
        due_at = self._clock.now() + timedelta(seconds=seconds)
        logger.warning("job failed", kind=job.kind, job=job.id, attempt=job.attempts, error=error)
        await self._put_back(job, due_at, error)

    async def _put_back(
        self, job: Job, due_at: datetime, error: str, *, counted: bool = True
    ) -> None:
        await self._store.write(
            leases.later,
            job.id,
            self._owner,
            due_at=due_at,
            now=self._clock.now(),
            error=error[:500],
            counted=counted,
        )

    async def _give_up(self, job: Job, error: str) -> None:
        logger.error("job given up", kind=job.kind, job=job.id, error=error)
        await self._store.write(
            leases.give_up, job.id, self._owner, now=self._clock.now(), error=error[:500]
        )
