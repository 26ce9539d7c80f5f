"""The readers of a process: a few connections that share one queue of reads."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from moderation.domain.errors import Busy
from moderation.store.engine import Away, Engine, Errand, Found, Reader

PATIENCE = 0.003  # seconds that a read waits for who is awake, before another is woken
SLOW = 0.005  # seconds of the processor: nobody is to wait behind such a one
logger = logging.getLogger(__name__)


class Readers:
    """A bounded queue and the tasks that empty it, each with a connection of its own."""

    def __init__(self, engine: Engine, *, number: int, room: int) -> None:
        self._engine = engine
        self._room = room
        self._queue: deque[Errand] = deque()
        self._waiting: list[asyncio.Future[None]] = []  # who read last is the last
        self._slow: set[str] = set()  # names of the queries that were slow the last time
        self._closing = False
        self._awake = number  # readers that look, or soon will, for what is queued
        self._nudge: asyncio.TimerHandle | None = None
        self._tasks = [asyncio.create_task(self._work()) for _ in range(number)]

    def put(self, errand: Errand) -> None:
        """Queue an errand; raises `Busy` when there is no room."""
        if self._closing or len(self._queue) >= self._room:
            raise Busy
        self._queue.append(errand)
        if not self._awake or self._engine.reads_at_once == 1:
            self._wake_one()
        elif self._nudge is None:  # who is awake takes it along, unless that takes long
            self._nudge = asyncio.get_running_loop().call_later(PATIENCE, self._wake_another)

    async def close(self) -> None:
        """Finish what is queued, then close the connections."""
        self._closing = True
        if self._nudge is not None:
            self._nudge.cancel()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        await asyncio.shield(asyncio.gather(*self._tasks))

    def _wake_one(self) -> None:
        """Wake who read last: the pages that it keeps are near, those of others far away."""
        while self._waiting:
            waiting = self._waiting.pop()
            if not waiting.done():
                waiting.set_result(None)
                self._awake += 1
                return

    def _wake_another(self) -> None:
        self._nudge = None
        if self._queue:
            self._wake_one()

    async def _work(self) -> None:
        reader: Reader | None = None
        while self._queue or not self._closing:
            if not self._queue:
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                self._awake -= 1
                await waiting
                continue
            batch = self._take()
            if batch:
                reader = await self._read(reader, batch)
        if reader is not None:
            await reader.close()

    def _take(self) -> Sequence[Errand]:
        """Take what is run next: several at once, but what was seen to be slow by itself."""
        batch: list[Errand] = []
        while self._queue and len(batch) < self._engine.reads_at_once:
            if self._queue[0].answer.done():
                self._queue.popleft()
                continue
            slow = _name(self._queue[0]) in self._slow
            if slow and batch:
                break
            batch.append(self._queue.popleft())
            if slow:
                if self._queue:
                    self._wake_one()
                break
        return batch

    async def _read(self, reader: Reader | None, batch: Sequence[Errand]) -> Reader | None:
        """Read, opening a connection where there is none; None where it was lost.

        A connection may have been lost long ago, so one that stood is tried only once
        more, with a new one: a read has no effects.
        """
        fresh = reader is None
        try:
            if reader is None:
                reader = await self._engine.reader()
            found = await reader.read(batch)
        except Exception as error:
            found = [Found(error=error)] * len(batch)
        lost = [errand for errand, one in zip(batch, found, strict=True) if self._is_lost(one)]
        for errand, one in zip(batch, found, strict=True):
            if errand not in lost:
                self._settle(errand, one)
        if not lost:
            return reader
        if reader is not None:
            await self._drop(reader)
        if not fresh:
            return await self._read(None, lost)
        logger.warning("%d reads found the database away", len(lost))
        for errand in lost:
            errand.refuse(Busy())
        return None

    def _settle(self, errand: Errand, found: Found) -> None:
        mark = self._slow.add if found.cost > SLOW else self._slow.discard
        mark(_name(errand))
        if found.error is not None:
            errand.refuse(found.error)
        elif not errand.answer.done():
            errand.answer.set_result(found.value)

    def _is_lost(self, found: Found) -> bool:
        error = found.error
        return error is not None and (isinstance(error, Away) or self._engine.is_away(error))

    async def _drop(self, reader: Reader) -> None:
        try:
            await reader.close()
        except Exception as error:
            logger.warning("closing a lost reader: %r", error)


def _name(errand: Errand) -> str:
    return f"{errand.make.__module__}.{getattr(errand.make, '__qualname__', '')}"
