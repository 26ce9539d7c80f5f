"""The one writer of a process: runs what has queued up as one batch and one commit."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from moderation.domain.errors import Busy
from moderation.store.changes import Listeners
from moderation.store.engine import Away, Doubtful, Engine, Errand

logger = logging.getLogger(__name__)

IN_DOUBT = (
    "The database went away while this was being saved, and cannot tell yet whether it was. "
    "Please look before you send it again."
)


def as_busy(error: BaseException) -> Busy:
    return Busy(IN_DOUBT) if isinstance(error, Doubtful) else Busy()


class Writer:
    """A bounded queue and the task that empties it."""

    def __init__(
        self,
        engine: Engine,
        listeners: Listeners,
        *,
        room: int,
        batch: int,
    ) -> None:
        self._engine = engine
        self._listeners = listeners
        self._room = room
        self._batch = batch
        self._queue: deque[Errand] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._work())

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, errand: Errand) -> None:
        """Queue an errand; raises `Busy` when there is no room."""
        if self._closing or len(self._queue) >= self._room:
            raise Busy
        self._queue.append(errand)
        self._wake.set()

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        self._closing = True
        self._wake.set()
        await asyncio.shield(self._task)

    async def _work(self) -> None:
        while self._queue or not self._closing:
            if not self._queue:
                self._wake.clear()
                await self._wake.wait()
                continue
            batch = [self._queue.popleft() for _ in range(min(self._batch, len(self._queue)))]
            try:
                await self._commit(batch)
            except Exception as error:  # a fault of ours must not leave anybody waiting
                logger.exception("a batch of %d writes failed", len(batch))
                for errand in batch:
                    errand.refuse(error)

    async def _commit(self, batch: Sequence[Errand]) -> None:
        """Commit a batch; one that was spoilt is undone, and its errands run one by one."""
        try:
            await self._commit_and_tell(batch)
        except Away as away:
            self._turn_away(batch, away)
        except Exception as error:
            if len(batch) > 1:
                await self._singly(batch)
            elif self._engine.is_away(error):
                self._turn_away(batch, error)
            else:
                batch[0].refuse(error)

    async def _singly(self, batch: Sequence[Errand]) -> None:
        for number, errand in enumerate(batch):
            try:
                await self._commit_and_tell([errand])
            except Away as away:
                self._turn_away(batch[number:], away)
                return
            except Exception as error:
                if self._engine.is_away(error):
                    self._turn_away([errand], error)
                else:
                    errand.refuse(error)

    async def _commit_and_tell(self, batch: Sequence[Errand]) -> None:
        """Commit, and tell the listeners first: who is answered may read at once."""
        with self._listeners.committing():
            committed = await self._engine.commit(batch)
            self._listeners.own(committed.changes, committed.numbers)
        for errand, run in zip(batch, committed.runs, strict=True):
            errand.settle(run)

    def _turn_away(self, batch: Sequence[Errand], error: BaseException) -> None:
        logger.warning("the database did not take %d writes: %r", len(batch), error)
        for errand in batch:
            errand.refuse(as_busy(error))
