"""The readers of a process: a few connections that share one queue of reads."""

import asyncio
import logging
from collections import deque

from moderation.domain.errors import Busy
from moderation.store.engine import Away, Engine, Errand, Reader

logger = logging.getLogger(__name__)


class Readers:
    """A bounded queue and the tasks that empty it, each with a connection of its own."""

    def __init__(self, engine: Engine, *, number: int, room: int) -> None:
        self._engine = engine
        self._room = room
        self._queue: deque[Errand] = deque()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._closing = False
        self._tasks = [asyncio.create_task(self._work()) for _ in range(number)]

    def put(self, errand: Errand) -> None:
        """Queue an errand; raises `Busy` when there is no room."""
        if self._closing or len(self._queue) >= self._room:
            raise Busy
        self._queue.append(errand)
        self._wake_one()

    async def close(self) -> None:
        """Finish what is queued, then close the connections."""
        self._closing = True
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        await asyncio.shield(asyncio.gather(*self._tasks))

    def _wake_one(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    async def _work(self) -> None:
        reader: Reader | None = None
        while self._queue or not self._closing:
            if not self._queue:
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.append(waiting)
                await waiting
                continue
            errand = self._queue.popleft()
            if not errand.answer.done():
                reader = await self._read(reader, errand)
        if reader is not None:
            await reader.close()

    async def _read(self, reader: Reader | None, errand: Errand) -> Reader | None:
        """Read, opening a connection where there is none; None where it was lost.

        A connection may have been lost long ago, so one that stood is tried only once
        more, with a new one: a read has no effects.
        """
        fresh = reader is None
        try:
            if reader is None:
                reader = await self._engine.reader()
            value = await reader.read(errand)
        except Exception as error:
            if not (isinstance(error, Away) or self._engine.is_away(error)):
                errand.refuse(error)
                return reader
            if reader is not None:
                await self._drop(reader)
            if not fresh:
                return await self._read(None, errand)
            logger.warning("a read found the database away: %r", error)
            errand.refuse(Busy())
            return None
        if not errand.answer.done():
            errand.answer.set_result(value)
        return reader

    async def _drop(self, reader: Reader) -> None:
        try:
            await reader.close()
        except Exception as error:
            logger.warning("closing a lost reader: %r", error)
