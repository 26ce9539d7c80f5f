"""SQLite: a batch is one hop to the writing connection's thread, under the lock file."""

import asyncio
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.dialects import sqlite

from moderation.domain.clock import Clock
from moderation.store import changes
from moderation.store.compile import Compiler
from moderation.store.contract import Changed
from moderation.store.engine import (
    Announcer,
    Away,
    Call,
    Committed,
    Errand,
    Found,
    Run,
    last_calls,
)
from moderation.store.gathering import Gathering
from moderation.store.kept import Kept
from moderation.store.lock import FileLock
from moderation.store.sqlite_connection import Connection, database
from moderation.store.wal import Checkpoints

T = TypeVar("T")
COMPILER = Compiler(sqlite.dialect(paramstyle="qmark"))
_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
# After these the file may be another, or usable again only through a new descriptor.
_REOPEN = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
POLL_SECONDS = 0.05
LEAST_ROOM = 16 * 1024 * 1024  # bytes
logger = logging.getLogger(__name__)


def _code(error: BaseException) -> int:
    """The primary result code of SQLite, 0 for any other error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF if isinstance(error, sqlite3.Error) else 0


async def hop(kept: Kept, work: Callable[[Connection], T]) -> T:
    """Call a function with the connection, on its thread."""
    results: list[T] = []
    await kept.raw.execute_fetchall(lambda connection: results.append(work(connection)))
    return results[0]


def drive(run: Run, connection: Connection) -> Any:
    """Run an errand to its end."""
    fetched: Sequence[Any] = ()
    try:
        while (call := run.next(fetched)) is not None:
            for due in run.due(call):
                perform(due, connection)
            fetched = perform(call, connection)
    except BaseException:
        run.abandon()
        raise
    return run.value


def perform(call: Call, connection: Connection) -> Sequence[Any]:
    """Run one statement; what it fetched."""
    if call.many:
        connection.executemany(call.compiled.text, call.arguments)
        return ()
    return connection.execute(call.compiled.text, call.arguments).fetchall()


class SqliteReader:
    """A connection that cannot write."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def read(self, errands: Sequence[Errand]) -> Sequence[Found]:
        """Run errands in one hop; one that nobody waits for any more is interrupted."""
        reads = _Reads(errands)

        def stop(answer: asyncio.Future[Any]) -> None:
            if answer.cancelled() and reads.running is answer:
                interrupting.append(asyncio.ensure_future(self._kept.raw.interrupt()))

        interrupting: list[asyncio.Future[None]] = []
        for errand in errands:
            errand.answer.add_done_callback(stop)
        try:
            return await hop(self._kept, reads.run)
        finally:
            for errand in errands:
                errand.answer.remove_done_callback(stop)
            await asyncio.gather(*interrupting)

    async def close(self) -> None:
        await self._kept.close()


