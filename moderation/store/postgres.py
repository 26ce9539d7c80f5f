"""PostgreSQL: one connection that writes, lost and found again, and batches on it."""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

from moderation.domain.clock import Clock
from moderation.store import changes, outcome
from moderation.store.address import PostgresAddress
from moderation.store.engine import (
    Announcer,
    Away,
    Committed,
    Doubtful,
    Errand,
    Run,
    last_calls,
)
from moderation.store.gathering import Gathering
from moderation.store.kept import Kept
from moderation.store.postgres_connection import (
    AGAIN,
    AWAY,
    ERRORS,
    database,
    end,
    is_closed,
    is_lost,
)
from moderation.store.postgres_run import COMPILER, PostgresReader, Transaction
from moderation.store.postgres_watch import CHANNEL, listen

TRIES = 6  # of a batch that the server undid
ASK_SECONDS = 60.0  # after that hardly anybody waits for the answer any more
PAUSE_SECONDS = 0.2  # between two tries to connect
logger = logging.getLogger(__name__)


class Postgres:
    """The engine on a PostgreSQL database."""

    name = "postgresql"
    reads_at_once = 1  # a connection has one question under way

    def __init__(self, address: PostgresAddress, clock: Clock) -> None:
        self._clock = clock
        self._id = outcome.new_writer()
        self._batch = 0
        self._title = f"moderation writer {self._id}"
        self._writing = database(address, name=self._title)
        self._reading = database(address, name="moderation reader", reads_only=True)
        self._writer: Kept | None = None
        self._was_lost = False

    async def open(self) -> None:
        await self._writing.connect()
        await self._reading.connect()
        writer = await self._open_writer()
        forget = Run(partial(outcome.forget, self._clock.now()), COMPILER)
        await Transaction(writer.raw).run(forget)

    async def _open_writer(self) -> Kept:
        """Give the connection that writes, a new one where it was lost; raises `Away`."""
        if self._writer is not None and not is_closed(self._writer.raw):
            return self._writer
        await self._drop_writer()
        try:
            self._writer = await Kept.open(self._writing)
            if self._was_lost:
                await self._end_strays(self._writer)
                self._was_lost = False
        except ERRORS as error:
            await self._drop_writer()
            raise Away(f"no connection: {error!r}") from error
        return self._writer

    async def _drop_writer(self) -> None:
        if self._writer is not None:
            lost, self._writer, self._was_lost = self._writer, None, True
            end(lost.raw)
            with suppress(*ERRORS):
                await lost.close()

    async def _end_strays(self, writer: Kept) -> None:
        """End what is left of our lost connections: they would keep their locks for a while."""
        await writer.raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = $1 AND pid <> pg_backend_pid()",
            self._title,
        )

    async def commit(self, errands: Sequence[Errand]) -> Committed:
        """Run a batch; one that the server undid for the sake of others is run again."""
        for attempt in range(TRIES):
            try:
                return await self._commit(errands)
            except AGAIN as error:
                logger.info("a batch is run again: %r", error)
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 no secret
        raise Away("the server undid the batch again and again")

    async def _commit(self, errands: Sequence[Errand]) -> Committed:
        now = self._clock.now()
        writer = await self._begin()
        try:
            committed = await self._run(writer.raw, errands, now)
        except BaseException as error:
            if is_lost(error, writer.raw):
                await self._drop_writer()
                raise Away(f"lost before COMMIT: {error!r}") from error
            await self._undo(writer)
            if isinstance(error, asyncpg.LockNotAvailableError):
                raise Away(f"somebody holds a lock: {error!r}") from error
            raise
        try:
            tag = await writer.raw.execute("COMMIT")
        except Exception as error:
            if not is_lost(error, writer.raw):
                await self._undo(writer)
                raise
            if any(run.changed for run in committed.runs):
                await self._ask(error, now)
        else:
            if tag != "COMMIT":
                raise RuntimeError(f"the server answered COMMIT with {tag}")
        return committed

    async def _begin(self) -> Kept:
        """Begin a transaction; a connection that was lost while it lay idle is no matter."""
        writer = await self._open_writer()
        try:
            await writer.raw.execute("BEGIN")
        except ERRORS:
            await self._drop_writer()
            writer = await self._open_writer()
            try:
                await writer.raw.execute("BEGIN")
            except ERRORS as error:
                await self._drop_writer()
                raise Away(f"no transaction: {error!r}") from error
        return writer

    async def _run(self, raw: Any, errands: Sequence[Errand], now: datetime) -> Committed:
        transaction, runs, gathering = Transaction(raw), [], Gathering()
        for errand in errands:
            run = Run(errand.begin, COMPILER, gathering=gathering)
            await transaction.run(run)
            runs.append(run)
        for call in last_calls(runs, gathering):
            await transaction.call(call)
        changed = changes.latest(each for run in runs for each in run.changes)
        numbers: Sequence[int] = ()
        if changed:
            numbers = await transaction.run(Run(partial(changes.add, changed, now), COMPILER))
            await raw.execute(f"NOTIFY {CHANNEL}")  # sent when it commits
        if any(run.changed for run in runs):
            self._batch += 1
            mark = partial(outcome.mark, self._id, self._batch, now)
            await transaction.run(Run(mark, COMPILER))
        return Committed(runs, changed, numbers)

    async def _undo(self, writer: Kept) -> None:
        try:
            await writer.raw.execute("ROLLBACK")
        except ERRORS:
            await self._drop_writer()

    async def _ask(self, lost: BaseException, now: datetime) -> None:
        """Find out whether a COMMIT took place whose answer was lost.

        Returns if it did, raises `Away` if it did not, and `Doubtful` if the database
        could not be asked for a minute.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + ASK_SECONDS
        await self._drop_writer()
        while True:
            try:
                writer = await self._open_writer()
                ask = Run(partial(outcome.ask, self._id, now), COMPILER)
                last = await Transaction(writer.raw).run(ask)
                break
            except (Away, *ERRORS) as error:
                if loop.time() > until:
                    raise Doubtful(f"lost in COMMIT: {error!r}") from lost
                await asyncio.sleep(PAUSE_SECONDS)
        if last != self._batch:
            raise Away(f"lost in COMMIT, which did not take place: {lost!r}") from lost

    async def reader(self) -> PostgresReader:
        try:
            return PostgresReader(await Kept.open(self._reading))
        except ERRORS as error:
            raise Away(f"no connection: {error!r}") from error

    def is_away(self, error: BaseException) -> bool:
        return isinstance(error, AWAY)

    def has_room(self) -> bool:
        return True  # its disk is not ours to see; a full one shows at the next write

    async def watch(self, announcer: Announcer, closing: asyncio.Event) -> None:
        """Listen, and connect again when the connection is lost."""
        while not closing.is_set():
            kept: Kept | None = None
            try:
                kept = await Kept.open(self._reading)
                await listen(kept, announcer, closing)
            except (Away, *ERRORS) as error:
                logger.warning("listening for changes: %r", error)
                await asyncio.sleep(PAUSE_SECONDS)
            finally:
                if kept is not None:
                    with suppress(*ERRORS):
                        await kept.close()

    async def close(self) -> None:
        if self._writer is not None:
            with suppress(*ERRORS):
                await self._writer.close()
        await self._reading.disconnect()
        await self._writing.disconnect()
