"""An SQLite database that is moved from, or to: nobody else has it, and a new one is made aside."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Table

from moderation.store import migrate, place
from moderation.store.address import SqliteAddress
from moderation.store.engine import Away, StoreUnusable
from moderation.store.lock import FileLock
from moderation.store.moving_rows import SLICE, Rows, as_numbers, in_order, names, quoted

ASIDE = ".unfinished"
TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"


class SqliteSide:
    """What both have in common."""

    def __init__(self, path: Path, shown: Path, lock: FileLock) -> None:
        self.shown = f"sqlite:///{shown}"
        self._lock = lock
        self._connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None
        )

    async def slices(self, table: Table) -> AsyncIterator[Rows]:
        cursor = self._connection.execute(f'SELECT {quoted(table)} FROM "{table.name}"')  # noqa: S608 our own names
        while rows := cursor.fetchmany(SLICE):
            yield as_numbers(rows, ())

    async def last(self, table: Table) -> int:
        asked = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        row = self._connection.execute(asked, (table.name,)).fetchone()
        return row[0] if row else 0

    async def close(self) -> None:
        self._connection.close()
        self._lock.__exit__(None, None, None)
        self._lock.close()


class SqliteSource(SqliteSide):
    """One that nobody else has open; it is only read."""

    @classmethod
    def open(cls, address: SqliteAddress) -> "SqliteSource":
        """Raises `StoreUnusable` for one that is not there, is old, or is in use."""
        if not address.path.exists():
            raise StoreUnusable(f"There is no database at {address.path}.")
        if migrate.is_due(current := migrate.sqlite_version(address.path)):
            raise migrate.refuse(current)
        lock = _taken(address.path)
        try:
            source = cls(address.path, address.path, lock)
        except BaseException:
            lock.__exit__(None, None, None)
            lock.close()
            raise
        try:
            source._have_alone()
        except sqlite3.OperationalError:
            source._connection.close()
            lock.__exit__(None, None, None)
            lock.close()
            raise _in_use(address.path) from None
        return source

    def _have_alone(self) -> None:
        """A connection that wants it for itself gets it only where there is no other one."""
        self._connection.execute("PRAGMA busy_timeout=500")
        self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._connection.execute("BEGIN EXCLUSIVE")
        self._connection.execute("SELECT 1 FROM alembic_version").fetchall()


class SqliteTarget(SqliteSide):
    """A new file, made aside and put in its place when it is whole."""

    def __init__(self, address: SqliteAddress) -> None:
        """Raises `StoreUnusable` where there is a database already, or none can be made."""
        self._path = address.path
        if self._path.exists() and self._path.stat().st_size:
            raise StoreUnusable(f"{self._path} is there already; a move overwrites nothing.")
        self._aside = self._path.with_name(self._path.name + ASIDE)
        for end in ("", "-wal", "-shm", "-journal"):
            self._aside.with_name(self._aside.name + end).unlink(missing_ok=True)
        place.prepare(self._aside)
        lock = _taken(self._aside)
        migrate.upgrade_sqlite(self._aside, lock)
        super().__init__(self._aside, self._path, lock)
        self._whole = False
        # Until it is whole nobody needs it: what is cut short is begun again.
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "locking_mode=EXCLUSIVE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._triggers = self._connection.execute(TRIGGERS).fetchall()
        for name, _ in self._triggers:
            self._connection.execute(f'DROP TRIGGER "{name}"')
        for table in reversed(in_order()):  # what migrations put in comes from the source
            self._connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 our own names

    async def add(self, table: Table, rows: Rows) -> None:
        marks = ", ".join("?" * len(names(table)))
        self._connection.execute("BEGIN")
        self._connection.executemany(
            f'INSERT INTO "{table.name}" ({quoted(table)}) VALUES ({marks})',  # noqa: S608 our own names
            rows,
        )
        self._connection.execute("COMMIT")

    async def number_on(self, table: Table, last: int) -> None:
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        self._connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table.name, last))

    async def finish(self) -> None:
        for _, statement in self._triggers:
            self._connection.execute(statement)
        strays = self._connection.execute("PRAGMA foreign_key_check").fetchall()
        if strays:
            raise StoreUnusable(f"{len(strays)} rows name others that are not there.")
        self._connection.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        self._connection.close()
        _sync(self._aside)
        os.replace(self._aside, self._path)
        self._whole = True
        _sync(self._path.parent)

    async def close(self) -> None:
        await super().close()
        for end in ("-lock",) if self._whole else ("", "-wal", "-shm", "-journal", "-lock"):
            self._aside.with_name(self._aside.name + end).unlink(missing_ok=True)


def _taken(path: Path) -> FileLock:
    lock = FileLock(path, patience=1.0)
    try:
        lock.__enter__()
    except Away:
        lock.close()
        raise _in_use(path) from None
    return lock


def _in_use(path: Path) -> StoreUnusable:
    return StoreUnusable(f"{path} is in use. Stop the service, then move.")


def _sync(path: Path) -> None:
    with suppress(PermissionError):  # folders cannot be opened on Windows
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