class _Reads:
    """Reads of one hop, and which of them is under way."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self._errands = errands
        self.running: asyncio.Future[Any] | None = None

    def run(self, connection: Connection) -> Sequence[Found]:
        found = [self._one(connection, errand) for errand in self._errands]
        self.running = None
        return found

    def _one(self, connection: Connection, errand: Errand) -> Found:
        if errand.answer.done():  # gone before its turn
            return Found()
        self.running = errand.answer
        begun = time.thread_time()
        found = self._tried(connection, errand)
        return replace(found, cost=time.thread_time() - begun)

    def _tried(self, connection: Connection, errand: Errand) -> Found:
        try:
            return _read(connection, errand)
        except sqlite3.OperationalError as error:
            # The interruption was meant for the one before: a read may run twice.
            if _code(error) == sqlite3.SQLITE_INTERRUPT and not errand.answer.done():
                return _read(connection, errand)
            return Found(error=error)
        except Exception as error:
            return Found(error=error)


def _read(connection: Connection, errand: Errand) -> Found:
    run = Run(errand.begin, COMPILER, reads_only=True)
    connection.execute("BEGIN")
    try:
        return Found(drive(run, connection), run.fault)
    finally:
        if connection.in_transaction:
            connection.rollback()


class Sqlite:
    """The engine on a database file."""

    name = "sqlite"
    reads_at_once = 16  # the hop to the thread costs more than most of what is read there

    def __init__(self, path: Path, lock: FileLock, clock: Clock) -> None:
        self.path = path
        self._lock = lock
        self._clock = clock
        self._writing = database(str(path), mode="rw", lock=lock)
        self._reading = database(str(path), mode="ro")
        self._writer: Kept | None = None
        self._checkpoints: Checkpoints | None = None

    async def open(self) -> None:
        """Open the writing connection; the readers need its files."""
        await self._writing.connect()
        await self._reading.connect()
        await self._open_writer()

    async def _open_writer(self) -> Kept:
        if self._writer is None:
            self._writer = await Kept.open(self._writing)
            self._checkpoints = await hop(
                self._writer, lambda connection: Checkpoints(self.path, connection)
            )
        return self._writer

    async def commit(self, errands: Sequence[Errand]) -> Committed:
        try:
            writer = await self._open_writer()
        except sqlite3.Error as error:
            raise Away(f"the database does not open: {error}") from error
        now = self._clock.now()
        try:
            return await hop(writer, lambda connection: self._commit(connection, errands, now))
        except sqlite3.Error as error:
            if _code(error) in _REOPEN:
                self._writer = None
                await writer.close()
            raise

    def _commit(
        self, connection: Connection, errands: Sequence[Errand], now: datetime
    ) -> Committed:
        with self._lock:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Away(f"no transaction: {error}") from error
            try:
                committed = _run(connection, errands, now)
                if not connection.in_transaction:
                    raise sqlite3.OperationalError("SQLite has undone the transaction by itself")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise
            if self._checkpoints is not None:
                self._checkpoints.after_commit(connection)
        return committed

    async def reader(self) -> SqliteReader:
        try:
            return SqliteReader(await Kept.open(self._reading))
        except sqlite3.Error as error:
            raise Away(f"the database does not open: {error}") from error

    def is_away(self, error: BaseException) -> bool:
        return _code(error) in _AWAY

    def has_room(self) -> bool:
        return shutil.disk_usage(self.path.parent).free > LEAST_ROOM

    async def watch(self, announcer: Announcer, closing: asyncio.Event) -> None:
        """Look every 50 ms whether somebody has committed; it costs 20 µs."""
        while not closing.is_set():
            try:
                await self._watch(announcer, closing)
            except (Away, sqlite3.Error) as error:
                logger.warning("watching for changes: %r", error)
                await asyncio.sleep(POLL_SECONDS)

    async def _watch(self, announcer: Announcer, closing: asyncio.Event) -> None:
        kept = await Kept.open(self._reading)
        reader, seen = SqliteReader(kept), None
        try:
            while not closing.is_set():
                version = await kept.raw.execute_fetchall("PRAGMA data_version")
                if version != seen:
                    seen = version
                    await changes.catch_up(reader, announcer)
                await asyncio.sleep(POLL_SECONDS)
        finally:
            await kept.close()

    async def close(self) -> None:
        """Close the writing connection, the last of all: it checkpoints."""
        if self._writer is not None:
            await self._writer.close()
        await self._reading.disconnect()
        await self._writing.disconnect()
        self._lock.close()


def _run(connection: Connection, errands: Sequence[Errand], now: datetime) -> Committed:
    runs, gathering = [], Gathering()
    for errand in errands:
        run = Run(errand.begin, COMPILER, gathering=gathering)
        drive(run, connection)
        runs.append(run)
    for call in last_calls(runs, gathering):
        perform(call, connection)
    changed = changes.latest(each for run in runs for each in run.changes)
    return Committed(runs, changed, _number(connection, changed, now))


def _number(connection: Connection, changed: Sequence[Changed], now: datetime) -> list[int]:
    if not changed:
        return []
    numbers: list[int] = drive(Run(partial(changes.add, changed, now), COMPILER), connection)
    return numbers
