"""The store: opens a database of either engine, and runs the queries of everybody through it."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

from moderation.domain.clock import Clock
from moderation.domain.errors import Busy
from moderation.settings import StoreSettings
from moderation.store import changes, migrate, place, state
from moderation.store.address import PostgresAddress, SqliteAddress, parse
from moderation.store.contract import Changed, Health, Query
from moderation.store.engine import Away, Engine, Errand, StoreUnusable
from moderation.store.lock import FileLock
from moderation.store.readers import Readers
from moderation.store.sqlite import Sqlite
from moderation.store.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")
ROOM = 2000  # writes, and reads, that may wait
BATCH = 64  # writes in one commit
READERS = 3
PATIENCE = 5.0  # seconds that SQLite's lock file is waited for
_PROBE_SECONDS = 3.0
logger = logging.getLogger(__name__)


class DatabaseStore:
    """A `contract.Store` on a database; made by `open_store`."""

    def __init__(
        self, engine: Engine, clock: Clock, *, readers: int, room: int, batch: int
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._listeners = changes.Listeners()
        self._readers = Readers(engine, number=readers, room=room)
        self._writer = Writer(engine, self._listeners, room=room, batch=batch)
        self._closing = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch what other processes commit, from now on."""
        self._listeners.heard = await self.read(changes.last)
        self._watch = asyncio.create_task(self._engine.watch(self._listeners, self._closing))

    async def read(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query in one snapshot; see `contract.Store`."""
        errand = Errand.of(make, *args, **kwargs)
        self._readers.put(errand)
        value: T = await errand.answer
        return value

    async def write(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Queue a write and wait for its commit; see `contract.Store`."""
        errand = Errand.of(make, *args, **kwargs)
        self._writer.put(errand)
        value: T = await errand.answer
        return value

    def on_change(self, listener: Callable[[Sequence[Changed]], None]) -> None:
        """Call `listener` after each commit that changed articles, wherever it was made."""
        self._listeners.add(listener)

    async def health(self) -> Health:
        """Look whether it can be read and written; raises `Busy` where it cannot be read."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                version, migration = await self.read(state.versions, self._engine.name)
        except TimeoutError as error:
            raise Busy from error
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                writable = await self.write(state.is_writable, self._engine.name)
        except (Busy, TimeoutError) as error:
            logger.warning("the store takes no writes: %r", error)
            writable = False
        return Health(
            engine=self._engine.name,
            version=version,
            migration=migration,
            writable=writable and self._engine.has_room(),
            queue=len(self._writer),
            checked_at=self._clock.now(),
        )

    async def check(self, *, quick: bool = False) -> list[str]:
        """Look for damage; a list of findings, empty where all is well."""
        try:
            return await self.read(state.damage, self._engine.name, quick=quick)
        except sqlite3.DatabaseError as error:
            return [str(error)]  # too damaged to be looked through

    async def close(self) -> None:
        """Finish what is queued, then close; once more does nothing."""
        if self._closing.is_set():
            return
        self._closing.set()
        await self._writer.close()
        if self._watch is not None:
            await self._watch
        await self._readers.close()
        await self._engine.close()


async def open_store(
    settings: StoreSettings,
    *,
    clock: Clock,
    upgrade: bool = True,
    readers: int = READERS,
    room: int = ROOM,
    batch: int = BATCH,
    patience: float = PATIENCE,
) -> DatabaseStore:
    """Open the database that the settings name, after migrating it where that is due.

    Raises `StoreUnusable` with one line for who runs the service: a wrong URL, a place
    that is not writable, a database of a newer release, a migration that is due while
    `upgrade` is False.
    """
    address = parse(settings.url)
    if isinstance(address, SqliteAddress):
        engine = await _sqlite(address, clock, upgrade=upgrade, patience=patience)
    else:
        engine = await _postgres(address, clock, upgrade=upgrade)
    await _open(engine)
    store = DatabaseStore(engine, clock, readers=readers, room=room, batch=batch)
    try:
        await store.start()
    except BaseException:
        await store.close()
        raise
    return store


async def _open(engine: Engine) -> None:
    try:
        await engine.open()
    except BaseException as error:
        await engine.close()
        if isinstance(error, Away) or engine.is_away(error):
            raise StoreUnusable(f"The database cannot be opened: {error}.") from error
        raise


async def _sqlite(
    address: SqliteAddress, clock: Clock, *, upgrade: bool, patience: float
) -> Engine:
    place.prepare(address.path)
    lock = FileLock(address.path, patience=patience)
    try:
        if migrate.is_due(migrate.sqlite_version(address.path)):
            if not upgrade:
                raise migrate.refuse(migrate.sqlite_version(address.path))
            await asyncio.to_thread(migrate.upgrade_sqlite, address.path, lock)
    except BaseException:
        lock.close()
        raise
    return Sqlite(address.path, lock, clock)


async def _postgres(address: PostgresAddress, clock: Clock, *, upgrade: bool) -> Engine:
    from moderation.store.postgres import Postgres  # its driver is 2 MB that SQLite has no use for

    current = await migrate.postgres_version(address)
    if migrate.is_due(current):
        if not upgrade:
            raise migrate.refuse(current)
        await migrate.upgrade_postgres(address)
    return Postgres(address, clock)
